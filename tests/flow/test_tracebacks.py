"""What an uncaught failure shows: the user's lines and the message, and none of our frames."""

from __future__ import annotations

import asyncio
import inspect
import linecache
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests import exceptions, sync, testing

URL = "https://api.example/x"
# Each of them fails in its last line, awaited on the async face.
CELLS = {
    "verb": "response = {await} requests.get(url)",
    "request": "response = {await} requests.request('GET', url)",
    "session": "session = requests.Session()\nresponse = {await} session.get(url)",
    "send": (
        "session = requests.Session()\n"
        "request = session.prepare_request(requests.Request('GET', url))\n"
        "response = {await} session.send(request)"
    ),
    "no scheme": "response = {await} requests.get('api.example')",
    "no adapter": "response = {await} requests.get('ftp://api.example')",
    "no JSON": "response = {await} requests.post(url, json={{1, 2}})",
    "wrong option": "response = {await} requests.get(url, mode='nonsense')",
    "unknown option": "response = {await} requests.get(url, nonsense=1)",
    "wrong session": "session = requests.Session(nonsense=1)",
    "prepare": "request = requests.Request('GET', 'api.example').prepare()",
    "status": "response = {await} requests.get(good)\nresponse.raise_for_status()",
    "json": "response = {await} requests.get(good)\nresponse.json()",
    "json lines": (
        "response = {await} requests.get(good)\n{for} value in response.iter_json(): pass"
    ),
    "chunk size": "response = {await} requests.get(good)\nresponse.iter_content('x')",
    "header": "response = {await} requests.get(good)\nresponse.headers['x']",
    "iteration": (
        "response = {await} requests.get(cut, stream=True)\n"
        "{for} chunk in response.iter_content(2): pass"
    ),
    "lines": (
        "response = {await} requests.get(cut, stream=True)\n"
        "{for} chunk in response.iter_lines(): pass"
    ),
    "read": "response = {await} requests.get(cut, stream=True)\n{await} response.read()",
    "raw": "response = {await} requests.get(cut, stream=True)\n{await} response.raw.read(10)",
    "retries": "session = requests.Session(retries=2)\nresponse = {await} session.get(url)",
}
ASYNC_CELLS = {
    "not awaited": "response = requests.get(url)\nresponse.status_code",
    "shortcut": "value = await requests.get(good).json()",
    "async with": "async with requests.get(url) as response: pass",
    "with": "with requests.get(url) as response: pass",
    "for": "response = await requests.get(good)\nfor line in response.iter_lines(): pass",
    "task": "import asyncio\nresponse = await asyncio.create_task(requests.get(url))",
    "gather": "import asyncio\nresponses = await asyncio.gather(requests.get(url))",
}
FACES = {"async": pyfetch_requests, "blocking": sync}


def handler(request: testing.WireRequest) -> testing.WireResponse | Exception:
    if request.url.endswith("/good"):
        return testing.respond(404, "<html>", headers={"Content-Length": "6"}, kind="cors")
    if request.url.endswith("/cut"):
        return testing.respond(200, [b"ab", exceptions.ChunkedEncodingError("it broke off")])
    return exceptions.CORSError("the browser refused")


def run(face: str, cell: str, **names: Any) -> BaseException:
    """Execute a cell as a notebook does, and return what it raises."""
    words = ("await ", "async for ") if face == "async" else ("", "for ")
    cell = cell.replace("{await} ", words[0]).replace("{for} ", words[1])
    cell = cell.replace("{{", "{").replace("}}", "}")
    name = "<cell>"
    linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
    flags = 0x2000  # PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(cell, name, "exec", flags, dont_inherit=True)
    space = {"__name__": "__main__", "requests": FACES[face], "url": URL, **names}
    space |= {"good": f"{URL}/good", "cut": f"{URL}/cut"}

    async def execute() -> None:
        result = eval(code, space)
        if inspect.isawaitable(result):
            await result

    with testing.mocked(handler):
        try:
            asyncio.run(execute())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
    raise AssertionError("nothing was raised")


def shown(error: BaseException) -> list[str]:
    """The lines of a traceback from the cell on, as Python prints them."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    # Caret lines say nothing that a test could hold on to: they differ between versions.
    lines = [line for line in lines if set(line) - set(" ^~")]
    return lines[next(i for i, line in enumerate(lines) if '"<cell>"' in line) :]


def cells() -> Iterator[Any]:
    for face in FACES:
        for name, cell in (CELLS | (ASYNC_CELLS if face == "async" else {})).items():
            yield pytest.param(face, cell, id=f"{face}-{name}")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYFETCH_REQUESTS_DEBUG", raising=False)
    monkeypatch.setattr(exceptions, "_full_tracebacks", None)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize(("face", "cell"), cells())
def test_shows_the_line_of_the_user_and_the_message(face: str, cell: str) -> None:
    error = run(face, cell)
    frames = traceback.extract_tb(error.__traceback__)
    assert not any("pyfetch_requests" in frame.filename for frame in frames)
    lines = shown(error)
    assert lines[0] == f'  File "<cell>", line {cell.count(chr(10)) + 1}, in <module>'
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    assert lines[2].startswith(f"{kind}: ")
    assert len(lines) <= 8
    assert not any("another exception" in line or "direct cause" in line for line in lines)


@pytest.mark.parametrize("how", ["variable", "function"])
@pytest.mark.parametrize("face", FACES)
def test_everything_on_request(face: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if how == "variable":
        monkeypatch.setenv("PYFETCH_REQUESTS_DEBUG", "1")
    else:
        pyfetch_requests.full_tracebacks()
    error = run(face, CELLS["verb"])
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert "exchange" in names
    error = run(face, CELLS["json"])
    assert "direct cause" in "".join(traceback.format_exception(error))
    pyfetch_requests.full_tracebacks(False)
    assert len(shown(run(face, CELLS["json"]))) <= 8


@pytest.mark.parametrize("face", FACES)
def test_what_was_behind_it_stays_reachable(face: str) -> None:
    error = run(face, CELLS["json"])
    assert type(error.__context__).__module__ == "json.decoder"
    assert error.__suppress_context__


@pytest.mark.parametrize("face", FACES)
def test_an_exception_of_the_user_stays_in_the_chain(face: str) -> None:
    cell = "try:\n    1 / 0\nexcept ZeroDivisionError:\n    {await} requests.get(url)"
    text = "".join(traceback.format_exception(run(face, cell)))
    assert "ZeroDivisionError" in text
    assert "During handling of the above exception" in text


@pytest.mark.parametrize("face", FACES)
def test_frames_of_hooks_are_shown(face: str) -> None:
    cell = (
        "def hook(response, **options):\n    return {}['no such key']\n"
        "{await} requests.get(good, hooks={'response': hook})"
    )
    error = run(face, cell)
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert frames[-2:] == ["<module>", "hook"]


@pytest.mark.parametrize("face", FACES)
def test_frames_of_what_hooks_call_are_shown(face: str) -> None:
    cell = (
        "import json\ndef hook(response, **options):\n    json.loads('x')\n"
        "{await} requests.get(good, hooks={'response': hook})"
    )
    error = run(face, cell)
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert frames[-5:] == ["<module>", "hook", "loads", "decode", "raw_decode"]


@pytest.mark.parametrize("face", FACES)
def test_a_retry_shows_frames_in_their_order(face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYFETCH_REQUESTS_DEBUG", "1")
    error = run(face, CELLS["retries"])
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert names[-3:] == ["exchange", "_attempt", "send"]
    assert names.count("exchange") == 1


def test_nothing_is_paid_where_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exceptions, "shorten", lambda error: sys.exit("it was asked"))
    with testing.mocked(lambda _: testing.respond(200, b"[1]")):
        assert sync.get(URL).json() == [1]
