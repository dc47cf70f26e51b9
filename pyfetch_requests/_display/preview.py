"""The preview of a body: a tree, an image, a table or text, by its media type. Pure.

Decides how a body is shown. Content that does not match its type is shown as text or bytes.
"""

from __future__ import annotations

import csv
import json
import re
from base64 import b64encode
from itertools import islice, product

from .._json_depth import depth
from . import hiding, markup
from .json_tree import tree

_NO_TREE = "Too deep, or a number too long, for a tree:"
_LARGEST_JSON = 2_000_000  # bytes
_DEEPEST = 500  # brackets within each other
_LARGEST_IMAGE = 400_000  # bytes; base64 makes them a third more, which the notebook saves
_TEXT_BYTES = 60_000
_TEXT_LINES, _TEXT_CHARACTERS = 20, 3000
_ROWS, _COLUMNS, _CELL = 10, 12, 80
# How each format begins: a type alone may be wrong, and a broken image tells nothing.
_IMAGES = {
    "image/png": rb"\x89PNG",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8",
    "image/webp": rb"RIFF....WEBP",
    "image/bmp": rb"BM",
    "image/avif": rb"....ftypavi",
    "image/x-icon": rb"\0\0\1\0",
    "image/vnd.microsoft.icon": rb"\0\0\1\0",
    "image/svg+xml": rb"(?s)\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg)",
}
# Not ESC, with which logs of terminals set colours.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def preview(content: bytes, kind: str, encoding: str | None, path: str) -> str:
    """Return the HTML for a body.

    Args:
        content: the whole body, decoded.
        kind: its media type without parameters, in lower case; "" for none.
        encoding: of its text, None if unknown.
        path: of the URL; its extension helps where the type is as vague as "text/plain".
    """
    if not content:
        return markup.note("The body is empty.")
    for show in (_json, _image, _table, _text):
        if shown := show(content, kind, encoding, path.lower()):
            return shown
    return _bytes(content)


def _json(content: bytes, kind: str, encoding: str | None, path: str) -> str:
    if kind not in ("application/json", "text/json") and not kind.endswith("+json"):
        return ""
    if len(content) > _LARGEST_JSON:
        return ""
    try:
        if depth(content) <= _DEEPEST:
            return markup.body(tree(json.loads(content)))
        note = _NO_TREE
    except (json.JSONDecodeError, UnicodeDecodeError):
        note = "The type says JSON, but this is not JSON:"
    except (ValueError, RecursionError):  # the length of a number is limited, too
        note = _NO_TREE
    return markup.note(note) + _text(content, "", encoding, path)


def _image(content: bytes, kind: str, encoding: str | None, path: str) -> str:
    magic = _IMAGES.get(kind)
    if magic is None or re.match(magic, content, re.DOTALL) is None:
        return ""
    size = markup.size(len(content))
    if len(content) > _LARGEST_IMAGE:
        return markup.note(f"{kind} of {size}: too large to be kept in a notebook.")
    # HTML standard: in <img>, an SVG runs no script and loads nothing.
    data = b64encode(content).decode("ascii")
    return markup.body(f'<img alt="{kind}, {size}" src="data:{kind};base64,{data}">')


def _table(content: bytes, kind: str, encoding: str | None, path: str) -> str:
    # Servers of raw files (GitHub's, for one) call all of them text/plain.
    plain = kind in ("text/plain", "application/octet-stream", "")
    tabs = kind == "text/tab-separated-values" or (plain and path.endswith(".tsv"))
    if not (tabs or kind in ("text/csv", "application/csv") or (plain and path.endswith(".csv"))):
        return ""
    text, whole = _decoded(content, encoding)
    lines = text.splitlines(keepends=True)
    first = lines[0] if lines else ""
    # Spreadsheets write ";" in countries where the comma is the decimal separator.
    delimiter = "\t" if tabs else max(",;", key=first.count)
    try:
        rows = list(islice(csv.reader(lines, delimiter=delimiter), _ROWS + 2))
    except csv.Error:
        return ""
    rows = [row for row in rows if row]
    return _rows(rows, whole) if rows and _CONTROLS.search(text) is None else ""


def _rows(rows: list[list[str]], whole: bool) -> str:
    widest = max(map(len, rows))
    head, *others = ([_cell(cell) for cell in row[:_COLUMNS]] for row in rows)
    secret = [place for place, name in enumerate(head) if hiding.is_secret_member(name)]
    for row, place in product(others, secret):
        if len(row) > place and row[place]:
            row[place] = hiding.HIDDEN
    shown = markup.body(markup.table(others[:_ROWS], head if any(head) else ()))
    more = ["more rows"] if len(rows) > _ROWS + 1 or not whole else []
    if widest > _COLUMNS:
        more.append(f"{widest - _COLUMNS} more columns")
    return shown + (markup.note(f"… {' and '.join(more)}") if more else "")


def _cell(text: str) -> str:
    shown = hiding.in_text(text[: 2 * _CELL])
    return shown if len(text) <= _CELL else f"{shown[:_CELL]}…"


def _text(content: bytes, kind: str, encoding: str | None, path: str) -> str:
    text, whole = _decoded(content, encoding)
    text = _COLOURS.sub("", text)
    # More than 2 % undecodable characters: not text, or not in this encoding.
    if _CONTROLS.search(text) or text.count("\ufffd") > len(text) // 50:
        return ""
    lines = text.splitlines()
    start = "\n".join(lines[:_TEXT_LINES])
    # Twice as much is looked through for secrets as is shown: one at the cut is hidden whole.
    shown = start[: 2 * _TEXT_CHARACTERS]
    if kind == "application/x-www-form-urlencoded":
        shown = hiding.in_text(f"?{shown}")[1:]
    shown = hiding.in_body(shown)[:_TEXT_CHARACTERS]
    cut = not whole or len(lines) > _TEXT_LINES or len(start) > _TEXT_CHARACTERS
    return markup.body(markup.text(shown)) + (markup.note("… more text") if cut else "")


def _decoded(content: bytes, encoding: str | None) -> tuple[str, bool]:
    """Return the start of the content as text, and whether that is all."""
    start = content[:_TEXT_BYTES]
    try:
        text = start.decode(encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        text = start.decode("utf-8", "replace")
    whole = len(start) == len(content)
    # The last character may have been cut in two.
    return (text if whole else text.rstrip("\ufffd")).removeprefix("\ufeff"), whole


def _bytes(content: bytes) -> str:
    lines = []
    for start in range(0, min(len(content), 64), 16):
        part = content[start : start + 16]
        characters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:04x}  {part.hex(' '):47}  {characters}")
    note = markup.note("… more bytes") if len(content) > 64 else ""
    return markup.body(markup.text("\n".join(lines))) + note
