"""URLs that are not normal: taken apart, normalised and quoted as requests does on top of urllib3.

Pure, and not imported for a URL that `urls.prepare_normal` can prepare.
Source: RFC 3986; RFC 5891 for host names.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlunsplit

from ..exceptions import InvalidURL, MissingSchema
from .params import encode_params
from .urls import brief, has_local_scheme, is_relative, split, without_userinfo

# The patterns of urllib3. Strings, compiled when first used.
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


class Url(NamedTuple):
    """The parts of a URL; None for a part that is missing."""

    scheme: str | None
    userinfo: str | None
    host: str | None
    port: int | None
    path: str | None
    query: str | None
    fragment: str | None


def prepare_url(url: str, params: object) -> str:
    """Return the URL to request, normalised, with its parameters.

    Args:
        url: without white space in front.
        params: mapping, (name, value) pairs, str or bytes, or None.

    Raises:
        MissingSchema: there is no scheme.
        InvalidURL: there is no host, or the URL cannot be parsed.
    """
    if ":" in url and not url.lower().startswith("http"):
        return url  # as in requests: the adapter mounted for the scheme knows its rules
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


def requote(url: str) -> str:
    """Quote what is illegal in a URL, and unquote what need not be quoted."""
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


def credentials_of(url: str) -> tuple[str, str] | None:
    """Return (user, password) from the userinfo of a URL, unquoted; None without a password.

    So requests does: for http://user@host/ it sends no Authorization.
    """
    parts = split(url)
    if parts.username is None or parts.password is None:
        return None
    return unquote(parts.username), unquote(parts.password)


def without_adapter(url: str) -> str:
    """Return the message for a URL of a scheme without an adapter, with a hint if there is one.

    "host:8000/x" looks like a URL of the scheme "host".
    """
    message = f"No connection adapters were found for {brief(url)!r}"
    if has_local_scheme(url):
        return (
            f"{message}: only browsers have blob: and data: URLs, for GET, and no redirect leads "
            "to one"
        )
    url = without_userinfo(url)
    port = url.partition(":")[2].partition("/")[0].partition("?")[0]
    hint = f": a host with a port needs a scheme, as in 'http://{url}'" if port.isdecimal() else ""
    return message + hint


def origin_of(url: str) -> str:
    """Return the origin of a URL, without a default port. Source: WHATWG URL, origin."""
    parts = split(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
