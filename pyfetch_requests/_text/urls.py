"""URLs as requests prepares them, if they are normal already; the rules for others are apart.

Pure functions from text to text. The rules are those of requests on top of urllib3: the URL that a
server sees must not depend on which of the two libraries sent it.

`url_rules` and `urllib.parse` are imported where they are used: importing the latter takes as long
as all the rest of the package, and a URL without parameters and escapes does not need it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# URLs that are requested as they are: nothing to lower-case, quote or resolve. Most are like
# this, and one regular expression is much faster than taking them apart and together again.
_NORMAL = re.compile(
    r"https?://[a-z0-9-][a-z0-9.-]*(?::(?:[1-5][0-9]{4}|[1-9][0-9]{0,3}))?"
    r"(?:/(?![.])[A-Za-z0-9._~!$&'()*+,;=:@-]*)+(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?-]+)?"
)

# Up to the last "@" of the authority: a password may contain one. A backslash ends the authority
# for browsers. In blob: and data: URLs an "@" is content.
_USERINFO_BEFORE_HOST = r"\A(?!(?i:blob|data):)([^/?#\\@]*://|//|)[^/?#\\]*@"
# Hosts that are clearly this computer, or in a private network.
# Source: RFC 1122, 1918, 3927, 4193, 4291, 6761.
_LOCAL = (
    r"(?i)\w+://(?:(?P<loopback>(?:[^/?#:@]+\.)?localhost|127(?:\.\d+){3}|\[::1\])"
    r"|(?P<local>10(?:\.\d+){3}|(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2}"
    r"|\[f(?:[cd]|e[89ab])[0-9a-f:]*\]))(?::\d*)?(?:[/?#]|$)"
)
_RELATIVE = ("/", "./", "../", "?")


def prepare_normal(url: str, params: object) -> str | None:
    """Return the URL to request, with its parameters; None if `url_rules` has to prepare it."""
    if not _NORMAL.fullmatch(url) or isinstance(params, (str, bytes)):
        return None
    if not params:
        return url
    from .params import encode_params

    query = encode_params(params)
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def split(url: str) -> SplitResult:
    """Return the parts of a URL as `urllib.parse` sees them, without normalising anything."""
    from urllib.parse import urlsplit

    return urlsplit(url)


def is_relative(url: str) -> bool:
    """Tell whether a URL is clearly relative: /x, ./x, ../x, ?x or //host/x.

    "data.csv" is not: it could be a host, and a wrong guess would send the request elsewhere.
    """
    return url.startswith(_RELATIVE)


def resolve(base: str, url: str) -> str:
    """Resolve a relative URL against a base. Source: RFC 3986 section 5.2."""
    from urllib.parse import urljoin

    return urljoin(base, url)


def absolute(base: str | None, url: str | bytes | None) -> str | bytes | None:
    """Resolve a URL against a base, where there is one and the URL has no scheme."""
    if base is None:
        return url
    text = url.decode("utf-8") if isinstance(url, bytes) else str(url)
    return text if "://" in text.partition("?")[0] else resolve(base, text)


def without_userinfo(url: str) -> str:
    """Return the URL without user and password, to be shown or to be fetched."""
    # WHATWG Fetch, `new Request(url)`: a URL with credentials is a TypeError.
    return re.sub(_USERINFO_BEFORE_HOST, r"\1", url, count=1) if "@" in url else url


def has_local_scheme(url: str) -> bool:
    """Tell whether a URL is a blob: or data: one, whose content the browser itself holds.

    Source: WHATWG Fetch, local scheme; about: is one as well, and never of use here.
    """
    return url[:5].lower() in ("blob:", "data:")


def brief(url: str) -> str:
    """Return a URL as messages show it: without user and password, cut if it is long."""
    url = without_userinfo(url)
    return url if len(url) <= 200 else f"{url[:180]}…"


def response_url(url: str, asked: str, redirected: bool) -> str:
    """Return the URL of a response, completed by the parts of the request's URL that are not sent.

    Args:
        url: as the browser writes it.
        asked: the URL of the request.
        redirected: True if `url` is another one: then it does not get the user and password.
    """
    # Browsers keep the fragment over redirects, too: RFC 9110 section 10.2.2.
    fragment = asked.partition("#")[2]
    if fragment and "#" not in url:
        url = f"{url}#{fragment}"
    if redirected or "@" not in asked or (given := re.match(_USERINFO_BEFORE_HOST, asked)) is None:
        return url
    scheme, slashes, rest = url.partition("//")
    userinfo = given[0].removeprefix(given[1])
    return f"{scheme}{slashes}{userinfo}{rest}"


def without_fragment(url: str) -> str:
    """Return the URL up to its fragment."""
    return url.partition("#")[0]


def address_space(url: str) -> str:
    """Return "loopback" or "local" if the host of a URL is clearly that, else "".

    Args:
        url: absolute, without userinfo.

    Source: WICG, Local Network Access (IP address spaces).
    """
    found = re.match(_LOCAL, url)
    return (found and found.lastgroup) or ""
