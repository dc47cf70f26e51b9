"""The name of a file out of an answer: what its server proposes, without any path.

Pure. Source: RFC 6266 (Content-Disposition), RFC 8187 (names beyond ASCII).
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from . import urls

_PARAMETER = re.compile(
    r"""
    ;\s*([!#$&+.^_`|~0-9A-Za-z-]+\*?)\s*=\s*      # its name, with a star for a coded value
    (?:"((?:\\.|[^"\\])*)"|([^\s;]+))             # a quoted string, or a token
    """,
    re.VERBOSE | re.DOTALL,
)
# What file systems do not take, or take for something else.
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_LONGEST = 200  # bytes; file systems take 255, and there are endings of ours to come
_CHARSETS = ("utf-8", "iso-8859-1")


def proposed(content_disposition: str | None, url: str) -> str:
    """Return a name for the body of an answer: one name, never a path.

    Args:
        content_disposition: the header, None for none.
        url: where the answer came from; the last part of its path is the name where the header
            has none.
    """
    for candidate in (disposition_name(content_disposition or ""), _last_part(url)):
        if candidate and (name := safe_name(candidate)):
            return name
    return "download"


def disposition_name(value: str) -> str | None:
    """Return the name that Content-Disposition gives, as it stands there; None for none."""
    found: dict[str, str] = {}
    for name, quoted, token in _PARAMETER.findall(f";{value}"):
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else token
        found.setdefault(name.lower(), text)
    coded = _decode_extended(found.get("filename*", ""))
    if coded is not None:
        return coded
    plain = found.get("filename")
    return None if plain is None else _decode_latin(plain)


def _decode_extended(value: str) -> str | None:
    """Decode `utf-8'en'na%C3%AFve.txt`; None for what is no such value."""
    charset, quote, rest = value.partition("'")
    _, second, text = rest.partition("'")
    if not (quote and second) or charset.lower() not in _CHARSETS:
        return None
    try:
        return unquote_to_bytes(text).decode(charset)
    except UnicodeDecodeError:
        return None


def _decode_latin(text: str) -> str:
    """Read as UTF-8 what is so: headers come as Latin-1, and servers write UTF-8 into them."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _last_part(url: str) -> str:
    path = urls.split(url).path
    return unquote_to_bytes(path.rpartition("/")[2]).decode("utf-8", "replace")


def safe_name(text: str) -> str:
    """Return the last part of a path as a name that any file system takes, "" if nothing is left.

    No name is hidden, or means a device.
    """
    name = re.split(r"[/\\]", text)[-1]
    name = _UNFIT.sub("_", name).strip(". ")
    if _DEVICE.fullmatch(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 16:
        stem, dot, ending = name, "", ""
    room = _LONGEST - len((dot + ending).encode("utf-8"))
    return stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore") + dot + ending
