"""Asking through a server that passes requests on, for servers that do not allow CORS.

Decides on addresses and headers. Never sends: the adapters of the faces do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from .._text import urls
from ..exceptions import InvalidHeader, InvalidURL, RequestException
from .session import mounted

if TYPE_CHECKING:
    from .request import PreparedRequest
    from .response import ResponseBase
    from .session import BaseAdapter

    AnyResponse = TypeVar("AnyResponse", bound=ResponseBase)

_SECRET_HEADER = re.compile(r"(?i)authorization|cookie|api-?key|token|secret|passw")
# RFC 6570: {url} escapes all that is reserved in URLs, {+url} nothing.
_PLACES = re.compile(r"\{(\+?)url\}")


class Through:
    """How requests are written for a server that passes them on, and its answers read.

    Args:
        template: its address, with `{url}` or `{+url}`; see `ThroughAdapter`.
        credentials: True also passes on cookies and logins.

    Raises:
        InvalidURL: the template has no place for the address.
    """

    def __init__(self, template: str, credentials: bool) -> None:
        if _PLACES.search(template) is None:
            raise InvalidURL(
                f"{urls.brief(template)!r} has no place for the address that is asked for: write "
                "it as in 'https://my.example/?url={url}'."
            )
        self.template = template
        self.credentials = credentials

    def __repr__(self) -> str:
        shared = ", credentials=True" if self.credentials else ""
        return f"ThroughAdapter({urls.without_userinfo(self.template)!r}{shared})"

    def rewritten(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request as the server that passes it on gets it.

        Raises:
            InvalidHeader: it would get secrets, and was not meant to.
        """
        if not self.credentials:
            self._refuse_secrets(request)
        there = request.copy()
        there.prepare_url(self._address(request.url), None)
        return there

    def _address(self, url: str) -> str:
        from urllib.parse import quote

        target = urls.without_userinfo(urls.without_fragment(url))
        return _PLACES.sub(
            lambda place: target if place[1] else quote(target, safe=""), self.template
        )

    def _refuse_secrets(self, request: PreparedRequest) -> None:
        named = [name for name in request.headers if _SECRET_HEADER.search(name)]
        if request.fetch_options.get("credentials") == "include":
            named.append("credentials='include'")
        if named:
            raise InvalidHeader(
                f"{' and '.join(named)} would go through {self._server()}, which can read it. If "
                "you trust that server, mount ThroughAdapter(..., credentials=True); else leave it "
                "out.",
                request=request,
            )

    def _server(self) -> str:
        return urls.brief(_PLACES.sub("", self.template).partition("?")[0])

    def restored(self, response: AnyResponse, request: PreparedRequest) -> AnyResponse:
        """Make a response one to the request that was asked; `through` says by what it came."""
        response.through = response.url
        response.url = request.url
        response.request = request
        for step in response.history:
            step.url, step.request = request.url, request
        return response

    def tell(self, error: BaseException, request: PreparedRequest) -> None:
        """Add to a failure what was asked for, and through what."""
        if isinstance(error, RequestException) and error.request is not request:
            error.add_note(f"{urls.brief(request.url)} was asked for through {self._server()}.")
            error.request = request


def mount(prefix: str, adapter: BaseAdapter | None) -> None:
    """Use an adapter in all sessions that are made from now on, and in calls without a session.

    It holds for both faces, for `requests` after `install()` and for `urllib` after
    `install("urllib")`.

    Args:
        prefix: of the URLs it is for, such as "https://api.example/"; the longest one wins.
        adapter: such as a `ThroughAdapter`; None for none any more.
    """
    if adapter is None:
        mounted.pop(prefix, None)
    else:
        mounted[prefix] = adapter
