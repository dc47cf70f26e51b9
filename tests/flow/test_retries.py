"""Requests that are sent again: which, how often, and after what wait. Nobody waits here."""

from __future__ import annotations

import email.utils
import io
import time
from typing import Any

import pytest

import pyfetch_requests
from pyfetch_requests import Retry, exceptions
from pyfetch_requests._transports import failures
from pyfetch_requests._wire import WireRequest
from pyfetch_requests.testing import MockTransport, respond

from .faces import URL, Face, script

BROKEN = exceptions.ConnectionError("broken")


def busy(status: int = 503, **headers: str) -> Any:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return respond(status, b"busy", headers=pairs)


async def fetch(face: Face, transport: MockTransport, retries: Any, **options: Any) -> Any:
    session = face.Session(transport=transport, retries=retries)
    method = options.pop("method", "GET")
    return await face(session.request(method, URL, **options))


async def test_no_retries_by_default(face: Face) -> None:
    transport = script(BROKEN)
    with pytest.raises(face.ConnectionError, match="broken"):
        await face(face.Session(transport=transport).get(URL))
    transport = script(busy())
    assert (await face(face.Session(transport=transport).get(URL))).status_code == 503
    assert transport.slept == []


@pytest.mark.parametrize(
    "diagnosis", ["cors", "mixed", "mixed local", "local denied", "port", "policy", "unreachable"]
)
async def test_what_is_refused_is_not_asked_for_again(face: Face, diagnosis: str) -> None:
    error = failures.exception(WireRequest("GET", URL, []), 1, "error", "TypeError", "", diagnosis)
    transport = script(*[error] * 3)
    with pytest.raises(face.ConnectionError):
        await fetch(face, transport, 2)
    assert len(transport.requests) == (3 if diagnosis == "unreachable" else 1)


async def test_number_of_retries(face: Face) -> None:
    transport = script(BROKEN, BROKEN, respond(200, b"at last"))
    response = await fetch(face, transport, 2)
    assert response.content == b"at last"
    assert len(transport.requests) == 3


async def test_number_is_a_limit(face: Face) -> None:
    transport = script(*[BROKEN] * 9)
    with pytest.raises(face.ConnectionError) as caught:
        await fetch(face, transport, 2)
    assert caught.value is BROKEN
    assert caught.value.request.url == URL
    assert len(transport.requests) == 3


async def test_waits_grow(face: Face) -> None:
    transport = script(*[BROKEN] * 5, respond())
    await fetch(face, transport, Retry(total=5, backoff_factor=0.5))
    assert transport.slept == [0, 1, 2, 4, 8]


async def test_waits_have_a_limit(face: Face) -> None:
    transport = script(*[BROKEN] * 5, respond())
    await fetch(face, transport, Retry(total=5, backoff_factor=1, backoff_max=3))
    assert transport.slept == [0, 2, 3, 3, 3]


async def test_status_is_repeated(face: Face) -> None:
    transport = script(busy(500), busy(502), respond(200, b"up"))
    retry = Retry(total=3, status_forcelist=[500, 502], backoff_factor=1)
    response = await fetch(face, transport, retry)
    assert response.content == b"up"
    assert response.history == []
    assert transport.slept == [0, 2]


async def test_status_to_the_end(face: Face) -> None:
    transport = script(*[busy(500)] * 3)
    with pytest.raises(face.RetryError, match="too many 500 error responses") as caught:
        await fetch(face, transport, Retry(total=2, status_forcelist=[500]))
    assert caught.value.response.status_code == 500
    assert caught.value.request.url == URL


async def test_last_response_instead_of_an_error(face: Face) -> None:
    transport = script(busy(500), busy(500), respond(500, b"last"))
    retry = Retry(total=2, status_forcelist=[500], raise_on_status=False)
    response = await fetch(face, transport, retry)
    assert (response.status_code, response.content) == (500, b"last")


async def test_answers_on_the_way_are_closed(face: Face) -> None:
    first = respond(503, [b"busy"])
    transport = script(first, respond(200, b"up"))
    response = await fetch(face, transport, Retry(total=1, status_forcelist=[503]), stream=True)
    assert first.body.closed  # type: ignore[attr-defined]
    assert await face(response.read()) == b"up"


@pytest.mark.parametrize("status", [413, 429, 503])
async def test_retry_after_seconds(face: Face, status: int) -> None:
    transport = script(busy(status, Retry_After="7"), respond())
    assert (await fetch(face, transport, Retry(total=1))).ok
    assert transport.slept == [7]


async def test_retry_after_date(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_700_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    later = email.utils.formatdate(now + 90, usegmt=True)
    earlier = email.utils.formatdate(now - 90, usegmt=True)
    transport = script(busy(Retry_After=later), busy(Retry_After=earlier), respond())
    assert (await fetch(face, transport, Retry(total=3))).ok
    assert transport.slept == [90, 0]


async def test_retry_after_that_is_not_respected(face: Face) -> None:
    transport = script(busy(Retry_After="7"), respond())
    retry = Retry(total=1, status_forcelist=[503], respect_retry_after_header=False)
    assert (await fetch(face, transport, retry)).ok
    assert transport.slept == [0]


async def test_retry_after_on_another_status(face: Face) -> None:
    transport = script(busy(404, Retry_After="7"))
    assert (await fetch(face, transport, Retry(total=1))).status_code == 404


async def test_retry_after_without_retries(face: Face) -> None:
    transport = script(busy(Retry_After="7"))
    assert (await fetch(face, transport, 0)).status_code == 503
    assert transport.slept == []


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_what_is_not_idempotent_is_not_repeated(face: Face, method: str) -> None:
    retry = Retry(total=3, status_forcelist=[503])
    transport = script(BROKEN)
    with pytest.raises(face.ConnectionError):
        await fetch(face, transport, retry, method=method, data=b"x")
    transport = script(face.HeadersTimeout("it may have been received"))
    with pytest.raises(face.ConnectTimeout):
        await fetch(face, transport, retry, method=method, data=b"x")
    transport = script(busy())
    assert (await fetch(face, transport, retry, method=method, data=b"x")).status_code == 503


async def test_connection_that_was_never_made_is_repeated(face: Face) -> None:
    transport = script(face.ConnectTimeout("nothing was sent"), respond())
    assert (await fetch(face, transport, 1, method="POST", data=b"x")).ok


async def test_every_method_if_asked_for(face: Face) -> None:
    transport = script(BROKEN, busy(), respond())
    retry = Retry(total=3, status_forcelist=[503], allowed_methods=None)
    assert (await fetch(face, transport, retry, method="POST", data=b"x")).ok
    assert [wire.body for wire in transport.requests] == [b"x"] * 3


async def test_file_is_rewound(face: Face) -> None:
    transport = script(BROKEN, busy(Retry_After="1"), respond())
    response = await fetch(face, transport, 3, method="PUT", data=io.BytesIO(b"content"))
    assert response.ok
    assert [wire.body for wire in transport.requests] == [b"content"] * 3


async def test_generator_is_never_sent_twice(face: Face) -> None:
    transport = script(BROKEN)
    with pytest.raises(face.ConnectionError, match="broken"):
        await fetch(face, transport, 3, method="PUT", data=(part for part in [b"a"]))
    transport = script(busy())
    retry = Retry(total=3, status_forcelist=[503])
    response = await fetch(face, transport, retry, method="PUT", data=(part for part in [b"a"]))
    assert response.status_code == 503
    assert len(transport.requests) == 1


@pytest.mark.parametrize("error", [exceptions.CORSError("no"), exceptions.BodyTimeout("slow")])
async def test_what_will_not_change_is_not_repeated(face: Face, error: Exception) -> None:
    transport = script(error)
    with pytest.raises(type(error)):
        await fetch(face, transport, 3)


async def test_cut_body_is_not_repeated(face: Face) -> None:
    transport = script(respond(200, [b"a", face.ChunkedEncodingError("cut")]))
    with pytest.raises(face.ChunkedEncodingError, match="cut"):
        await fetch(face, transport, 3)


@pytest.mark.parametrize(
    ("limits", "tries"),
    [({"read": 1}, 2), ({"read": 0}, 1), ({"connect": 0}, 4), ({"total": None, "read": 2}, 3)],
)
async def test_limits_by_kind(face: Face, limits: dict[str, Any], tries: int) -> None:
    transport = script(*[BROKEN] * 9)
    with pytest.raises(face.ConnectionError):
        await fetch(face, transport, Retry(**{"total": 3, **limits}))
    assert len(transport.requests) == tries


async def test_policy_is_not_used_up(face: Face) -> None:
    transport = script(BROKEN, respond(), BROKEN, respond())
    session = face.Session(transport=transport, retries=1)
    assert (await face(session.get(URL))).ok
    assert (await face(session.get(URL))).ok


async def test_adapter_with_a_policy(face: Face) -> None:
    transport = script(BROKEN, respond())
    session = face.Session()
    session.mount("https://", face.HTTPAdapter(max_retries=1, transport=transport))
    assert (await face(session.get(URL))).ok


async def test_every_step_of_a_redirect_has_its_own_tries(face: Face) -> None:
    moved = respond(302, headers={"Location": "/next"})
    transport = script(BROKEN, moved, BROKEN, respond())
    assert (await fetch(face, transport, 1)).ok


def test_policy_is_one_name_on_both_faces(face: Face) -> None:
    assert face.Retry is pyfetch_requests.Retry
