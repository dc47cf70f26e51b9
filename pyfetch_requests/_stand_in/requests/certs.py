"""Certificates: a browser checks them by its own list."""

from __future__ import annotations


def where() -> str:
    """Return the path of certifi's bundle where that is installed, else of one without entries.

    Code may pass it on as `verify=`, or read it; no request uses it.
    """
    try:
        import certifi
    except ModuleNotFoundError:
        return f"{__file__.rpartition('/')[0]}/cacert.pem"
    return str(certifi.where())


DEFAULT_CA_BUNDLE_PATH = where()
