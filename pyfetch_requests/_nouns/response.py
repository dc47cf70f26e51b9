"""Response: everything about it that needs no further I/O.

Decides what bytes and headers mean. Never reads from the network: the two faces do.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from .._text import urls
from .._text.headers import encoding_from_headers
from .._text.structures import CaseInsensitiveDict, attributes, set_attributes
from .._wire import REDIRECTS, WireResponse
from ..exceptions import (
    BrowserLimitError,
    HTTPError,
    JSONDecodeError,
    StreamConsumedError,
    short_traceback,
)
from . import json_values as _json
from .arguments import UNSET
from .raw import RawBase, file_chunks

if TYPE_CHECKING:
    from http.cookiejar import CookieJar
    from typing import Self

    from .._text.decoders import Pipeline
    from .._text.for_checkers import JsonValue, Stage
    from .cookies import RequestsCookieJar
    from .request import PreparedRequest
    from .session import BaseAdapter

    # An Iterator on the blocking face, an AsyncIterator on the async one; the faces declare which.
    Chunks: TypeAlias = object

BodyState = Literal["unread", "streaming", "whole", "given up"]
"""The state of a body: "streaming" while it is iterated, "whole" once it is kept as `content`,
"given up" once it was iterated to its end, left before that, or closed."""


_NO_TIME = datetime.timedelta(0)
_SLICE = 1 << 20


def _check_size(chunk_size: object) -> None:
    if chunk_size is not None and not isinstance(chunk_size, int):
        raise TypeError(f"chunk_size must be an int, it is instead a {type(chunk_size)}.")


class ResponseBase:
    """The response to a request, as far as it needs no waiting.

    Attributes:
        status_code: int; 0 if the browser hides it (`mode="no-cors"`, a redirect that was not to
            be followed).
        reason: the reason phrase, "" with HTTP/2.
        headers: case-insensitive mapping.
        url: the final URL, after redirects, as the browser writes it, with the fragment of the
            request.
        encoding: of the text; from the headers, and may be set.
        history: list of the responses that led here, oldest first. If the browser followed
            redirects itself there is one entry, which has the original request.
        elapsed: timedelta from sending the request to having the headers.
        request: the PreparedRequest that was answered.
        is_rebuilt: True if a service worker of the page made this response of another origin
            itself. It followed any redirects, so `url` is what was requested, and perhaps not
            where the response came from.
        through: the URL that was requested instead of `url`, by a `ThroughAdapter`; else None.
        body_state: what became of the body, see `BodyState`.
        type: fetch's response type: "basic", "cors", "opaque", "opaqueredirect" or "default".
    """

    # A list, because subclasses add to it.
    __attrs__ = [  # noqa: RUF012
        "_content", "status_code", "url", "headers", "history", "encoding", "reason", "cookies",
        "elapsed", "request",
    ]  # fmt: skip

    # requests-cache subclasses this with attrs, which evaluates the annotations of a class; these
    # names exist for type checkers only.
    if TYPE_CHECKING:
        _cookies: RequestsCookieJar | None
        _kept: bytes
        connection: BaseAdapter
        json_decoder: _json.Decoder
    # On the class, because requests-cache creates responses without calling __init__.
    _cookies = None
    body_state: BodyState = "unread"
    _kept = UNSET
    connection = UNSET
    type: str = "default"
    is_rebuilt = False
    through: str | None = None
    json_decoder = "python"

    def __init__(self) -> None:
        self._next: PreparedRequest | None = None
        self.status_code: int = UNSET
        self.headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        self.raw: RawBase = UNSET
        self.url: str = UNSET
        self.encoding: str | None = None
        self.history: list[Self] = []
        self.reason: str = UNSET
        self.elapsed = _NO_TIME
        self.request: PreparedRequest = UNSET

    def _fill(self, answer: WireResponse, request: PreparedRequest, raw: RawBase) -> None:
        """Set what a transport received."""
        self.raw = raw
        self.status_code = answer.status
        self.reason = answer.reason
        self.headers = raw.all_headers
        self.encoding = encoding_from_headers(raw.all_headers)
        # Without a URL of the answer (a mock, an opaque response) that of the request.
        self.url = request.url
        if answer.url:
            self.url = urls.response_url(answer.url, request.url, answer.redirected)
        raw._request_url = self.url
        self.request = request
        self.type = answer.kind
        self.is_rebuilt = answer.rebuilt

    @property
    def _content(self) -> bytes | Literal[False]:
        """The body if it is kept, else False: as in requests, whose name libraries read and set."""
        return self._kept if self.body_state == "whole" else False

    @_content.setter
    def _content(self, content: bytes | Literal[False] | None) -> None:
        if content is not False:
            self._kept, self.body_state = cast("bytes", content), "whole"
        elif self.body_state == "whole":
            self._kept, self.body_state = UNSET, "unread"

    @property
    def _content_consumed(self) -> bool:
        """True once nothing is left to read; this name of requests is used by libraries, too."""
        return self.body_state in ("whole", "given up")

    @_content_consumed.setter
    def _content_consumed(self, consumed: bool) -> None:
        if self.body_state != "whole":
            self.body_state = "given up" if consumed else "unread"

    async def _load(self) -> None:
        """Read what is left of the body, and keep it."""
        raw, state = self.raw, self.body_state
        # Set before reading: if that fails, a second read must raise, not return an empty body.
        self.body_state = "given up"
        if isinstance(raw, RawBase):
            try:
                content = await raw.read_up_to(None)
            except BrowserLimitError:  # a later call may be able to read it
                self.body_state = state
                raise
            except BaseException:
                await raw.give_up()
                raise
            # As in requests, whose tests set the status to 0 and expect None; a browser's own 0
            # (opaque) has an empty body.
            self._content = content if self.status_code or not raw.status else None
        else:
            # `raw` was replaced by a file: a response that a library or an adapter built.
            has_body = raw is not None and self.status_code
            self._content = b"".join(file_chunks(raw, None)) if has_body else None

    def __repr__(self) -> str:
        return f"<Response [{self.status_code}]>"

    def _repr_html_(self) -> str:
        """Return HTML for a notebook: a summary, and a preview of the body."""
        from . import display

        return display.response(self)

    def __bool__(self) -> bool:
        """Tell whether the status is below 400, as `ok` does."""
        return self.ok

    @property
    def ok(self) -> bool:
        """True for a status below 400; False for an opaque response, whose status is hidden."""
        try:
            self.raise_for_status()
        except HTTPError:
            return False
        return True

    @property
    def is_redirect(self) -> bool:
        """True for a redirect, also for one whose target the browser hides."""
        return self.type == "opaqueredirect" or (
            self.status_code in REDIRECTS and "location" in self.headers
        )

    @property
    def is_permanent_redirect(self) -> bool:
        """True for 301 and 308 with a target."""
        return self.status_code in (301, 308) and "location" in self.headers

    @property
    def next(self) -> PreparedRequest | None:
        """The PreparedRequest for a redirect that was not followed, else None."""
        return self._next

    @property
    def cookies(self) -> RequestsCookieJar:
        """The cookies that this response set; always empty in a browser, which hides them."""
        if self._cookies is None:
            from . import cookies as _cookies

            self._cookies = _cookies.RequestsCookieJar()
            if isinstance(self.raw, RawBase) and "set-cookie" in self.headers:
                _cookies.extract_cookies(self._cookies, self.request, self.raw.header_pairs)
        return self._cookies

    @cookies.setter
    def cookies(self, jar: CookieJar) -> None:
        self._cookies = cast("RequestsCookieJar", jar)

    @property
    @short_traceback
    def apparent_encoding(self) -> str | None:
        """The encoding guessed from the bytes."""
        from .._text.decoders import detect_encoding

        return detect_encoding(self._loaded())

    @property
    @short_traceback
    def text(self) -> str:
        """The body as text, by `encoding`, or a guess if that is None.

        Bytes that are invalid in the encoding become U+FFFD.
        """
        return _json.decode_text(self._loaded() or b"", self.encoding)

    @short_traceback
    def json(self, *, decoder: _json.Decoder | None = None, **kwargs: object) -> JsonValue:
        """Return the value of a JSON body.

        Args:
            decoder: "python" (the default: the value of `json.loads`, by msgspec where that is
                installed and faster), "to_py" (the browser's parser, which does not distinguish
                1.0 from 1 and rounds long integers), "msgspec" or "orjson" alone, or a callable
                that takes bytes.
            **kwargs: for `json.loads`.

        Raises:
            JSONDecodeError: the body is not JSON; the message tells where.
            RecursionError: it is nested too deeply.
        """
        content = self._loaded() or b""
        if self.type == "opaque":
            from .._text.hidden_headers import OPAQUE

            raise JSONDecodeError(OPAQUE, "", 0, response=self)
        try:
            return _json.decode(content, self.encoding, decoder or self.json_decoder, kwargs)
        except JSONDecodeError as error:
            error.request, error.response = self.request, self
            # A note: the message stays that of the standard library, which code compares.
            error.add_note(self._description(content))
            raise

    def _description(self, content: bytes) -> str:
        """Describe what arrived instead of JSON: often a login page."""
        method = (self.request and self.request.method) or "?"
        # Without the query, which may contain API keys.
        address = urls.without_userinfo(str(self.url)).partition("?")[0]
        kind = self.headers.get("content-type")
        start = content[:100].decode("utf-8", "replace")
        begins = f"begins {start!r}" if start else "is empty"
        return (
            f"The response to {method} {address} has status {self.status_code} and Content-Type "
            f"{kind!r}; its body {begins}."
        )

    @property
    def links(self) -> dict[str, dict[str, str]]:
        """The links of the Link header by their rel (or URL). Source: RFC 8288."""
        from .._text.field_lists import parse_links

        links = parse_links(self.headers.get("link") or "")
        return {link.get("rel") or link["url"]: link for link in links}

    @short_traceback
    def raise_for_status(self) -> None:
        """Raise an exception if the response is an error.

        Raises:
            HTTPError: the status is 4xx or 5xx, or hidden (`mode="no-cors"`).
        """
        if self.type == "opaque":
            from .._text.hidden_headers import OPAQUE

            raise HTTPError(
                f"{OPAQUE} For url: {urls.without_userinfo(str(self.url))}", response=self
            )
        if not 400 <= (self.status_code or 0) < 600:  # None in a response that nobody has filled
            return
        reason = self.reason
        if isinstance(reason, bytes):  # of a mock or a library; requests decodes it as well
            reason = _json.decode_text(reason, None)
        kind = "Client" if self.status_code < 500 else "Server"
        url = urls.without_userinfo(str(self.url))
        raise HTTPError(
            f"{self.status_code} {kind} Error: {reason} for url: {url}",
            response=self,
        )

    @short_traceback
    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Chunks:
        """Iterate over the body in pieces of `chunk_size` bytes; None for pieces as they arrive.

        Pieces of a streamed body without Content-Length may be smaller: they do not wait for more.
        With `decode_unicode` the pieces are str, if the encoding is known.

        Raises:
            StreamConsumedError: the body was iterated before.
            ChunkedEncodingError: the connection broke before the end.
            BodyTimeout: the server stopped sending.
        """
        _check_size(chunk_size)
        # requests yields chunked bodies as they arrive; a browser hides Transfer-Encoding, but a
        # chunked body has no Content-Length (RFC 9112 section 6.2).
        wait = self._content is not False or "content-length" in self.headers
        size = chunk_size if chunk_size and chunk_size > 0 else None
        return self._pieces(self._pipeline(decode_unicode), size, wait)

    @short_traceback
    def iter_lines(
        self,
        chunk_size: int | None = 512,
        decode_unicode: bool = False,
        delimiter: str | bytes | None = None,
    ) -> Chunks:
        """Iterate over the lines of the body without their ends, as soon as they are complete.

        Args:
            chunk_size: ignored, but has to be an int or None; each line is returned as soon as it
                is complete.
            decode_unicode: True for str, if the encoding is known.
            delimiter: what ends a line (bytes, or str with `decode_unicode`), None for the
                usual line ends.
        """
        _check_size(chunk_size)
        from .._text.decoders import DelimiterDecoder, LineDecoder

        splitter: Stage = DelimiterDecoder(cast("str", delimiter)) if delimiter else LineDecoder()
        return self._pieces(self._pipeline(decode_unicode, splitter))

    @short_traceback
    def iter_json(self, **kwargs: object) -> Chunks:
        """Iterate over the values of a body in ndjson: one JSON text in each line, in UTF-8.

        Each value is returned as soon as its line is complete. Blank lines are skipped.

        Args:
            **kwargs: for `json.JSONDecoder`, such as `parse_float` or `object_hook`.

        Raises:
            JSONDecodeError: a line is not JSON; the message tells which one.
            RecursionError: a line is nested too deeply.
            StreamConsumedError: the body was iterated before.
            ChunkedEncodingError: the connection broke before the end.
            BodyTimeout: the server stopped sending.
        """
        from .json_lines import JSONLines

        lines = JSONLines(kwargs, request=self.request, response=self)
        return self._pieces(self._pipeline(False, lines))

    def iter_events(self) -> Chunks:
        """Iterate over the server-sent events of a streamed body; see `sse` for whole streams.

        Each is an `Event` with `event`, `data`, `id` and `json()`. One that the server has not
        finished is dropped, as the HTML standard says.

        Raises:
            StreamConsumedError: the body was iterated before.
            ChunkedEncodingError: the connection broke before the end.
            ContentDecodingError: one event does not end within 64 MiB.
        """
        from .._text.events import EventDecoder

        return self._pieces(self._pipeline(False, EventDecoder()))

    def _pipeline(self, decode_unicode: bool, *stages: Stage) -> Pipeline:
        """Return the parsers that the body goes through, or refuse one that has been consumed."""
        from .._text.decoders import Pipeline, TextDecoder

        if self.body_state in ("streaming", "given up"):
            raise StreamConsumedError("The content of this response was consumed already.")
        if decode_unicode and self.encoding:
            stages = (TextDecoder(self.encoding), *stages)
        return Pipeline(*stages)

    def _pieces(self, pipeline: Pipeline, size: int | None = 0, wait: bool = False) -> Chunks:
        """Iterate over the body through a pipeline; each face in its way."""
        # `size` and `wait` are of the pieces that go into it: see `RawBase.next_piece`. To a parser
        # the size does not matter: it is 0.
        raise NotImplementedError

    def _slices(self, size: int | None) -> Iterator[bytes]:
        """Return the body that is kept in pieces."""
        content = self._kept or b""
        # A parser gets a megabyte at a time: the lines of 100 at once would be another 100.
        step = _SLICE if size == 0 else size or len(content) or 1
        return (content[start : start + step] for start in range(0, len(content), step))

    def _begin_stream(self, pipeline: Pipeline) -> None:
        # A parser may hold part of a line: `content` could not return the complete rest any more.
        self.body_state = "given up" if pipeline else "streaming"

    def _end_stream(self) -> None:
        if self.body_state == "streaming":
            self.body_state = "given up"

    if TYPE_CHECKING:

        def close(self) -> object:
            """Free the connection; on the async face this is to be awaited."""

    def _loaded(self) -> bytes:
        """Return the body; the faces decide what happens if it has not been read."""
        raise NotImplementedError

    def __getstate__(self) -> dict[str, object]:
        self._loaded()  # as in requests: a connection cannot be pickled, but what it gives can
        return attributes(self, self.__attrs__)

    def __setstate__(self, state: dict[str, object]) -> None:
        ResponseBase.__init__(self)
        set_attributes(self, state)
        self._content_consumed = True
