"""Authentication schemes: what they add to a request, and how they answer a refusal.

Decides headers only. Never sends: a scheme that needs a second request returns it from
`follow_up`, and the flow sends it.
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING

from .._warn import warn

if TYPE_CHECKING:
    from .request import PreparedRequest


def basic_auth_header(username: object, password: object) -> str:
    """Return the value of an Authorization header. Source: RFC 7617, in Latin-1 as in requests.

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
        # requests lets this error escape; RFC 7617 section 2.1 has UTF-8 as the other charset.
        return text.encode("utf-8")


class AuthBase:
    """The base of authentication schemes: a callable from PreparedRequest to PreparedRequest.

    A scheme that has to see a response first (as Digest does) also defines
    `follow_up(response) -> PreparedRequest | None`: the request to send next, None for none.
    """

    # Not a response hook, as in requests: one hook cannot await on one face and block on the other.

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        raise NotImplementedError("Auth hooks must be callable.")


class HTTPBasicAuth(AuthBase):
    """User and password, in base64 and not encrypted. Source: RFC 7617."""

    def __init__(self, username: str | bytes, password: str | bytes) -> None:
        self.username = username
        self.password = password

    # By attributes, not by class, as in requests: a subclass with the same login is equal.
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
    """User and password for a proxy. A browser ignores the header, and asks its user instead."""

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Proxy-Authorization"] = basic_auth_header(self.username, self.password)
        return r
