"""A selection of the exchanges inside Pyodide: what requests got on CPython, a browser gets too.

The oracle runs outside and its results go in as literals. What a browser keeps to itself (the
headers it writes, the steps of a redirect) is not in the results; see `docs/differences.md`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

from .calls import CALLS


def told(response: Any) -> dict[str, Any]:
    """What a caller can see of a response, and of the request that /echo saw."""
    try:
        value = repr(response.json())
    except ValueError as error:
        value = type(error).__name__
    seen = None
    if "/echo" in response.url:
        seen = json.loads(response.content)
        names = ("content-type", "content-length", "accept", "authorization")
        seen["headers"] = [
            [name.lower(), text]
            for name, text in seen["headers"]
            # A browser announces no body for other methods than POST and PUT.
            if (name.lower() in names and text != "0") or name.lower().startswith("x-")
        ]
        seen["headers"].sort()
    return {
        "status": (response.status_code, response.reason, response.ok, bool(response)),
        "url": response.url,
        "encoding": response.encoding,
        "content": None if seen else response.content,
        "text": None if seen else response.text,
        "json": None if seen else value,
        "seen": seen,
        "links": response.links,
        "type": response.headers.get("content-type"),
        "x": {
            name.lower(): value
            for name, value in response.headers.items()
            if name.lower().startswith("x-")
        },
        "redirected": bool(response.history),
        "method": response.request.method,
    }


def kinds(error: Exception) -> list[str]:
    return [kind.__name__ for kind in type(error).__mro__]


def check(found: dict[str, Any] | Exception, expected: dict[str, Any]) -> None:
    """The same values, or an exception of the same class; ours may be a subclass of it."""
    if isinstance(found, Exception):
        wanted = expected.get("raises", "").split(" or ")
        found = {"raises": expected["raises"] if {*wanted} & {*kinds(found)} else kinds(found)}
    different = {
        name: (found.get(name), expected.get(name))
        for name in {**found, **expected}
        if found.get(name) != expected.get(name)
    }
    assert different == {}


@pytest.fixture
def expected(call: str, urls: Urls, engine: str, place: str, way: Way) -> dict[str, Any]:
    """What requests gets, changed where a row says so."""
    import requests

    from .differences import instead

    with requests.Session() as session:
        try:
            outcome = told(CALLS[call](session.request, urls))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be compared
            outcome = {"raises": kinds(error)[0]}
    for where in (
        "pyodide",
        "process" if place == "process" else "browser",
        engine.partition("-")[0],
        str(way),
    ):
        outcome = instead(f"{where} {call}", outcome)
    return outcome


def same_boundary() -> Any:
    """The multipart boundary that the oracle was given."""
    return patch("os.urandom", lambda count: b"\x07" * count)


@contextmanager
def without_charset_normalizer() -> Iterator[None]:
    """As in a fresh interpreter; another test may have installed it in this one."""
    name = "charset_normalizer"
    before = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        # No more than this is put back: what was imported meanwhile must not be imported twice.
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before


@in_pyodide
@pytest.mark.parametrize("call", CALLS)
async def test(way: Way, call: str, urls: Urls, expected: dict[str, Any]) -> None:
    found: Any
    try:
        with same_boundary(), without_charset_normalizer():
            found = told(await way.finish(CALLS[call](way.client.Session().request, urls)))
    except Exception as error:  # noqa: BLE001
        found = error
    check(found, expected)
