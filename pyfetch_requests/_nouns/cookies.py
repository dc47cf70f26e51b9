"""Cookie jars, for runtimes that show cookies to a program (Node, CPython, a mock transport).

Decides which cookies a request has and a response sets. Never applies in a browser, which keeps
cookies itself: see `credentials`. Imported when the first cookie is set or read, because
`http.cookiejar` takes longer to import than all the rest of this package.
Source: RFC 6265 by way of `http.cookiejar`; names and signatures are those of requests.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, MutableMapping
from email.message import Message
from http.cookiejar import Cookie, CookieJar, CookiePolicy
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from http.client import HTTPResponse
    from http.cookies import Morsel
    from urllib.request import Request

    from .._text.for_checkers import CookieFields
    from .request import PreparedRequest
    from .response import ResponseBase


class CookieConflictError(RuntimeError):
    """Several cookies have this name; pass the domain and path, too."""


class MockRequest:
    """A PreparedRequest with the methods that `http.cookiejar` calls on a request."""

    def __init__(self, request: PreparedRequest) -> None:
        self._request = request
        self._new_headers: dict[str, str] = {}
        parts = urlsplit(request.url)
        host = request.headers.get("Host")
        if isinstance(host, bytes):  # prepare_headers keeps bytes, as requests does
            host = host.decode("utf-8")
        self.type: str = parts.scheme
        self.host: str = parts.netloc
        self.origin_req_host: str = parts.netloc
        # As in requests; by this a policy may refuse third-party cookies (RFC 2965 section 3.3.6).
        self.unverifiable = True
        # A Host header names the site that is wanted of the server; cookies belong to that one.
        self._url = urlunsplit(parts._replace(netloc=host)) if host else request.url

    def get_type(self) -> str:
        """Return the scheme of the URL."""
        return self.type

    def get_host(self) -> str:
        """Return host and port of the URL."""
        return self.host

    def get_origin_req_host(self) -> str:
        """Return the same: no request here is made on behalf of another site's page."""
        return self.origin_req_host

    def get_full_url(self) -> str:
        """Return the URL, with the host that a Host header names."""
        return str(self._url)

    def is_unverifiable(self) -> bool:
        """Return True, as in requests."""
        return True

    def has_header(self, name: str) -> bool:
        """Tell whether the request has a header, or a jar has added it."""
        return name in self._request.headers or name in self._new_headers

    def get_header(self, name: str, default: str | None = None) -> str | None:
        """Return the value of such a header, or the default."""
        return self._request.headers.get(name, self._new_headers.get(name, default))

    def add_unredirected_header(self, name: str, value: str) -> None:
        """Take a header from a jar; the request itself is not changed."""
        self._new_headers[name] = value

    def get_new_headers(self) -> dict[str, str]:
        """Return the headers that a jar has added."""
        return self._new_headers


class MockResponse:
    """Response headers with the one method that `http.cookiejar` calls on a response."""

    def __init__(self, headers: Message) -> None:
        self._headers = headers

    def info(self) -> Message:
        """Return the headers."""
        return self._headers


if TYPE_CHECKING:
    # For type checkers no mapping: names repeat, and iterating yields Cookie objects.
    _Jar = CookieJar
else:

    class _Jar(CookieJar, MutableMapping):
        """Both, because requests' jar is an instance of both."""


class RequestsCookieJar(_Jar):
    """A cookie jar that is also a mapping of names to values."""

    if TYPE_CHECKING:
        _policy: CookiePolicy

    def get(
        self,
        name: str,
        default: str | None = None,
        domain: str | None = None,
        path: str | None = None,
    ) -> str | None:
        """Return the value of a cookie, of any domain and path unless these are given.

        Raises:
            CookieConflictError: several cookies match.
        """
        try:
            return self._find_one(name, domain, path)
        except KeyError:
            return default

    def set(self, name: str, value: str | Morsel[str] | None, **kwargs: object) -> Cookie | None:
        """Set a cookie (value str or Morsel), or remove it (value None).

        The keywords are those of `create_cookie`: domain, path, secure, expires and so on.
        """
        if value is None:
            domain, path = (cast("str | None", kwargs.get(key)) for key in ("domain", "path"))
            remove_cookie_by_name(self, name, domain, path)
            return None
        # Only a Morsel has a coded_value: `http.cookies` is not imported to ask for its class.
        cookie = (
            create_cookie(name, cast("str", value), **kwargs)
            if isinstance(value, str) or not hasattr(value, "coded_value")
            else morsel_to_cookie(value)
        )
        self.set_cookie(cookie)
        return cookie

    def set_cookie(self, cookie: Cookie, *args: object, **kwargs: object) -> None:
        """Set a Cookie object; escaped quotes in a quoted value are removed, as in requests."""
        value = cookie.value
        if isinstance(value, str) and value.startswith('"') and value.endswith('"'):
            cookie.value = value.replace('\\"', "")
        super().set_cookie(cookie, *args, **kwargs)

    # Lists, not views, as in requests.

    def iterkeys(self) -> Iterator[str]:
        """Yield the names."""
        return (cookie.name for cookie in iter(self))

    def itervalues(self) -> Iterator[str | None]:
        """Yield the values."""
        return (cookie.value for cookie in iter(self))

    def iteritems(self) -> Iterator[tuple[str, str | None]]:
        """Yield (name, value)."""
        return ((cookie.name, cookie.value) for cookie in iter(self))

    def keys(self) -> list[str]:
        """Return the names as a list."""
        return list(self.iterkeys())

    def values(self) -> list[str | None]:
        """Return the values as a list."""
        return list(self.itervalues())

    def items(self) -> list[tuple[str, str | None]]:
        """Return (name, value) pairs as a list."""
        return list(self.iteritems())

    def list_domains(self) -> list[str]:
        """Return the domains, each once."""
        return list(dict.fromkeys(cookie.domain for cookie in iter(self)))

    def list_paths(self) -> list[str]:
        """Return the paths, each once."""
        return list(dict.fromkeys(cookie.path for cookie in iter(self)))

    def multiple_domains(self) -> bool:
        """Tell whether a domain has more than one cookie: requests' meaning, despite the name."""
        domains = [cookie.domain for cookie in iter(self)]
        return len(domains) != len(set(domains))

    def get_dict(self, domain: str | None = None, path: str | None = None) -> dict[str, str | None]:
        """Return names and values, of one domain and path if these are given."""
        return {cookie.name: cookie.value for cookie in _within(self, domain, path)}

    def update(
        self,
        other: CookieJar | Mapping[str, str | None] | Iterable[tuple[str, str | None]] = (),
        /,
        **kwargs: str | None,
    ) -> None:
        """Add the cookies of another jar, or names and values."""
        if isinstance(other, CookieJar):
            for cookie in other:
                self.set_cookie(copy.copy(cookie))  # a jar may change its cookies: share none
        else:
            for name, value in dict(other, **kwargs).items():
                self[name] = value

    def copy(self) -> RequestsCookieJar:
        """Return a jar with the same cookies and policy."""
        twin = RequestsCookieJar(policy=self.get_policy())
        twin.update(self)
        return twin

    def get_policy(self) -> CookiePolicy:
        """Return the policy that decides which cookies are accepted and sent."""
        return self._policy

    def _find(self, name: str, domain: str | None = None, path: str | None = None) -> str | None:
        """Return the first cookie that matches.

        Raises:
            KeyError: there is none.
        """
        # Not called here: requests' jar has it, and `_find_no_duplicates`.
        return _named(self, name, domain, path)[0].value

    def _find_one(self, name: str, domain: str | None, path: str | None) -> str | None:
        found = _named(self, name, domain, path)
        if len(found) > 1:
            raise CookieConflictError(f"There are multiple cookies with name, {name!r}")
        return found[0].value

    _find_no_duplicates = _find_one

    def __iter__(self) -> Iterator[Cookie]:
        return super().__iter__()

    # Mapping asks `__getitem__`, which raises if two cookies have the name.
    def __contains__(self, name: object) -> bool:
        return any(cookie.name == name for cookie in iter(self))

    def __getitem__(self, name: str) -> str | None:
        return self._find_one(name, None, None)

    def __setitem__(self, name: str, value: str | Morsel[str] | None) -> None:
        self.set(name, value)

    def __delitem__(self, name: str) -> None:
        remove_cookie_by_name(self, name)

    def __getstate__(self) -> dict[str, object]:
        state = self.__dict__.copy()
        del state["_cookies_lock"]  # a lock cannot be pickled
        return state

    def __setstate__(self, state: dict[str, object]) -> None:
        import threading

        self.__dict__.update(state)
        self._cookies_lock = threading.RLock()


def _within(jar: CookieJar, domain: str | None, path: str | None) -> list[Cookie]:
    """Return the cookies of a domain and path; None is any."""
    # By equality, as in requests: the rules by which a domain covers its hosts (RFC 6265 section
    # 5.1.3) are for sending, and a cookie is looked up under what its server wrote.
    return [
        cookie for cookie in jar if domain in (None, cookie.domain) and path in (None, cookie.path)
    ]


def _named(jar: CookieJar, name: str, domain: str | None, path: str | None) -> list[Cookie]:
    """Return the cookies of a name, at least one.

    Raises:
        KeyError: there is none.
    """
    if found := [cookie for cookie in _within(jar, domain, path) if cookie.name == name]:
        return found
    raise KeyError(f"name={name!r}, domain={domain!r}, path={path!r}")


def remove_cookie_by_name(
    cookiejar: CookieJar, name: str, domain: str | None = None, path: str | None = None
) -> None:
    """Remove the cookies of a name, of any domain and path unless these are given."""
    # A list first: clearing while the jar is iterated skips cookies.
    for cookie in _within(cookiejar, domain, path):
        if cookie.name == name:
            cookiejar.clear(cookie.domain, cookie.path, cookie.name)


def create_cookie(name: str, value: str, **kwargs: object) -> Cookie:
    """Create a cookie; without further keywords it matches every domain and the path "/".

    Raises:
        TypeError: a keyword that a cookie does not have, or a value that is not a str.
    """
    # requests fails later, with an AttributeError out of `http.cookiejar`.
    if not isinstance(value, str | None):
        raise TypeError(f"cookie {name!r}: the value must be str, not {type(value).__name__}")
    fields: dict[str, object] = {
        "version": 0,
        "name": name,
        "value": value,
        "port": None,
        "domain": "",  # of no server, so `http.cookiejar` sends it to every one, as requests does
        "path": "/",
        "secure": False,
        "expires": None,
        "discard": True,
        "comment": None,
        "comment_url": None,
        "rest": {"HttpOnly": None},
        "rfc2109": False,
    }
    if unknown := sorted(kwargs.keys() - fields.keys()):
        raise TypeError(f"create_cookie() got unexpected keyword arguments: {unknown}")
    fields.update(kwargs)
    fields["port_specified"] = bool(fields["port"])
    fields["domain_specified"] = bool(fields["domain"])
    fields["domain_initial_dot"] = cast("str", fields["domain"]).startswith(".")
    fields["path_specified"] = bool(fields["path"])
    return Cookie(**cast("CookieFields", fields))


def morsel_to_cookie(morsel: Morsel[str]) -> Cookie:
    """Convert an `http.cookies.Morsel` to a cookie.

    Raises:
        TypeError: its max-age is not a number.
    """
    import calendar
    import time

    expires: int | None = None
    if morsel["max-age"]:  # RFC 6265 section 4.1.2.2: it takes precedence over Expires
        try:
            expires = int(time.time() + int(morsel["max-age"]))
        except ValueError as error:
            raise TypeError(f"max-age: {morsel['max-age']} must be integer") from error
    elif morsel["expires"]:
        # Only with hyphens, as in requests. RFC 6265 section 5.1.1 reads more forms; those of a
        # server's own header go through `http.cookiejar`, which does so, too.
        pattern = "%a, %d-%b-%Y %H:%M:%S GMT"
        expires = calendar.timegm(time.strptime(morsel["expires"], pattern))
    return create_cookie(
        morsel.key,
        morsel.value,
        comment=morsel["comment"],
        comment_url=bool(morsel["comment"]),  # as in requests; RFC 2965 has a URL there
        discard=False,
        domain=morsel["domain"],
        expires=expires,
        path=morsel["path"],
        rest={"HttpOnly": morsel["httponly"]},
        secure=bool(morsel["secure"]),
        version=morsel["version"] or 0,
    )


def cookiejar_from_dict(
    cookie_dict: Mapping[str, str] | None,
    cookiejar: CookieJar | None = None,
    overwrite: bool = True,
) -> CookieJar:
    """Put names and values into a jar, a new one unless one is given.

    Raises:
        TypeError: the cookies are not a mapping, or a value is not a str.
    """
    jar = RequestsCookieJar() if cookiejar is None else cookiejar
    if cookie_dict is not None and not isinstance(cookie_dict, Mapping):
        raise _no_cookies(cookie_dict)
    names = {cookie.name for cookie in jar}
    for name, value in (cookie_dict or {}).items():
        if overwrite or name not in names:
            jar.set_cookie(create_cookie(name, value))
    return jar


def _no_cookies(value: object) -> TypeError:
    return TypeError(f"cookies must be a mapping or a cookie jar, not {type(value).__name__}")


def merge_cookies(cookiejar: CookieJar, cookies: Mapping[str, str] | CookieJar | None) -> CookieJar:
    """Add cookies (a mapping or a jar) to a jar; those of a mapping replace none, as in requests.

    Raises:
        ValueError: `cookiejar` is not a CookieJar.
        TypeError: `cookies` are neither a mapping nor a jar.
    """
    if not isinstance(cookiejar, CookieJar):
        raise ValueError("You can only merge into CookieJar")
    if isinstance(cookies, dict):
        return cookiejar_from_dict(cookies, cookiejar, overwrite=False)
    if isinstance(cookies, RequestsCookieJar) and isinstance(cookiejar, RequestsCookieJar):
        cookiejar.update(cookies)
    elif cookies is None or isinstance(cookies, (CookieJar, Mapping)):
        for cookie in cast("Iterable[Cookie]", cookies or ()):
            cookiejar.set_cookie(copy.copy(cookie))
    else:  # requests passes over them
        raise _no_cookies(cookies)
    return cookiejar


def copy_jar(jar: CookieJar | None) -> CookieJar | None:
    """Copy a jar of any class; None stays None."""
    if jar is None:
        return None
    if hasattr(jar, "copy"):  # ours, and subclasses of others that know better
        return cast(CookieJar, jar.copy())
    # As in requests. A FileCookieJar keeps its file name and policy this way.
    twin = copy.copy(jar)
    twin.clear()
    for cookie in jar:
        twin.set_cookie(copy.copy(cookie))
    return twin


def get_cookie_header(jar: CookieJar, request: PreparedRequest) -> str | None:
    """Return the value of the Cookie header for a request, None if no cookie matches."""
    mock = MockRequest(request)
    jar.add_cookie_header(cast("Request", mock))
    return mock.get_new_headers().get("Cookie")


def extract_cookies(
    jar: CookieJar, request: PreparedRequest, headers: list[tuple[str, str]]
) -> None:
    """Put the cookies that a response sets into a jar.

    Args:
        jar: accepts the cookies that its policy allows.
        request: the PreparedRequest that was answered.
        headers: list of (name, value), one entry for each Set-Cookie: joined by commas they could
            not be told apart, because Expires contains a comma.
    """
    message = Message()
    for name, value in headers:
        if name.lower() in ("set-cookie", "set-cookie2"):
            message[name] = value
    _extract(jar, message, request)


def _extract(jar: CookieJar, message: Message, request: PreparedRequest) -> None:
    """Let a jar read headers; `http.cookiejar` calls no other methods than the mocks have."""
    jar.extract_cookies(
        cast("HTTPResponse", MockResponse(message)), cast("Request", MockRequest(request))
    )


def rebuild_cookies(
    request: PreparedRequest, response: ResponseBase, session_jar: CookieJar | None = None
) -> None:
    """Set the Cookie header of a request that follows a response.

    Args:
        request: a copy of the request that was answered, with its cookies.
        response: may have set or removed some of them.
        session_jar: further cookies, which replace those of the request; None for none.
    """
    jar = request._cookies
    extract_cookies_to_jar(jar, response.request, response.raw)
    request.prepare_cookies(merge_cookies(jar, session_jar))


def extract_cookies_to_jar(jar: CookieJar, request: PreparedRequest, response: object) -> None:
    """Put the cookies of a raw response into a jar; as in requests, for its callers."""
    # urllib3's response keeps http.client's under this name, and mocks of responses imitate it.
    original = getattr(response, "_original_response", None)
    if original:
        _extract(jar, original.msg, request)
    elif isinstance(pairs := getattr(response, "header_pairs", None), list):
        extract_cookies(jar, request, pairs)
