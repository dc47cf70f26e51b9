"""`progress=` over sockets: both directions, with the length of the body kept."""

from __future__ import annotations

import base64
from typing import Any

from tests.server import Urls

from .callers import Caller


def test_both_directions(caller: Caller, urls: Urls) -> None:
    async def story() -> None:
        told: list[Any] = []
        body = bytes(range(256)) * 4000
        response = await caller(caller.client.post(urls.echo(), data=body, progress=told.append))
        seen = response.json()
        assert base64.b64decode(seen["body"]) == body
        headers = {name.lower(): value for name, value in seen["headers"]}
        assert headers["content-length"] == str(len(body))
        assert "transfer-encoding" not in headers
        up = [p for p in told if p.direction == "upload"]
        down = [p for p in told if p.direction == "download"]
        assert (up[0].done, up[-1].done, up[-1].total) == (0, len(body), len(body))
        assert (down[0].done, down[-1].done) == (0, len(response.content))
        assert up[-1].ended
        assert down[-1].ended

    caller.run(story)


def test_of_a_compressed_body_the_whole_is_not_known(caller: Caller, urls: Urls) -> None:
    async def story() -> None:
        told: list[Any] = []
        url = urls.respond("a" * 5000, encoding="gzip")
        await caller(caller.client.get(url, progress=told.append))
        assert {p.total for p in told} == {None}
        assert told[-1].done == 5000

    caller.run(story)
