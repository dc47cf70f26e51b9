"""A cassette: real exchanges recorded in a file, and replayed from it.

Decides what is sent and what is replayed. It is between the flow and the transports, so cookies,
redirects, retries and authentication are those of the real thing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from time import perf_counter
from typing import Literal, TypeAlias, get_args

from .._transports import choose
from .._wire import Transport, WireRequest, WireResponse, join_body
from ..exceptions import RequestException
from . import cassette_file, matching
from .exchanges import Exchange, Failure, NotRecordedError
from .secrets import Secrets

Mode: TypeAlias = Literal["replay", "record", "new", "all"]
MATCH: tuple[matching.Rule, ...] = ("method", "url", "body")


class Cassette:
    """Exchanges in a file; `testing.cassette` creates one, and explains the arguments.

    Use it in a `with` block, or between `start()` and `stop()`, as in the cells of a notebook.

    Attributes:
        path: of the file.
        mode: what is sent and what is replayed.
        exchanges: list of all exchanges: those of the file, and those recorded since.
        unused: list of those of the file that were not requested yet.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        mode: Mode = "replay",
        *,
        match: Iterable[matching.Rule] = MATCH,
        hide: Iterable[str] = (),
        timing: bool = False,
        repeat: bool = False,
    ) -> None:
        if mode not in get_args(Mode):
            raise ValueError(
                f"mode= is one of {', '.join(map(repr, get_args(Mode)))}, not {mode!r}"
            )
        self.path = Path(path)
        self.mode = mode
        self.exchanges: list[Exchange] = []
        self.unused: list[Exchange] = []
        self._rules = matching.checked(match)
        self._secrets = Secrets(hide)
        self._timing = timing
        self._repeat = repeat
        self._new: list[Exchange] = []
        self._lock = threading.Lock()  # on CPython, threads may send at the same time
        self._undo = ExitStack()

    def start(self) -> Cassette:
        """Start replaying or recording all requests that do not have a transport of their own.

        Raises:
            FileNotFoundError: there is no file, and the mode is "replay".
            ValueError: the file is not a cassette.
        """
        if self.mode == "replay" or (self.mode != "record" and self.path.exists()):
            self.exchanges = cassette_file.load(self.path)
        else:
            self.exchanges = []
        self.unused, self._new = self.exchanges[:], []
        # Not a default transport, which would change what a request may ask for: with one a proxy
        # is refused on CPython as well.
        before = choose.set_layer(lambda real: _CassetteTransport(self, real))
        self._undo.callback(choose.set_layer, before)
        return self

    def stop(self) -> None:
        """Stop, and write what was recorded."""
        self._undo.close()
        # Mode "record" also replaces a file by an empty one; the others leave it as it is.
        if self._new or self.mode == "record":
            self.exchanges = self._secrets.hide_all(self._kept())
            cassette_file.save(self.path, self.exchanges)

    def __enter__(self) -> Cassette:
        return self.start()

    def __exit__(self, *_: object) -> None:
        # Also after an exception: what was recorded until then is in the file, to look at.
        self.stop()

    def _kept(self) -> list[Exchange]:
        """Return what goes into the file: in mode "all" without those that were sent again."""
        if self.mode != "all":
            return self.exchanges
        asked = [self._secrets.hide_request(each.request) for each in self._new]
        return [
            each
            for each in self.exchanges
            if each in self._new
            or not any(matching.matches(self._rules, one, each.request) for one in asked)
        ]

    def find(self, request: WireRequest) -> Exchange | None:
        """Take the next recorded exchange for a request from the unused ones.

        Returns:
            None if the request has to be sent.

        Raises:
            NotRecordedError: there is none, and nothing may be sent.
        """
        if self.mode in ("record", "all"):
            return None
        # The file has it without its secrets: only so hidden can the two be equal.
        asked = self._secrets.hide_request(request)
        with self._lock:
            same = [each for each in self.unused if self._matches(asked, each)]
            if same:  # the first of them: equal requests are replayed in the order of the file
                self.unused.remove(same[0])
                return same[0]
            again = [each for each in self.exchanges if self._matches(asked, each)]
        if again and self._repeat:
            return again[-1]
        # After `repeat`, which would otherwise mean nothing in this mode.
        if self.mode == "new":
            return None
        # The message has the hidden request: a log of tests must not show a login.
        raise NotRecordedError(self._not_recorded(asked, len(again)))

    def _matches(self, asked: WireRequest, exchange: Exchange) -> bool:
        return matching.matches(self._rules, asked, exchange.request)

    def _not_recorded(self, asked: WireRequest, times: int) -> str:
        what = f"{asked.method} {asked.url}"
        where = f"{str(self.path)!r} ({len(self.exchanges)} exchanges)"
        more = "testing.cassette(path, mode='new') records what is missing."
        if times:
            return (
                f"{what} was recorded {times} times in {where}, but requested once more. With "
                f"repeat=True the last response is replayed; {more}"
            )
        near = matching.nearest(self._rules, asked, [each.request for each in self.exchanges])
        if near is None:
            return f"{what} was not recorded in {where}. {more}"
        lines = "\n".join(f"  {line}" for line in matching.differences(self._rules, asked, near))
        return (
            f"{what} was not recorded in {where}. Nearest is {near.method} {near.url}:\n"
            f"{lines}\n{more}"
        )

    async def record(self, request: WireRequest, transport: Transport) -> WireResponse:
        """Send a request, and record the result."""
        exchange = Exchange(request)
        # Before sending: the order of the file is that of the requests, not of the responses.
        with self._lock:
            self.exchanges.append(exchange)
            self._new.append(exchange)
        start = perf_counter()
        try:
            response = await transport.send(request)
        except RequestException as error:
            exchange.failure = Failure.of(error)
            raise
        # Not a failure of the request: the call was cancelled, and there is no result to replay.
        except BaseException:
            with self._lock:
                self.exchanges.remove(exchange)
                self._new.remove(exchange)
            raise
        if response.elapsed is None:
            response = response._replace(elapsed=round(perf_counter() - start, 6))
        return exchange.record(response, self._timing)


class _CassetteTransport:
    """The transport of one call: the cassette, with the real one behind it."""

    def __init__(self, cassette: Cassette, real: Callable[[], Transport]) -> None:
        self._cassette = cassette
        self._real = real

    async def send(self, request: WireRequest) -> WireResponse:
        # Joined, because a generator cannot be sent and also be written.
        body = None if request.body is None else await join_body(request.body)
        request = request._replace(body=body)
        found = self._cassette.find(request)
        if found is None:
            return await self._cassette.record(request, self._real())
        return found.replay(self._wait)

    async def sleep(self, seconds: float) -> None:
        if self._cassette.mode != "replay":  # no server needs the pause between two tries then
            await self._wait(seconds)

    async def _wait(self, seconds: float) -> None:
        await self._real().sleep(seconds)
