"""A host that interrupts Python: a blocking call ends, with what Python makes of the signal."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.browser import in_pyodide, script
from tests.browser.ways import Way
from tests.server import Urls

blocking = pytest.mark.only_on("by_switch")

# A host in another thread writes to a SharedArrayBuffer; in one thread a timer can do as well what
# happens while a call is blocked. Counts the timers that JavaScript was asked for.
HOST = """
(() => {
  const { fetch, setInterval, clearInterval } = globalThis;
  const send = globalThis.XMLHttpRequest?.prototype.send;
  const buffer = new Uint8Array(1);
  const shared = [0];
  const looked = {};
  const timers = { begun: 0, left: new Set() };
  globalThis.setInterval = (...parts) => {
    const timer = setInterval(...parts);
    timers.begun++;
    timers.left.add(timer);
    return timer;
  };
  globalThis.clearInterval = (timer) => {
    timers.left.delete(timer);
    clearInterval(timer);
  };
  const interrupt = () => { buffer[0] = 2 };
  return {
    buffer,
    timers,
    interrupt,
    // When the server has seen what this URL of it waits for.
    interruptAfter: (url, ms = 0) => { fetch(url).then(() => setTimeout(interrupt, ms)) },
    interruptingFetch: async (...parts) => {
      const response = await fetch(...parts);
      interrupt();
      return response;
    },
    // Of a host that can interrupt only from then on.
    joiningFetch: (setInterruptBuffer) => async (...parts) => {
      const response = await fetch(...parts);
      setInterruptBuffer(buffer);
      interrupt();
      return response;
    },
    // In the moment after JavaScript has looked for an interrupt, while Python is being woken.
    lateInterruptingFetch: async (...parts) => {
      const response = await fetch(...parts);
      let told; // 0 the first time, then 2 until that is taken out
      const get = () => {
        told = told === undefined ? 0 : 2;
        return told;
      };
      const set = () => {
        if (told) Object.defineProperty(shared, 0, { value: 0, writable: true });
      };
      Object.defineProperty(shared, 0, { get, set, configurable: true });
      return response;
    },
    interruptingSend(body) {
      send.call(this, body);
      interrupt();
    },
    // For a thread that stands still: the buffer is as if another thread had written to it.
    laterInterruptingSend(body) {
      send.call(this, body);
      const time = performance.now() + 300;
      let read = false;
      const get = () => {
        if (read || performance.now() < time) return 0;
        read = true;
        return 2;
      };
      Object.defineProperty(shared, 0, { get, set() {}, configurable: true });
    },
    looked,
    // Looks for an interrupt that comes while it runs, until it sees it; after each look Python
    // writes 0.
    lookAfter: (ms, module) => {
      setTimeout(() => {
        interrupt();
        const end = performance.now() + 30_000;
        do {
          looked.last = module.Py_EmscriptenSignalBuffer[0];
          module.Py_EmscriptenSignalBuffer[0] = 0;
          looked.first ??= looked.last;
        } while (!looked.last && performance.now() < end);
      }, ms);
    },
    shared,
    end: () => Object.assign(globalThis, { setInterval, clearInterval }),
  };
})()
"""


@contextmanager
def host(*, can_interrupt: bool = True) -> Iterator[Any]:
    import pyodide_js

    found = script(HOST)
    if can_interrupt:
        pyodide_js.setInterruptBuffer(found.buffer)
    try:
        yield found
    finally:
        pyodide_js.setInterruptBuffer(None)
        found.end()


async def get_between_loops(way: Way, url: str, turns: int) -> None:
    """Send a request so that Python looks for signals at another place for each number of turns."""
    for _ in range(turns):
        pass
    answer = await way.get(url)
    assert answer.ok
    for _ in range(1000):
        pass


async def aborted(way: Way, urls: Urls, request_id: str) -> bool:
    seen = await way.seen(urls.seen(request_id, aborted=1))
    return bool(seen["aborted"] >= 1) and seen["completed"] == 0


@in_pyodide
@blocking
@pytest.mark.parametrize("cut", [-1, 0, 50])
@pytest.mark.aborts
async def test_ends_a_request(way: Way, urls: Urls, request_id: str, cut: int) -> None:
    url = urls.respond("x" * 100, framing="chunked", cut=cut, how="stall", id=request_id)
    with host() as outside:
        outside.interruptAfter(urls.seen(request_id, open=1))
        with pytest.raises(KeyboardInterrupt):
            await way.get(url)
        assert outside.buffer[0] == 0
        assert await aborted(way, urls, request_id)
        assert outside.timers.left.size == 0


@in_pyodide
@blocking
@pytest.mark.aborts
async def test_ends_a_read(way: Way, urls: Urls, request_id: str) -> None:
    client = way.client
    url = urls.respond("x" * 100, framing="chunked", cut=50, how="stall", id=request_id)
    response = await way.get(url, stream=True)
    assert response.raw.read(10) == b"x" * 10
    with host() as outside:
        outside.interruptAfter(urls.seen(request_id, open=1))
        with pytest.raises(KeyboardInterrupt):
            response.raw.read()
        assert await aborted(way, urls, request_id)
        # What was interrupted is not the end of the body.
        for _ in range(2):
            with pytest.raises(client.ChunkedEncodingError, match="cancelled or interrupted"):
                response.raw.read()
        assert outside.timers.left.size == 0


@in_pyodide
@blocking
@pytest.mark.only_on("browser")
@pytest.mark.aborts
async def test_ends_the_probe(way: Way, urls: Urls, request_id: str) -> None:
    url = urls.other + urls.path(urls.respond("", stall_method="HEAD", id=request_id))
    with host() as outside:
        # The request itself is over by then; the probe that follows it stalls.
        outside.interruptAfter(urls.seen(request_id, count=2), 100)
        with pytest.raises(KeyboardInterrupt):
            await way.get(url)
        seen = await way.seen(urls.seen(request_id, aborted=1))
        assert [one["method"] for one in seen["requests"]] == ["GET", "HEAD"]
        assert outside.timers.left.size == 0
        assert (await way.get(urls.echo())).ok


@in_pyodide
@blocking
async def test_ends_the_pause_before_another_try(way: Way, urls: Urls, request_id: str) -> None:
    client = way.client
    url = urls.respond("", status=503, id=request_id, headers=[("Retry-After", "3600")])
    with host() as outside, client.Session(retries=client.Retry(3)) as session:
        outside.interruptAfter(urls.seen(request_id, completed=1))
        with pytest.raises(KeyboardInterrupt):
            session.get(url)
        assert (await way.seen(urls.seen(request_id)))["count"] == 1
        assert session.get(urls.echo()).ok


@in_pyodide
@blocking
async def test_that_comes_with_the_answer(way: Way, urls: Urls) -> None:
    import js

    fetch = js.fetch
    interrupted = 0
    with host() as outside:
        for _ in range(20):  # where Python looks for signals by itself is another place each time
            js.fetch = outside.interruptingFetch
            try:
                assert (await way.get(urls.echo())).json()["method"] == "GET"
            except KeyboardInterrupt:
                interrupted += 1
            finally:
                js.fetch = fetch
            assert (await way.get(urls.echo())).ok
    assert interrupted == 20


@in_pyodide
@blocking
async def test_that_comes_while_python_is_woken(way: Way, urls: Urls) -> None:
    """Neither the interrupt nor the call is lost."""
    import js
    import pyodide_js

    fetch = js.fetch
    with host() as outside:
        pyodide_js.setInterruptBuffer(outside.shared)
        for turns in range(60):  # Python looks for signals at each 50th opportunity
            js.fetch = outside.lateInterruptingFetch
            try:
                with pytest.raises(KeyboardInterrupt):
                    await get_between_loops(way, urls.echo(), turns)
            finally:
                js.fetch = fetch
            assert (await way.get(urls.echo())).ok


@in_pyodide
# Firefox with Pyodide 0.27 loses exceptions after so many interrupts (docs/differences.md).
@pytest.mark.only_on("by_switch and not strict and not (firefox and 0.27.8)")
async def test_of_a_host_that_comes_while_a_call_waits(way: Way, urls: Urls) -> None:
    """The call was sent where nobody could interrupt it.

    Where nothing may be evaluated, nobody can look for such a host before Python is woken.
    """
    import js
    import pyodide_js

    fetch = js.fetch
    interrupted = 0
    with host(can_interrupt=False) as outside:
        joining = outside.joiningFetch(pyodide_js.setInterruptBuffer)
        for turns in range(60):
            js.fetch = joining
            try:
                await get_between_loops(way, urls.echo(), turns)
            except KeyboardInterrupt:
                interrupted += 1
            finally:
                js.fetch = fetch
                pyodide_js.setInterruptBuffer(None)
            assert (await way.get(urls.echo())).ok
    # Until JavaScript knows of the host, a callback of others may get the interrupt. Here that can
    # be a timer that an earlier test has left.
    assert interrupted >= 59


@in_pyodide
@blocking
@pytest.mark.aborts
async def test_does_not_hit_a_callback_of_others(way: Way, urls: Urls, request_id: str) -> None:
    """The call that waits gets it, although other Python code runs first."""
    import js
    from pyodide.ffi import create_once_callable

    def callback() -> None:
        outside.interrupt()
        for turn in range(20_000):
            turns.append(turn)

    turns: list[int] = []
    url = urls.respond("", cut=-1, how="stall", id=request_id)
    with host() as outside:
        js.setTimeout(create_once_callable(callback), 50)
        with pytest.raises(KeyboardInterrupt):
            await way.get(url, timeout=30)
        assert len(turns) == 20_000
        assert await aborted(way, urls, request_id)
        assert outside.timers.left.size == 0


@in_pyodide
@blocking
@pytest.mark.only_on("not strict")
async def test_is_for_a_callback_that_does_not_end(way: Way, urls: Urls) -> None:
    """The waiting call cannot take the interrupt then: the loop of JavaScript stands still."""
    import pyodide_js

    with host() as outside:
        # It looks as Python does. In Pyodide 0.29 no interrupt reaches Python code that runs while
        # the stack of a call is switched away, so it is none.
        outside.lookAfter(50, pyodide_js._module)
        assert (await way.get(urls.respond("done", delay=0.5), timeout=60)).text == "done"
        assert outside.looked.first == 0
        assert outside.looked.last == 2
        assert outside.buffer[0] == 0


@in_pyodide
@blocking
@pytest.mark.aborts
async def test_calls_the_handler_of_the_user(way: Way, urls: Urls, request_id: str) -> None:
    class Stop(Exception):
        pass

    def handler(number: int, frame: Any) -> None:
        calls.append(number)
        if len(calls) == 3:
            raise Stop
        outside.interruptAfter(urls.seen(request_id, open=1))

    calls: list[int] = []
    url = urls.respond("", cut=-1, how="stall", id=request_id)
    before = signal.signal(signal.SIGINT, handler)
    try:
        with host() as outside:
            outside.interruptAfter(urls.seen(request_id, open=1))
            with pytest.raises(Stop):
                await way.get(url)
            assert calls == [signal.SIGINT] * 3
            assert await aborted(way, urls, request_id)
            assert outside.timers.left.size == 0
    finally:
        signal.signal(signal.SIGINT, before)


@in_pyodide
@blocking
async def test_that_its_handler_passes_over(way: Way, urls: Urls) -> None:
    import js

    calls: list[int] = []
    fetch = js.fetch
    before = signal.signal(signal.SIGINT, lambda number, frame: calls.append(number))
    try:
        with host() as outside:
            js.fetch = outside.interruptingFetch
            assert (await way.get(urls.blob(1000))).content == bytes(range(256)) * 3 + bytes(
                range(232)
            )
    finally:
        js.fetch = fetch
        signal.signal(signal.SIGINT, before)
    assert calls == [signal.SIGINT]


@in_pyodide
@blocking
@pytest.mark.parametrize("can_interrupt", [False, True])
async def test_leaves_no_timer(way: Way, urls: Urls, can_interrupt: bool) -> None:
    from pyfetch_requests._transports.runtime import may_evaluate

    with host(can_interrupt=can_interrupt) as outside:
        assert (await way.get(urls.echo(), timeout=60)).ok
        response = await way.get(urls.blob(300_000), stream=True)
        assert len(response.content) == 300_000
        with pytest.raises(way.client.ConnectionError):
            await way.get(urls.dead)
        assert outside.timers.left.size == 0
        # Without JavaScript of its own the package looks at each turn of a timer that ends itself.
        assert bool(outside.timers.begun) is (can_interrupt and may_evaluate())


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_is_there_after_an_xhr(way: Way, urls: Urls) -> None:
    """Nothing can come in while it lasts, and what has come is no failure of the request."""
    import js

    async def get(turns: int) -> None:
        for _ in range(turns):
            pass
        await way.get(urls.echo())
        while outside.buffer[0]:
            pass

    send = js.XMLHttpRequest.prototype.send
    with host() as outside:
        for turns in range(3):  # where Python looks for signals is another place each time
            js.XMLHttpRequest.prototype.send = outside.interruptingSend
            try:
                with pytest.raises(KeyboardInterrupt):
                    await get(turns)
            finally:
                js.XMLHttpRequest.prototype.send = send
            assert (await way.get(urls.echo())).json()["method"] == "GET"


@in_pyodide
@pytest.mark.only_on("by_xhr")
async def test_ends_the_pause_before_another_try_by_xhr(
    way: Way, urls: Urls, request_id: str
) -> None:
    import js
    import pyodide_js

    client = way.client
    url = urls.respond("", status=503, id=request_id, headers=[("Retry-After", "9" * 30)])
    retry = client.Retry(3, retry_after_max=float("inf"))
    send = js.XMLHttpRequest.prototype.send
    with host() as outside, client.Session(retries=retry) as session:
        pyodide_js.setInterruptBuffer(outside.shared)
        js.XMLHttpRequest.prototype.send = outside.laterInterruptingSend
        try:
            with pytest.raises(KeyboardInterrupt):
                session.get(url)
        finally:
            js.XMLHttpRequest.prototype.send = send
        assert session.get(urls.echo()).ok
    assert (await way.seen(urls.seen(request_id)))["count"] == 1
