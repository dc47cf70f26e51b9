"""Certificates: a browser checks them against its own list."""

from __future__ import annotations


def where() -> str:
    """Return the path of certifi's bundle if that is installed, else of an empty one.

    Code may pass it as `verify=`, or read it; no request in a browser uses it.
    """
    # certifi's for code that opens connections of its own, by ssl where Python has it.
    try:
        import certifi
    except ModuleNotFoundError:
        return f"{__file__.rpartition('/')[0]}/cacert.pem"
    return str(certifi.where())


DEFAULT_CA_BUNDLE_PATH = where()
