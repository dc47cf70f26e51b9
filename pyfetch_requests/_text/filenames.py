"""The file name that a server proposes for a response, without any path. Pure.

A name in parts (`filename*0=`, `filename*1=`) counts as none: mail has such continuations, because
its lines have a limit, and HTTP leaves them out (RFC 8187, section 3.1). Chromium ignores them,
too; Firefox joins them.

Source: RFC 6266 (Content-Disposition), RFC 8187 (names beyond ASCII).
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
# Control characters, what Windows does not allow, and bidirectional controls (U+202A to U+202E and
# U+2066 to U+2069), with which "gpj.exe" can be shown as "exe.jpg".
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]')
# Names of devices on Windows, in every folder and with any extension.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_LONGEST = 200  # bytes; most file systems take 255, and ".part" and numbers are still to come
# The two that RFC 5987 required; its successor RFC 8187 keeps UTF-8 alone.
_CHARSETS = ("utf-8", "iso-8859-1")


def proposed(content_disposition: str | None, url: str) -> str:
    """Return a file name for the body of a response: never a path, never "".

    Args:
        content_disposition: the header, None if there is none.
        url: where the response came from; the last part of its path is used if the header has no
            name.
    """
    for candidate in (disposition_name(content_disposition or ""), _last_part(url)):
        if candidate and (name := safe_name(candidate)):
            return name
    return "download"


def disposition_name(value: str) -> str | None:
    """Return the name in a Content-Disposition, not made safe; None if there is none."""
    found: dict[str, str] = {}
    # The semicolon in front also finds a parameter where the type ("attachment") is missing.
    for name, quoted, token in _PARAMETER.findall(f";{value}"):
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else token
        found.setdefault(name.lower(), text)
    # RFC 6266 section 4.3: the extended parameter wins, wherever it stands.
    coded = _decode_extended(found.get("filename*", ""))
    if coded is not None:
        return coded
    plain = found.get("filename")
    return None if plain is None else _decode_latin(plain)


def _decode_extended(value: str) -> str | None:
    """Decode a value such as `utf-8'en'na%C3%AFve.txt`; None if it is not of that form."""
    charset, quote, rest = value.partition("'")
    _, second, text = rest.partition("'")
    if not (quote and second) or charset.lower() not in _CHARSETS:
        return None
    try:
        return unquote_to_bytes(text).decode(charset)
    except UnicodeDecodeError:
        return None


def _decode_latin(text: str) -> str:
    """Decode once more: headers arrive as Latin-1, but servers write UTF-8 into them."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _last_part(url: str) -> str:
    path = urls.split(url).path
    return unquote_to_bytes(path.rpartition("/")[2]).decode("utf-8", "replace")


def safe_name(text: str) -> str:
    """Return the last part of a path as a name that any file system takes; "" if nothing is left.

    The name is neither hidden nor that of a device.
    """
    # Both separators on every system: a server does not know on which one the file ends up.
    name = re.split(r"[/\\]", text)[-1]
    # Leading dots hide a file on Unix; Windows drops dots and spaces at the end.
    name = _UNFIT.sub("_", name).strip(". ")
    if _DEVICE.fullmatch(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 16:  # a dot in a sentence, and no extension
        stem, dot, extension = name, "", ""
    # The stem is cut, not the extension, by which systems choose a program. "ignore" drops lone
    # surrogates, and a character that the cut has split.
    room = _LONGEST - len((dot + extension).encode("utf-8"))
    return stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore") + dot + extension
