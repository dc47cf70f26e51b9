"""What one small GET costs, in counts: they do not depend on the machine, and times do.

Whoever makes a request cross to JavaScript once more, wait once more or start a task changes a
number here. Let it be for a reason, and write the new number down.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

if TYPE_CHECKING:
    from tests.browser.interpreter import Interpreter
    from tests.server import Server

pytestmark = pytest.mark.usually_on("worker and (chromium or firefox)")


@pytest.fixture(scope="module")
def pyodide(
    request: pytest.FixtureRequest, server: Server, package_wheel: Path
) -> Iterator[Interpreter]:
    """An interpreter of their own: what other tests leave behind costs a request something, too."""
    from tests.browser.interpreter import own_interpreter

    with own_interpreter(request.param, server, package_wheel) as interpreter:
        yield interpreter


# sys.monitoring gives a tool five numbers that nobody has claimed, 3 and 4 among them.
TOOL = 4
# What Pyodide's own loop does to run a task, and what it does for a callback.
LOOP = {"create_task": "tasks", "call_soon": "turns of the loop", "call_later": "turns of the loop"}
ACROSS = ("JsProxy", "JsMethodCallSingleton", "JsCallable")


def is_ours(code: Any) -> bool:
    return "/pyfetch_requests/" in code.co_filename


def monitoring() -> Any:
    return vars(sys)["monitoring"]  # of Python 3.12


class Counter:
    """Counts what Python does within a `with` block; `counts` has it.

    Attributes:
        counts: calls of JavaScript; entries, which are calls of Python from outside; waits of the
            coroutine that counts; stacks switched; tasks; turns of the loop; proxies of Python
            objects made; functions of the package called.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = dict.fromkeys(
            ("calls", "entries", "waits", "switches", "tasks", "turns of the loop", "proxies"), 0
        )
        self.functions = 0
        self._code = sys._getframe(1).f_code

    def _add(self, name: str) -> None:
        self.counts[name] += 1

    def _called(self, code: Any, offset: int, function: Any, first: Any) -> None:
        if not is_ours(code):
            return
        kind, name = type(function).__name__, getattr(function, "__name__", "")
        # A property of a JavaScript object that is asked for by name crosses as well.
        if kind in ACROSS or (name == "getattr" and type(first).__name__ in ACROSS):
            self._add("calls")
        elif name == "run_sync":
            self._add("switches")

    def _started(self, code: Any, offset: int) -> None:
        frame: FrameType | None = sys._getframe(1)
        if is_ours(code):
            self.functions += 1
            if sys._getframe(1).f_back is None:
                self._add("entries")
        elif code.co_filename.endswith("webloop.py") and code.co_name in LOOP:
            # While stacks are switched the loop has turns that are not for this request.
            while frame is not None and not is_ours(frame.f_code):
                frame = frame.f_back
            if frame is not None:
                self._add(LOOP[code.co_name])

    def _yielded(self, code: Any, offset: int, value: Any) -> None:
        if code is self._code:
            self._add("waits")

    def __enter__(self) -> Counter:
        import pyodide_js

        module = pyodide_js._module
        module.enable_pyproxy_allocation_tracing()
        self._module, self._proxies = module, int(module.pyproxy_alloc_map.size)
        tools = monitoring()
        tools.use_tool_id(TOOL, "crossings")
        events = tools.events
        for event, callback in (
            (events.CALL, self._called),
            (events.PY_START, self._started),
            (events.PY_YIELD, self._yielded),
        ):
            tools.register_callback(TOOL, event, callback)
        tools.set_events(TOOL, events.CALL | events.PY_START | events.PY_YIELD)
        return self

    def __exit__(self, *_: object) -> None:
        monitoring().set_events(TOOL, 0)
        monitoring().free_tool_id(TOOL)
        self.counts["proxies"] = int(self._module.pyproxy_alloc_map.size) - self._proxies
        self._module.disable_pyproxy_allocation_tracing()


async def warm(way: Way, session: Any, url: str) -> None:
    """Import, compile and fill what is kept from request to request."""
    if way.name != "xhr":
        await asyncio.sleep(0.01)  # whoever waits for this test in JavaScript begins to do so
    for _ in range(3):
        await way.finish(session.get(url))


# What has to happen: fetch.js is called once, and answers once. A call that switches stacks is also
# asked by Pyodide what to do when it is over. By XMLHttpRequest the second call
# asks Pyodide whether the host has interrupted. Without JavaScript of ours each step is a call.
COUNTS = {
    "await": {"calls": 1, "entries": 1, "waits": 1},
    "switch": {"calls": 1, "entries": 2, "switches": 1},
    "xhr": {"calls": 2},
    "strict-await": {"calls": 17, "waits": 2},
    "strict-switch": {"calls": 19, "switches": 2, "tasks": 2, "turns of the loop": 4},
    "strict-xhr": {"calls": 19},
    # overrideMimeType is a call; in a worker the type of the response is set.
    "strict-xhr in a page": {"calls": 20},
    # Whether its list of timings is full, which no other engine has to be asked.
    "strict-xhr in a page of webkit": {"calls": 21},
}
# At most, because Python's versions differ.
FUNCTIONS = {
    "await": 172, "switch": 168, "xhr": 156,
    "strict-await": 201, "strict-switch": 204, "strict-xhr": 189,
}  # fmt: skip
OBJECTS = 14


@in_pyodide
@pytest.mark.only_on("not node and not (firefox and strict)")  # Python is told of timings there
async def test_crossings_of_a_get(urls: Urls, way: Way, place: str, engine: str) -> None:
    from pyfetch_requests._transports import runtime

    url = urls.respond("[1]", headers=[("Content-Type", "application/json")])
    session = way.client.Session()
    await warm(way, session, url)
    kind = str(way) if runtime.may_evaluate() else f"strict-{way}"
    with Counter() as counter:
        response = session.get(url)
        if way.name == "await":
            response = await response
        value = response.json()
    assert value == [1]
    in_page = f"{kind} in a page" if place == "page" else kind
    expected = COUNTS.get(f"{in_page} of {engine}") or COUNTS.get(in_page) or COUNTS[kind]
    assert {name: n for name, n in counter.counts.items() if n} == expected
    assert counter.functions <= FUNCTIONS[kind]


@in_pyodide
@pytest.mark.only_on("not (firefox and strict)")  # Python keeps timings there
async def test_objects_that_an_answer_keeps(urls: Urls, way: Way) -> None:
    session, url = way.client.Session(), urls.respond("[1]")
    await warm(way, session, url)
    kept = []
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(10):
        kept.append(await way.finish(session.get(url)))
    gc.collect()
    assert (len(gc.get_objects()) - before) / len(kept) <= OBJECTS


@in_pyodide
@pytest.mark.only_on("not strict")
async def test_one_more_of_everything_is_seen() -> None:
    """The counter sees what it is there for, wherever in the package it stands."""
    import asyncio

    import js
    from pyodide.ffi import create_proxy

    more = """if 1:
        async def more():
            js.Date.now()
            getattr(js, "location", None)
            await asyncio.sleep(0)
            await asyncio.create_task(asyncio.sleep(0))
            kept.append(create_proxy(kept))
    """
    names: dict[str, Any] = {"js": js, "asyncio": asyncio, "create_proxy": create_proxy, "kept": []}
    exec(compile(more, "/pyfetch_requests/more.py", "exec"), names)
    await asyncio.sleep(0.01)
    with Counter() as counter:
        await names["more"]()
    names["kept"][0].destroy()
    assert counter.functions == 1
    expected = {"calls": 2, "waits": 2, "tasks": 1, "proxies": 1}
    assert {name: counter.counts[name] for name in expected} == expected
