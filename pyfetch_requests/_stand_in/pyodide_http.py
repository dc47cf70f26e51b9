"""What `import pyodide_http` gives after `install("pyodide_http")`: the names of that package.

Old notebooks begin with `pyodide_http.patch_all()`. Here its functions install this package, which
does what they meant, with time limits and the exceptions of requests.
"""

from __future__ import annotations

from .._transports import runtime
from .install import install

__version__ = "0.2.2"
"""The version of pyodide-http whose names these are."""


def should_patch() -> bool:
    """Tell whether this Python runs in a browser, where there are no sockets."""
    return runtime.IN_BROWSER


def patch_requests(continue_on_import_error: bool = False) -> None:
    """Make `import requests` give this package; nothing happens outside of a browser."""
    if should_patch():
        install("requests", force=True)


def patch_urllib(continue_on_import_error: bool = False) -> None:
    """Make `urllib.request` send over the browser; nothing happens outside of one."""
    if should_patch():
        install("urllib")


def patch_all() -> None:
    """Do both."""
    patch_requests()
    patch_urllib()
