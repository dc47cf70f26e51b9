"""multipart/form-data: fields and files in, one body out.

Reads the files that it is given: the boundary and the length have to be known before sending.
Source: RFC 7578; names are escaped as the HTML standard says, as in browsers and urllib3.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, NamedTuple, cast

from .structures import is_file

# HTML standard, "multipart/form-data encoding algorithm": a line break or a quote in a name would
# end the header or the parameter.
_ESCAPES = {10: "%0A", 13: "%0D", 34: "%22"}


class Part(NamedTuple):
    """One part of the body.

    Attributes:
        name: the name of the form field, None for none.
        content: the bytes of the part.
        filename: None for a field that is not a file.
        content_type: None for no Content-Type header.
        headers: further headers of the part.
    """

    name: str | None
    content: bytes
    filename: str | None = None
    content_type: str | None = None
    headers: Mapping[str, object] = {}


def encode(parts: list[Part], boundary: str | None = None) -> tuple[bytes, str]:
    """Return the body and its Content-Type, with a random boundary unless one is given."""
    # 128 random bits: no part can contain the boundary but by intention.
    boundary = boundary or os.urandom(16).hex()
    lines: list[bytes] = []
    for part in parts:
        lines += [f"--{boundary}".encode("latin-1"), _render_headers(part), part.content]
    lines += [f"--{boundary}--".encode("latin-1"), b""]
    return b"\r\n".join(lines), f"multipart/form-data; boundary={boundary}"


def _render_headers(part: Part) -> bytes:
    named = {"name": part.name, "filename": part.filename}
    params = [f'{key}="{_quote(text)}"' for key, text in named.items() if text is not None]
    disposition = f"form-data; {'; '.join(params)}"
    fields: dict[str, object] = {
        "Content-Disposition": disposition,
        "Content-Type": part.content_type,
        "Content-Location": None,
    }
    # As urllib3's RequestField writes them: these three first, which the caller's headers cannot
    # replace, then the others.
    fields.update({name: value for name, value in part.headers.items() if name not in fields})
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    # UTF-8, also in names: RFC 7578 section 5.1.
    return "\r\n".join([*lines, "", ""]).encode("utf-8").removesuffix(b"\r\n")


def _quote(text: str) -> str:
    return text.translate(_ESCAPES)


def field(name: str | bytes, value: object) -> Part:
    """Return the part for one form field; anything but bytes becomes text."""
    content = value if isinstance(value, bytes) else str(value).encode("utf-8")
    return Part(name.decode("utf-8") if isinstance(name, bytes) else name, content)


def file(name: str | bytes, value: object) -> Part | None:
    """Return the part for one entry of requests' `files=`, None if the file is None.

    Args:
        name: the name of the form field.
        value: a file object, str or bytes, or a tuple (filename, file), (filename, file,
            content type) or (filename, file, content type, headers).

    Raises:
        TypeError: the file is none of these.
        ValueError: the tuple has another length.
    """
    content_type, headers = None, {}
    if isinstance(value, (tuple, list)):
        if not 2 <= len(value) <= 4:
            raise ValueError(
                f"files[{name!r}]: a tuple of 2, 3 or 4 items is needed "
                f"(filename, file[, content type[, headers]]), not of {len(value)}"
            )
        filename, source, content_type, headers = (*value, None, None)[:4]
    else:
        # Without a file name servers take a part for a text field, so the field's name serves.
        filename, source = _text(guess_filename(value)) or name, value
    if source is None:
        return None
    return Part(
        _text(name),
        read_all(source, f"files[{name!r}]"),
        _text(filename),
        content_type,
        dict(headers or {}),
    )


def _text(value: str | bytes | None) -> str | None:
    return value.decode("utf-8") if isinstance(value, bytes) else value


def read_all(source: object, what: str) -> bytes:
    """Return the content of str, bytes-like, int or a file object as bytes; text is UTF-8.

    Raises:
        TypeError: it is none of these; the message names the type.
    """
    content = cast("IO[bytes]", source).read() if is_file(source) else source
    if isinstance(content, int):
        content = str(content)  # as for a form field, where urllib3 does the same
    if isinstance(content, str):
        return content.encode("utf-8")
    try:
        return content if isinstance(content, bytes) else bytes(memoryview(cast("bytes", content)))
    except TypeError as error:
        raise TypeError(
            f"{what}: a file object, str or bytes is needed, not {type(content).__name__}"
        ) from error


def guess_filename(source: object) -> str | bytes | None:
    """Return the base name of an open file; None for one without a name, or one like "<stdin>".

    It is bytes if the file was opened by a name in bytes.
    """
    name = getattr(source, "name", None)
    # A file opened by its descriptor has the number as its name.
    if not isinstance(name, (str, bytes)) or not name:
        return None
    # requests compares b"<"[0], which is an int, with "<", so this never holds for bytes there.
    if isinstance(name, str) and (name[0] == "<" or name[-1] == ">"):
        return None
    return os.path.basename(name)
