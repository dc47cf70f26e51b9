"""The next request after a redirect, for runtimes that show redirects (Node, CPython, a mock).

Decides the next request. Never sends it, and never counts redirects.
Source: requests' rules on top of RFC 9110 section 15.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._text import urls
from ..exceptions import InvalidSchema, InvalidURL
from .netrc_logins import find_netrc_auth

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from .cookies import RequestsCookieJar
    from .request import PreparedRequest
    from .response import ResponseBase
    from .types import Proxies


class RedirectMixin:
    """The steps of following a redirect, under requests' names: subclasses override single ones.

    They are taken where redirects are shown: in Node and Deno, on CPython, and by an adapter or a
    transport of the user's own. A browser follows redirects itself, without showing them.

    Attributes:
        trust_env: False ignores netrc files and environment variables.
        cookies: the jar whose cookies the next request gets as well.
    """

    trust_env: bool
    # True if redirects that are shown are followed by the session itself, and not by the flow.
    resolves_redirects = False
    if TYPE_CHECKING:

        @property
        def cookies(self) -> RequestsCookieJar: ...
        @cookies.setter
        def cookies(self, jar: CookieJar) -> None: ...

    def get_redirect_target(self, resp: ResponseBase) -> str | None:
        """Return the URL to which a response redirects, None if it does not."""
        return redirect_target(resp)

    def should_strip_auth(self, old_url: str, new_url: str) -> bool:
        """Tell whether credentials must not be sent on from one URL to the other."""
        from . import redirect_rules

        return redirect_rules.should_strip_auth(old_url, new_url)

    def rebuild_method(self, prepared_request: PreparedRequest, response: ResponseBase) -> None:
        """Set the method of the next request, by the status of the redirect."""
        from .redirect_rules import next_method

        prepared_request.method = next_method(prepared_request.method, response.status_code)

    def rebuild_auth(self, prepared_request: PreparedRequest, response: ResponseBase) -> None:
        """Remove credentials from a request to another site, and add those of a netrc file."""
        headers = prepared_request.headers
        # Order: what a netrc file names for the new host is meant for it.
        if "Authorization" in headers and self.should_strip_auth(
            response.request.url, prepared_request.url
        ):
            del headers["Authorization"]
        auth = find_netrc_auth(prepared_request.url) if self.trust_env else None
        if auth:
            prepared_request.prepare_auth(auth)

    def rebuild_proxies(
        self, prepared_request: PreparedRequest, proxies: Proxies | None
    ) -> dict[str, str]:
        """Return the proxies for the next request, and set its Proxy-Authorization header."""
        from .proxies import authorize, resolve_proxies

        resolved = resolve_proxies(prepared_request.url, proxies, self.trust_env)
        authorize(prepared_request, resolved)
        return resolved

    def _rebuild_cookies(self, prepared_request: PreparedRequest, response: ResponseBase) -> None:
        # Set the Cookie header of the next request: its own, the response's, the session's.
        # `prepare_cookies` leaves an existing header alone, and which cookies match may change.
        prepared_request.headers.pop("Cookie", None)
        from . import cookies as _cookies

        _cookies.rebuild_cookies(prepared_request, response, self.cookies)

    def _next_request(
        self, response: ResponseBase, request: PreparedRequest, proxies: Proxies | None
    ) -> tuple[PreparedRequest, dict[str, str]] | None:
        """Return the request that a redirect asks for and its proxies, None for no redirect.

        Raises:
            InvalidURL: the redirect leads to an invalid URL.
        """
        # A file as its body is not rewound here: the sender does that.
        target = self.get_redirect_target(response)
        if not target:
            return None
        from .redirect_rules import next_url

        following = request.copy()
        try:
            following.url = next_url(target, response.url, request.url)
            # As in requests, an odd port in the Location is no error before it matters.
            strip_auth = (
                following.authenticator is not None or "Authorization" in following.headers
            ) and self.should_strip_auth(request.url, following.url)
        except ValueError as error:  # of urllib.parse; requests lets it escape
            shown = urls.brief(target)
            raise InvalidURL(f"Redirected to {shown!r}: {error}", response=response) from error
        self.rebuild_method(following, response)
        # As in requests: a PUT, which stays a PUT after 301, loses its body. A browser keeps it.
        if response.status_code not in (307, 308):
            for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
                following.headers.pop(name, None)
            following.body = None
        self._rebuild_cookies(following, response)
        resolved = self.rebuild_proxies(following, proxies)
        self.rebuild_auth(following, response)
        if strip_auth:
            # The response to a Digest challenge of the other site would give it a hash of the
            # password. requests' hook responds to anyone.
            following.authenticator = None
        return following, resolved


def refuse_local_scheme(url: str) -> None:
    """Refuse a redirect to blob: or data:.

    Raises:
        InvalidSchema: the URL is a blob: or data: one.
    """
    # WHATWG Fetch, HTTP-redirect fetch: a Location has to be http or https.
    if urls.has_local_scheme(url):
        raise InvalidSchema(f"A server redirects to {urls.brief(url)!r}, which is not allowed.")


def redirect_target(response: ResponseBase) -> str | None:
    """Return the Location of a redirect, None for any other response."""
    if not response.is_redirect or "location" not in response.headers:
        return None
    location: str = response.headers["location"]
    # Headers arrive as Latin-1, but servers that send more than ASCII here mean UTF-8.
    sent = location.encode("latin-1")
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError:
        # Whatever they mean: the server gets back the bytes that it sent.
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in sent)
