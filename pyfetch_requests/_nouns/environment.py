"""What the environment of CPython says to requests: netrc files, proxies and bundles for sockets.

A browser imports this only if a variable names a netrc file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .._text import urls

if TYPE_CHECKING:
    from . import types


def without_environment(
    names: tuple[str, ...], proxies: types.Proxies | None, verify: types.Verify
) -> tuple[dict[str, str], types.Verify]:
    """Return proxies and `verify` without what the environment has set: it is meant for sockets.

    Args:
        names: the variables that name a bundle.
        proxies: those of the request.
        verify: that of the request.
    """
    # By their values: after a redirect that of "all" has the name of a scheme, and NO_PROXY may
    # match the new URL.
    found = [value for name, value in os.environ.items() if name.upper().endswith("_PROXY")]
    kept = {name: value for name, value in (proxies or {}).items() if value not in found}
    bundles = [os.environ.get(name) for name in names]
    return kept, True if verify in bundles else verify


def netrc_login(url: str, raise_errors: bool) -> tuple[str, str] | None:
    """Return (user, password) from a netrc file for the URL's host, None for none."""
    path = os.environ.get("NETRC")
    candidates = ("~/.netrc", "~/_netrc") if path is None else (path,)
    found = next(filter(os.path.exists, map(os.path.expanduser, candidates)), None)
    if found is None:
        return None
    import netrc

    try:
        entry = netrc.netrc(found).authenticators(urls.split(url).hostname or "")
    except (netrc.NetrcParseError, OSError):
        if raise_errors:
            raise
        return None  # requests ignores such files too
    except ValueError:
        return None  # an invalid URL is refused when the request is prepared
    return (entry[0] or entry[1] or "", entry[2] or "") if entry and any(entry) else None
