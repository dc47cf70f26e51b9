"""Writes bodies to files as they arrive, and resumes a download that broke.

Decides when a file may be resumed, and when it has to start again. Never touches the network: the
session and its transport do.

Source: RFC 9110, sections 13.1.5 (If-Range), 14.2 (Range) and 15.3.7 (206).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .._nouns import settings
from .._nouns.raw import RawBase, file_chunks
from .._text import ranges, urls
from .._text.checksums import Checksum
from .._text.decoders import Pipeline
from .._text.filenames import proposed
from .._text.progress import Meter, reporter
from ..exceptions import BrowserLimitError, ChunkedEncodingError, CORSError, RequestException
from .again import BROKEN
from .exchange import Face
from .part_file import PartFile, Partial, check_target, named_in
from .ranged import FILE, Source, close, is_same, may_send_if_range, part_of

if TYPE_CHECKING:
    from os import PathLike

    from .._nouns.response import ResponseBase
    from .._nouns.types import RequestOptions, Url
    from .event_stream import Requester

_BLOCK = 1 << 20  # bytes


async def save(response: ResponseBase, path: str | PathLike[str]) -> Path:
    """Write the body of a response to a file; see `Response.save`."""
    response._pipeline(False)  # refuses a body that has been consumed already
    target = check_target(path)
    if target.is_dir():
        target = named_in(target, _proposed(response))
    with PartFile(target) as file:
        # Without a validator: this is an answer that cannot be requested again.
        file.start(str(response.url), None, None)
        await _copy(response, file.write)
        return file.finish()


async def _copy(response: ResponseBase, take: Callable[[bytes], None]) -> None:
    """Pass the body to a function as it arrives, or in blocks if it has been read already."""
    if response._content is not False:
        for piece in response._slices(_BLOCK):
            take(piece)
        return
    state = response.body_state
    response._begin_stream(Pipeline())
    raw = response.raw
    if not isinstance(raw, RawBase):  # of an adapter of the user's own: some file
        for piece in file_chunks(raw, _BLOCK):
            take(piece)
    else:
        try:
            while chunk := await raw.next_chunk():
                state = response.body_state
                take(chunk)
        except BrowserLimitError:
            # Nothing was read: a call that can switch stacks may continue.
            response.body_state = state
            raise
        except BaseException:
            await raw.give_up()
            raise
        await raw.give_up()
    response._end_stream()


def _proposed(response: ResponseBase) -> str:
    return proposed(response.headers.get("content-disposition"), str(response.url))


class Download:
    """The download of one file.

    Args:
        session: sends the requests.
        face: that of the session.
        url: of the file.
        path: of the file to write, or a folder for it.
        resume: False ignores what an earlier download has left.
        checksum: "sha256:" and the hash in hexadecimal digits, or another algorithm; None for none.
        max_retries: how many times in a row to try again without a new byte.
        options: the other keywords of the request.
    """

    def __init__(
        self,
        session: Requester,
        face: Face,
        url: Url,
        path: str | PathLike[str],
        resume: bool,
        checksum: str | None,
        max_retries: int,
        options: RequestOptions,
    ) -> None:
        progress = options.get("progress", getattr(session, "progress", None))
        settings.check_fetch_options({"progress": progress})
        self._report = reporter(progress)
        self._meter: Meter | None = None
        self._target = check_target(path)
        self._resume = resume
        self._checksum = Checksum(checksum)
        self._max_retries = max_retries
        self._tries = self._most_bytes = 0
        self._started = False
        self._source = Source(session, face, url, options, "download")
        self._address = self._source.address

    async def run(self) -> Path:
        """Download, and return the path of the file.

        Raises:
            HTTPError: the answer is not a file.
            HashMismatchError: the file has another hash.
            ChunkedEncodingError: the connection broke too often; what was received is kept.
        """
        if not self._target.is_dir():
            with PartFile(self._target) as file:
                return await self._fetch(file, None)
        # Only the answer says what the file is called, and so whether it can be resumed.
        response = await self._ask(None)
        try:
            file = PartFile(named_in(self._target, _proposed(response)))
            with file:
                partial = self._partial(file)
                same = partial is not None and ranges.shows(response.headers, partial.validator)
                if same:
                    await close(response)
                return await self._fetch(file, None if same else response)
        finally:
            await close(response)

    def _partial(self, file: PartFile) -> Partial | None:
        # resume=False is about an earlier download; what this one has written may be resumed.
        return file.partial(self._address) if self._resume or self._started else None

    async def _fetch(self, file: PartFile, response: ResponseBase | None) -> Path:
        """Write the file, and request the rest if it breaks.

        Args:
            file: what is written.
            response: the whole file if it was requested already, else None.
        """
        while True:
            try:
                await self._transfer(file, response)
                break
            except BROKEN as error:
                file.close()  # what is still buffered counts for `partial`
                response = None
                await self._wait(error)
        try:
            self._checksum.check(urls.brief(self._address))
        except BaseException:
            # Resuming a file with a wrong hash would give the same hash for ever.
            file.discard()
            raise
        path = file.finish()
        if self._meter is not None:
            self._meter.end()
        return path

    async def _transfer(self, file: PartFile, response: ResponseBase | None) -> None:
        """Request what is missing, and write it."""
        start = 0
        if response is None:
            partial = self._partial(file)
            response = await self._ask(partial)
            start = partial.size if partial and response.status_code == 206 else 0
        try:
            total = self._start(file, response, start)
            await _copy(response, self._writer(file))
        finally:
            await close(response)
        self._check_length(file, response, start, total)

    def _check_length(
        self, file: PartFile, response: ResponseBase, start: int, total: int | None
    ) -> None:
        count = self._checksum.count
        found = ranges.content_range(response.headers.get("content-range")) if start else None
        end = total if found is None or found.last is None else found.last + 1
        if end is not None and count > end:
            # Nobody knows which of the bytes are those of the file.
            file.discard()
            what = f"{count:,} bytes arrived instead of {end:,}"
        elif total is not None and count < total:
            # A 206 may hold less than was asked for (RFC 9110, section 15.3.7).
            what = f"only {count:,} of {total:,} bytes arrived"
        else:
            return
        raise ChunkedEncodingError(f"{urls.brief(self._address)}: {what}.")

    def _writer(self, file: PartFile) -> Callable[[bytes], None]:
        checksum = self._checksum

        def take(chunk: bytes) -> None:
            file.write(chunk)
            checksum.add(chunk)
            if self._meter is not None:
                self._meter.reached(checksum.count)
            # Progress resets the retries; bytes that were there before are none.
            if checksum.count > self._most_bytes:
                self._most_bytes, self._tries = checksum.count, 0

        return take

    def _start(self, file: PartFile, response: ResponseBase, start: int) -> int | None:
        """Open the file where the answer begins; return its total length if that is certain."""
        self._started = True
        if self._checksum.count != start:  # resumed from an earlier download, or from the beginning
            self._checksum.start()
            for block in file.blocks(start):
                self._checksum.add(block)
        headers = response.headers
        if start:
            file.resume(start)
            found = ranges.content_range(headers.get("content-range"))
            certain = found.total if found else None
            length = ranges.body_length(headers)
            total = certain or (None if length is None else start + length)
        else:
            # Another origin may hide a Content-Encoding: its length is good for the progress only.
            certain = ranges.body_length(headers) if response.type != "cors" else None
            total = ranges.body_length(headers, hidden=response.type == "cors")
            file.start(self._address, ranges.validator(headers), total)
        if self._report is not None:
            self._meter = Meter(self._report, "download", total, start)
        return certain

    async def _ask(self, partial: Partial | None) -> ResponseBase:
        """Request the rest of a file, or all of it if the server does not give the rest.

        Raises:
            HTTPError: the answer is not a file.
        """
        if partial is not None:
            try:
                response = await self._send(partial)
            except CORSError:  # the server does not allow the header Range or If-Range
                return await self._ask(None)
            # 416: the file has become shorter.
            if response.status_code == 416 or not self._is_usable(response, partial):
                await close(response)
                return await self._ask(None)
            return response
        return await self._source.ask_whole()

    async def _send(self, partial: Partial) -> ResponseBase:
        # If-Range makes a server send the whole file if it has changed: RFC 9110, section 13.1.5.
        condition = partial.validator if may_send_if_range(self._address) else None
        return await self._source.ask(f"bytes={partial.size}-", condition)

    def _is_usable(self, response: ResponseBase, partial: Partial) -> bool:
        """Tell whether an answer is the rest of the same file, or a whole file."""
        if response.status_code != 206:
            return response.status_code in FILE
        if not is_same(response, partial.validator, may_send_if_range(self._address)):
            return False
        last = None if partial.total is None else partial.total - 1
        found = part_of(response, partial.size, last)
        # Of an unknown total ("bytes 5-9/*") the last byte has to be the one that was expected.
        if found is None or found.total is None:
            return found is not None and found.last == last
        return found.total == (partial.total or found.total)

    async def _wait(self, error: RequestException) -> None:
        """Pause before the next try.

        Raises:
            Exception: the failure itself, if there is no next try.
        """
        # Retries before the first answer are up to the policy of the adapter (`max_retries`).
        broken = self._started or isinstance(error, ChunkedEncodingError)
        if not broken or error.is_final or self._tries >= self._max_retries:
            raise error
        await self._source.sleep(self._tries)
        self._tries += 1
