"""Whole scenarios through requests and through both faces over sockets: random ones, and named."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from .clients import Client
from .libraries import ASYNC, BLOCKING, ORACLE
from .scenario_compare import differences, is_documented
from .scenario_run import play
from .scenario_server import ScriptServer
from .scenario_values import SCENARIO
from .scenarios import Answer, Call, Scenario

URL = "http://127.0.0.1:{a}/0"


def redirect(location: bytes, status: int = 302) -> Answer:
    return Answer(status=status, headers=((b"Location", location),))


def scenario(*calls: Call, answers: dict[str, Answer] | None = None, **parts: object) -> Scenario:
    """A scenario of which only some parts matter."""
    given_parts = {"settings": {}, "environment": {}, "netrc": "", "mounts": (), **parts}
    replies = {name: (answer,) for name, answer in (answers or {}).items()}
    replies = {**{str(number): (Answer(),) for number in range(4)}, **replies}
    return Scenario(calls=calls, answers=replies, **given_parts)  # type: ignore[arg-type]


def through_proxy(url: str = URL, proxy: str = "http://127.0.0.1:{b}", **options: object) -> Call:
    return Call("GET", url, {"proxies": {"http": proxy}, **options})


LIMITED = {"max_redirects": 0}
ODD_PORT = {"0": redirect(b"http://[::1]:12./1")}
LOGIN = "http://pu:pp@127.0.0.1:{b}"
NAMED = {
    # Each of these was a difference, or an error of another kind, once.
    "a limit of 0 refuses a redirect that is not followed": scenario(
        Call("GET", URL, {"allow_redirects": False}),
        settings=LIMITED,
        answers={"0": redirect(b"/1")},
    ),
    "a redirect to a port that is no number": scenario(Call("GET", URL), answers=ODD_PORT),
    "a redirect to a port that is no number, not followed": scenario(
        Call("GET", URL, {"allow_redirects": False}), answers=ODD_PORT
    ),
    "a redirect to a port that is too large, not followed": scenario(
        Call("GET", URL, {"allow_redirects": False}),
        answers={"0": redirect(b"http://127.0.0.1:99999/")},
    ),
    "a redirect to an odd port where there is a proxy": scenario(
        Call("GET", URL, {"allow_redirects": False}),
        environment={"HTTPS_PROXY": "http://127.0.0.1:{b}", "HTTP_PROXY": "http://127.0.0.1:{b}"},
        answers=ODD_PORT,
    ),
    "cookies of an answer that breaks off": scenario(
        Call("GET", URL),
        answers={"0": Answer(headers=((b"Set-Cookie", b"a=1"),), body=b"abc", framing="longer")},
    ),
    "a host in capitals in a redirect": scenario(
        Call("GET", URL), answers={"0": redirect(b"HTTP://LOCALHOST:{a}/1")}
    ),
    "an IPv6 address through a proxy": scenario(through_proxy("http://[::1]:{six}/0")),
    "the login of the proxy is in its URL and in a header": scenario(
        through_proxy(proxy=LOGIN, headers={"Proxy-Authorization": "Basic b3RoZXI="})
    ),
    "a Proxy-Authorization of one's own": scenario(
        through_proxy(headers={"Proxy-Authorization": "Basic b3RoZXI="})
    ),
    **{
        f"the proxy {proxy!r}": scenario(through_proxy(proxy=proxy))
        for proxy in ("http://h:x", "http://h:99999", "http://[::1", "a b", "::1", "ftp://h", "//")
    },
}


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptServer]:
    running = ScriptServer()
    yield running
    running.close()


def check(played: Scenario, server: ScriptServer, runner: asyncio.Runner, folder: Path) -> None:
    """Hold both faces to the oracle."""
    outcomes = []
    for library in (ORACLE, BLOCKING, ASYNC):
        client = Client(library, runner)
        try:
            outcomes.append(play(played, client, server, folder / "netrc"))
        finally:
            client.session.close()
    for ours in outcomes[1:]:
        assert differences(played, outcomes[0], ours) == []


@pytest.mark.parametrize("name", NAMED)
def test_named(name: str, server: ScriptServer, runner: asyncio.Runner, tmp_path: Path) -> None:
    check(NAMED[name], server, runner, tmp_path)


@seed(1)
@settings(
    database=None,
    deadline=None,
    max_examples=max(50, settings().max_examples // 10),
    phases=[Phase.generate, *([Phase.shrink] if settings().max_examples > 100 else [])],
    suppress_health_check=list(HealthCheck),
)
@given(played=SCENARIO)
def test_generated(
    played: Scenario, server: ScriptServer, runner: asyncio.Runner, tmp_path: Path
) -> None:
    if not is_documented(played):
        check(played, server, runner, tmp_path)
