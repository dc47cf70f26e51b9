"""Counts the bytes of a request's body and of its answer as they pass through the flow.

Decides what is counted, and what the total is. Never decides when to report: the `Meter` does.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, cast

from .._text.headers import join_headers
from .._text.progress import Meter, Report, reporter
from .._text.ranges import body_length
from .._transports import runtime
from .._transports.outcomes import NULL_BODY_STATUSES
from .._wire import REDIRECTS

if TYPE_CHECKING:
    from .._wire import Body, RequestBody, WireRequest, WireResponse

_PIECE = 1 << 16


class ProgressWatch:
    """Reports the progress of one request.

    Args:
        value: of `progress=`.
    """

    def __init__(self, value: Report | bool) -> None:
        self._report = reporter(value)

    def outgoing(self, wire: WireRequest, counts_itself: bool) -> WireRequest:
        """Return a request whose body is counted as it is handed over.

        Args:
            wire: the request.
            counts_itself: True for a transport that reports what has really been sent.
        """
        # The download is counted chunk by chunk; the flow still reads it at once if stream=False.
        wire = wire._replace(stream=True)
        if self._report is None or wire.body is None:
            return wire
        # Better than counting here: a browser takes a whole body at once, and sends it later.
        if counts_itself:
            return wire._replace(upload_report=self._report)
        if runtime.is_javascript(wire.body):  # the browser reads it: no byte passes through here
            return wire
        total = _length(wire)
        if isinstance(wire.body, AsyncIterable):
            return wire._replace(body=_counted_async(wire.body, self._report, total))
        return wire._replace(body=_counted(_pieces(wire.body), self._report, total))

    def incoming(self, wire: WireRequest, answer: WireResponse) -> WireResponse:
        """Return an answer whose body is counted as it is read, except that of a redirect."""
        if self._report is None or (wire.follow and answer.status in REDIRECTS):
            return answer
        total = body_length(join_headers(answer.headers), hidden=answer.kind == "cors")
        if wire.method == "HEAD" or answer.status in NULL_BODY_STATUSES:
            total = 0
        whole = runtime.IN_PYODIDE and not wire.stream
        return answer._replace(body=_CountedBody(answer.body, self._report, total, whole))


def _length(wire: WireRequest) -> int | None:
    if isinstance(wire.body, (bytes, bytearray, memoryview)):
        return len(wire.body)
    length = join_headers(wire.headers).get("content-length") or ""
    return int(length) if length.isdigit() else None


def _pieces(body: RequestBody) -> Iterable[bytes]:
    if not isinstance(body, (bytes, bytearray, memoryview)):
        return cast("Iterable[bytes]", body)
    view = memoryview(body)
    return (bytes(view[start : start + _PIECE]) for start in range(0, len(view), _PIECE))


def _counted(chunks: Iterable[bytes], report: Report, total: int | None) -> Iterator[bytes]:
    meter = Meter(report, "upload", total)
    for chunk in chunks:
        yield chunk
        meter.add(len(chunk))
    meter.end()


async def _counted_async(
    chunks: AsyncIterable[bytes], report: Report, total: int | None
) -> AsyncIterator[bytes]:
    meter = Meter(report, "upload", total)
    async for chunk in chunks:
        yield chunk
        meter.add(len(chunk))
    meter.end()


class _CountedBody:
    """A body that reports how much of it has been read.

    Args:
        body: the body.
        report: is called with the progress.
        total: bytes to come, None if that is not known.
        whole: True to read all of it at once if the transport can.
    """

    def __init__(self, body: Body, report: Report, total: int | None, whole: bool) -> None:
        self._body = body
        self._meter = Meter(report, "download", total)
        self._whole = whole

    async def read(self) -> bytes:
        """Return the next chunk; see `Body.read`."""
        if self._whole and (content := await self._filled()):
            return content
        chunk = await self._body.read()
        if chunk:
            self._meter.add(len(chunk))
        else:
            self._meter.end()
        return chunk

    async def _filled(self) -> bytes:
        from .._transports.filling import filled

        content = await filled(self._body, self._meter.reached)
        self._whole = False  # not before: a call that could not switch stacks has read nothing
        return content

    async def close(self) -> None:
        """Give the connection back; see `Body.close`."""
        await self._body.close()
