"""Downloads over sockets: whole, broken off and gone on with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pyfetch_requests.exceptions import ChunkedEncodingError
from tests.server import Server, Urls

from .callers import Caller
from .test_connections import all_closed

COUNT = 2_000_000
BODY = (bytes(range(256)) * (COUNT // 256 + 1))[:COUNT]


def test_a_broken_download_goes_on(
    caller: Caller, server: Server, urls: Urls, tmp_path: Path
) -> None:
    async def story() -> None:
        url = urls.file(COUNT, breaks=1_200_000)
        digits = hashlib.sha256(BODY).hexdigest()
        path = await caller(caller.client.download(url, tmp_path, hash=f"sha256:{digits}"))
        assert path == tmp_path / "data.bin"
        assert path.read_bytes() == BODY
        assert await all_closed(caller, server)

    caller.run(story)


def test_a_later_call_goes_on(caller: Caller, urls: Urls, tmp_path: Path) -> None:
    async def story() -> None:
        session = caller.client.Session()
        url = urls.file(COUNT, breaks=1_200_000)
        with pytest.raises(ChunkedEncodingError):
            await caller(session.download(url, tmp_path / "a", max_retries=0))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.part", "a.part.json"]
        await caller(session.download(url, tmp_path / "a", max_retries=0))
        assert (tmp_path / "a").read_bytes() == BODY
        session.close()

    caller.run(story)


def test_save_of_a_coded_body(caller: Caller, server: Server, urls: Urls, tmp_path: Path) -> None:
    async def story() -> None:
        url = urls.respond("abc" * 1000, encoding="gzip")
        response = await caller(caller.client.get(url, stream=True))
        await caller(response.save(tmp_path / "a"))
        assert (tmp_path / "a").read_text() == "abc" * 1000
        assert await all_closed(caller, server)

    caller.run(story)
