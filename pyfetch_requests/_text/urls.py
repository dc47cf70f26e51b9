"""URLs as requests prepares them: normalised, quoted once, with their parameters.

Pure functions from text to text. The rules are those of requests on top of urllib3: the URL that a
server sees must not depend on which of the two libraries sent it.
Source: RFC 3986; RFC 5891 for host names.

`urllib.parse` is imported where it is used: importing it takes as long as all the rest of the
package, and a URL without parameters and escapes does not need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, cast

from ..exceptions import InvalidURL, MissingSchema
from .structures import has_items, is_file, is_missing

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# URLs that `prepare_url` returns unchanged: nothing to lower-case, quote or resolve. Most are like
# this, and one regular expression is much faster than taking them apart and together again.
_NORMAL = re.compile(
    r"https?://[a-z0-9-][a-z0-9.-]*(?::(?:[1-5][0-9]{4}|[1-9][0-9]{0,3}))?"
    r"(?:/(?![.])[A-Za-z0-9._~!$&'()*+,;=:@-]*)+(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?-]+)?"
)
# The patterns of urllib3. Strings, compiled when first used: most URLs are normal.
_PARTS = r"(?s)(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^\\/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?"
_SCHEME_OR_PATH = r"[a-zA-Z][a-zA-Z0-9+-]*:|/"
_HOST_PORT = r"((?:[^\[\]%:/?#]|%[a-fA-F0-9]{2})*|\[[^\[\]/?#]+\])(?::0*?(|0|[1-9][0-9]{0,4}))?"
_IPV4 = r"(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){0,3}"
_ESCAPE = r"%[a-fA-F0-9]{2}"
_CONTROL = r"[\x00-\x20\x7f]"
UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~"
_USERINFO = frozenset(UNRESERVED + "!$&'()*+,;=:")
_PATH = _USERINFO | frozenset("@/")
_QUERY = _PATH | frozenset("?")
# What may stand unquoted in a whole URL; "%" is added if every "%" begins an escape.
_SAFE_IN_URL = "!#$&'()*+,/:;=?@[]~"

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


class Url(NamedTuple):
    """The parts of a URL; None for a part that is missing."""

    scheme: str | None
    userinfo: str | None
    host: str | None
    port: int | None
    path: str | None
    query: str | None
    fragment: str | None


def split(url: str) -> SplitResult:
    """Return the parts of a URL as `urllib.parse` sees them, without normalising anything."""
    from urllib.parse import urlsplit

    return urlsplit(url)


def parse(url: str) -> Url:
    """Split and normalise an http(s) URL as urllib3 does.

    Raises:
        InvalidURL: the port or the host is invalid.
    """
    # As in urllib3: "host/x" and "a.example:80" begin with a host, "host:80" with a scheme.
    text = url if re.match(_SCHEME_OR_PATH, url) else "//" + url
    match = re.fullmatch(_PARTS, text)
    assert match is not None  # every group is optional or takes anything
    scheme, authority, path, query, fragment = match.groups()
    scheme = scheme.lower() if scheme else scheme
    http = scheme in ("http", "https", None)
    userinfo, host, port = _parse_authority(authority, http, url) if authority else (None,) * 3
    if http and path:
        path = _encode(remove_dot_segments(path), _PATH)
    if http:
        query = None if query is None else _encode(query, _QUERY)
        fragment = None if fragment is None else _encode(fragment, _QUERY)
    if not path:
        path = None if query is None and fragment is None else ""
    return Url(scheme, userinfo, host, port, path, query, fragment)


def _parse_authority(
    authority: str, http: bool, url: str
) -> tuple[str | None, str | None, int | None]:
    userinfo, _, host_port = authority.rpartition("@")
    match = re.fullmatch(_HOST_PORT, host_port)
    if match is None:
        raise InvalidURL(f"Failed to parse: {without_userinfo(url)}")
    host, port = match.groups()
    number = int(port) if port else None
    if number is not None and number > 65535:
        raise InvalidURL(f"Failed to parse: {without_userinfo(url)}")
    if userinfo and http:
        userinfo = _encode(userinfo, _USERINFO)
    return userinfo or None, normalize_host(host) if http else host, number


def _encode(text: str, allowed: frozenset[str]) -> str:
    """Percent-encode what is not allowed, but nothing that is encoded already."""
    text, escapes = re.subn(_ESCAPE, lambda match: match[0].upper(), text)
    data = text.encode("utf-8", "surrogatepass")
    # One "%" that begins no escape, and urllib3 takes none of them for an escape.
    keep_percent = escapes == data.count(b"%")
    return "".join(
        chr(byte)
        if (byte == 0x25 and keep_percent) or (byte < 128 and chr(byte) in allowed)
        else f"%{byte:02X}"
        for byte in data
    )


def remove_dot_segments(path: str) -> str:
    """Resolve "." and ".." in a path. Source: RFC 3986 section 5.2.4."""
    if "." not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]  # at the root there is nothing to remove, which is no error
        elif segment != ".":
            kept.append(segment)
    if path.startswith("/") and (not kept or kept[0]):
        kept.insert(0, "")
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/".join(kept)


def normalize_host(host: str) -> str:
    """Lower-case a host name, and encode its non-ASCII labels in Punycode.

    Raises:
        InvalidURL: it contains a character that no host can have.
    """
    if bad := re.search(_CONTROL, host):
        raise InvalidURL(f"Host {host!r} contains invalid character {bad[0]!r}")
    if host.startswith("["):
        return _normalize_ipv6(host)
    if re.fullmatch(_IPV4, host):
        return host
    if "%" in host:
        host = re.sub(_ESCAPE, _decode_unreserved, host)
    return ".".join(_encode_label(label) for label in host.split("."))


def _normalize_ipv6(host: str) -> str:
    import ipaddress

    address, percent, zone = host[1:-1].partition("%")
    try:
        ipaddress.IPv6Address(address)
    except ValueError as error:
        raise InvalidURL(f"{host!r} is not a valid IPv6 address") from error
    # RFC 6874: "%25" separates the zone in a URL. As in urllib3, it becomes the "%" of RFC 4007.
    if percent and zone.startswith("25") and zone != "25":
        zone = zone[2:]
    return f"[{address.lower()}%{zone}]" if percent else host.lower()


def _decode_unreserved(escape: re.Match[str]) -> str:
    char = chr(int(escape[0][1:], 16))
    # urllib3 refuses these, too: the host also goes into the Host header, which they could end.
    if char < " " or char == "\x7f":
        raise InvalidURL(f"Host contains the control character {escape[0]!r}")
    return char if char in UNRESERVED else escape[0].upper()


def _encode_label(label: str) -> str:
    """Return one label of a host name in ASCII."""
    label = label.lower()
    if label.isascii():
        return re.sub(_ESCAPE, lambda match: match[0].upper(), label)
    from .idna import encode_label

    encoded = encode_label(label)
    if encoded is None:
        raise InvalidURL(f"Host label {label!r} is not a valid IDNA label")
    return encoded


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


def prepare_url(url: object, params: object) -> str:
    """Return the URL to request.

    Args:
        url: str, bytes, or anything whose `str()` is a URL.
        params: mapping, (name, value) pairs, str or bytes, or None.

    Raises:
        MissingSchema: there is no scheme.
        InvalidURL: there is no host, or the URL cannot be parsed.
    """
    url = (url.decode("utf-8") if isinstance(url, bytes) else str(url)).lstrip()
    if _NORMAL.fullmatch(url) and not isinstance(params, (str, bytes)):
        query = encode_params(params) if params else ""
        return f"{url}{'&' if '?' in url else '?'}{query}" if query else url
    return _prepare_any(url, params)


def _prepare_any(url: str, params: object) -> str:
    from urllib.parse import urlunsplit

    if ":" in url and not url.lower().startswith("http"):
        return str(url)  # as in requests: the adapter mounted for the scheme knows its rules
    scheme, userinfo, host, port, path, query, fragment = parse(url)
    shown = without_userinfo(url)
    if not scheme:
        raise MissingSchema(f"Invalid URL {shown!r}: No scheme supplied. {_scheme_hint(shown)}")
    if not host:
        raise InvalidURL(f"Invalid URL {shown!r}: No host supplied")
    if host.startswith(("*", ".")):  # requests' check, and its message
        raise InvalidURL("URL has an invalid label.")
    netloc = f"{userinfo}@{host}" if userinfo else host
    if port:
        netloc += f":{port}"
    query = "&".join(filter(None, (query, encode_params(params))))
    return requote(urlunsplit((scheme, netloc, path or "/", query, fragment or "")))


def _scheme_hint(url: str) -> str:
    if is_relative(url):
        return (
            "It is relative, but there is no page here with an address that it could be relative "
            "to: name the server, as in set_base_url('https://my.example/')."
        )
    return (
        f"Perhaps you meant https://{url}? (A URL relative to this page starts with '/' or './'.)"
    )


def requote(url: str) -> str:
    """Quote what is illegal in a URL, and unquote what need not be quoted."""
    from urllib.parse import quote

    try:
        return quote(_unquote_unreserved(url), safe=_SAFE_IN_URL + "%")
    except InvalidURL:
        # A "%" that begins no escape: quote it, and so every other one.
        return quote(url, safe=_SAFE_IN_URL)


def _unquote_unreserved(url: str) -> str:
    first, *parts = url.split("%")
    text = [first]
    for part in parts:
        escape = part[:2]
        if len(escape) == 2 and escape.isalnum():  # else it is left alone, as in requests
            try:
                char = chr(int(escape, 16))
            except ValueError as error:
                raise InvalidURL(f"Invalid percent-escape sequence: '{escape}'") from error
            text.append(char + part[2:] if char in UNRESERVED else "%" + part)
        else:
            text.append("%" + part)
    return "".join(text)


def encode_params(params: object) -> str:
    """Encode parameters as a query string or form body, in their order.

    A value may be a list of values; None and JavaScript's null are left out. A str, bytes (decoded)
    or an object with `read` is returned as it is.
    """
    if not params and not isinstance(params, Iterable):
        return ""  # None, or the False of `params=wanted and {...}`
    if isinstance(params, bytes):
        return params.decode("utf-8")
    if isinstance(params, str) or is_file(params):
        return cast("str", params)
    if not isinstance(params, Iterable):
        raise TypeError(
            f"parameters must be a mapping, pairs, str or bytes, not {type(params).__name__}"
        )
    pairs: list[tuple[str | bytes, object]] = []
    for name, values in pairs_of(params):
        single = isinstance(values, (str, bytes)) or not isinstance(values, Iterable)
        several = [values] if single else cast("Iterable[object]", values)
        pairs += [(name, value) for value in several if not is_missing(value)]
    from urllib.parse import urlencode

    return urlencode(pairs, doseq=True)


def pairs_of(value: object) -> list[tuple[str | bytes, object]]:
    """Return the (name, value) pairs of a mapping or of an iterable of pairs.

    Raises:
        ValueError: it is neither; the message is requests' own.
    """
    if has_items(value):
        return list(cast("Iterable[tuple[str | bytes, object]]", value.items()))
    if isinstance(value, (str, bytes, bool, int)):
        raise ValueError("cannot encode objects that are not 2-tuples")
    return list(cast("Iterable[tuple[str | bytes, object]]", value))


def credentials_of(url: str) -> tuple[str, str] | None:
    """Return (user, password) from the userinfo of a URL, unquoted; None without a password.

    So requests does: for http://user@host/ it sends no Authorization.
    """
    from urllib.parse import unquote

    parts = split(url)
    if parts.username is None or parts.password is None:
        return None
    return unquote(parts.username), unquote(parts.password)


def without_userinfo(url: str) -> str:
    """Return the URL without user and password, to be shown or to be fetched."""
    # WHATWG Fetch, `new Request(url)`: a URL with credentials is a TypeError.
    return re.sub(_USERINFO_BEFORE_HOST, r"\1", url, count=1) if "@" in url else url


def has_local_scheme(url: str) -> bool:
    """Tell whether a URL is a blob: or data: one, whose content the browser itself holds.

    Source: WHATWG Fetch, local scheme; about: is one as well, and never of use here.
    """
    return url[:5].lower() in ("blob:", "data:")


def scheme_hint(url: str) -> str:
    """Return a hint for a URL of a scheme without an adapter, "" if there is none to give.

    "host:8000/x" looks like a URL of the scheme "host".
    """
    if has_local_scheme(url):
        return ": only browsers have blob: and data: URLs, for GET, and no redirect leads to one"
    port = url.partition(":")[2].partition("/")[0].partition("?")[0]
    return f": a host with a port needs a scheme, as in 'http://{url}'" if port.isdecimal() else ""


def brief(url: str) -> str:
    """Return a URL as messages show it: without user and password, cut if it is long."""
    url = without_userinfo(url)
    return url if len(url) <= 200 else f"{url[:180]}…"


def origin_of(url: str) -> str:
    """Return the origin of a URL, without a default port. Source: WHATWG URL, origin."""
    parts = split(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def address_space(url: str) -> str:
    """Return "loopback" or "local" if the host of a URL is clearly that, else "".

    Args:
        url: absolute, without userinfo.

    Source: WICG, Local Network Access (IP address spaces).
    """
    found = re.match(_LOCAL, url)
    return (found and found.lastgroup) or ""


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
