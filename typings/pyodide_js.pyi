# Pyodide's own JavaScript interface, as far as it is used here. For type checkers only.

from pyfetch_requests._transports.js_values import JsValue

FS: JsValue
_module: JsValue

def checkInterrupt() -> None: ...
def setInterruptBuffer(buffer: object) -> None: ...
