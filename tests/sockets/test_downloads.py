"""Downloads over sockets: whole, broken off and gone on with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pyfetch_requests.exceptions import ChunkedEncodingError
from tests.server import Server, Urls

from .colours import Colour
from .test_connections import all_closed

COUNT = 2_000_000
BODY = (bytes(range(256)) * (COUNT // 256 + 1))[:COUNT]


def test_a_broken_download_goes_on(
    colour: Colour, server: Server, urls: Urls, tmp_path: Path
) -> None:
    async def story() -> None:
        url = urls.file(COUNT, breaks=1_200_000)
        digits = hashlib.sha256(BODY).hexdigest()
        path = await colour(colour.client.download(url, tmp_path, hash=f"sha256:{digits}"))
        assert path == tmp_path / "data.bin"
        assert path.read_bytes() == BODY
        assert await all_closed(colour, server)

    colour.run(story)


def test_a_later_call_goes_on(colour: Colour, urls: Urls, tmp_path: Path) -> None:
    async def story() -> None:
        session = colour.client.Session()
        url = urls.file(COUNT, breaks=1_200_000)
        with pytest.raises(ChunkedEncodingError):
            await colour(session.download(url, tmp_path / "a", max_retries=0))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.part", "a.part.json"]
        await colour(session.download(url, tmp_path / "a", max_retries=0))
        assert (tmp_path / "a").read_bytes() == BODY
        session.close()

    colour.run(story)


def test_save_of_a_coded_body(colour: Colour, server: Server, urls: Urls, tmp_path: Path) -> None:
    async def story() -> None:
        url = urls.respond("abc" * 1000, encoding="gzip")
        response = await colour(colour.client.get(url, stream=True))
        await colour(response.save(tmp_path / "a"))
        assert (tmp_path / "a").read_text() == "abc" * 1000
        assert await all_closed(colour, server)

    colour.run(story)
