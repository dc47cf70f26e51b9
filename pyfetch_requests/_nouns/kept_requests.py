"""Plain requests that were prepared before: nothing of them has to be merged and checked again.

Decides what is plain. Never keeps what a session's settings have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._text.structures import CaseInsensitiveDict
from .request import PreparedRequest

if TYPE_CHECKING:
    from .request import Request
    from .session import SessionBase

# A program that asks for ever new URLs keeps no more than so many of them, of so many characters: a
# data: URL may have megabytes.
_MOST = 64
_LONGEST = 2000


class KeptRequests:
    """The plain requests of a session, by method and URL."""

    # A request is plain where nothing goes into it but its URL and the session's headers.

    __slots__ = ("_kept", "_merged")

    def __init__(self) -> None:
        self._kept: dict[tuple[str | None, str], CaseInsensitiveDict[str]] = {}
        self._merged: CaseInsensitiveDict[str | bytes] | None = None

    def find(self, session: SessionBase, request: Request) -> PreparedRequest | None:
        """Return a request like one that was kept, None where there was none."""
        url = request.url
        if type(url) is not str or not self._kept or not _is_plain(session, request):
            return None
        headers = self._kept.get((request.method, url))
        if headers is None or self._merged is None or not self._merged.equals(session.headers):
            return None
        found = PreparedRequest()
        found.method = request.method or ""
        found.url = url
        found.headers = headers.copy()
        return found

    def keep(self, session: SessionBase, request: Request, prepared: PreparedRequest) -> None:
        """Keep a request that was prepared, if it is plain."""
        url = request.url
        # What was changed would have to be looked at again: "./x" is relative to the page.
        changed = url != prepared.url or request.method != prepared.method
        if type(url) is not str or len(url) > _LONGEST or changed:
            return
        if not _is_plain(session, request):
            return
        if self._merged is None or not self._merged.equals(session.headers):
            self._kept, self._merged = {}, session.headers.copy()
        elif len(self._kept) >= _MOST:
            self._kept = {}
        self._kept[request.method, url] = prepared.headers.copy()


def _is_plain(session: SessionBase, request: Request) -> bool:
    return (
        not (
            request.headers
            or request.data
            or request.params
            or session.params
            or request.files
            or request.auth
            or session.auth
            or request.cookies
        )
        and request.json is None
        and session._cookies is None
        and session.base_url is None
        and session.hooks == request.hooks == _NO_HOOKS
        and type(session.headers) is CaseInsensitiveDict
        and "@" not in (request.url or "")
    )


_NO_HOOKS: dict[str, list[object]] = {"response": []}
