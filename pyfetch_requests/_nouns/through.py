"""Requests through a forwarding server of the user's own, for servers that do not allow CORS.

Decides on URLs and headers. Never sends: the adapters of the faces do.
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
# RFC 6570: {url} escapes all reserved characters, {+url} none.
_PLACES = re.compile(r"\{(\+?)url\}")


class Through:
    """How requests are rewritten for a forwarding server, and its responses restored.

    Args:
        template: the URL of that server, with `{url}` or `{+url}`; see `ThroughAdapter`.
        credentials: True also sends cookies and logins through it.

    Raises:
        InvalidURL: the template has no place for the URL.
    """

    def __init__(self, template: str, credentials: bool) -> None:
        if _PLACES.search(template) is None:
            raise InvalidURL(
                f"{urls.brief(template)!r} has no place for the URL of a request: write it as in "
                "'https://my.example/?url={url}'."
            )
        self.template = template
        self.credentials = credentials

    def __repr__(self) -> str:
        shared = ", credentials=True" if self.credentials else ""
        return f"ThroughAdapter({urls.without_userinfo(self.template)!r}{shared})"

    def rewritten(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request as the forwarding server gets it.

        Raises:
            InvalidHeader: it would get secrets, which `credentials` does not allow.
        """
        if not self.credentials:
            self._refuse_secrets(request)
        rewritten = request.copy()
        # Prepared again, because the template may be relative to the page.
        rewritten.prepare_url(self._address(request.url), None)
        return rewritten

    def _address(self, url: str) -> str:
        from urllib.parse import quote

        target = urls.without_userinfo(urls.without_fragment(url))
        # A function as replacement: in a string, a backslash of the URL would mean a group.
        return _PLACES.sub(
            lambda place: target if place[1] else quote(target, safe=""), self.template
        )

    def _refuse_secrets(self, request: PreparedRequest) -> None:
        # By name: a value does not show whether it is a secret.
        named = [name for name in request.headers if _SECRET_HEADER.search(name)]
        if request.fetch_options.get("credentials") == "include":
            named.append("credentials='include'")
        if named:
            raise InvalidHeader(
                f"{' and '.join(named)} would go through {self._server()}, which can read it. If "
                "you trust that server, mount ThroughAdapter(..., credentials=True); otherwise "
                "leave it out.",
                request=request,
            )

    def _server(self) -> str:
        return urls.brief(_PLACES.sub("", self.template).partition("?")[0])

    def restored(self, response: AnyResponse, request: PreparedRequest) -> AnyResponse:
        """Make a response one to the original request; `through` has the URL that answered."""
        response.through = response.url
        response.url = request.url
        response.request = request
        for step in response.history:
            step.url, step.request = request.url, request
        return response

    def annotate(self, error: BaseException, request: PreparedRequest) -> None:
        """Add to a failure which URL was requested, and through which server."""
        # Our own refusal has the original request, and names the server already.
        if isinstance(error, RequestException) and error.request is not request:
            error.add_note(f"{urls.brief(request.url)} was requested through {self._server()}.")
            error.request = request


def mount(prefix: str, adapter: BaseAdapter | None) -> None:
    """Use an adapter in all sessions created from now on, and in calls without a session.

    This applies to both faces, to `requests` after `install()` and to `urllib` after
    `install("urllib")`.

    Args:
        prefix: of the URLs it is for, such as "https://api.example/"; the longest prefix wins.
        adapter: such as a `ThroughAdapter`; None removes the one that was mounted.
    """
    if adapter is None:
        mounted.pop(prefix, None)
    else:
        mounted[prefix] = adapter
