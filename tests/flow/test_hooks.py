"""Response hooks: in what order, with what in hand, and on which face."""

from __future__ import annotations

from typing import Any

import pytest

from pyfetch_requests.testing import respond

from .faces import URL, Face, script


async def test_arguments(face: Face) -> None:
    seen: list[Any] = []

    def note(response: Any, **options: Any) -> None:
        seen.append((response.status_code, sorted(options)))

    session = face.Session(transport=script(respond(201)))
    await face(session.get(URL, hooks={"response": note}))
    assert seen == [(201, ["cert", "proxies", "stream", "timeout", "verify"])]


async def test_several_run_in_order_and_may_replace_the_response(face: Face) -> None:
    def first(response: Any, **options: Any) -> str:
        return "replaced"

    def second(response: Any, **options: Any) -> None:
        assert response == "replaced"

    def third(response: Any, **options: Any) -> Any:
        answer = face.Response()
        answer.status_code = 299
        answer.reason = response
        answer._content = b""
        return answer

    session = face.Session(transport=script(respond()))
    response = await face(session.get(URL, hooks={"response": [first, second, third]}))
    assert (response.status_code, response.reason) == (299, "replaced")


async def test_hook_of_the_session(face: Face) -> None:
    seen: list[str] = []
    session = face.Session(transport=script(respond(), respond()))
    session.hooks["response"].append(lambda response, **_: seen.append("session"))
    await face(session.get(URL))
    await face(session.get(URL, hooks={"response": lambda response, **_: seen.append("call")}))
    assert seen == ["session", "call"]


async def test_hook_that_raises(face: Face) -> None:
    session = face.Session(transport=script(respond(404)))
    hooks = {"response": lambda response, **_: response.raise_for_status()}
    with pytest.raises(face.HTTPError, match="404 Client Error: Not Found"):
        await face(session.get(URL, hooks=hooks))


async def test_hook_that_is_registered_and_removed(face: Face) -> None:
    seen: list[int] = []

    def note(response: Any, **options: Any) -> None:
        seen.append(response.status_code)

    session = face.Session(transport=script(respond(), respond()))
    request = face.Request("GET", URL)
    request.register_hook("response", [note, "no hook"])
    await face(session.send(session.prepare_request(request)))
    assert request.deregister_hook("response", note)
    assert not request.deregister_hook("response", note)
    await face(session.send(session.prepare_request(request)))
    assert seen == [200]


async def test_unknown_event(face: Face) -> None:
    transport = script()
    with pytest.raises(ValueError, match='"request"'):
        await face(face.Session(transport=transport).get(URL, hooks={"request": print}))
    assert transport.requests == []


async def test_async_hook(face: Face) -> None:
    async def replace(response: Any, **options: Any) -> Any:
        response.reason = "seen"
        return response

    session = face.Session(transport=script(respond()))
    if face.blocking:
        with pytest.raises(TypeError, match=r"a response hook .* awaitable.* plain function"):
            session.get(URL, hooks={"response": replace})
    else:
        response = await session.get(URL, hooks={"response": replace})
        assert response.reason == "seen"


async def test_hook_that_returns_another_awaitable(face: Face) -> None:
    class Later:
        def __await__(self) -> Any:
            return iter(())

    session = face.Session(transport=script(respond()))
    if face.blocking:
        with pytest.raises(TypeError, match="awaitable"):
            session.get(URL, hooks={"response": lambda response, **_: Later()})
    else:
        assert (await session.get(URL, hooks={"response": lambda response, **_: Later()})).ok


async def test_async_hook_that_returns_nothing(face: Face) -> None:
    async def ignore(response: Any, **options: Any) -> None:
        return None

    session = face.Session(transport=script(respond()))
    if face.blocking:
        with pytest.raises(TypeError, match="awaitable"):
            session.get(URL, hooks={"response": ignore})
    else:
        assert (await session.get(URL, hooks={"response": ignore})).ok


async def test_hook_may_send(face: Face) -> None:
    """A hook of each kind, awaited or not, sends a second request by the same session."""
    session = face.Session(transport=script(respond(401), respond(200, b"second")))

    def again(response: Any, **options: Any) -> Any:
        response.request.deregister_hook("response", again)
        return session.send(response.request)

    response = await face(session.get(URL, hooks={"response": again}))
    assert response.content == b"second"


async def test_hooks_and_history_see_the_decoder_of_the_session(face: Face) -> None:
    seen: list[Any] = []
    transport = script(
        respond(302, headers={"Location": "/next"}, json=1), respond(json=2), respond(json=3)
    )
    session = face.Session(transport=transport, json_decoder=lambda content: ("own", content))
    session.hooks["response"].append(lambda response, **_: seen.append(response.json()))
    response = await face(session.get(URL))
    assert seen == [("own", b"1"), ("own", b"2")]
    assert [step.json() for step in response.history] == [("own", b"1")]
    assert (await face(session.get(URL))).json() == ("own", b"3")
