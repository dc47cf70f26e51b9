"""What a program pays for before its first answer: the modules, named one by one.

Another module here makes every first request slower: let it be imported where it is needed.
"""

from __future__ import annotations

from tests.browser import in_pyodide
from tests.server import Urls

PACKAGE = """
_auth _body _decoders _exchange _faces _faces.asynchronous _headers _json _raw _redirects _request
_response _retry _session _settings _status_codes _structures _transports _transports.abort
_transports.environment _transports.fetch _transports.js_errors _transports.request_headers
_transports.settlement _types _urls _verbs _wire exceptions
"""
# Of the standard library, what Pyodide has not loaded by itself in one of its versions.
LIBRARY = "js _datetime datetime"


@in_pyodide
async def test_modules_of_a_first_request(urls: Urls) -> None:
    import sys

    # Another test may have used the package: it is taken out, and put back.
    kept = {
        name: module for name, module in sys.modules.items() if name.startswith("pyfetch_requests")
    }
    for name in kept:
        del sys.modules[name]
    before = set(sys.modules)
    try:
        import pyfetch_requests

        response = await pyfetch_requests.get(urls.respond('{"a": 1}'))
        assert response.json() == {"a": 1}
        found = set(sys.modules) - before
    finally:
        for name in [name for name in sys.modules if name.startswith("pyfetch_requests")]:
            del sys.modules[name]
        sys.modules.update(kept)
    ours = {f"pyfetch_requests.{name}" for name in PACKAGE.split()}
    assert found - set(LIBRARY.split()) == {"pyfetch_requests", *ours}
