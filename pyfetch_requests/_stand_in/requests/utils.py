"""Helpers of requests that other code uses.

What this package has itself is re-exported; the rest is written here, with the results of requests.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, AnyStr
from urllib.parse import unquote, urlparse, urlunparse

from ..._nouns import netrc_logins
from ..._nouns import proxies as proxy_settings
from ..._text import headers, params, url_rules
from ..._text.structures import has_items
from ..reexport import VERSION, reexport

if TYPE_CHECKING:
    from collections import OrderedDict
    from collections.abc import Mapping
    from http.cookiejar import CookieJar
    from typing import BinaryIO

    from ..._nouns.request import PreparedRequest
    from ..._nouns.response import ResponseBase
    from ...sync import Response

DEFAULT_PORTS = {"http": 80, "https": 443}
# What urllib3 says where neither brotli nor zstd is installed; a browser sends its own.
DEFAULT_ACCEPT_ENCODING = "gzip, deflate"
NETRC_FILES = (".netrc", "_netrc")
UNRESERVED_SET = frozenset(url_rules.UNRESERVED)

__getattr__, __dir__ = reexport(
    __name__,
    {
        "": "certs=.certs",
        ".certs": "DEFAULT_CA_BUNDLE_PATH",
        "..._nouns.body": "super_len",
        "..._text.decoders": "guess_json_utf=detect_json_encoding",
        "..._text.field_lists": "parse_header_links=parse_links",
        "..._text.headers": """
            get_encoding_from_headers=encoding_from_headers
            _parse_content_type_header=parse_content_type
            """,
        "..._text.multipart": "guess_filename",
        "..._nouns.proxies": "select_proxy",
        "..._nouns.settings": "default_headers",
        "..._text.structures": "CaseInsensitiveDict",
        "..._text.url_rules": "requote_uri=requote unquote_unreserved=_unquote_unreserved",
        "...exceptions": """
            FileModeWarning InvalidHeader InvalidURL UnrewindableBodyError
            """,
        "collections": "OrderedDict",
        "collections.abc": "Generator Mapping",
        ".compat": """
            bytes getproxies getproxies_environment integer_types is_urllib3_1
            _parse_list_header=parse_http_list proxy_bypass proxy_bypass_environment quote str
            """,
        ".cookies": "cookiejar_from_dict",
        "urllib3.util": "make_headers parse_url",
    },
)


# --- values ---------------------------------------------------------------------------------


def to_native_string(string: str | bytes, encoding: str = "ascii") -> str:
    """Return text for text or bytes."""
    return string if isinstance(string, str) else string.decode(encoding)


def unicode_is_ascii(u_string: str) -> bool:
    """Tell whether all characters are ASCII."""
    return u_string.isascii()


def dict_to_sequence(d: object) -> object:
    """Return the items of a mapping; anything else as it is."""
    return d.items() if has_items(d) else d


def from_key_val_list(value: object) -> OrderedDict[str | bytes, object] | None:
    """Return a mapping or pairs as an ordered mapping; None stays None.

    Raises:
        ValueError: it is neither.
    """
    from collections import OrderedDict

    return None if value is None else OrderedDict(params.pairs_of(value))


def to_key_val_list(value: object) -> list[tuple[str | bytes, object]] | None:
    """Return a mapping or pairs as a list of pairs; None stays None.

    Raises:
        ValueError: it is neither.
    """
    return None if value is None else params.pairs_of(value)


def iter_slices(string: AnyStr, slice_length: int | None) -> Iterator[AnyStr]:
    """Yield text or bytes in pieces of a length, all at once for None."""
    # `or 1`: of an empty text nothing is yielded, but a range has no step of 0.
    step = slice_length if slice_length and slice_length > 0 else len(string) or 1
    return (string[start : start + step] for start in range(0, len(string), step))


# --- headers --------------------------------------------------------------------------------


def parse_list_header(value: str) -> list[str]:
    """Split a comma-separated header; quoted commas stay, quotes go."""
    return [_unquoted(item) for item in _list_items(value)]


def parse_dict_header(value: str) -> dict[str, str | None]:
    """Split `a="x, y", b=z, c` into names and values; a name alone has the value None."""
    pairs: dict[str, str | None] = {}
    for item in _list_items(value):
        name, equals, text = item.partition("=")
        pairs[name] = _unquoted(text) if equals else None
    return pairs


def _list_items(value: str) -> list[str]:
    from urllib.request import parse_http_list

    return parse_http_list(value)


def _unquoted(item: str) -> str:
    # Twice, as requests does: the text inside of the quotes may be quoted again.
    return unquote_header_value(item[1:-1]) if item[:1] == item[-1:] == '"' else item


def unquote_header_value(value: str, is_filename: bool = False) -> str:
    """Take the quotes off a quoted string, and its backslashes; not those of a UNC file name."""
    # Not RFC 9110 section 5.6.4, which takes every backslash off: browsers sent file names like
    # "C:\dir\a.txt" with bare ones.
    if not value or not value[0] == value[-1] == '"':
        return value
    value = value[1:-1]
    unc = is_filename and value.startswith("\\\\")
    return value if unc else value.replace("\\\\", "\\").replace('\\"', '"')


def check_header_validity(header: tuple[str | bytes, str | bytes]) -> None:
    """Refuse a (name, value) that may not go on the wire.

    Raises:
        InvalidHeader: naming what is wrong.
    """
    headers.check_header(*header)


def default_user_agent(name: str = "python-requests") -> str:
    """Return what requests calls itself; a browser sends its own name."""
    return f"{name}/{VERSION}"


# --- text -----------------------------------------------------------------------------------


def stream_decode_response_unicode(iterator: Iterable[bytes], r: ResponseBase) -> Iterator[object]:
    """Yield text for chunks of bytes, or the chunks where the response has no encoding."""
    from ..._text.decoders import Pipeline, TextDecoder

    pipeline = Pipeline(*([TextDecoder(r.encoding)] if r.encoding else []))
    for chunk in iterator:
        yield from pipeline.feed(chunk)
    yield from pipeline.flush()


def get_encodings_from_content(content: str) -> list[str]:
    """List the encodings that an HTML or XML text names for itself."""
    # The patterns of requests, with what they miss: code relies on the same names being found.
    patterns = (
        r'<meta.*?charset=["\']*(.+?)["\'>]',
        r'<meta.*?content=["\']*;?charset=(.+?)["\'>]',
        r'^<\?xml.*?encoding=["\']*(.+?)["\'>]',
    )
    html, pragma, xml = patterns
    found = [name for pattern in (html, pragma) for name in re.findall(pattern, content, re.I)]
    return found + re.findall(xml, content)  # XML is case-sensitive, HTML is not


def get_unicode_from_response(r: Response) -> str | None:
    """Return the text by the encoding of the headers, with U+FFFD where it does not fit."""
    encoding = headers.encoding_from_headers(r.headers)
    return r.content if r.content is None else str(r.content, encoding or "utf-8", "replace")


# --- URLs -----------------------------------------------------------------------------------


def prepend_scheme_if_needed(url: str, new_scheme: str) -> str:
    """Return the URL, with a scheme if it has none."""
    scheme, userinfo, host, port, path, query, fragment = url_rules.parse(url)
    netloc = host if host is None or port is None else f"{host}:{port}"
    if not netloc:  # "u:x" is the scheme u, and its path takes the place of a host
        netloc, path = f"/{(path or '').removeprefix('/')}" if path else None, netloc
    if userinfo:
        netloc = f"{userinfo}@{netloc}"
    parts = (scheme or new_scheme, netloc or "", path or "", "", query or "", fragment or "")
    return urlunparse(parts)


def get_auth_from_url(url: str) -> tuple[str, str]:
    """Return (user, password) of a URL, unquoted; two empty texts unless it has both."""
    parts = urlparse(url)
    if parts.username is None or parts.password is None:  # a user alone is lost, as in requests
        return "", ""
    return unquote(parts.username), unquote(parts.password)


def urldefragauth(url: str) -> str:
    """Return the URL without its fragment and userinfo."""
    parts = urlparse(url)
    # Without a scheme, "host/path" is all path for urlparse.
    netloc, path = (parts.netloc, parts.path) if parts.netloc else (parts.path, "")
    return urlunparse(parts._replace(netloc=netloc.rpartition("@")[2], path=path, fragment=""))


def get_netrc_auth(url: str | bytes, raise_errors: bool = False) -> tuple[str, str] | None:
    """Return (user, password) that a netrc file has for the URL's host, None for none.

    Raises:
        NetrcParseError, OSError: the file cannot be read, and `raise_errors` is true.
    """
    return netrc_logins.netrc_auth(to_native_string(url, "utf-8"), raise_errors)


# --- cookies --------------------------------------------------------------------------------


def dict_from_cookiejar(cj: CookieJar) -> dict[str, str | None]:
    """Return the names and values of a jar."""
    return {cookie.name: cookie.value for cookie in cj}


def add_dict_to_cookiejar(cj: CookieJar, cookie_dict: Mapping[str, str]) -> CookieJar:
    """Put names and values into a jar, and return it."""
    from ..._nouns.cookies import cookiejar_from_dict

    return cookiejar_from_dict(cookie_dict, cj)


# --- proxies: they can be found out, but not used -------------------------------------------


def is_ipv4_address(string_ip: str) -> bool:
    """Tell whether a text is an IPv4 address, in any form that the C library takes."""
    import socket

    try:
        socket.inet_aton(string_ip)
    except OSError:
        return False
    return True


def is_valid_cidr(string_network: str) -> bool:
    """Tell whether a text is a network as 10.0.0.0/8."""
    # Not by `ipaddress`, which also takes IPv6, /0 and a mask of four numbers; requests does not.
    address, _, bits = string_network.partition("/")
    try:
        return 1 <= int(bits) <= 32 and is_ipv4_address(address)
    except ValueError:
        return False


def dotted_netmask(mask: int) -> str:
    """Return the netmask of /mask, as 255.255.255.0."""
    return ".".join(str(byte) for byte in ((1 << 32) - (1 << 32 - mask)).to_bytes(4, "big"))


def address_in_network(ip: str, net: str) -> bool:
    """Tell whether an IPv4 address is in a network as 10.0.0.0/8."""
    from ipaddress import ip_address, ip_network

    return ip_address(ip) in ip_network(net, strict=False)


def should_bypass_proxies(url: str, no_proxy: str | None) -> bool:
    """Tell whether `no_proxy`, or else the environment, takes a URL out."""
    # In lower case first, as curl and urllib do.
    names = ("no_proxy", "NO_PROXY")
    excluded = next(filter(None, map(os.environ.get, names)), None)
    if proxy_settings.should_bypass(url, excluded if no_proxy is None else no_proxy):
        return True
    # Looked up at each call: code replaces the function by one of its own.
    bypass = sys.modules[__name__].proxy_bypass
    with set_environ("no_proxy", no_proxy):
        try:
            return bool(bypass(urlparse(url).hostname))
        except (TypeError, OSError):  # socket.gaierror is an OSError
            return False


def get_environ_proxies(url: str, no_proxy: str | None = None) -> dict[str, str]:
    """Return the proxies that the environment names, by scheme; none for an excluded URL."""
    from urllib.request import getproxies

    return {} if should_bypass_proxies(url, no_proxy) else getproxies()


def resolve_proxies(
    request: PreparedRequest, proxies: dict[str, str] | None, trust_env: bool = True
) -> dict[str, str]:
    """Return the proxies for a request, completed from the environment."""
    return proxy_settings.resolve_proxies(request.url, proxies, trust_env)


# --- files ----------------------------------------------------------------------------------


def rewind_body(prepared_request: PreparedRequest) -> None:
    """Rewind the file that is the body of a request.

    Raises:
        UnrewindableBodyError: it cannot be rewound.
    """
    if not hasattr(prepared_request.body, "seek"):
        from ...exceptions import UnrewindableBodyError

        raise UnrewindableBodyError("Unable to rewind request body for redirect.")
    prepared_request.rewind_body()


def extract_zipped_paths(path: str) -> str:
    """Return the path of an extracted copy, for a path into a zip file; others as they are."""
    import zipfile

    archive, member = path, ""
    while archive and not os.path.exists(archive):
        archive, name = os.path.split(archive)
        if not name:
            break
        member = f"{name}/{member}" if member else name
    if not member or not zipfile.is_zipfile(archive):
        return path
    with zipfile.ZipFile(archive) as opened:
        if member not in opened.namelist():
            return path
        # A new name each time, as in requests: another user could have put a file at a known one.
        handle, copy = tempfile.mkstemp(suffix=os.path.splitext(member)[1])
        with os.fdopen(handle, "wb") as file:
            file.write(opened.read(member))
    return copy


@contextlib.contextmanager
def atomic_open(filename: str) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only when the block ends well."""
    # In the same folder, because a file can be renamed atomically on one file system only.
    handle, name = tempfile.mkstemp(dir=os.path.dirname(filename))
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.replace(name, filename)
    except BaseException:
        os.remove(name)
        raise


@contextlib.contextmanager
def set_environ(env_name: str, value: str | None) -> Iterator[None]:
    """Set a variable of the environment within a block; None changes nothing."""
    before = os.environ.get(env_name)
    if value is not None:
        os.environ[env_name] = value
    try:
        yield
    finally:
        if value is not None and before is None:
            del os.environ[env_name]
        elif value is not None and before is not None:
            os.environ[env_name] = before
