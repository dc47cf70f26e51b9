"""http for fsspec over sockets: the methods of a file system, and archives upon it."""

from __future__ import annotations

import asyncio
import gc
import io
import pickle
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from fsspec.registry import _registry, known_implementations
from fsspec.spec import AbstractFileSystem

from pyfetch_requests import exceptions, sync
from pyfetch_requests.fsspec import HTTPFileSystem, register
from tests.server import Server, Urls

DATA = random.Random(1).randbytes(300_001)
NAMES = ("a.csv", "b.txt", "sub/c.csv", "sub/deep/d.csv")


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    register()
    yield
    for protocol in HTTPFileSystem.protocol:
        _registry.pop(protocol)
    # fsspec keeps file systems for ever, and with them connections to the server of other tests.
    forget_instances(AbstractFileSystem)
    gc.collect()


def forget_instances(kind: type[AbstractFileSystem]) -> None:
    kind.clear_instance_cache()
    for below in kind.__subclasses__():
        forget_instances(below)


@pytest.fixture
def fs() -> HTTPFileSystem:
    return fsspec.filesystem("http", skip_instance_cache=True)


@pytest.fixture
def root(urls: Urls, request: pytest.FixtureRequest) -> str:
    """A folder of the test's own with some files."""
    name = request.node.name.replace("[", "-").rstrip("]")
    for path in NAMES:
        sync.put(urls.store(f"{name}/{path}"), data=f"name\n{path}\n".encode())
    sync.put(urls.store(f"{name}/data.bin"), data=DATA)
    return urls.store(name)


def test_register_says_what_it_replaces() -> None:
    assert fsspec.get_filesystem_class("https") is HTTPFileSystem
    ours = f"{HTTPFileSystem.__module__}.{HTTPFileSystem.__qualname__}"
    assert register() == {"http": ours, "https": ours}
    program = "from pyfetch_requests.fsspec import register; print(register())"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.count(known_implementations["http"]["class"]) == 2


def test_without_fsspec_a_sentence_says_so() -> None:
    program = "import sys; sys.modules['fsspec'] = None; import pyfetch_requests.fsspec"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (
        "ImportError: fsspec is not installed, and pyfetch_requests.fsspec needs it" in said.stderr
    )


def test_open(root: str) -> None:
    with fsspec.open(f"{root}/data.bin") as file:
        file.seek(-5, 2)
        assert file.read() == DATA[-5:]
        copy = pickle.loads(pickle.dumps(file))
        assert copy.tell() == len(DATA)
        copy.seek(7)
        assert copy.read(5) == DATA[7:12]
    with fsspec.open(f"{root}/a.csv", "rt") as text:
        assert text.read() == "name\na.csv\n"
    with pytest.raises(NotImplementedError, match="can only be read"):
        fsspec.open(f"{root}/a.csv", "wb").open()
    with pytest.raises(FileNotFoundError):
        fsspec.open(f"{root}/none").open()


@pytest.mark.parametrize("cache", ["ahead", "none", "readahead", "blockcache", "bytes", "all"])
def test_caches(fs: HTTPFileSystem, root: str, cache: str) -> None:
    chance = random.Random(3)
    with fs.open(f"{root}/data.bin", block_size=4096, cache_type=cache) as file:
        for _ in range(30):
            start, count = chance.randrange(len(DATA)), chance.choice([1, 100, 20_000])
            file.seek(start)
            assert file.read(count) == DATA[start : start + count]


def test_an_open_file_that_changes_raises(fs: HTTPFileSystem, root: str) -> None:
    with fs.open(f"{root}/data.bin", block_size=4096) as file:
        assert file.read(5) == DATA[:5]
        fs.pipe_file(f"{root}/data.bin", DATA[::-1])
        file.seek(200_000)
        with pytest.raises(exceptions.FileChangedError):
            file.read(5)


def test_listings(fs: HTTPFileSystem, root: str) -> None:
    assert fs.ls(f"{root}/", detail=False) == [
        f"{root}/{name}" for name in ("a.csv", "b.txt", "data.bin", "sub/")
    ]
    assert {each["type"] for each in fs.ls(f"{root}/")} == {"file", "directory"}
    assert fs.glob(f"{root}/*.csv") == [f"{root}/a.csv"]
    assert fs.glob(f"{root}/**/*.csv") == sorted(f"{root}/{n}" for n in NAMES if "csv" in n)
    assert fs.glob(f"{root}/a.csv?x=1") == [f"{root}/a.csv?x=1"]
    assert fs.glob(f"{root}/none.csv") == []
    assert fs.find(f"{root}/sub/") == [f"{root}/sub/c.csv", f"{root}/sub/deep/d.csv"]
    assert [fs.isdir(f"{root}/{name}") for name in ("sub/", "a.csv", "none/")] == [
        True,
        False,
        False,
    ]
    with pytest.raises(FileNotFoundError):
        fs.ls(f"{root}/none/")
    cached = fsspec.filesystem("http", use_listings_cache=True, skip_instance_cache=True)
    first = cached.ls(f"{root}/")
    sync.put(f"{root}/new.csv", data=b"x")
    assert cached.ls(f"{root}/") == first
    assert len(fs.ls(f"{root}/")) == len(first) + 1


def test_bytes(fs: HTTPFileSystem, root: str, server: Server) -> None:
    url = f"{root}/data.bin"
    for start, end in [(0, 10), (5, 5), (100, None), (None, 7), (-10, None), (-10, -2), (None, -7)]:
        assert fs.cat_file(url, start, end) == DATA[start:end]
    assert fs.cat_file(url, 299_999, 400_000) == DATA[299_999:]
    assert fs.cat_file(url, 400_000, 400_001) == b""
    assert fs.cat(f"{root}/*.csv") == {f"{root}/a.csv": b"name\na.csv\n"}
    asked = f"{url}?id={root.rpartition('/')[2]}"
    found = fs.cat_ranges([asked] * 3, [0, 100, 299_000], [10, 200, 299_010])
    assert found == [DATA[:10], DATA[100:200], DATA[299_000:299_010]]
    name = root.rpartition("/")[2]
    assert server.seen(name, completed=3)["sent"] == 120
    odd = f"{url}?odd=plain"
    assert fs.cat_file(odd, 100, 200) == DATA[100:200]


def test_info(fs: HTTPFileSystem, root: str, urls: Urls) -> None:
    info = fs.info(f"{root}/data.bin")
    assert (info["size"], info["type"], info["partial"]) == (len(DATA), "file", True)
    assert info["ETag"].startswith('"')
    assert info["mimetype"] == "application/octet-stream"
    assert fs.size(f"{root}/data.bin") == len(DATA)
    assert (fs.exists(f"{root}/a.csv"), fs.exists(f"{root}/none")) == (True, False)
    assert (fs.isfile(f"{root}/a.csv"), fs.isfile(f"{root}/none")) == (True, False)
    with pytest.raises(FileNotFoundError):
        fs.info(f"{root}/none")
    refused = urls.respond("no", status=403)
    assert not fs.exists(refused)
    with pytest.raises(exceptions.HTTPError, match="403"):
        fs.exists(refused, strict=True)
    with pytest.raises(exceptions.ConnectionError):
        fs.exists(f"{urls.dead}/x")


@pytest.mark.parametrize("method", ["put", "POST"])
def test_files_there_and_back(fs: HTTPFileSystem, root: str, tmp_path: Path, method: str) -> None:
    (tmp_path / "out").write_bytes(DATA)
    fs.put_file(tmp_path / "out", f"{root}/new", method=method)
    fs.get(f"{root}/new", str(tmp_path / "in"))
    assert (tmp_path / "in").read_bytes() == DATA
    fs.put_file(io.BytesIO(b"abc"), f"{root}/new", method=method)
    assert fs.cat(f"{root}/new") == b"abc"
    fs.pipe(f"{root}/new", b"xyz")
    taken = io.BytesIO()
    fs.get_file(f"{root}/new", taken)
    assert taken.getvalue() == b"xyz"
    with pytest.raises(ValueError, match="'put', not 'patch'"):
        fs.put_file(tmp_path / "out", f"{root}/new", method="patch")
    with pytest.raises(TypeError, match="data"):
        fs.put_file(tmp_path / "out", f"{root}/new", method=method, data=b"else")
    assert fs.cat(f"{root}/new") != b"else"
    fs.get(f"{root}/", str(tmp_path / "all"), recursive=True)
    found = {p.relative_to(tmp_path / "all").as_posix() for p in (tmp_path / "all").rglob("*.csv")}
    assert found == {name for name in NAMES if name.endswith(".csv")}


def test_awaited(root: str) -> None:
    async def story() -> None:
        fs = fsspec.filesystem("http", asynchronous=True, skip_instance_cache=True)
        urls = [f"{root}/{name}" for name in NAMES]
        assert await fs._cat(urls) == {url: await fs._cat_file(url) for url in urls}
        assert await fs._glob(f"{root}/*.csv") == [f"{root}/a.csv"]
        assert await fs._cat_ranges([f"{root}/data.bin"] * 2, [0, 9], [5, 12]) == [
            DATA[:5], DATA[9:12],
        ]  # fmt: skip
        async with await fs.open_async(f"{root}/data.bin") as file:
            assert await file.read(10) + await file.read() == DATA
        with pytest.raises(RuntimeError, match="await the method"):
            fs.cat(urls)
        (await fs.set_session()).close()

    asyncio.run(story())


def test_an_archive_by_a_chain(urls: Urls, server: Server) -> None:
    url = urls.store("large.zip", zip=100_000_000, id="chain")
    with fsspec.open(f"zip://dir/small.txt::{url}") as file:
        assert file.read().startswith(b"The small member.\n")
    with fsspec.open(f"simplecache::{url.replace('100000000', '1000')}") as file:
        assert len(zipfile.ZipFile(file).namelist()) == 3
    assert server.seen("chain", completed=server.seen("chain")["count"])["sent"] < 350_000


def test_options_of_requests(urls: Urls) -> None:
    options = {"headers": {"X-One": "1"}, "client_kwargs": {"auth": ("me", "secret")}}
    with fsspec.open(urls.echo(), "rt", **options) as file:
        sent = file.read().lower()
    assert '"x-one", "1"' in sent
    assert '"authorization", "basic' in sent
