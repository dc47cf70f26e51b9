"""Bodies into files: as they arrive, under their name when they are whole, and taken up again.

Decides when a file may go on from where it broke. Never touches a network: the session and its
transport do.

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
from .part_file import Left, PartFile, check_target, named_in
from .ranged import FILE, Source, close, is_same, may_condition, part_of

if TYPE_CHECKING:
    from os import PathLike

    from .._nouns.response import ResponseBase
    from .._nouns.types import RequestOptions, Url
    from .event_stream import Requester

_BLOCK = 1 << 20


async def save(response: ResponseBase, path: str | PathLike[str]) -> Path:
    """Write the body of a response to a file; see `Response.save`."""
    response._text_stage(False)  # refuses a body that went to someone else
    target = check_target(path)
    if target.is_dir():
        target = named_in(target, _proposed(response))
    with PartFile(target) as file:
        file.begin(str(response.url), None, None)
        await _copy(response, file.write)
        return file.finish()


async def _copy(response: ResponseBase, take: Callable[[bytes], None]) -> None:
    """Give the body to a function as it arrives, or in blocks what is here already."""
    if response._content is not False:
        for piece in response._slices(_BLOCK):
            take(piece)
        return
    state = response.body_state
    response._begin_stream(Pipeline())
    raw = response.raw
    if not isinstance(raw, RawBase):
        for piece in file_chunks(raw, _BLOCK):
            take(piece)
    else:
        try:
            while chunk := await raw.next_chunk():
                state = response.body_state
                take(chunk)
        except BrowserLimitError:  # another call can go on
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
    """One file on its way.

    Args:
        session: sends the requests.
        face: that of the session.
        url: where the file is.
        path: what it is to be called, or a folder for it.
        resume: False begins anew in any case.
        checksum: as "sha256:" and the hash in hexadecimal digits; None to check nothing.
        max_retries: how often to try again in a row, without a byte more.
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
        self._tries = self._furthest = 0
        self._began = False
        self._source = Source(session, face, url, options, "download")
        self._address = self._source.address

    async def run(self) -> Path:
        """Download, and return the path of the file.

        Raises:
            HTTPError: the answer is no file.
            HashMismatchError: it is another one than it was to be.
            ChunkedEncodingError: the connection broke too often; what came is kept.
        """
        if not self._target.is_dir():
            with PartFile(self._target) as file:
                return await self._fetch(file, None)
        response = await self._ask(None)
        try:
            file = PartFile(named_in(self._target, _proposed(response)))
            with file:
                left = self._left(file)
                same = left is not None and ranges.shows(response.headers, left.validator)
                if same:
                    await close(response)
                return await self._fetch(file, None if same else response)
        finally:
            await close(response)

    def _left(self, file: PartFile) -> Left | None:
        return file.left(self._address) if self._resume or self._began else None

    async def _fetch(self, file: PartFile, response: ResponseBase | None) -> Path:
        """Write what comes, and come back for the rest if it breaks.

        Args:
            file: to be written.
            response: the whole file, where it was asked for already.
        """
        while True:
            try:
                await self._transfer(file, response)
                break
            except BROKEN as error:
                file.close()
                response = None
                await self._wait(error)
        try:
            self._checksum.check(urls.brief(self._address))
        except BaseException:
            file.discard()
            raise
        path = file.finish()
        if self._meter is not None:
            self._meter.end()
        return path

    async def _transfer(self, file: PartFile, response: ResponseBase | None) -> None:
        """Ask for what is not there yet, and write it."""
        start = 0
        if response is None:
            left = self._left(file)
            response = await self._ask(left)
            start = left.size if left and response.status_code == 206 else 0
        try:
            total = self._begin(file, response, start)
            await _copy(response, self._taker(file))
        finally:
            await close(response)
        if total is not None and self._checksum.count < total:
            raise ChunkedEncodingError(
                f"{urls.brief(self._address)}: {self._checksum.count:,} of {total:,} bytes came."
            )

    def _taker(self, file: PartFile) -> Callable[[bytes], None]:
        checksum = self._checksum

        def take(chunk: bytes) -> None:
            file.write(chunk)
            checksum.add(chunk)
            if self._meter is not None:
                self._meter.reached(checksum.count)
            if checksum.count > self._furthest:
                self._furthest, self._tries = checksum.count, 0

        return take

    def _begin(self, file: PartFile, response: ResponseBase, start: int) -> int | None:
        """Open the file where the answer begins; return the length of the whole, if it is sure."""
        self._began = True
        if self._checksum.count != start:
            self._checksum.start()
            for block in file.blocks(start):
                self._checksum.add(block)
        headers = response.headers
        if start:
            file.go_on(start)
            found = ranges.content_range(headers.get("content-range"))
            sure = found.total if found else None
            length = ranges.body_length(headers)
            total = sure or (None if length is None else start + length)
        else:
            sure = ranges.body_length(headers) if response.type != "cors" else None
            total = ranges.body_length(headers, hidden=response.type == "cors")
            file.begin(self._address, ranges.validator(headers), total)
        if self._report is not None:
            self._meter = Meter(self._report, "download", total, start)
        return sure

    async def _ask(self, left: Left | None) -> ResponseBase:
        """Ask for the rest of a file, or for all of it where that cannot be had.

        Raises:
            HTTPError: the answer is no file.
        """
        if left is not None:
            try:
                response = await self._send(left)
            except CORSError:  # of a server that does not let Range or If-Range pass
                return await self._ask(None)
            if response.status_code == 416 or not self._goes_on(response, left):
                await close(response)
                return await self._ask(None)
            return response
        return await self._source.ask_whole()

    async def _send(self, left: Left) -> ResponseBase:
        condition = left.validator if may_condition(self._address) else None
        return await self._source.ask(f"bytes={left.size}-", condition)

    def _goes_on(self, response: ResponseBase, left: Left) -> bool:
        """Tell whether an answer is to be taken: the rest of the same file, or all of one."""
        if response.status_code != 206:
            return response.status_code in FILE
        if not is_same(response, left.validator, may_condition(self._address)):
            return False
        last = None if left.total is None else left.total - 1
        found = part_of(response, left.size, last)
        if found is None or found.total is None:
            return found is not None and found.last == last
        return found.total == (left.total or found.total)

    async def _wait(self, error: RequestException) -> None:
        """Pause before the next try.

        Raises:
            Exception: the failure itself, where there is none.
        """
        broken = self._began or isinstance(error, ChunkedEncodingError)
        if not broken or error.is_final or self._tries >= self._max_retries:
            raise error
        await self._source.sleep(self._tries)
        self._tries += 1
