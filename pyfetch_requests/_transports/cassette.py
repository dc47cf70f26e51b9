"""vcrpy's cassettes: what is sent while one is in use is recorded in it, or played from it.

vcrpy puts classes of its own into http.client, and nothing of what is sent here goes through that.
So the cassette is asked here what those classes would ask.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .._wire import Body, BytesBody, Transport, WireRequest, WireResponse, join_body

# They tell of the bytes on the wire; a body comes here decoded, and is recorded so.
CODED = ("content-encoding", "content-length", "transfer-encoding")


def with_cassette(transport: Transport) -> Transport:
    """Return a transport that looks into the cassette that is in use; itself without one."""
    cassette = getattr(import_module("http.client").HTTPConnection, "cassette", None)
    return transport if cassette is None else CassetteTransport(cassette, transport)


class CassetteTransport:
    """Answers from a cassette, or sends by another transport and records.

    Args:
        cassette: vcrpy's.
        transport: for what the cassette does not have.
    """

    def __init__(self, cassette: Any, transport: Transport) -> None:
        self._cassette = cassette
        self._transport = transport

    async def send(self, request: WireRequest) -> WireResponse:
        """Send or play one request.

        Raises:
            CannotOverwriteExistingCassetteException: vcrpy's, where its record mode forbids to send
                what the cassette does not have.
        """
        if request.body is not None:
            request = request._replace(body=await join_body(request.body))
        asked = import_module("vcr.request").Request(
            request.method, request.url, request.body, dict(request.headers)
        )
        cassette = self._cassette
        if cassette.can_play_response_for(asked):
            return played(cassette.play_response(asked))
        if cassette.write_protected and cassette.filter_request(asked):
            errors = import_module("vcr.errors")
            raise errors.CannotOverwriteExistingCassetteException(
                cassette=cassette, failed_request=asked
            )
        answer = await self._transport.send(request)
        content = await _read(answer.body)
        headers = [pair for pair in answer.headers if pair[0].lower() not in CODED]
        headers.append(("Content-Length", str(len(content))))
        answer = answer._replace(headers=headers, body=BytesBody(content))
        cassette.append(asked, _recorded(answer, content))
        return answer

    async def sleep(self, seconds: float) -> None:
        """Wait, as the other transport does."""
        await self._transport.sleep(seconds)


def played(recorded: Any) -> WireResponse:
    """Return the answer that a cassette has, also one that was recorded by real requests."""
    plain = import_module("vcr.filters").decode_response(recorded)
    status, content = plain["status"], plain["body"]["string"]
    return WireResponse(
        status["code"],
        status["message"] or "",
        [(name, value) for name, values in plain["headers"].items() for value in _listed(values)],
        "",
        BytesBody(content.encode() if isinstance(content, str) else content),
    )


def _listed(values: str | list[str]) -> list[str]:
    return [values] if isinstance(values, str) else values


async def _read(body: Body) -> bytes:
    chunks = []
    while chunk := await body.read():
        chunks.append(chunk)
    await body.close()
    return b"".join(chunks)


def _recorded(answer: WireResponse, content: bytes) -> dict[str, object]:
    """Return an answer as cassettes have it."""
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name, []).append(value)
    return {
        "status": {"code": answer.status, "message": answer.reason},
        "headers": headers,
        "body": {"string": content},
    }
