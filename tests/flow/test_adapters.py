"""Adapters: which one serves a URL, and adapters of the user's own."""

from __future__ import annotations

from typing import Any

import pytest

from pyfetch_requests.testing import respond

from .faces import HOST, URL, Face, script


def answer(face: Face, request: Any, status: int = 200, content: bytes = b"own") -> Any:
    response = face.Response()
    response.status_code = status
    response.request = request
    response.url = request.url
    response._content = content
    response._content_consumed = True
    return response


def plain_adapter(face: Face, calls: list[Any]) -> Any:
    class Plain:
        def send(self, request: Any, **options: Any) -> Any:
            calls.append((request.method, request.url, options))
            return answer(face, request)

        def close(self) -> None:
            calls.append("closed")

    return Plain()


async def test_adapter_of_ones_own(face: Face) -> None:
    calls: list[Any] = []
    session = face.Session()
    session.mount("other://", plain_adapter(face, calls))
    response = await face(session.get("other://place/x?a=1", timeout=2, verify=False))
    assert response.content == b"own"
    kept: dict[str, Any] = {"verify": False, "cert": None, "proxies": {}}
    assert calls == [("GET", "other://place/x?a=1", kept | {"stream": False, "timeout": 2})]
    session.close()
    assert calls[1:] == ["closed"]


async def test_adapter_with_an_async_send(face: Face) -> None:
    class Awaited:
        async def send(self, request: Any, **options: Any) -> Any:
            return answer(face, request)

    session = face.Session()
    session.mount(HOST, Awaited())
    if face.blocking:
        with pytest.raises(TypeError, match=r"the adapter .* awaitable"):
            session.get(URL)
    else:
        assert (await session.get(URL)).content == b"own"


async def test_adapter_takes_part_in_redirects(face: Face) -> None:
    calls: list[Any] = []
    session = face.Session(transport=script(respond(302, headers={"Location": "own://x/"})))
    session.mount("own://", plain_adapter(face, calls))
    response = await face(session.get(URL))
    assert response.content == b"own"
    assert [step.status_code for step in response.history] == [302]


async def test_adapter_that_extends_ours(face: Face) -> None:
    base = face.HTTPAdapter

    class Marked(base):  # type: ignore[misc, valid-type]
        def send(self, request: Any, *args: Any, **options: Any) -> Any:
            request.headers["X-Mark"] = "1"
            return super().send(request, *args, **options)

    transport = script(respond())
    session = face.Session()
    session.mount("https://", Marked(transport=transport))
    response = await face(session.get(URL))
    assert ("X-Mark", "1") in transport.requests[0].headers
    assert isinstance(response.connection, Marked)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
async def test_longest_prefix_wins(face: Face, order: tuple[int, ...]) -> None:
    prefixes = ["https://", f"{HOST}", f"{HOST}/things", f"{HOST}/things/7"]
    session = face.Session()
    adapters = [face.HTTPAdapter() for _ in prefixes]
    for index in order:
        session.mount(prefixes[index], adapters[index])
    found = [
        session.get_adapter(url)
        for url in ("https://else.example/", f"{HOST}/", f"{URL}/1", f"{URL}/7", URL.upper())
    ]
    assert found == [*adapters, adapters[2]]
    lengths = [len(prefix) for prefix in session.adapters]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("url", ["ftp://else.example/x", "urn:isbn:1", "mailto:a@b"])
async def test_no_adapter(face: Face, url: str) -> None:
    with pytest.raises(face.InvalidSchema, match="No connection adapters were found for"):
        await face(face.get(url))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:8000/x", "'http://localhost:8000/x'"),
        ("host.example:80", "'http://host.example:80'"),
        ("host.example:80?a=b", "'http://host.example:80"),
        ("urn:isbn:1", ""),
        ("ftp://host.example:21/x", ""),
        ("mailto:a@b", ""),
    ],
)
async def test_a_host_and_a_port_are_no_scheme(face: Face, url: str, told: str) -> None:
    with pytest.raises(face.InvalidSchema) as caught:
        await face(face.get(url))
    assert told in str(caught.value)
    assert ("needs a scheme" in str(caught.value)) is bool(told)


async def test_refusal_does_not_show_the_password(face: Face) -> None:
    with pytest.raises(face.InvalidSchema) as caught:
        await face(face.get("ftp://user:hidden@else.example/"))
    assert "hidden" not in str(caught.value)
    assert "else.example" in str(caught.value)


async def test_sent_without_a_session(face: Face) -> None:
    adapter = face.HTTPAdapter(transport=script(respond(200, b"x")))
    request = face.Request("GET", URL).prepare()
    response = await face(adapter.send(request))
    assert response.content == b"x"
    assert response.connection is adapter
    adapter.close()


async def test_each_scheme_has_an_adapter_of_its_own(face: Face) -> None:
    session = face.Session(retries=2)
    first, second = session.adapters.values()
    assert first is not second
    first.max_retries = face.Retry.of(0)
    assert second.max_retries.total == 2
