"""`face`: every test that takes it runs on both; a test that is `async def` runs to its end."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Coroutine
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests import _warn, sync
from pyfetch_requests._flow.drive import drive

from .faces import Face

FACES = {
    "async": Face(pyfetch_requests, blocking=False),
    "blocking": Face(sync, blocking=True),
}


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a test; in Pyodide the loop is running already, so the stack is switched.

    Where that is not possible the test is driven: only a transport can suspend, and this one
    does not.
    """
    if sys.platform != "emscripten":
        asyncio.run(coroutine)
        return
    from pyodide.ffi import can_run_sync, run_sync

    if can_run_sync():
        run_sync(coroutine)
    else:
        drive(coroutine)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> Face:
    """Both faces, one after the other."""
    return FACES[request.param]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxies, bundles and netrc files of this machine, and no warning given yet."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setattr(_warn, "_warned", set())
