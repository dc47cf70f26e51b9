"""How a request is to travel is no part of it: the same one is sent in several ways at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests.testing import MockTransport, WireRequest, WireResponse, respond

from .faces import HOST, URL, Face, script

CHALLENGE = {"WWW-Authenticate": 'Digest realm="r", nonce="n"'}
MOVED = {"Location": "/elsewhere"}


def shown(request: Any) -> dict[str, Any]:
    """All that a request holds, with copies of what can change."""
    return {
        name: getattr(value, "copy", lambda v=value: v)() for name, value in vars(request).items()
    }


async def test_a_request_that_is_sent_does_not_change(face: Face) -> None:
    answers = (respond(401, headers=CHALLENGE), respond(302, headers=MOVED), respond())
    session = face.Session(transport=script(*answers), cors_probe=False)
    auth = face.HTTPDigestAuth("user", "password")
    request = face.Request("GET", URL, auth=auth).prepare()
    before = shown(request)
    await face(session.send(request))
    assert shown(request) == before


class Gate:
    """Holds its answers back until several requests have come."""

    def __init__(self, places: int) -> None:
        self.requests: list[WireRequest] = []
        self._places = places
        self._open = asyncio.Event()

    async def send(self, request: WireRequest) -> WireResponse:
        self.requests.append(request)
        if len(self.requests) == self._places:
            self._open.set()
        await self._open.wait()
        return respond()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError


async def test_one_request_sent_in_several_ways_at_once() -> None:
    transport = Gate(4)
    request = pyfetch_requests.Request("GET", URL).prepare()
    request.authenticator = pyfetch_requests.HTTPDigestAuth("user", "password")
    before = shown(request)
    ways = [(follow, probe) for follow in (True, False) for probe in (True, False)]
    sessions = [
        pyfetch_requests.Session(transport=transport, cors_probe=probe) for _, probe in ways
    ]
    await asyncio.gather(
        *(
            session.send(request, allow_redirects=follow)
            for session, (follow, _) in zip(sessions, ways, strict=True)
        )
    )
    assert [(sent.follow, sent.probe) for sent in transport.requests] == ways
    assert all(sent.expects_challenge for sent in transport.requests)
    assert shown(request) == before


@pytest.mark.parametrize("follow", [True, False])
async def test_adapter_of_ones_own_that_calls_ours(face: Face, follow: bool) -> None:
    base: Any = face.HTTPAdapter

    class Passing(base):
        def send(
            self, request: Any, stream: Any, timeout: Any, verify: Any, cert: Any, proxies: Any
        ) -> Any:
            twin = request.copy()
            return super().send(twin, stream, timeout, verify, cert, proxies)

    transport = script(respond())
    session = face.Session(cors_probe=False)
    session.mount(HOST, Passing(transport=transport))
    await face(session.get(URL, allow_redirects=follow, cache="no-store"))
    sent = transport.requests[0]
    assert (sent.follow, sent.probe, sent.options) == (follow, False, {"cache": "no-store"})


async def test_adapter_that_awaits_before_it_calls_ours() -> None:
    class Slow(pyfetch_requests.HTTPAdapter):
        async def send(self, *args: Any, **options: Any) -> Any:
            await asyncio.sleep(0)
            return await asyncio.create_task(super().send(*args, **options))

    transport = script(respond())
    session = pyfetch_requests.Session()
    session.mount(HOST, Slow(transport=transport))
    await session.get(URL, allow_redirects=False)
    assert not transport.requests[0].follow


async def test_request_from_a_hook_has_a_plan_of_its_own(face: Face) -> None:
    inner = script(respond())

    def ask(response: Any, **options: Any) -> Any:
        return face.Session(transport=inner).get(f"{HOST}/inner", hooks={"response": look})

    def look(response: Any, **options: Any) -> None:
        return None

    outer = script(respond(), respond())
    session = face.Session(transport=outer, cors_probe=False)
    await face(session.get(URL, hooks={"response": ask}, allow_redirects=False))
    await face(session.get(URL))
    assert (inner.requests[0].follow, inner.requests[0].probe) == (True, True)
    assert [sent.follow for sent in outer.requests] == [False, True]


async def test_answer_to_a_challenge_expects_none(face: Face) -> None:
    transport = script(respond(401, headers=CHALLENGE), respond())
    session = face.Session(transport=transport)
    await face(session.get(URL, auth=face.HTTPDigestAuth("user", "password")))
    assert [sent.expects_challenge for sent in transport.requests] == [True, False]


async def test_nothing_is_left_of_a_plan(face: Face) -> None:
    """Neither of a request that went well, nor of one that failed."""
    failing = MockTransport(lambda _: face.ConnectionError("no"))
    with pytest.raises(face.ConnectionError):
        await face(face.Session(transport=failing).get(URL, allow_redirects=False))
    transport = script(respond())
    adapter = face.HTTPAdapter(transport=transport)
    await face(adapter.send(face.Request("GET", URL).prepare()))
    assert transport.requests[0].follow


async def test_call_that_is_dropped_half_way() -> None:
    """Closing a coroutine runs in the context of whoever drops it."""
    import contextvars

    call = pyfetch_requests.Session(transport=Gate(2)).get(URL, allow_redirects=False)
    contextvars.copy_context().run(call.send, None)
    call.close()
    transport = script(respond())
    request = pyfetch_requests.Request("GET", URL).prepare()
    await pyfetch_requests.HTTPAdapter(transport=transport).send(request)
    assert transport.requests[0].follow
