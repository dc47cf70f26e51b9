"""resotoclient 0.1.12: the same program as on CPython with real requests, with the same results."""

from __future__ import annotations

import json

import pytest

from tests.browser import in_pyodide

# Each starts an inventory of its own; a page and a worker send the same.
pytestmark = [pytest.mark.usefixtures("libraries"), pytest.mark.usually_on("worker and 314.0.7")]


def run(script: str, *arguments: str) -> dict[str, object]:
    """What a program prints as JSON."""
    import io
    import sys
    from contextlib import redirect_stdout

    argv, sys.argv = sys.argv, ["script", *arguments]
    try:
        with redirect_stdout(io.StringIO()) as printed:
            exec(compile(script, "drive_client.py", "exec"), {"__name__": "__main__"})
    finally:
        sys.argv = argv
    return json.loads(printed.getvalue())


def compare(script: str, inventory: str, expected: str) -> None:
    results = {name: comparable(value) for name, value in run(script, inventory).items()}
    for name, wanted in json.loads(expected).items():
        assert results.pop(name) == comparable(wanted), name
    assert results == {}


TIMES = ("age", "ctime", "last_update", "mtime")


def comparable(value: object) -> object:
    """The value without what differs from run to run: times, and the order of found names."""
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name not in TIMES}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return sorted(value)
    return value


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
@pytest.mark.usually_on("chromium")
async def test_every_method_by_switching_stacks(script: str, inventory: str, expected: str) -> None:
    compare(script, inventory, expected)


@in_pyodide
@pytest.mark.only_on("xhr")
@pytest.mark.usually_on("webkit")
def test_every_method_by_xhr(script: str, inventory: str, expected: str) -> None:
    compare(script, inventory, expected)


def across_origins(url: str, locked: str, key: str) -> None:
    from resotoclient import ResotoClient
    from resotoclient.ca import NoJWTError

    client = ResotoClient(url, None)
    assert client.ping() == "pong"
    found = [node["id"] for node in client.search_list("is(instance) limit 3")]
    assert len(found) == 3
    # The server proves with a header that it has the key, but does not expose it to other origins.
    with pytest.raises(NoJWTError):
        ResotoClient(locked, key).ping()


@in_pyodide
@pytest.mark.only_on("browser")
async def test_across_origins_by_switching_stacks(
    other_inventory: str, locked_elsewhere: str, key: str
) -> None:
    across_origins(other_inventory, locked_elsewhere, key)


@in_pyodide
@pytest.mark.only_on("xhr")
def test_across_origins_by_xhr(other_inventory: str, locked_elsewhere: str, key: str) -> None:
    across_origins(other_inventory, locked_elsewhere, key)


def with_a_key(url: str, key: str) -> None:
    from resotoclient import ResotoClient

    client = ResotoClient(url, key)
    assert client.ping() == "pong"
    assert "resoto" in client.list_graphs()
    with pytest.raises(AttributeError, match="Unauthorized"):
        list(ResotoClient(url, None).search_list("is(instance)"))


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_with_a_key_by_switching_stacks(locked_inventory: str, key: str) -> None:
    with_a_key(locked_inventory, key)


@in_pyodide
@pytest.mark.only_on("xhr")
def test_with_a_key_by_xhr(locked_inventory: str, key: str) -> None:
    with_a_key(locked_inventory, key)


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_its_watcher_needs_a_thread(inventory: str) -> None:
    from resotoclient import ResotoClient

    with pytest.raises(RuntimeError, match="can't start new thread"):
        ResotoClient(inventory, None).start()
