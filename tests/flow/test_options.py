"""Fetch options and timeouts: merged, checked, and handed to the transport."""

from __future__ import annotations

from typing import Any

import pytest

from pyfetch_requests import AbortController, AbortSignal
from pyfetch_requests.testing import respond

from .faces import URL, Face, script

OPTIONS: dict[str, tuple[Any, Any]] = {
    "credentials": ("omit", "include"),
    "mode": ("cors", "same-origin"),
    "cache": ("no-store", "reload"),
    "redirect": ("follow", "error"),
    "referrer_policy": ("origin", "no-referrer"),
    "integrity": ("sha256-a", "sha256-b"),
    "keepalive": (True, False),
    "priority": ("low", "high"),
    "target_address_space": ("local", "loopback"),
    "signal": (AbortSignal(), AbortSignal()),
}


@pytest.mark.parametrize("name", OPTIONS)
async def test_option_of_session_and_call(face: Face, name: str) -> None:
    transport = script(*[respond()] * 4)
    first, second = OPTIONS[name]
    session = face.Session(transport=transport, **{name: first})
    await face(session.get(URL))
    await face(session.get(URL, **{name: second}))
    await face(session.get(URL, **{name: None}))
    setattr(session, name, None)
    await face(session.get(URL))
    assert [wire.options for wire in transport.requests] == [
        {name: first},
        {name: second},
        {name: first},
        {},
    ]


@pytest.mark.parametrize(
    "name",
    ["credentials", "mode", "cache", "redirect", "priority", "target_address_space"],
)
async def test_value_that_fetch_does_not_know(face: Face, name: str) -> None:
    transport = script()
    session = face.Session(transport=transport)
    with pytest.raises(ValueError, match=f"{name}='wrong' is not known to fetch: use '"):
        await face(session.get(URL, **{name: "wrong"}))
    setattr(session, name, "wrong")
    with pytest.raises(ValueError, match=f"{name}='wrong'"):
        await face(session.get(URL))
    assert transport.requests == []


@pytest.mark.parametrize(
    "signal", [object(), AbortController(), AbortController, AbortSignal, "abort", True]
)
async def test_what_is_no_signal(face: Face, signal: Any) -> None:
    transport = script()
    session = face.Session(transport=transport)
    with pytest.raises(face.FetchOptionError, match="AbortSignal") as caught:
        await face(session.get(URL, signal=signal))
    told = "Pass the .signal of the controller" in str(caught.value)
    assert told is isinstance(signal, AbortController)
    assert isinstance(caught.value, ValueError)
    assert transport.requests == []


@pytest.mark.parametrize("value", ["sha256", "md5-AAAA", b"sha256-AAAA", 1])
async def test_what_is_no_integrity(face: Face, value: Any) -> None:
    with pytest.raises(face.FetchOptionError, match="integrity="):
        await face(face.Session(transport=script()).get(URL, integrity=value))


async def test_further_options(face: Face) -> None:
    transport = script(*[respond()] * 4)
    session = face.Session(transport=transport, fetch_options={"duplex": "half", "extra": 1})
    await face(session.get(URL))
    await face(session.get(URL, fetch_options={"extra": 2, "more": None}))
    await face(session.get(URL, fetch_options={"extra": None}, cache="reload"))
    session.fetch_options = None
    await face(session.get(URL, fetch_options={"extra": None}))
    assert [wire.options for wire in transport.requests] == [
        {"duplex": "half", "extra": 1},
        {"duplex": "half", "extra": 2},
        {"duplex": "half", "cache": "reload"},
        {},
    ]


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("method", "argument of its own"),
        ("headers", "headers="),
        ("body", "data="),
        ("signal", "signal="),
        ("cache", "cache="),
        ("referrerPolicy", "referrer_policy="),
        ("referrer_policy", "referrer_policy="),
    ],
)
async def test_further_options_that_have_a_place_of_their_own(
    face: Face, name: str, instead: str
) -> None:
    transport = script()
    session = face.Session(transport=transport)
    with pytest.raises(face.FetchOptionError, match=f"does not take '{name}': .*{instead}"):
        await face(session.get(URL, fetch_options={name: "x"}))
    with pytest.raises(face.FetchOptionError, match=name):
        face.Session(fetch_options={name: "x"})
    assert transport.requests == []


@pytest.mark.parametrize("value", ["duplex", [("duplex", "half")], {1: 2}, 5])
async def test_further_options_that_are_no_dict(face: Face, value: Any) -> None:
    with pytest.raises(face.FetchOptionError, match="fetch_options= takes a dict"):
        await face(face.Session(transport=script()).get(URL, fetch_options=value))


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [
        (None, (None, None)),
        (5, (5, 5)),
        (0.25, (0.25, 0.25)),
        ((1, 2), (3, 2)),
        ((None, 2), (2, 2)),
        ((1, None), (None, None)),
        (float("inf"), (None, None)),
    ],
)
async def test_timeout(face: Face, timeout: Any, expected: tuple[Any, Any]) -> None:
    transport = script(respond())
    await face(face.Session(transport=transport).get(URL, timeout=timeout))
    (wire,) = transport.requests
    assert (wire.headers_timeout, wire.body_timeout) == expected


@pytest.mark.parametrize("timeout", [0, -1, (1, 0), (1, 2, 3), (), "soon", True, [1, 2], {}])
async def test_timeout_that_is_none(face: Face, timeout: Any) -> None:
    transport = script()
    with pytest.raises(ValueError, match=r"(?i)timeout"):
        await face(face.Session(transport=transport).get(URL, timeout=timeout))
    assert transport.requests == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "CONNECT", "TRACE", "TRACK"])
async def test_what_a_browser_does_not_send(face: Face, method: str) -> None:
    transport = script()
    session = face.Session(transport=transport)
    with pytest.raises(face.BrowserLimitError, match=method) as caught:
        await face(session.request(method, URL, data=b"body"))
    assert isinstance(caught.value, (face.RequestException, NotImplementedError))
    assert transport.requests == []


async def test_empty_body_with_get(face: Face) -> None:
    transport = script(respond(), respond())
    session = face.Session(transport=transport)
    await face(session.get(URL, data={}))
    await face(session.get(URL, data=None, json=None))
    assert [wire.body for wire in transport.requests] == [None, None]


async def test_signal(face: Face) -> None:
    controller = face.AbortController()
    transport = script(respond())
    session = face.Session(transport=transport, signal=controller.signal)
    await face(session.get(URL))
    assert transport.requests[0].options == {"signal": controller.signal}
    controller.abort()
    with pytest.raises(face.AbortError, match="before the request was sent") as caught:
        await face(session.get(URL))
    assert caught.value.request.url == URL
    assert len(transport.requests) == 1


async def test_abort_is_not_repeated(face: Face) -> None:
    transport = script(face.AbortError("ended"))
    with pytest.raises(face.AbortError):
        await face(face.Session(transport=transport, retries=3).get(URL))
    assert transport.slept == []


async def test_probe_may_be_forbidden(face: Face) -> None:
    transport = script(respond())
    await face(face.Session(transport=transport, cors_probe=False).get(URL))
    assert not transport.requests[0].probe
    assert transport.requests[0].options == {}


async def test_settings_of_third_parties_under_our_names(face: Face) -> None:
    """requests-cache keeps its store in `session.cache`."""
    transport = script(respond())
    session = face.Session(transport=transport)
    session.cache = object()
    session.credentials = {"token": "t"}
    await face(session.get(URL))
    assert transport.requests[0].options == {}
