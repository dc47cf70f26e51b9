"""What CPython has: netrc files, and an environment that speaks of sockets.

A browser imports it only where a variable names a netrc file.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from .._text import urls

if TYPE_CHECKING:
    from . import types

# Seconds: the coarsest times of a file system, FAT's, are of two.
_COARSE = 3.0
_folder_without: tuple[object, ...] | None = None


def without_environment(
    found: dict[str, str],
    names: tuple[str, ...],
    proxies: types.Proxies | None,
    verify: types.Verify,
) -> tuple[dict[str, str], types.Verify]:
    """Return proxies and `verify` without what the environment has set: it is meant for sockets.

    Args:
        found: the proxies of the environment.
        names: the variables that name a bundle.
        proxies: those of the request.
        verify: that of the request.
    """
    kept = {name: value for name, value in (proxies or {}).items() if found.get(name) != value}
    bundles = [os.environ.get(name) for name in names]
    return kept, True if verify in bundles else verify


def netrc_login(url: str, raise_errors: bool) -> tuple[str, str] | None:
    """Return (user, password) that a netrc file has for the URL's host, None for none."""
    path = os.environ.get("NETRC")
    found = _netrc_at_home() if path is None else os.path.expanduser(path)
    if not (found and os.path.exists(found)):
        return None
    import netrc

    try:
        entry = netrc.netrc(found).authenticators(urls.split(url).hostname or "")
    except (netrc.NetrcParseError, OSError):
        if raise_errors:
            raise
        return None  # requests ignores such files too
    except ValueError:
        return None  # what is no URL is refused when the request is prepared
    return (entry[0] or entry[1] or "", entry[2] or "") if entry and any(entry) else None


def _netrc_at_home() -> str | None:
    """Return the netrc file of the home folder, None for none.

    That there is none is remembered as long as the folder stays as it was: most have none, and
    each look at a file lets other threads take over. A time that may be told twice is not trusted.
    """
    global _folder_without  # noqa: PLW0603
    home = os.path.expanduser("~")
    folder = _state_of(home)
    if folder and folder == _folder_without:
        return None
    paths = [os.path.join(home, name) for name in (".netrc", "_netrc")]
    if not any(map(os.path.lexists, paths)):  # what a link leads to may come and go
        _folder_without = folder
        return None
    return next(filter(os.path.exists, paths), None)


def _state_of(folder: str) -> tuple[object, ...] | None:
    """Return what changes when a file is made in a folder; None of one that changed just now."""
    try:
        found = os.stat(folder)
    except OSError:
        return None
    if time.time() - max(found.st_mtime, found.st_ctime) < _COARSE:
        return None
    return folder, found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns
