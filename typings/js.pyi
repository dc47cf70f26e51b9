# JavaScript's global scope, as far as it is used here. For type checkers only.
#
# What a runtime may lack (a document, a navigator) is not here: runtime.js_global asks for it.

from typing import Any, Protocol

from pyfetch_requests._transports.js_values import JsValue

class _Class(Protocol):
    prototype: JsValue

    def new(self, *arguments: object) -> JsValue: ...

class _Array(_Class, Protocol):
    from_: _AnyFunction

class _AnyFunction(Protocol):
    def __call__(self, *arguments: object) -> Any: ...

class _Json(Protocol):
    def parse(self, text: str) -> object: ...

class _Location(Protocol):
    host: str
    href: str
    origin: str
    protocol: str

class _Object(_Class, Protocol):
    defineProperty: _AnyFunction
    entries: _AnyFunction
    fromEntries: _AnyFunction
    is_: _AnyFunction

class _Promise(_Class, Protocol):
    allSettled: JsValue
    race: JsValue

class _Reflect(Protocol):
    apply: JsValue

    def get(self, target: object, name: str) -> JsValue: ...

class _Url(_Class, Protocol):
    createObjectURL: _AnyFunction
    revokeObjectURL: _AnyFunction

AbortController: _Class
AbortSignal: JsValue
Array: _Array
Blob: _Class
DataView: _Class
Date: _Class
DecompressionStream: _Class
Event: _Class
EventTarget: _Class
File: _Class
FormData: _Class
Function: _Class
Headers: _Class
JSON: _Json
Map: _Class
Object: _Object
PerformanceObserver: _Class
Promise: _Promise
Reflect: _Reflect
ReportingObserver: _Class
Request: _Class
Response: _Class
TypeError: _Class
URL: _Url
URLSearchParams: _Class
Uint16Array: _Class
XMLHttpRequest: JsValue

crossOriginIsolated: bool
fetch: JsValue
location: _Location
navigator: JsValue
origin: str
performance: JsValue
process: JsValue

# What the benchmark and the tests put there.
benchmark: JsValue
live: JsValue
stopCounting: _AnyFunction

def addEventListener(kind: str, listener: object) -> None: ...
def clearTimeout(timer: JsValue | None) -> None: ...
def setTimeout(function: object, milliseconds: float, *arguments: object) -> JsValue: ...
def eval(code: str) -> Any: ...
