"""Downloads over real connections: whole, broken off and gone on with, from other origins."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.over_sockets

COUNT = 300_000


def expected(count: int = COUNT) -> bytes:
    return (bytes(range(256)) * (count // 256 + 1))[:count]


def folder() -> Path:
    from tempfile import mkdtemp

    return Path(mkdtemp())


@in_pyodide
async def test_save(urls: Urls, way: Way) -> None:
    place = folder()
    response = await way.get(urls.file(COUNT, "a.bin"), stream=True)
    assert await way.finish(response.save(place)) == place / "a.bin"
    assert (place / "a.bin").read_bytes() == expected()
    assert [path.name for path in place.iterdir()] == ["a.bin"]


@in_pyodide
async def test_a_cut_body_leaves_no_file(urls: Urls, way: Way, request_id: str) -> None:
    from pyfetch_requests.exceptions import RequestException

    async def save() -> None:
        # With the id no cache goes on where it was broken off before.
        url = urls.file(COUNT, breaks=100_000, id=request_id)
        response = await way.get(url, stream=True)
        await way.finish(response.save(place / "a"))

    place = folder()
    with pytest.raises(RequestException):
        await save()
    assert list(place.iterdir()) == []


@in_pyodide
async def test_download(urls: Urls, way: Way, request_id: str) -> None:
    place = folder()
    digits = hashlib.sha256(expected()).hexdigest()
    url = urls.file(COUNT, id=request_id)
    path = await way.finish(way.client.download(url, place / "a", hash=f"sha256:{digits}"))
    assert path.read_bytes() == expected()
    assert (await way.seen(urls.seen(request_id)))["count"] == 1


@in_pyodide
@pytest.mark.only_on("not by_xhr")
@pytest.mark.parametrize("origin", ["own", "other", "other shown"])
async def test_a_broken_download_goes_on(
    urls: Urls, way: Way, request_id: str, origin: str, engine: str
) -> None:
    place = folder()
    url = urls.file(COUNT, breaks=120_000, id=request_id)
    if origin != "own":
        shown = "ETag, Content-Range" if origin == "other shown" else "ETag"
        # A server that lets every header pass: only we leave one out.
        url = urls.cors(url, expose=shown, headers="asked")
    digits = hashlib.sha256(expected()).hexdigest()
    path = await way.finish(way.client.download(url, place / "a", hash=f"sha256:{digits}"))
    assert path.read_bytes() == expected()
    seen = await way.seen(urls.seen(request_id))
    assert seen["count"] >= 3
    later = [{name.lower() for name, _ in one["headers"]} for one in seen["requests"][1:]]
    assert all("range" in names for names in later)
    # If-Range would make the browser ask the server of another origin for its leave; Chromium's
    # cache may add one by itself, which nobody is asked for.
    assert [one for one in seen["requests"] if one["method"] == "OPTIONS"] == []
    if origin == "own" or engine in ("node", "node-jspi", "deno"):
        assert all("if-range" in names for names in later)


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_later_call_goes_on(urls: Urls, way: Way, request_id: str) -> None:
    from pyfetch_requests.exceptions import RequestException

    place = folder()
    url = urls.file(COUNT, breaks=200_000, id=request_id)
    with pytest.raises(RequestException):
        await way.finish(way.client.download(url, place / "a", max_retries=0))
    assert (place / "a.part").stat().st_size
    path = await way.finish(way.client.download(url, place / "a", max_retries=0))
    assert path.read_bytes() == expected()
    assert [path.name for path in place.iterdir()] == ["a"]


@in_pyodide
@pytest.mark.only_on("not by_xhr")
async def test_a_server_without_ranges(urls: Urls, way: Way, request_id: str) -> None:
    from pyfetch_requests.exceptions import RequestException

    place = folder()
    url = urls.file(COUNT, breaks=200_000, plain=1, id=request_id)
    with pytest.raises(RequestException):
        await way.finish(way.client.download(url, place / "a", max_retries=1))
    assert not (place / "a").exists()


@in_pyodide
async def test_a_name_without_a_path(urls: Urls, way: Way) -> None:
    place = folder()
    disposition = "attachment; filename*=UTF-8''..%2F..%2Fn%C3%A4ive.txt"
    url = urls.respond("abc", headers=[("Content-Disposition", disposition)])
    path = await way.finish(way.client.download(url, place))
    assert (path.parent, path.name, path.read_text()) == (place, "näive.txt", "abc")


@in_pyodide
@pytest.mark.only_on("node and process")
async def test_a_large_file_is_not_held_in_memory(urls: Urls, way: Way) -> None:
    import js
    import pyodide_js

    files = js.process.getBuiltinModule("node:fs")
    disk, place = str(files.mkdtempSync("/tmp/pyfetch-")), folder()
    node_files = pyodide_js.FS.filesystems.NODEFS
    pyodide_js.FS.mount(node_files, js.JSON.parse(f'{{"root": "{disk}"}}'), str(place))
    memory = pyodide_js._module.HEAP8.length
    try:
        path = await way.finish(way.client.download(urls.blob(300_000_000), place / "a"))
        assert path.stat().st_size == 300_000_000
        assert pyodide_js._module.HEAP8.length - memory < 25_000_000
        path.unlink()
    finally:
        pyodide_js.FS.unmount(str(place))
        files.rmdirSync(disk)
