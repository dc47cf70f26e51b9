"""A file on a server, asked for part by part: never a byte of two states of it.

Decides what a server's answer to a `Range` may be taken for. Never touches a network: the session
and its transport do.

Source: RFC 9110, sections 13.1.5 (If-Range), 14.2 (Range) and 15.3.7 (206).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._nouns.raw import RawBase
from .._nouns.request import Request
from .._text import ranges, urls
from .._text.structures import CaseInsensitiveDict
from .._transports import runtime
from .._warn import warn_once
from ..exceptions import (
    ChunkedEncodingError,
    ConnectionError,
    FileChangedError,
    HTTPError,
    Timeout,
)
from .again import BROKEN, pause
from .exchange import Face, if_awaitable, transport_of, whole

if TYPE_CHECKING:
    from .._nouns.response import ResponseBase
    from .._nouns.session import SessionBase
    from .._nouns.types import RequestOptions, Url
    from .event_stream import Requester

FILE = (200, 203)


class Source:
    """Where a file is, and how it is asked for.

    Args:
        session: sends the requests.
        face: that of the session.
        url: where the file is.
        options: the other keywords of the request.
        what: what the user has called, for messages.

    Attributes:
        address: the URL, absolute and with `params`.

    Raises:
        ValueError: the options hold a header that is written here.
    """

    def __init__(
        self, session: Requester, face: Face, url: Url, options: RequestOptions, what: str
    ) -> None:
        self._session, self._face, self._url, self._options = session, face, url, options
        given = {name.lower() for name in options.get("headers") or {}}
        if taken := given & {"range", "if-range"}:
            raise ValueError(f"{what}() writes the header {min(taken)!r} itself.")
        request = Request("GET", url, params=options.get("params"))
        self.address = cast("SessionBase", session).prepare_request(request).url

    @property
    def brief(self) -> str:
        """The address as messages name it."""
        return urls.brief(self.address)

    async def ask(
        self, asked: str | None = None, condition: str | None = None, method: str = "GET"
    ) -> ResponseBase:
        """Send a request; its body is not read yet.

        Args:
            asked: of `Range`, None for the whole.
            condition: of `If-Range`, None for none.
            method: GET or HEAD.
        """
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict()
        if not runtime.IN_BROWSER or runtime.is_node():
            headers["Accept-Encoding"] = "identity"  # so that Content-Length is that of the file
        headers.update(self._options.get("headers") or {})
        if asked is not None:
            headers["Range"] = asked
        if condition is not None:
            headers["If-Range"] = condition
        options: RequestOptions = {
            **self._options, "headers": headers, "stream": True, "progress": False,
        }  # fmt: skip
        answer = self._session.request(method, self._url, **options)
        return await if_awaitable(answer, self._face, "the session")

    async def ask_whole(self) -> ResponseBase:
        """Ask for all of the file.

        Raises:
            HTTPError: the answer is no file.
        """
        response = await self.ask()
        if response.status_code not in FILE:
            await refuse(response, self.brief)
        return response

    async def sleep(self, tries: int) -> None:
        """Pause before the next try, the longer the more there were."""
        transport = transport_of(self._session.get_adapter(url=self.address), self._face)
        await transport.sleep(pause(tries))


async def close(response: ResponseBase) -> None:
    """Read nothing more of an answer."""
    if isinstance(response.raw, RawBase):
        await response.raw.give_up()


async def refuse(response: ResponseBase, brief: str) -> None:
    """Raise what an answer that is no file stands for, with its body.

    Raises:
        HTTPError: always.
    """
    try:
        await whole(response)
    finally:
        await close(response)
    response.raise_for_status()
    raise HTTPError(
        f"{brief} was answered with status {response.status_code}, and no file.", response=response
    )


def may_condition(url: str) -> bool:
    """Tell whether If-Range may be sent: other origins have to allow it, unlike Range."""
    return not (runtime.IN_BROWSER and runtime.is_cross_origin(url))


def part_of(response: ResponseBase, first: int, last: int | None) -> ranges.ContentRange | None:
    """Return what a 206 holds of the bytes that were asked for; None where that is not sure.

    Args:
        response: the answer.
        first, last: positions of what it is to hold; it may end before. None for an unknown end.
    """
    headers = response.headers
    coding = (headers.get("content-encoding") or "identity").strip().lower()
    if coding != "identity":  # a part of the coded form is of no use
        return None
    found = ranges.content_range(headers.get("content-range"))
    if found is not None:
        fits = found.first == first and (last is None or cast("int", found.last) <= last)
        return found if fits else None
    # A browser hides Content-Range of other origins, unless they expose it. The length of the body
    # is shown; that of a coded one would be another than what is read in the end.
    if response.type != "cors" or last is None or "multipart" in headers.get("content-type", ""):
        return None
    length = headers.get("content-length", "")
    fits = length.isdecimal() and 0 < int(length) <= last + 1 - first
    return ranges.ContentRange(first, first + int(length) - 1, None) if fits else None


def is_whole(response: ResponseBase) -> bool:
    """Tell whether an answer to a Range is the whole file; some send a part with status 200."""
    return response.status_code in FILE and "content-range" not in response.headers


async def body_of(response: ResponseBase, found: ranges.ContentRange) -> bytes:
    """Read a part; what came of one that broke is right, if it is sure what it was of.

    Raises:
        ChunkedEncodingError: it is not what it was to be.
    """
    pieces, count = [], 0
    expected = cast("int", found.last) + 1 - cast("int", found.first)
    try:
        while chunk := await response.raw.next_chunk():
            pieces.append(chunk)
            count += len(chunk)
    except BROKEN:
        if not count or found.total is None:
            raise
    if count > expected or (count < expected and found.total is None):
        raise ChunkedEncodingError(
            f"{urls.brief(str(response.url))}: {count:,} bytes of a part came, not {expected:,}.",
            response=response,
        )
    return b"".join(pieces)


def is_same(response: ResponseBase, validator: str, conditioned: bool) -> bool:
    """Tell whether a part is one of the file that has the validator.

    Args:
        response: the answer.
        validator: what the file has shown first.
        conditioned: True where the server was asked by If-Range.
    """
    same = ranges.shows(response.headers, validator)
    return conditioned if same is None else same


class RemoteFile:
    """The bytes of one file, by their positions.

    Args:
        source: where it is.
        whole: False refuses to read all of it where the server gives no parts.
        max_retries: how often in a row to ask again for a part that broke.

    Attributes:
        address: where it is, absolute.
        size: number of its bytes, known when it is open.
        content: all of it, where it was read as a whole; else None.
    """

    def __init__(self, source: Source, whole: bool = True, max_retries: int = 5) -> None:
        self._source = source
        self._whole = whole
        self._max_retries = max_retries
        self._validator = ""
        self.address = self._url = source.address
        self._is_sure = True  # of the size
        self.size = 0
        self.content: bytes | None = None

    async def open(self, count: int) -> bytes:
        """Learn what there is by asking for the first bytes; return those that came.

        Args:
            count: how many, at least one.

        Raises:
            HTTPError: there is no file; or its server gives no parts, and it may not be read whole.
        """
        try:
            response = await self._source.ask(f"bytes=0-{count - 1}")
        except ConnectionError as error:  # perhaps of a server that does not let Range pass
            if not runtime.IN_BROWSER or isinstance(error, Timeout):
                raise
            response = await self._source.ask_whole()
            return await self._take_whole(response, count, "they cannot be had of it")
        try:
            status = response.status_code
            if status == 206:
                found = part_of(response, 0, count - 1)
                reason = await self._learn(response, found)
                if found is not None and reason is None:
                    return await body_of(response, found)
                await close(response)
            elif is_whole(response):
                reason = "it answers with the whole"
                return await self._take_whole(response, count, reason)
            elif status not in (*FILE, 416):  # the last of an empty file, usually
                await refuse(response, self._source.brief)
        finally:
            await close(response)
        reason = reason if status == 206 else "it refuses them"
        return await self._take_whole(await self._source.ask_whole(), count, str(reason))

    async def _learn(self, response: ResponseBase, found: ranges.ContentRange | None) -> str | None:
        """Note size and validator of what has answered; return why it cannot be gone on with."""
        if found is None:
            return "what it sends is not the part that was asked for"
        validator = ranges.validator(response.headers)
        if validator is None:
            return "it shows no strong ETag and no Last-Modified to know the file by"
        self._validator, self._url = validator, str(response.url)
        total = found.total
        if total is None:
            self._is_sure = False
            total = await self._length()
        if total is None or total <= cast("int", found.last):
            return "it does not show how long the file is"
        self.size = total
        return None

    async def _length(self) -> int | None:
        """Ask how long the file is, where Content-Range does not say so; None for no answer."""
        # By Range a browser asks for no coding, and both 200 and 206 have the length of the file.
        response = await self._source.ask("bytes=0-", method="HEAD")
        await close(response)
        length = response.headers.get("content-length", "")
        there = response.status_code in (*FILE, 206) and length.isdecimal()
        same = ranges.shows(response.headers, self._validator) is not False
        return int(length) if there and same else None

    async def _take_whole(self, response: ResponseBase, count: int, reason: str) -> bytes:
        """Read all of the file, and say so once, if it is more than was asked for."""
        try:
            length = ranges.body_length(response.headers)
            if length is None or length > count:
                what = f"{self._source.brief}: the server gives no parts of this file ({reason})"
                if not self._whole:
                    raise HTTPError(f"{what}.", response=response)
                size = "" if length is None else f", {length:,} bytes"
                origin = urls.origin_of(self._source.address)
                warn_once(f"ranges:{origin}", f"{what}: it is read as a whole{size}.")
            self.content = await whole(response)
        finally:
            await close(response)
        self.size, self._is_sure = len(self.content), True
        return self.content

    async def part(self, first: int, last: int) -> bytes:
        """Return the bytes from `first` to `last`, both included; they have to be in the file.

        Raises:
            FileChangedError: it is another file than it was.
            ChunkedEncodingError: the connection broke too often.
            HTTPError: the server does not give it any more.
        """
        pieces, tries = [], 0
        while first <= last:
            try:
                piece = await self._piece(first, last)
            except BROKEN as error:
                if error.is_final or tries >= self._max_retries:
                    raise
                await self._source.sleep(tries)
                tries += 1
            else:
                tries = 0
                pieces.append(piece)
                first += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _piece(self, first: int, last: int) -> bytes:
        """Ask for a part once; what comes may end before, and has a byte at least."""
        if self.content is not None:
            return self.content[first : last + 1]
        condition = self._validator if may_condition(self._url) else None
        # Where nobody has told for sure that the file ends there, one byte more would come.
        beyond = not self._is_sure and last == self.size - 1
        response = await self._source.ask(f"bytes={first}-{last + beyond}", condition)
        try:
            status = response.status_code
            conditioned = status == 206 and condition is not None
            if status in (*FILE, 206) and is_same(response, self._validator, conditioned):
                if is_whole(response):
                    reason = "it did, and does not any more"
                    return (await self._take_whole(response, 0, reason))[first : last + 1]
                found = part_of(response, first, last) if status == 206 else None
                if found is None:
                    raise HTTPError(
                        f"{self._source.brief}: what the server sends is not the part that was "
                        f"asked for, bytes {first:,} to {last:,} of {self.size:,}.",
                        response=response,
                    )
                if found.total in (None, self.size):
                    return await body_of(response, found)
            elif status not in (*FILE, 206, 416):
                await refuse(response, self._source.brief)
            raise FileChangedError(
                f"{self._source.brief} is not what it was when it was opened: open it again.",
                response=response,
            )
        finally:
            await close(response)
