"""What the environment of CPython says to requests: netrc files, proxies and bundles for sockets.

A browser imports this only if a variable names a netrc file.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from .._text import urls

if TYPE_CHECKING:
    from . import types


_FILES = (".netrc", "_netrc")
# Seconds for which a folder must not have changed: within one tick of a file system's clock a
# second change cannot be told from the first. Some have ticks of two seconds.
_AT_REST = 3.0
_seen_without: dict[str, tuple[int, ...]] = {}


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
    found = _in_home() if path is None else _existing(os.path.expanduser(path))
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


def _existing(*paths: str) -> str | None:
    return next(filter(os.path.exists, paths), None)


def _in_home() -> str | None:
    """Return the netrc file of the home folder, None for none."""
    # Usually there is none, and then each request would look for two. The folder tells by one look
    # that no file was added: each is a call of the system, at which a thread waits for the others.
    home = os.path.expanduser("~")
    state = _state_of(home)
    if state and _seen_without.get(home) == state:
        return None
    paths = [os.path.join(home, name) for name in _FILES]
    found = _existing(*paths)
    # A link to a file that is not there yet is none now, and does not change the folder later.
    if state and not any(map(os.path.lexists, paths)):
        _seen_without.clear()
        _seen_without[home] = state
    return found


def _state_of(folder: str) -> tuple[int, ...]:
    """Return what changes if a file is added to a folder; empty if that cannot be relied on."""
    if os.name == "nt":  # some file systems of Windows do not note it
        return ()
    try:
        found = os.stat(folder)
    except OSError:
        return ()
    if time.time() - found.st_mtime < _AT_REST:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns
