"""Digest authentication: the response to a server's challenge.

Decides the next request after a 401. Never sends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack, cast
from urllib.parse import urlsplit

from .._text.field_lists import parse_dict
from .auth import HTTPBasicAuth

if TYPE_CHECKING:
    from .request import PreparedRequest
    from .response import ResponseBase
    from .types import AdapterOptions


class HTTPDigestAuth(HTTPBasicAuth):
    """User and password, hashed with a challenge of the server.

    MD5, SHA, SHA-256 and SHA-512, each also with "-sess", and qop "auth" or none.
    Source: RFC 7616.
    """

    def __init__(self, username: str | bytes, password: str | bytes) -> None:
        super().__init__(username, password)
        self._challenge: dict[str, str | None] = {}
        self._nonce_count = 0

    # Challenge and count are on the object, as in requests, so that later requests begin with the
    # nonce that is known; they take no part in being equal.
    __hash__ = HTTPBasicAuth.__hash__

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        if self._challenge:  # the last nonce may still be good, which saves a round trip
            self._authorize(r)
        r.authenticator = self
        return r

    def follow_up(self, response: ResponseBase) -> PreparedRequest | None:
        """Return the request with the response to the challenge, None if there is none."""
        header = response.headers.get("www-authenticate", "")
        # One header may offer several schemes: RFC 9110 section 11.6.1.
        scheme = header.lower().find("digest ")
        if not 400 <= response.status_code < 500 or scheme < 0:  # as in requests, not 401 alone
            return None
        challenge = parse_dict(header[scheme + len("digest ") :])
        if not challenge.get("nonce"):
            return None
        # Section 3.4: nc counts the requests with one nonce, and a server may refuse a repetition.
        if challenge["nonce"] != self._challenge.get("nonce"):
            self._nonce_count = 0
        self._challenge = challenge
        request = response.request.copy()
        request.rewind_body()
        if "set-cookie" in response.headers:
            from . import cookies

            cookies.rebuild_cookies(request, response)
        return request if self._authorize(request) else None

    def handle_401(self, r: ResponseBase, **options: Unpack[AdapterOptions]) -> ResponseBase:
        """Respond to the challenge of a response, as a hook (blocking face only).

        The flow does not call it: GuessAuth of requests-toolbelt does.

        Returns:
            The new response, with `r` in its history; `r` if there is no challenge.
        """
        request = self.follow_up(r)
        if request is None:
            return r
        r.close()
        response = cast("ResponseBase", r.connection.send(request, **options))
        response.history.append(r)
        return response

    def _authorize(self, request: PreparedRequest) -> bool:
        value = self.build_digest_header(request.method, request.url)
        if value:
            request.headers["Authorization"] = value
        return value is not None

    def build_digest_header(self, method: str, url: str) -> str | None:
        """Return the Authorization header, None if the algorithm or qop is not supported."""
        import hashlib
        import os

        challenge = self._challenge
        realm, nonce = challenge.get("realm") or "", challenge.get("nonce") or ""
        algorithm, qop = challenge.get("algorithm"), challenge.get("qop")
        name = (algorithm or "MD5").upper()  # section 3.3: MD5 is the default
        # SHA is not in the standard, but requests has it. SHA-512-256 is left out by both.
        hashers = {"MD5": "md5", "SHA": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}
        hasher = hashers.get(name.removesuffix("-SESS"))
        # Not auth-int, which hashes the body: requests does not have it either.
        if hasher is None or (qop and "auth" not in [item.strip() for item in qop.split(",")]):
            return None

        def digest(*parts: str) -> str:
            return hashlib.new(hasher, ":".join(parts).encode(), usedforsecurity=False).hexdigest()

        self._nonce_count += 1
        count, cnonce = f"{self._nonce_count:08x}", os.urandom(8).hex()
        user, password = _text(self.username), _text(self.password)
        target = _request_target(url)
        secret = digest(user, realm, password)
        if name.endswith("-SESS"):  # section 3.4.2
            secret = digest(secret, nonce, cnonce)
        request = digest(method, target)
        # Without qop the server is one of RFC 2069, which had neither counts nor client nonces.
        middle = (nonce, count, cnonce, "auth") if qop else (nonce,)
        response = digest(secret, *middle, request)
        fields = [
            f'username="{user}", realm="{realm}", nonce="{nonce}", uri="{target}"',
            f'response="{response}"',
        ]
        if opaque := challenge.get("opaque"):
            fields.append(f'opaque="{opaque}"')
        # algorithm and qop quoted, against section 3.4, as requests sends them.
        if algorithm:
            fields.append(f'algorithm="{algorithm}"')
        if qop:
            fields.append(f'qop="auth", nc={count}, cnonce="{cnonce}"')
        return "Digest " + ", ".join(fields)


def _text(value: str | bytes) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else value


def _request_target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
