"""fsspec in the browser: http and https by this package, blocking and awaited."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

pytestmark = pytest.mark.usefixtures("libraries")


async def filled(urls: Urls, way: Way, name: str) -> tuple[str, bytes]:
    """Keep some files in a folder of the server's; return its address, and the largest one."""
    data = random.Random(1).randbytes(200_001)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("first.bin", data)
        made.writestr("small.txt", "small")
    files = {
        "a.csv": b"x,y\n1,2\n",
        "sub/b.csv": b"",
        "data.bin": data,
        "a.zip": archive.getvalue(),
    }
    for path, content in files.items():
        await way.request("PUT", urls.store(f"{name}/{path}"), data=content)
    return urls.store(name), data


@in_pyodide
@pytest.mark.only_on("not by_await")
async def test_blocking(urls: Urls, way: Way, request_id: str) -> None:
    import fsspec

    from pyfetch_requests.fsspec import register

    root, data = await filled(urls, way, request_id)
    assert set(register()) == {"http", "https"}
    with fsspec.open(f"{root}/data.bin", block_size=4096) as file:
        file.seek(100_000)
        assert file.read(9) == data[100_000:100_009]
    with fsspec.open(f"zip://small.txt::{root}/a.zip", "rt") as text:
        assert text.read() == "small"
    fs = fsspec.filesystem("http")
    assert fs.ls(f"{root}/sub/", detail=False) == [f"{root}/sub/b.csv"]
    assert fs.glob(f"{root}/**/*.csv") == [f"{root}/a.csv", f"{root}/sub/b.csv"]
    assert fs.info(f"{root}/data.bin")["size"] == len(data)
    assert (fs.exists(f"{root}/a.csv"), fs.exists(f"{root}/none")) == (True, False)
    assert fs.cat_ranges([f"{root}/data.bin"] * 2, [0, 9], [5, 12]) == [data[:5], data[9:12]]
    fs.pipe(f"{root}/new", b"new")
    fs.get(f"{root}/new", f"{request_id}.txt")
    with open(f"{request_id}.txt", "rb") as written:
        assert written.read() == b"new"
    other = urls.cors(f"{root}/data.bin")
    assert fs.cat_file(other, 10, 20) == data[10:20]
    with pytest.raises(FileNotFoundError):
        fs.cat(f"{root}/none")


@in_pyodide
@pytest.mark.only_on("by_await")
async def test_awaited(urls: Urls, way: Way, request_id: str) -> None:
    import fsspec

    from pyfetch_requests.fsspec import register

    root, data = await filled(urls, way, request_id)
    register()
    fs = fsspec.filesystem("http", asynchronous=True)
    assert await fs._cat([f"{root}/a.csv", f"{root}/sub/b.csv"]) == {
        f"{root}/a.csv": b"x,y\n1,2\n",
        f"{root}/sub/b.csv": b"",
    }
    assert await fs._glob(f"{root}/**/*.csv") == [f"{root}/a.csv", f"{root}/sub/b.csv"]
    found = await fs._cat_ranges([f"{root}/data.bin"] * 2, [0, 9], [5, 12])
    assert found == [data[:5], data[9:12]]
    async with await fs.open_async(f"{root}/data.bin") as file:
        assert await file.read(10) + await file.read() == data
