"""Files on a server, read by range in real engines: own and other origins, odd servers, changes."""

from __future__ import annotations

import io
import random
import warnings
import zipfile

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.only_on("not by_await")

SIZE = 200_001
BLOCK = 4096


def content(seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(SIZE)


def kept(urls: Urls, name: str, data: bytes, **options: object) -> str:
    from pyfetch_requests import sync

    sync.put(urls.store(name), data=data).raise_for_status()
    return urls.store(name, **options)


@in_pyodide
async def test_a_small_member_of_a_large_archive(urls: Urls, way: Way, request_id: str) -> None:
    url = urls.store("large.zip", zip=100_000_000, id=request_id)
    with way.client.open_url(url) as file, zipfile.ZipFile(file) as archive:
        assert archive.read("dir/small.txt").startswith(b"The small member.\n")
    seen = await way.seen(urls.seen(request_id))
    assert seen["sent"] < 300_000
    assert seen["count"] <= 4


ORIGINS = {
    "own": None,
    "shown": {"expose": "ETag, Content-Range", "headers": "none"},
    "hidden": {"headers": "none"},
    "without-range": {"allow": "", "headers": "none"},
}


@in_pyodide
@pytest.mark.parametrize("origin", ["own", "shown", "hidden"])
async def test_reads_as_a_local_file_does(
    urls: Urls, way: Way, request_id: str, origin: str
) -> None:
    chance, data = random.Random(2), content()
    url = kept(urls, request_id, data, id=request_id)
    if (options := ORIGINS[origin]) is not None:
        url = urls.cors(url, **options)
    local = io.BytesIO(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        remote = way.client.open_url(url, block_size=BLOCK, cache_size=8 * BLOCK)
    for _ in range(40):
        start = chance.choice([chance.randrange(SIZE + 10), local.tell(), SIZE - 7])
        count = chance.choice([1, 100, BLOCK, 20_000])
        assert remote.seek(start) == local.seek(start)
        assert remote.read(count) == local.read(count)
    assert remote.seek(-9, 2) == local.seek(-9, 2)
    assert remote.read() == local.read()
    remote.close()
    seen = await way.seen(urls.seen(request_id))
    assert {each["method"] for each in seen["requests"]} <= {"GET", "HEAD"}  # no preflight
    asked = [{k.lower(): v for k, v in each["headers"]} for each in seen["requests"]]
    assert all("range" in each for each in asked)
    # A browser's cache may add it, where no leave is needed for it.
    assert origin != "own" or any("if-range" in each for each in asked)


@in_pyodide
@pytest.mark.parametrize("origin", ["own", "shown", "hidden"])
async def test_a_file_that_changes_raises(
    urls: Urls, way: Way, request_id: str, origin: str
) -> None:
    from pyfetch_requests import FileChangedError

    data, other = content(), content(5)
    url = kept(urls, request_id, data)
    if (options := ORIGINS[origin]) is not None:
        url = urls.cors(url, **options)
    file = way.client.open_url(url, block_size=BLOCK)
    assert file.read(9) == data[:9]
    kept(urls, request_id, other)
    file.seek(100_000)
    with pytest.raises(FileChangedError, match="Open it again"):
        file.read(9)
    with way.client.open_url(url, block_size=BLOCK) as again:
        assert again.read(9) == other[:9]
        again.seek(100_000)
        assert again.read(9) == other[100_000:100_009]


# What a browser does not show of another origin is as it was to be: a weak ETag, other bounds.
ODD = [
    *(("own", odd) for odd in "plain refused bare weak shifted longer multipart silent".split()),
    *(("hidden", odd) for odd in "plain refused bare longer multipart".split()),
]


@in_pyodide
@pytest.mark.parametrize(("origin", "odd"), ODD)
async def test_what_gives_no_parts_is_read_whole(
    urls: Urls, way: Way, request_id: str, origin: str, odd: str
) -> None:
    from pyfetch_requests import HTTPError

    data = content()
    url = kept(urls, request_id, data, odd=odd)
    if (options := ORIGINS[origin]) is not None:
        url = urls.cors(url, **options)
    with pytest.raises(HTTPError, match="sends no parts"):
        way.client.open_url(url, whole=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = way.client.open_url(url)
    with file:
        file.seek(100_000)
        assert file.read(9) == data[100_000:100_009]
        file.seek(0)
        assert file.read() == data


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_parts_that_are_coded_are_not_taken(urls: Urls, way: Way, request_id: str) -> None:
    data = content()
    own = kept(urls, request_id, data, odd="gzip")
    for url in (own, urls.cors(own)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = way.client.open_url(url)
        file.seek(100_000)
        assert file.read() == data[100_000:]


@in_pyodide
@pytest.mark.parametrize("size", [0, 1, BLOCK, BLOCK + 1])
@pytest.mark.parametrize("origin", ["own", "hidden"])
async def test_sizes(urls: Urls, way: Way, request_id: str, size: int, origin: str) -> None:
    data = content()[:size]
    url = kept(urls, request_id, data)
    if (options := ORIGINS[origin]) is not None:
        url = urls.cors(url, **options)
    with way.client.open_url(url, block_size=BLOCK) as file:
        assert file.size == size
        assert file.read() == data


@in_pyodide
@pytest.mark.only_on("browser")
async def test_a_size_that_only_head_tells_is_not_believed(
    urls: Urls, way: Way, request_id: str
) -> None:
    from pyfetch_requests import RequestException

    data = content()
    for claim in (-10, 10):
        url = urls.cors(kept(urls, request_id, data, head=claim))
        with way.client.open_url(url, block_size=BLOCK) as file:
            file.seek(1000)
            assert file.read(9) == data[1000:1009]
            file.seek(-20, 2)
            with pytest.raises(RequestException):
                file.read(20)


@in_pyodide
@pytest.mark.parametrize("start", [0, BLOCK])
async def test_a_part_that_begins_with_a_mark(
    urls: Urls, way: Way, request_id: str, start: int
) -> None:
    """Of a page's own: a synchronous request has its body as text, and takes such marks off."""
    marks = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\xff", b"\xef\xbb\xbf\xff\xfe")
    for mark in marks:
        data = content()
        data = data[:start] + mark + data[start + len(mark) :]
        with way.client.open_url(kept(urls, request_id, data), block_size=BLOCK) as file:
            file.seek(start)
            assert file.read(BLOCK) == data[start : start + BLOCK]


@in_pyodide
@pytest.mark.only_on("browser")
async def test_a_server_that_gives_nothing_to_other_origins(
    urls: Urls, way: Way, request_id: str
) -> None:
    from pyfetch_requests import ConnectionError

    url = urls.cors(kept(urls, request_id, b"abc"), allow="")
    with pytest.raises(ConnectionError):
        way.client.open_url(url)
