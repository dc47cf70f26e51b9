"""Versions to put into a bug report."""

from __future__ import annotations

import json
import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _version
from typing import Any

from ... import __version__ as _own_version
from .__version__ import __version__ as requests_version


def _module(name: str) -> Any:
    """Return a module, None if it is not installed; not every Pyodide has ssl."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


idna = _module("idna")
ssl = _module("ssl")


def info() -> dict[str, object]:
    """Return the versions of the interpreter, of this package, and of what requests names."""
    # The keys of requests' own `info()`, which tools read, and ours.
    libraries = ("charset_normalizer", "chardet", "cryptography", "pyOpenSSL", "urllib3")
    return {
        "platform": {"system": platform.system(), "release": platform.release()},
        "implementation": {
            "name": platform.python_implementation(),
            "version": platform.python_version(),
        },
        "pyfetch_requests": {"version": _own_version},
        "requests": {"version": requests_version},
        "idna": {"version": getattr(idna, "__version__", "")},
        "system_ssl": {"version": f"{ssl.OPENSSL_VERSION_NUMBER:x}" if ssl else ""},
        "using_charset_normalizer": _installed("chardet") is None,
        "using_pyopenssl": False,
        **{name: {"version": _installed(name)} for name in libraries},
    }


def _installed(name: str) -> str | None:
    try:
        return _version(name)
    except PackageNotFoundError:
        return None


def main() -> None:
    """Print `info()` as JSON."""
    print(json.dumps(info(), sort_keys=True, indent=2))
