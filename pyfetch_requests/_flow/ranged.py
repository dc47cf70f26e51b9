"""A file on a server, requested in parts that are all of the same version of the file.

Decides what an answer to a `Range` request may be used as. Never touches the network: the session
and its transport do.

Source: RFC 9110, sections 13.1.5 (If-Range), 14.2 (Range) and 15.3.7 (206).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._nouns.raw import RawBase
from .._nouns.request import Request
from .._text import ranges, url_rules, urls
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

# 203 is a 200 that a proxy has changed: RFC 9110, section 15.3.4.
FILE = (200, 203)


class Source:
    """The URL of a file, and how it is requested.

    Args:
        session: sends the requests.
        face: that of the session.
        url: of the file.
        options: the other keywords of the request.
        what: name of the function that the user called, for messages.

    Attributes:
        address: the URL, absolute and with `params`.

    Raises:
        ValueError: the options have a header that is set here.
    """

    def __init__(
        self, session: Requester, face: Face, url: Url, options: RequestOptions, what: str
    ) -> None:
        self._session, self._face, self._url, self._options = session, face, url, options
        given = {name.lower() for name in options.get("headers") or {}}
        if taken := given & {"range", "if-range"}:
            raise ValueError(f"{what}() sets the header {min(taken)!r} itself. Leave it out.")
        request = Request("GET", url, params=options.get("params"))
        self.address = cast("SessionBase", session).prepare_request(request).url

    @property
    def brief(self) -> str:
        """The URL as messages show it."""
        return urls.brief(self.address)

    async def ask(
        self, asked: str | None = None, condition: str | None = None, method: str = "GET"
    ) -> ResponseBase:
        """Send a request; its body is not read yet.

        Args:
            asked: value of `Range`, None for the whole file.
            condition: value of `If-Range`, None for none.
            method: GET or HEAD.
        """
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict()
        # So that Content-Length is that of the file. A browser forbids the header, and sends
        # "identity" by itself with a Range (Fetch, HTTP-network-or-cache fetch).
        if not runtime.IN_PYODIDE or runtime.is_node():
            headers["Accept-Encoding"] = "identity"
        headers.update(self._options.get("headers") or {})
        if asked is not None:
            headers["Range"] = asked
        if condition is not None:
            headers["If-Range"] = condition
        # No progress of a part: `Download` reports that of the file.
        options: RequestOptions = {
            **self._options, "headers": headers, "stream": True, "progress": False,
        }  # fmt: skip
        answer = self._session.request(method, self._url, **options)
        return await if_awaitable(answer, self._face, "the session")

    async def ask_whole(self) -> ResponseBase:
        """Request the whole file.

        Raises:
            HTTPError: the answer is not a file.
        """
        response = await self.ask()
        if response.status_code not in FILE:
            await refuse(response, self.brief)
        return response

    async def sleep(self, tries: int) -> None:
        """Pause before the next try, longer after each failed one."""
        transport = transport_of(self._session.get_adapter(url=self.address), self._face)
        await transport.sleep(pause(tries))


async def close(response: ResponseBase) -> None:
    """Stop reading an answer."""
    if isinstance(response.raw, RawBase):
        await response.raw.give_up()


async def refuse(response: ResponseBase, brief: str) -> None:
    """Raise the exception for an answer that is not a file, with its body read.

    Raises:
        HTTPError: always.
    """
    try:
        await whole(response)
    finally:
        await close(response)
    response.raise_for_status()
    raise HTTPError(
        f"{brief}: the answer, with status {response.status_code}, is not a file.",
        response=response,
    )


def may_send_if_range(url: str) -> bool:
    """Tell whether If-Range may be sent without a CORS preflight."""
    # Range is a CORS-safelisted request-header, If-Range is not: WHATWG Fetch, section 2.2.2.
    return not (runtime.IN_PYODIDE and runtime.is_cross_origin(url))


def part_of(response: ResponseBase, first: int, last: int | None) -> ranges.ContentRange | None:
    """Return which bytes a 206 contains; None if they may not be those that were requested.

    Args:
        response: the answer.
        first, last: positions that were requested; the answer may end before the last. None if the
            end is not known.
    """
    headers = response.headers
    coding = (headers.get("content-encoding") or "identity").strip().lower()
    if coding != "identity":  # a range of the coded form, which cannot be decoded alone
        return None
    found = ranges.content_range(headers.get("content-range"))
    if found is not None:
        fits = found.first == first and (last is None or cast("int", found.last) <= last)
        return found if fits else None
    # Content-Range is hidden by another origin that does not expose it; Content-Length is always
    # shown. If the body is coded after all, `body_of` notices that its length differs.
    if response.type != "cors" or last is None or "multipart" in headers.get("content-type", ""):
        return None
    length = headers.get("content-length", "")
    fits = length.isdecimal() and 0 < int(length) <= last + 1 - first
    return ranges.ContentRange(first, first + int(length) - 1, None) if fits else None


def is_whole(response: ResponseBase) -> bool:
    """Tell whether an answer to a Range is the whole file."""
    # Some servers send a part with the status 200.
    return response.status_code in FILE and "content-range" not in response.headers


async def body_of(response: ResponseBase, found: ranges.ContentRange) -> bytes:
    """Read a part, as far as it came.

    Raises:
        ChunkedEncodingError: nothing came, or another number of bytes than the headers say.
    """
    pieces, count = [], 0
    expected = cast("int", found.last) + 1 - cast("int", found.first)
    try:
        while chunk := await response.raw.next_chunk():
            pieces.append(chunk)
            count += len(chunk)
    except BROKEN:
        # What came is used, unless its place in the file was only inferred.
        if not count or found.total is None:
            raise
    if count > expected or (count < expected and found.total is None):
        raise ChunkedEncodingError(
            f"{urls.brief(str(response.url))}: a part has {count:,} bytes instead of {expected:,}.",
            response=response,
        )
    return b"".join(pieces)


def is_same(response: ResponseBase, validator: str, conditioned: bool) -> bool:
    """Tell whether a part is of the version of the file that has the validator.

    Args:
        response: the answer.
        validator: the first ETag or Last-Modified of the file.
        conditioned: True if If-Range was sent.
    """
    # A 206 to an If-Range need not repeat the validator: RFC 9110, section 15.3.7.
    same = ranges.shows(response.headers, validator)
    return conditioned if same is None else same


class RemoteFile:
    """The bytes of one file, by their positions.

    Args:
        source: where the file is.
        whole: False refuses to read the whole file if the server sends no parts.
        max_retries: how many times in a row to request a part again that broke.

    Attributes:
        address: the absolute URL.
        size: in bytes, known once it is open.
        content: the whole file if it had to be read at once, else None.
    """

    def __init__(self, source: Source, whole: bool = True, max_retries: int = 5) -> None:
        self._source = source
        self._whole = whole
        self._max_retries = max_retries
        self._validator = ""
        self.address = self._url = source.address
        self._size_is_certain = True
        self.size = 0
        self.content: bytes | None = None

    async def open(self, count: int) -> bytes:
        """Find out the size and the validator by requesting the first bytes; return those.

        Args:
            count: how many, at least one.

        Raises:
            HTTPError: there is no file; or the server sends no parts, and `whole` is False.
        """
        # A GET, not a HEAD: it saves a round trip, and shows whether the server sends parts.
        try:
            response = await self._source.ask(f"bytes=0-{count - 1}")
        except ConnectionError as error:
            # Perhaps CORS: an engine without a safelisted Range asks the server for permission.
            if not runtime.IN_PYODIDE or isinstance(error, Timeout):
                raise
            response = await self._source.ask_whole()
            return await self._take_whole(response, count, "a request for one fails")
        try:
            status = response.status_code
            if status == 206:
                found = part_of(response, 0, count - 1)
                reason = await self._learn(response, found)
                if found is not None and reason is None:
                    return await body_of(response, found)
                await close(response)
            elif is_whole(response):
                reason = "it answers with the whole file"
                return await self._take_whole(response, count, reason)
            elif status not in (*FILE, 416):  # 416: usually the file is empty
                await refuse(response, self._source.brief)
        finally:
            await close(response)
        reason = reason if status == 206 else "it refuses them"
        return await self._take_whole(await self._source.ask_whole(), count, str(reason))

    async def _learn(self, response: ResponseBase, found: ranges.ContentRange | None) -> str | None:
        """Note size and validator; return the reason if the file cannot be read in parts."""
        if found is None:
            return "what it sends is not the part that was requested"
        validator = ranges.validator(response.headers)
        if validator is None:
            return "it sends neither a strong ETag nor Last-Modified, to recognise the file by"
        # After redirects: whether If-Range needs a preflight is up to the origin that answered.
        self._validator, self._url = validator, str(response.url)
        total = found.total
        if total is None:
            self._size_is_certain = False
            total = await self._length()
        # A total that the part itself contradicts is no better than none.
        if total is None or total <= cast("int", found.last):
            return "it does not say how long the file is"
        self.size = total
        return None

    async def _length(self) -> int | None:
        """Ask for the length of the file, if Content-Range does not say it; None for no answer."""
        # With Range, so that a browser sends "Accept-Encoding: identity"; the length of a 200 and
        # of a 206 for "bytes=0-" is that of the file.
        response = await self._source.ask("bytes=0-", method="HEAD")
        await close(response)
        length = response.headers.get("content-length", "")
        there = response.status_code in (*FILE, 206) and length.isdecimal()
        same = ranges.shows(response.headers, self._validator) is not False
        return int(length) if there and same else None

    async def _take_whole(self, response: ResponseBase, count: int, reason: str) -> bytes:
        """Read the whole file, and warn once if that is more than was requested."""
        try:
            length = ranges.body_length(response.headers)
            if length is None or length > count:
                what = f"{self._source.brief}: the server sends no parts of this file ({reason})"
                if not self._whole:
                    raise HTTPError(f"{what}.", response=response)
                size = "" if length is None else f", {length:,} bytes"
                origin = url_rules.origin_of(self._source.address)
                warn_once(f"ranges:{origin}", f"{what}, so all of it is read{size}.")
            self.content = await whole(response)
        finally:
            await close(response)
        self.size, self._size_is_certain = len(self.content), True
        return self.content

    async def part(self, first: int, last: int) -> bytes:
        """Return the bytes from `first` to `last`, both included; they have to be in the file.

        Raises:
            FileChangedError: the file on the server has changed.
            ChunkedEncodingError: the connection broke too often.
            HTTPError: the server does not send it any more.
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
        """Request a part once; what comes may end before `last`, and has at least one byte."""
        if self.content is not None:
            return self.content[first : last + 1]
        condition = self._validator if may_send_if_range(self._url) else None
        # If the size is not certain, one byte more is requested at the end: it must not come.
        beyond = not self._size_is_certain and last == self.size - 1
        response = await self._source.ask(f"bytes={first}-{last + beyond}", condition)
        try:
            status = response.status_code
            conditioned = status == 206 and condition is not None
            if status in (*FILE, 206) and is_same(response, self._validator, conditioned):
                if is_whole(response):
                    reason = "it did before"
                    return (await self._take_whole(response, 0, reason))[first : last + 1]
                found = part_of(response, first, last) if status == 206 else None
                if found is None:
                    raise HTTPError(
                        f"{self._source.brief}: the server did not send the part that was "
                        f"requested, bytes {first:,} to {last:,} of {self.size:,}.",
                        response=response,
                    )
                if found.total in (None, self.size):
                    return await body_of(response, found)
            elif status not in (*FILE, 206, 416):
                await refuse(response, self._source.brief)
            raise FileChangedError(
                f"{self._source.brief} has changed since it was opened. Open it again.",
                response=response,
            )
        finally:
            await close(response)
