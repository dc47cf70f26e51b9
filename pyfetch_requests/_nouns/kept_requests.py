"""Plain requests that were prepared before: nothing of them has to be merged and checked again.

Decides what is plain. Never keeps what a session's settings have changed.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from .._text.structures import CaseInsensitiveDict
from .request import PreparedRequest

if TYPE_CHECKING:
    from .request import Request
    from .session import SessionBase

# A program that asks for ever new URLs keeps no more than so many of them.
_MOST = 64
_LONGEST = 2000  # characters of a URL: those of data: may have millions

# Code that was written for requests replaces some of these, and expects an effect on each request.
_methods_of = attrgetter(
    "__init__", "prepare", "prepare_method", "prepare_url", "prepare_headers", "prepare_cookies",
    "prepare_body", "prepare_auth", "prepare_hooks",
)  # fmt: skip
_METHODS = _methods_of(PreparedRequest)


class KeptRequests:
    """The plain requests of a session, by method and URL.

    A request is plain where nothing goes into it but its URL and the session's headers.
    """

    __slots__ = ("_state",)

    def __init__(self) -> None:
        # The headers of the session, and method and headers of what was prepared with them. One
        # pair, which is replaced as a whole: threads may share a session.
        self._state: _State = (None, {})

    def find(self, session: SessionBase, request: Request) -> PreparedRequest | None:
        """Return a request like one that was kept, None where there was none."""
        merged, kept = self._state
        url = request.url
        if type(url) is not str or merged is None or not _is_plain(session, request):
            return None
        pair = kept.get((request.method, url))
        if pair is None or not merged.equals(session.headers):
            return None
        found = PreparedRequest()
        found.method, headers = pair
        found.url = url
        found.headers = headers.copy()
        return found

    def keep(
        self,
        session: SessionBase,
        request: Request,
        prepared: PreparedRequest,
        headers: CaseInsensitiveDict[str | bytes],
    ) -> None:
        """Keep a request that was prepared with these headers, if it is plain."""
        # The session may have other headers by now: another thread may have changed them.
        url = request.url
        # An URL that was changed would have to be looked at again: "./x" is relative to the page.
        if type(url) is not str or url != prepared.url or not _is_plain(session, request):
            return
        merged, kept = self._state
        if merged is None or not merged.equals(headers) or len(kept) >= _MOST:
            kept = {}
        if len(url) <= _LONGEST:
            kept[request.method, url] = (prepared.method, prepared.headers.copy())
            self._state = (headers, kept)


def _is_plain(session: SessionBase, request: Request) -> bool:
    return (
        not (
            request.data
            or request.params
            or session.params
            or request.files
            or request.auth
            or session.auth
            or request.cookies
        )
        # Not only empty: an empty stream is a body, and an empty list takes the headers away.
        and type(request.data) in (dict, list)
        and request.headers == {}
        and request.json is None
        and session._cookies is None
        and session.base_url is None
        and session.hooks == request.hooks == _NO_HOOKS
        and type(session.headers) is CaseInsensitiveDict
        and "@" not in (request.url or "")
        and _methods_of(PreparedRequest) == _METHODS
    )


_NO_HOOKS: dict[str, list[object]] = {"response": []}

if TYPE_CHECKING:
    _State = tuple[
        CaseInsensitiveDict[str | bytes] | None,
        dict[tuple[str | None, str], tuple[str, CaseInsensitiveDict[str]]],
    ]
