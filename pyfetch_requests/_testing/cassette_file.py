"""The file of a cassette: exchanges as readable JSON, with every byte of a body.

Decides how they are written. Never hides anything: secrets were removed before.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NotRequired, TypeAlias, TypedDict, cast

from .._wire import BytesBody, WireRequest, WireResponse
from .exchanges import Chunk, Exchange, Failure

FORMAT = "pyfetch_requests cassette, version 1"
# Control characters, and the byte order mark, which an editor may remove without a word.
_UNREADABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_WIDTH = 76  # characters of base64 in a line, as in MIME (RFC 2045 section 6.8)


class Base64(TypedDict):
    """Bytes that are not text, in lines."""

    base64: list[str]


# One line of text, several lines, or bytes that are not text. Lines make readable diffs.
Data: TypeAlias = str | list[str] | Base64


class TimedData(TypedDict):
    """A chunk, and the seconds before it arrived."""

    after: float
    body: Data


class RequestData(TypedDict):
    """A request; headers are written as "Name: value", and may repeat."""

    method: str
    url: str
    headers: list[str]
    body: NotRequired[Data]


class ResponseData(TypedDict):
    """A response; `read` is "in part" if the program did not read the body to its end."""

    status: int
    reason: str
    url: NotRequired[str]
    redirected: NotRequired[bool]
    type: NotRequired[str]
    rebuilt: NotRequired[bool]
    elapsed: NotRequired[float]
    headers: list[str]
    body: NotRequired[Data]
    chunks: NotRequired[list[TimedData]]
    read: NotRequired[str]


class FailureData(TypedDict):
    """An exception."""

    exception: str
    message: str


class ExchangeData(TypedDict):
    """An exchange; if there is a response, the failure is that of its body."""

    request: RequestData
    response: NotRequired[ResponseData]
    failure: NotRequired[FailureData]


class CassetteData(TypedDict):
    """The whole file."""

    format: str
    exchanges: list[ExchangeData]


def load(path: Path) -> list[Exchange]:
    """Read a file.

    Raises:
        FileNotFoundError: it does not exist.
        ValueError: it is not a cassette.
    """
    try:
        found = cast("CassetteData", json.loads(path.read_text(encoding="utf-8")))
        if found["format"] != FORMAT:
            raise ValueError(f"its format is {found['format']!r}")
        return [_exchange(data) for data in found["exchanges"]]
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There is no cassette {str(path)!r}. Record one: testing.cassette(path, mode='record')"
        ) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        # People edit these files: whatever is wrong with one, the message names it.
        raise ValueError(f"{str(path)!r} cannot be read as a cassette: {error}") from error


def save(path: Path, exchanges: Iterable[Exchange]) -> None:
    """Write a file, completely or not at all."""
    data: CassetteData = {"format": FORMAT, "exchanges": [_data(each) for each in exchanges]}
    # For people and their diffs: a line for each header, and text as it is.
    text = json.dumps(data, indent=1, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    # `write_bytes`, because in text mode Windows would write "\r\n".
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(f"{text}\n".encode())
    os.replace(partial, path)


def _data(exchange: Exchange) -> ExchangeData:
    request = exchange.request
    asked: RequestData = {
        "method": request.method,
        "url": request.url,
        # Strings, not a mapping: names repeat (Set-Cookie), and their order is kept.
        "headers": [f"{name}: {value}" for name, value in request.headers],
    }
    if isinstance(request.body, bytes):
        asked["body"] = _readable(request.body)
    data: ExchangeData = {"request": asked}
    if exchange.response is not None:
        data["response"] = _response_data(exchange, exchange.response)
    if exchange.failure is not None:
        kind, message = exchange.failure
        data["failure"] = {"exception": kind, "message": message}
    return data


def _response_data(exchange: Exchange, response: WireResponse) -> ResponseData:
    data: ResponseData = {
        "status": response.status,
        "reason": response.reason,
        "headers": [f"{name}: {value}" for name, value in response.headers],
    }
    # Defaults are left out: most responses have nothing but status, headers and body.
    if response.url:
        data["url"] = response.url
    if response.redirected:
        data["redirected"] = True
    if response.kind != "default":
        data["type"] = response.kind
    if response.rebuilt:
        data["rebuilt"] = True
    if response.elapsed is not None:
        data["elapsed"] = round(response.elapsed, 6)
    # Chunks only with their timing: without it, a body in one piece is easier to read and to edit.
    if any(chunk.after is not None for chunk in exchange.chunks):
        data["chunks"] = [
            {"after": chunk.after or 0.0, "body": _readable(chunk.data)}
            for chunk in exchange.chunks
        ]
    else:
        data["body"] = _readable(exchange.content)
    if not exchange.is_whole and exchange.failure is None:
        data["read"] = "in part"
    return data


def _exchange(data: ExchangeData) -> Exchange:
    asked = data["request"]
    body = _bytes(asked["body"]) if "body" in asked else None
    request = WireRequest(asked["method"], asked["url"], _pairs(asked["headers"]), body)
    exchange = Exchange(request)
    if "response" in data:
        answered = data["response"]
        exchange.response = _response(answered)
        exchange.chunks = _chunks(answered)
        exchange.is_whole = "read" not in answered
    if "failure" in data:
        exchange.failure = Failure(data["failure"]["exception"], data["failure"]["message"])
        exchange.failure.error()  # an unknown name is an error now, not in the middle of a test
    return exchange


def _response(data: ResponseData) -> WireResponse:
    return WireResponse(
        data["status"],
        data["reason"],
        _pairs(data["headers"]),
        data.get("url", ""),
        BytesBody(b""),  # the body is in `chunks`
        data.get("redirected", False),
        data.get("type", "default"),
        data.get("elapsed"),
        data.get("rebuilt", False),
    )


def _chunks(data: ResponseData) -> list[Chunk]:
    if "chunks" in data:
        return [Chunk(_bytes(each["body"]), each["after"]) for each in data["chunks"]]
    content = _bytes(data.get("body", ""))
    return [Chunk(content)] if content else []


def _pairs(lines: list[str]) -> list[tuple[str, str]]:
    split = (line.partition(": ") for line in lines)
    return [(name, value) for name, _, value in split]


def _readable(content: bytes) -> Data:
    """Return bytes as text if that is readable and loses nothing, else as base64."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"  # unreadable
    if _UNREADABLE.search(text):
        coded = base64.b64encode(content).decode("ascii")
        return {"base64": [coded[at : at + _WIDTH] for at in range(0, len(coded), _WIDTH)]}
    # Split wherever Python sees a line end, also at U+2028: joined again it is the same text.
    lines = text.splitlines(keepends=True)
    return lines if len(lines) > 1 else text


def _bytes(data: Data) -> bytes:
    if isinstance(data, dict):
        return base64.b64decode("".join(data["base64"]))
    return ("".join(data) if isinstance(data, list) else data).encode("utf-8")
