"""What `import pyodide_http` gives after `install("pyodide_http")`: the names of that package.

Old notebooks begin with `pyodide_http.patch_all()`. Decides what that means here: it installs this
package, with time limits and requests' exceptions. Never does anything outside of a browser.
"""

from __future__ import annotations

from .._transports import runtime
from .install import install

__version__ = "0.2.2"
"""The version of pyodide-http whose names these are."""


def should_patch() -> bool:
    """Tell whether this Python runs in a browser, where there are no sockets."""
    return runtime.IN_PYODIDE


def patch_requests(continue_on_import_error: bool = False) -> None:
    """Make `import requests` give this package, in a browser only."""
    # Forced: a notebook calls this after `import requests`, as pyodide-http allows.
    if should_patch():
        install("requests", force=True)


def patch_urllib(continue_on_import_error: bool = False) -> None:
    """Make `urllib.request` send through the browser, in a browser only."""
    # Not forced: urllib is changed in place, whenever it was imported.
    if should_patch():
        install("urllib")


def patch_all() -> None:
    """Do both."""
    patch_requests()
    patch_urllib()
