"""Authentication schemes: what they add to a request, and how they answer a refusal; netrc files.

Decides headers only. Never sends: a scheme that needs a second request returns it from
`follow_up`, and the flow sends it.
"""

from __future__ import annotations

import os
import sys
from binascii import b2a_base64
from collections.abc import Callable
from typing import TYPE_CHECKING

from .._warn import warn

if TYPE_CHECKING:
    from .request import PreparedRequest


def basic_auth_header(username: object, password: object) -> str:
    """Return the value of an Authorization header. Source: RFC 7617, Latin-1 as requests has it.

    Anything but str and bytes becomes text, with a DeprecationWarning, as in requests.
    """
    parts = []
    for part, what in ((username, "user name"), (password, "password")):
        if not isinstance(part, (str, bytes)):
            warn(
                f"Basic auth: the {what} should be str or bytes, not {type(part).__name__}",
                DeprecationWarning,
            )
        parts.append(part if isinstance(part, bytes) else _latin1(str(part)))
    return "Basic " + b2a_base64(b":".join(parts), newline=False).decode("ascii")


def _latin1(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        # requests lets this escape; UTF-8 is what RFC 7617 section 2.1 allows instead.
        return text.encode("utf-8")


class AuthBase:
    """The base of authentication schemes: a callable from PreparedRequest to PreparedRequest.

    A scheme that has to see a response first (as Digest does) also defines
    `follow_up(response) -> PreparedRequest | None`: the request to send instead, None for none.
    """

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        raise NotImplementedError("Auth hooks must be callable.")


class HTTPBasicAuth(AuthBase):
    """User and password in clear, in Base64. Source: RFC 7617."""

    def __init__(self, username: str | bytes, password: str | bytes) -> None:
        self.username = username
        self.password = password

    def __eq__(self, other: object) -> bool:
        return self._key() == (getattr(other, "username", None), getattr(other, "password", None))

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"  # never the password

    def _key(self) -> tuple[str | bytes, str | bytes]:
        return self.username, self.password

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Authorization"] = basic_auth_header(self.username, self.password)
        return r


class HTTPProxyAuth(HTTPBasicAuth):
    """User and password for a proxy; a browser drops the header and asks its user instead."""

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Proxy-Authorization"] = basic_auth_header(self.username, self.password)
        return r


def netrc_auth(url: str, raise_errors: bool = False) -> tuple[str, str] | None:
    """Return (user, password) that a netrc file has for the URL's host, None for none.

    In a browser there is no home folder to look in: only a file that NETRC names is read. One
    that cannot be read counts as none, unless `raise_errors` is true.
    """
    if sys.platform == "emscripten" and "NETRC" not in os.environ:
        return None
    from .outside import netrc_login

    return netrc_login(url, raise_errors)


def find_netrc_auth(url: str) -> tuple[str, str] | None:
    """Return what `netrc_source` has for a URL."""
    return netrc_source(url)


netrc_source: Callable[[str], tuple[str, str] | None] = netrc_auth
"""Where a login for a host comes from; `requests.sessions.get_netrc_auth` once that is imported."""
