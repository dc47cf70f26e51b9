"""What a request inherits from its session and the environment, and what it may not ask for.

Decides on values alone. Never sends, and never changes a session.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, TypeGuard, cast

from .._text import urls
from .._text.headers import TOKEN
from .._text.structures import CaseInsensitiveDict, is_missing, pairs_of
from .._transports import runtime
from ..exceptions import BrowserLimitError, FetchOptionError, InvalidSchema
from .arguments import from_js, unwrapped

if TYPE_CHECKING:
    from .._text.for_checkers import LimitPair, Setting
    from . import types
    from .request import PreparedRequest

CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

# Source: WHATWG Fetch, `RequestInit`. A browser's TypeError would not name the allowed words.
_FETCH_VALUES = {
    "credentials": ("omit", "same-origin", "include"),
    "mode": ("cors", "no-cors", "same-origin"),
    "cache": ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"),
    "redirect": ("follow", "error", "manual"),
    "priority": ("high", "low", "auto"),
    "target_address_space": ("loopback", "local", "public", "unknown"),
    "referrer_policy": (
        "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
        "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
    ),
    "keepalive": (True, False),
}  # fmt: skip


def merge(
    request: Setting,
    session: object,
    dict_class: Callable[[Mapping[str, object]], MutableMapping[str, object]] = dict,
) -> Setting:
    """Merge a setting of a request with its session's: mappings item by item, None removes.

    Source: requests' `merge_setting`.
    """
    # Most settings are None or {} in both: no copy, and no further question.
    if session is request is None or (
        type(session) is type(request) is dict_class is dict and not session and not request
    ):
        return request
    # Only the outermost JavaScript object; `PreparedRequest` converts what is in it.
    mine, theirs = unwrapped(request), unwrapped(session)
    if mine is None or theirs is None:
        return cast("Setting", theirs if mine is None else mine)
    if not _is_mapping(theirs) or not _is_mapping(mine):
        return mine
    merged = dict_class(theirs)
    if mine:
        merged.update(mine)
    if merged:
        # None in the session itself removes an item, too, as in requests.
        for name in [name for name, value in merged.items() if is_missing(value)]:
            del merged[name]
    return cast("Setting", merged)


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    # isinstance with an abstract class is slow, and hardly ever needed.
    return isinstance(value, dict) or (hasattr(value, "keys") and isinstance(value, Mapping))


def merge_headers(
    request: types.Headers | None, session: types.Headers | None
) -> CaseInsensitiveDict[str | bytes]:
    """Merge the headers of a request with its session's."""
    # Most requests have none of their own: a copy, unless a None in the session removes something.
    if (request is None or request == {}) and type(session) is CaseInsensitiveDict:
        for _, value in pairs_of(session):
            if not isinstance(value, (str, bytes)):
                break
        else:
            return CaseInsensitiveDict(session)
    merged = merge(from_js(request), session, CaseInsensitiveDict)
    if merged is None:
        return CaseInsensitiveDict()
    return cast("CaseInsensitiveDict[str | bytes]", merged)


def merge_hooks(request: types.Hooks | None, session: types.Hooks | None) -> types.Hooks | None:
    """Merge hooks: a request without hooks gets its session's."""
    # `Request` always has {"response": []}, which by `merge` would hide the session's hooks.
    if session is None or session.get("response") == []:
        return request
    if request is None or request.get("response") == []:
        return session
    return merge(request, session)


def default_headers() -> CaseInsensitiveDict[str | bytes]:
    """Return the headers of a new session."""
    # A browser sets User-Agent, Accept-Encoding and Connection itself, and a User-Agent from script
    # makes Firefox send a preflight before each request to another origin.
    if runtime.IN_PYODIDE:
        return CaseInsensitiveDict({"Accept": "*/*"})
    from .._text.content_coding import accepted

    # Not imported: the package with the version is above this module.
    package = sys.modules[__name__.partition(".")[0]]
    return CaseInsensitiveDict(
        {
            "User-Agent": f"pyfetch-requests/{package.__version__}",
            "Accept-Encoding": accepted(),
            "Accept": "*/*",
            "Connection": "keep-alive",
        }
    )


def parse_timeout(timeout: types.Timeout) -> tuple[float | None, float | None]:
    """Return (seconds until the headers, seconds between chunks); None for no limit.

    One number is both limits. Of a pair (connect, read) the headers get the sum, because fetch does
    not tell connecting from waiting; a connect limit of None adds nothing, a read limit of None
    means no limit at all.

    Raises:
        ValueError: the timeout is not a number or not positive, or the tuple is not a pair.
    """
    if timeout is None:
        return None, None
    connect, read = timeout_pair(timeout)
    if _pair_in(timeout) is None:
        return connect, read
    return (None if read is None else (connect or 0.0) + read), read


def timeout_pair(timeout: types.Timeout) -> tuple[float | None, float | None]:
    """Return the limits (connect, read) in seconds, None for none; see `parse_timeout`."""
    if (pair := _pair_in(timeout)) is None:
        seconds = _check_seconds("timeout", timeout)
        return seconds, seconds
    return _check_seconds("connect", pair[0]), _check_seconds("read", pair[1])


def _pair_in(timeout: object) -> tuple[object, object] | None:
    # Return the limits for connecting and reading, None if it is one for both.
    if hasattr(timeout, "connect_timeout"):  # urllib3's Timeout
        parts = cast("LimitPair", timeout)
        return parts.connect_timeout, parts.read_timeout
    if not isinstance(timeout, tuple):
        return None
    if len(timeout) != 2:
        raise ValueError(
            f"Invalid timeout {timeout}. Pass a (connect, read) timeout tuple, or a single "
            "float to set both timeouts to the same value."
        )
    return timeout


def _check_seconds(name: str, value: object) -> float | None:
    # urllib3's default is an enum member, and means the default of the socket module: no limit.
    if value is None or type(value).__name__ == "_TYPE_DEFAULT":
        return None
    try:
        # float() takes True and "1", but urllib3 refuses them.
        seconds = None if isinstance(value, bool | str | bytes) else float(cast("float", value))
    except TypeError:
        seconds = None
    if seconds is None:
        raise ValueError(
            f"Timeout value {name} was {value!r}, but it must be an int, float or None."
        )
    if not seconds > 0:
        raise ValueError(
            f"Attempted to set {name} timeout to {value}, but the timeout cannot be set to a "
            "value less than or equal to 0."
        )
    return seconds if seconds != float("inf") else None


def check_fetch_options(options: Mapping[str, object]) -> dict[str, object]:
    """Return the fetch options that are given, or refuse a value that fetch does not know.

    Raises:
        FetchOptionError: names the option, the value and the allowed values.
    """
    given = {name: value for name, value in options.items() if not is_missing(value)}
    for name, value in given.items():
        allowed = _FETCH_VALUES.get(name)
        if allowed is None:
            from . import fetch_options

            fetch_options.check(name, value)
        elif value not in allowed:
            known = ", ".join(map(repr, allowed))
            raise FetchOptionError(f"{name}={value!r} is not known to fetch: use {known}")
    return given


def add_further_options(
    given: dict[str, object], defaults: Mapping[str, object] | None
) -> dict[str, object]:
    """Add the content of `fetch_options`, of a session and of the request, to the other options."""
    own = cast("Mapping[str, object] | None", given.pop("fetch_options", None))
    # JavaScript values are not converted: they go back to JavaScript.
    further = {**(defaults or {}), **(own or {})}
    given.update({name: value for name, value in further.items() if not is_missing(value)})
    return given


def environment_matters(url: str) -> bool:
    """Tell whether an environment variable may be set that matters to a request, in either case."""
    scheme = url.partition(":")[0].upper()
    return runtime.has_variable((f"{scheme}_PROXY", "ALL_PROXY", *CA_BUNDLES))


def environment_proxies(url: str, no_proxy: str | None) -> dict[str, str]:
    """Return the proxies that environment variables name for a URL, by scheme."""
    if not environment_matters(url):
        return {}
    from . import proxies

    return proxies.environment_proxies(url, no_proxy)


def check_as_in_browser(
    request: PreparedRequest, verify: types.Verify, cert: types.Cert, proxies: types.Proxies | None
) -> None:
    """Refuse what a browser could not do, and warn of what it would not heed."""
    url = request.url
    if not runtime.IN_PYODIDE:
        from .environment import without_environment

        proxies, verify = without_environment(CA_BUNDLES, proxies, verify)
    if proxies:
        from .proxies import refuse_proxy

        refuse_proxy(url, proxies, request)
    if verify is not True or cert:
        from .tls_settings import check_tls

        check_tls(url, verify, cert)
    check_method(request.method, request.body, url)


def check_method(method: str, body: object, url: str) -> None:
    """Refuse what fetch would refuse, or silently drop.

    Raises:
        InvalidSchema: a method other than GET for a blob: or data: URL.
        BrowserLimitError: a body with GET or HEAD, one of the methods CONNECT, TRACE, TRACK, or
            one that is not a token (RFC 9110 section 5.6.2).
    """
    # WHATWG Fetch, scheme fetch: a blob: URL is answered for GET alone. data: is held to the same.
    if urls.has_local_scheme(url) and method != "GET":
        raise InvalidSchema(f"blob: and data: URLs can only be read with GET, not {method}.")
    simple = method.isascii() and method.isalpha()
    if not simple and not re.fullmatch(TOKEN, method):  # compiled only for unusual methods
        raise BrowserLimitError(
            f"A browser cannot send the method {method!r}: it contains a character that is not "
            "allowed in methods."
        )
    if method in ("CONNECT", "TRACE", "TRACK"):  # WHATWG Fetch, forbidden method
        raise BrowserLimitError(f"A browser does not send {method} requests for script.")
    if body is not None and method in ("GET", "HEAD"):
        raise BrowserLimitError(
            f"A browser cannot send a body with {method}: use params= for the query string, or "
            "another method (many servers take POST for such searches)."
        )
