"""vcrpy's cassettes: requests are recorded in the one in use, or answered from it.

vcrpy works by replacing the connection classes of http.client, which this package does not use. So
this transport asks the cassette what those classes would ask.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .._wire import Body, BytesBody, Transport, WireRequest, WireResponse, join_body

# They describe the bytes on the wire; the body arrives here decoded, and is recorded like that.
_WIRE_HEADERS = ("content-encoding", "content-length", "transfer-encoding")


def with_cassette(transport: Transport) -> Transport:
    """Return a transport that uses the current cassette; the transport itself without one."""
    # vcrpy replaces HTTPConnection by a subclass that has its cassette as an attribute.
    cassette = getattr(import_module("http.client").HTTPConnection, "cassette", None)
    return transport if cassette is None else CassetteTransport(cassette, transport)


class CassetteTransport:
    """Answers from a cassette, or sends through another transport and records the answer.

    Args:
        cassette: vcrpy's cassette.
        transport: sends what the cassette cannot answer.
    """

    def __init__(self, cassette: Any, transport: Transport) -> None:
        self._cassette = cassette
        self._transport = transport

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request, or play its answer.

        Raises:
            CannotOverwriteExistingCassetteException: (of vcrpy) the cassette has no answer, and its
                record mode does not allow to send the request.
        """
        # The body is matched, recorded and sent; a generator could be read only once.
        if request.body is not None:
            request = request._replace(body=await join_body(request.body))
        asked = import_module("vcr.request").Request(
            request.method, request.url, request.body, dict(request.headers)
        )
        # The same order of questions as in vcrpy's own stubs.
        cassette = self._cassette
        if cassette.can_play_response_for(asked):
            return _played(cassette.play_response(asked))
        if cassette.write_protected and cassette.filter_request(asked):
            errors = import_module("vcr.errors")
            raise errors.CannotOverwriteExistingCassetteException(
                cassette=cassette, failed_request=asked
            )
        answer = await self._transport.send(request)
        content = await _read(answer.body)
        headers = [pair for pair in answer.headers if pair[0].lower() not in _WIRE_HEADERS]
        headers.append(("Content-Length", str(len(content))))
        answer = answer._replace(headers=headers, body=BytesBody(content))
        cassette.append(asked, _recorded(answer, content))
        return answer

    async def sleep(self, seconds: float) -> None:
        """Wait like the other transport; see `Transport.sleep`."""
        await self._transport.sleep(seconds)


def _played(recorded: Any) -> WireResponse:
    """Return a recorded answer, also one that real requests has recorded."""
    # Recordings of real requests hold the body in its Content-Encoding.
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
    """Return an answer in the form that cassettes store."""
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name, []).append(value)
    return {
        "status": {"code": answer.status, "message": answer.reason},
        "headers": headers,
        "body": {"string": content},
    }
