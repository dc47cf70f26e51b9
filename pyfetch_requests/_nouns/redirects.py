"""What the next request of a redirect is, for runtimes that show redirects (Node, a mock).

Decides the next request. Never sends it, and never counts.
Source: requests' rules on top of RFC 9110 section 15.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._text import urls
from ..exceptions import InvalidSchema, InvalidURL
from . import settings
from .auth import basic_auth_header, find_netrc_auth

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from .cookies import RequestsCookieJar
    from .request import PreparedRequest
    from .response import ResponseBase
    from .types import Proxies

_DEFAULT_PORTS = {"http": 80, "https": 443}


class RedirectMixin:
    """How a redirect is followed, step by step; subclasses of a session override single steps.

    The steps are taken where a redirect is shown: in Node, by an adapter or a transport of the
    user's own. A browser follows by itself, and tells of no step.

    Attributes:
        trust_env: False leaves netrc files and variables of the environment out.
        cookies: the jar whose cookies the next request gets, too.
    """

    trust_env: bool
    if TYPE_CHECKING:

        @property
        def cookies(self) -> RequestsCookieJar: ...
        @cookies.setter
        def cookies(self, jar: CookieJar) -> None: ...

    def get_redirect_target(self, resp: ResponseBase) -> str | None:
        """Return the URL that a response sends the client to, None for no redirect."""
        return redirect_target(resp)

    def should_strip_auth(self, old_url: str, new_url: str) -> bool:
        """Tell whether credentials must not follow from one URL to the other."""
        return should_strip_auth(old_url, new_url)

    def rebuild_method(self, prepared_request: PreparedRequest, response: ResponseBase) -> None:
        """Give the next request its method, by the status of the redirect."""
        prepared_request.method = next_method(prepared_request.method, response.status_code)

    def rebuild_auth(self, prepared_request: PreparedRequest, response: ResponseBase) -> None:
        """Take credentials from a request to another site, and add those of a netrc file."""
        headers = prepared_request.headers
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
        """Return the proxies for the next request, and write its Proxy-Authorization header."""
        url, headers = prepared_request.url, prepared_request.headers
        resolved = settings.resolve_proxies(url, proxies, self.trust_env)
        headers.pop("Proxy-Authorization", None)
        scheme = urls.split(url).scheme
        login = urls.credentials_of(resolved[scheme]) if scheme in resolved else None
        # To https a proxy is told its login when the tunnel is asked for, not in the tunnel.
        if login and all(login) and not scheme.startswith("https"):
            headers["Proxy-Authorization"] = basic_auth_header(*login)
        return resolved

    def _rebuild_cookies(self, prepared_request: PreparedRequest, response: ResponseBase) -> None:
        """Write the Cookie header of the next request: its own, the answer's, the session's."""
        prepared_request.headers.pop("Cookie", None)
        from . import cookies as _cookies

        _cookies.rebuild_cookies(prepared_request, response, self.cookies)

    def _next_request(
        self, response: ResponseBase, request: PreparedRequest, proxies: Proxies | None
    ) -> tuple[PreparedRequest, dict[str, str]] | None:
        """Return the request that a redirect asks for and its proxies, None for no redirect.

        Its body is where reading has left it: to be rewound by who sends it.

        Raises:
            InvalidURL: the redirect leads nowhere.
        """
        target = self.get_redirect_target(response)
        if not target:
            return None
        following = request.copy()
        try:
            following.url = next_url(target, response.url, request.url)
            strip_auth = self.should_strip_auth(request.url, following.url)
        except ValueError as error:
            shown = urls.brief(target)
            raise InvalidURL(f"Redirected to {shown!r}: {error}", response=response) from error
        self.rebuild_method(following, response)
        if response.status_code not in (307, 308):
            for name in ("Content-Length", "Content-Type", "Transfer-Encoding"):
                following.headers.pop(name, None)
            following.body = None
        self._rebuild_cookies(following, response)
        resolved = self.rebuild_proxies(following, proxies)
        self.rebuild_auth(following, response)
        if strip_auth:
            following.authenticator = None  # nor is a challenge of the other site answered
        return following, resolved


def refuse_held(url: str) -> None:
    """Refuse to go to what is in this page: no server may choose that.

    Raises:
        InvalidSchema: the URL is a blob: or data: address.
    """
    if urls.is_held(url):
        raise InvalidSchema(f"A redirect leads to {urls.brief(url)!r}: no server may name that.")


def redirect_target(response: ResponseBase) -> str | None:
    """Return the Location of a redirect, None for another answer.

    Header bytes arrive as Latin-1, but servers that use more than ASCII here mean UTF-8. Bytes that
    are no UTF-8 stay what they are.
    """
    if not response.is_redirect or "location" not in response.headers:
        return None
    location: str = response.headers["location"]
    sent = location.encode("latin-1")
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in sent)


def next_url(target: str, response_url: str, request_url: str) -> str:
    """Return the URL that a Location means; it inherits the fragment of the one before."""
    if target.startswith("//"):
        target = f"{urls.split(response_url).scheme}:{target}"
    parts = urls.split(target)
    fragment = urls.split(request_url).fragment
    if not parts.fragment and fragment:  # RFC 9110 section 10.2.2: a fragment is inherited
        parts = parts._replace(fragment=fragment)
    url = urls.requote(parts.geturl())
    return url if parts.netloc else urls.resolve(response_url, url)


def next_method(method: str, status: int) -> str:
    """Return the method after a redirect: what browsers do, and requests with them."""
    if status in (302, 303) and method != "HEAD":
        return "GET"
    return "GET" if status == 301 and method == "POST" else method


def should_strip_auth(old_url: str, new_url: str) -> bool:
    """Tell whether credentials must not follow: another host, or a weaker or other port."""
    old, new = urls.split(old_url), urls.split(new_url)
    if old.hostname != new.hostname:
        return True
    if (old.scheme, new.scheme) == ("http", "https") and (
        old.port in (80, None) and new.port in (443, None)
    ):
        return False  # the same site, made secure
    default = (_DEFAULT_PORTS.get(old.scheme), None)
    if old.scheme == new.scheme and old.port in default and new.port in default:
        return False
    return old.port != new.port or old.scheme != new.scheme
