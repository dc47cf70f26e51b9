"""A page of the internet asks a server on its user's computer: Chromium asks the user first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import script
from tests.browser.ways import WAYS, Way
from tests.server import Urls

if TYPE_CHECKING:  # what is not inside
    from pathlib import Path

    from tests.browser.interpreter import Interpreter
    from tests.server import Server

# It takes a browser of its own: not in every version.
pytestmark = [
    pytest.mark.only_on("chromium and 314.0.7 and not (strict or isolated)"),
    pytest.mark.usually_on("worker"),
]
PERMISSIONS = ("loopback-network", "local-network")
PRIVATE = (
    "http://192.168.77.1:1234/"  # as all that is not this machine, Chromium finds no such host
)
RECORD = """() => {
  const original = globalThis.fetch, seen = [];
  globalThis.fetch = (url, init) => {
    seen.push(init.targetAddressSpace ?? "");
    return original(url, init);
  };
  return () => { globalThis.fetch = original; return seen; };
}"""


@pytest.fixture(scope="session")
def pages(server: Server) -> Urls:
    """A page that came over https; below, Chromium takes its address for one of the internet."""
    return replace(server.urls, page=server.secure([]).replace("127.0.0.1", "plain.test"))


@pytest.fixture(scope="session")
def named(server: Server) -> str:
    """A server that any page may read, by a name: nobody can see that it is on this computer."""
    origin = server.secure([("Access-Control-Allow-Origin", "*")])
    return origin.replace("127.0.0.1", "plain.test")


@pytest.fixture(scope="session")
def pyodide(
    request: pytest.FixtureRequest, server: Server, pages: Urls, package_wheel: Path
) -> Iterator[Interpreter]:
    """An interpreter in such a page."""
    from tests.browser.chromium import CHROMIUM_FLAGS
    from tests.browser.interpreter import own_interpreter

    port = pages.page.rpartition(":")[2]
    flag = f"--ip-address-space-overrides=127.0.0.1:{port}=public"
    special = type("Public", (), {"flags": (*CHROMIUM_FLAGS, flag)})
    with own_interpreter(
        request.param, server, package_wheel, urls=pages, special=special
    ) as interpreter:
        yield interpreter


def run(pyodide: Interpreter, state: str, function: Any, **arguments: Any) -> None:
    """Run a function inside by each way, while the permissions are in this state."""
    from tests.browser.devtools import DevTools

    with DevTools(pyodide.runner.driver, "page") as tools:
        tools.set_permissions(PERMISSIONS, state)
        for way in WAYS:
            pyodide.call(function, {"way": way, **arguments})


async def refusal(way: Way, url: str, **options: str) -> str:
    """The message of a request that fails; what the user has denied is not asked for again."""
    client = way.client
    spent = []

    base: Any = client.Retry

    class Counting(base):
        def after_error(self, method: str, error: Exception) -> Any:
            spent.append(error)

    session = client.Session(retries=Counting(1))
    with pytest.raises(client.ConnectionError) as caught:
        await way.finish(session.get(url, **options))
    assert not isinstance(caught.value, client.CORSError)
    message = str(caught.value)
    final = "in the settings of this site, next" in message and "host is unknown" not in message
    assert bool(spent) is not (final or "Mixed content" in message)
    return message


async def is_denied(way: Way, urls: Urls, request_id: str) -> None:
    import js

    addresses = [urls.cors(f"/echo?id={request_id}"), f"{urls.other}/echo", urls.dead]
    # To a worker over https it is mixed content, whatever the user says.
    addresses += [PRIVATE] if hasattr(js, "document") else []
    for url in addresses:
        message = await refusal(way, url)
        assert "Local Network Access" in message
        assert "in the settings of this site" in message
        assert ("which is denied" in message) is (way.name != "xhr")
        assert "host is unknown" not in message
    assert (await way.seen(f"{urls.page}/seen?name={request_id}"))["count"] == 0


def test_denied(pyodide: Interpreter, pages: Urls, request_id: str) -> None:
    run(pyodide, "denied", is_denied, urls=pages, request_id=request_id)


async def is_denied_without_probe(way: Way, urls: Urls) -> None:
    session = way.client.Session(cors_probe=False)
    with pytest.raises(way.client.ConnectionError, match="Local Network Access"):
        await way.finish(session.get(urls.cors("/echo")))


def test_denied_without_probe(pyodide: Interpreter, pages: Urls) -> None:
    run(pyodide, "denied", is_denied_without_probe, urls=pages)


async def is_not_answered(way: Way, urls: Urls) -> None:
    message = await refusal(way, urls.cors("/echo"))
    assert "Local Network Access" in message
    assert ("not been answered yet" in message) is (way.name != "xhr")


def test_not_answered(pyodide: Interpreter, pages: Urls) -> None:
    run(pyodide, "prompt", is_not_answered, urls=pages)


async def is_granted(way: Way, urls: Urls) -> None:
    assert (await way.get(urls.cors("/echo"))).ok
    if way.name == "xhr":
        return
    with pytest.raises(way.client.CORSError):
        await way.get(f"{urls.other}/echo")
    assert "host is unknown" in await refusal(way, urls.dead)


def test_granted(pyodide: Interpreter, pages: Urls) -> None:
    run(pyodide, "granted", is_granted, urls=pages)


async def a_name_is_denied(way: Way, url: str) -> None:
    message = await refusal(way, url)
    if way.name != "xhr":
        assert "host is unknown" in message
        assert "Local Network Access" in message
        message = await refusal(way, url, target_address_space="loopback")
        assert "which is denied" in message
        assert "host is unknown" not in message


async def a_name_is_granted(way: Way, url: str) -> None:
    assert (await way.get(url)).ok
    if way.name == "xhr":
        with pytest.raises(way.client.BrowserLimitError, match="target_address_space="):
            await way.get(url, target_address_space="loopback")
        return
    assert (await way.get(url, target_address_space="loopback")).ok
    for wrong in ("local", "public"):
        with pytest.raises(way.client.FetchOptionError, match=f"target_address_space={wrong!r} is"):
            await way.get(url, target_address_space=wrong)


def test_a_name(pyodide: Interpreter, named: str) -> None:
    run(pyodide, "denied", a_name_is_denied, url=f"{named}/echo")
    run(pyodide, "granted", a_name_is_granted, url=f"{named}/echo")


async def is_mixed(way: Way, urls: Urls, place: str) -> None:
    """Over http a name has to be said to be local; of an address it is seen. Not in workers."""
    url = urls.cors("/echo").replace("127.0.0.1", "plain.test")
    message = await refusal(way, url)
    assert "Mixed content" in message
    assert ("target_address_space='local'" in message) is (place == "page")
    if way.name != "xhr" and place == "page":
        assert (await way.get(url, target_address_space="loopback")).ok
    elif way.name != "xhr":
        assert "Mixed content" in await refusal(way, url, target_address_space="loopback")
    assert ("Mixed content" in await refusal(way, PRIVATE)) is (place == "worker")


def test_mixed_content(pyodide: Interpreter, pages: Urls, place: str) -> None:
    run(pyodide, "granted", is_mixed, urls=pages, place=place)


async def spaces_are_named(way: Way, urls: Urls) -> None:
    if way.name == "xhr":
        return
    stop = script(RECORD)()
    session = way.client.Session(cors_probe=False)
    await way.finish(session.get(urls.cors("/echo")))
    await way.finish(session.get(urls.echo()))
    await way.finish(session.get(urls.cors("/echo"), target_address_space="unknown"))
    await refusal(way, PRIVATE)
    # Of the last one the probe, too, unless it is known to be mixed content.
    assert stop().to_py()[:4] == ["loopback", "", "unknown", "local"]


def test_spaces_are_named(pyodide: Interpreter, pages: Urls) -> None:
    run(pyodide, "granted", spaces_are_named, urls=pages)
