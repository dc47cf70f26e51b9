"""The harness itself: tests run where they say, with the arguments they name."""

from __future__ import annotations

import sys

import pytest

from tests.browser import in_pyodide
from tests.server import Urls


@in_pyodide
async def test_async_runs_where_stacks_can_switch(urls: Urls, engine: str) -> None:
    from pyodide.ffi import can_run_sync

    assert sys.platform == "emscripten"
    assert can_run_sync() is (engine not in ("webkit", "node"))


@in_pyodide
@pytest.mark.only_on("browser")
async def test_page_and_worker_come_from_the_server(urls: Urls) -> None:
    import js

    assert js.location.origin == urls.page
    answer = await js.fetch("/echo?a=1")
    assert (await answer.json()).target == "/echo?a=1"


@in_pyodide
def test_sync_runs_where_they_cannot(urls: Urls) -> None:
    from pyodide.ffi import can_run_sync

    assert not can_run_sync()
    assert urls.page.startswith("http://127.0.0.1:")


@in_pyodide
@pytest.mark.parametrize("value", [None, 1.5, float("inf"), b"\x00\xff", ("\xe9", {"a": [True]})])
def test_arguments_arrive_unchanged(value: object) -> None:
    assert value in (None, 1.5, float("inf"), b"\x00\xff", ("\xe9", {"a": [True]}))


@in_pyodide
async def test_place(place: str) -> None:
    import js

    assert hasattr(js, "document") is (place == "page")
    assert hasattr(js, "WorkerGlobalScope") is (place == "worker")
    assert hasattr(js, "process") is (place == "process")
    assert hasattr(js, "XMLHttpRequest") is (place != "process")
