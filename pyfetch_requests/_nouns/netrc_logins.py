"""Logins from a netrc file, for the requests that have none of their own."""

from __future__ import annotations

import os
from collections.abc import Callable

from .._transports import runtime


def netrc_auth(url: str, raise_errors: bool = False) -> tuple[str, str] | None:
    """Return (user, password) from a netrc file for the URL's host, None for none.

    A file that cannot be read counts as none, unless `raise_errors` is true.
    """
    # In a browser there is no home folder: only a file that NETRC names is read.
    if runtime.IN_PYODIDE and not (runtime.has_variable(("NETRC",)) and "NETRC" in os.environ):
        return None
    from .environment import netrc_login

    return netrc_login(url, raise_errors)


def find_netrc_auth(url: str) -> tuple[str, str] | None:
    """Return (user, password) from `netrc_source` for a URL."""
    return netrc_source(url)


# A variable, because code patches `requests.sessions.get_netrc_auth` and expects an effect.
netrc_source: Callable[[str], tuple[str, str] | None] = netrc_auth
"""What returns the login for a URL; `requests.sessions.get_netrc_auth` once that is imported."""
