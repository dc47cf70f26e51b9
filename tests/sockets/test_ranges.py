"""Files on a server, read by range over sockets: beside a local file, and of odd servers."""

from __future__ import annotations

import io
import random
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfetch_requests import _warn, exceptions, sync
from tests.server import Server, Urls
from tests.server.store import SMALL

DATA = random.Random(1).randbytes(300_001)
BLOCK = 4096
Put = Callable[..., str]


@pytest.fixture(autouse=True)
def _no_warning_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_warn, "_warned", set())


@pytest.fixture
def put(urls: Urls, request: pytest.FixtureRequest) -> Put:
    """Keep bytes on the server, under the name of the test, and return their URL."""
    name = request.node.name.replace("[", "-").replace("]", "").replace(" ", "-")

    def keep(data: bytes = DATA, **options: object) -> str:
        sync.put(urls.store(name), data=data).raise_for_status()
        return urls.store(name, **options)

    return keep


def all_seen(server: Server, name: str) -> Any:
    """What became of the requests with an id, when all of them are over."""
    return server.seen(name, completed=server.seen(name)["count"])


def test_a_small_member_of_a_large_archive(server: Server, urls: Urls) -> None:
    url = urls.store("large.zip", zip=100_000_000, id="archive")
    with sync.open_url(url) as file, zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == 3
        assert archive.read("dir/small.txt").decode() == SMALL
        assert file.size > 100_000_000
    seen = all_seen(server, "archive")
    assert seen["sent"] < 300_000
    assert seen["count"] <= 4


def test_an_archive_of_tar(put: Put) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for number in range(20):
            member = tarfile.TarInfo(f"member{number}")
            member.size = 10_000
            archive.addfile(member, io.BytesIO(DATA[number : number + 10_000]))
    url = put(packed.getvalue())
    with sync.open_url(url, block_size=1000) as file, tarfile.open(fileobj=file) as archive:
        found = archive.extractfile("member17")
        assert found is not None
        assert found.read() == DATA[17:10_017]
        assert len(archive.getnames()) == 20


STEP = st.one_of(
    st.tuples(st.just("seek"), st.integers(-10, len(DATA) + 10), st.just(0)),
    st.tuples(st.just("seek"), st.integers(-20_000, 20_000), st.just(1)),
    st.tuples(st.just("seek"), st.integers(-len(DATA) - 10, 10), st.just(2)),
    st.tuples(st.sampled_from(["read", "read1", "peek", "readinto"]), st.integers(0, 70_000)),
    st.tuples(st.sampled_from(["read", "readline", "tell"])),
)


def outcome(file: Any, step: tuple[Any, ...]) -> object:
    name, *arguments = step
    if name == "peek":  # may give more or less
        return file.peek(arguments[0])[:1]
    if name == "read1":
        return file.read1(max(1, arguments[0]))[:1]
    if name == "readinto":
        buffer = bytearray(arguments[0])
        return file.readinto(buffer), bytes(buffer)
    try:
        return getattr(file, name)(*arguments)
    except (ValueError, OSError):  # the second is that of a local file
        return "refused"


def test_reads_as_a_local_file_does(put: Put, tmp_path_factory: pytest.TempPathFactory) -> None:
    url = put()
    path = tmp_path_factory.mktemp("local") / "file"
    path.write_bytes(DATA)
    session = sync.Session()

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(STEP, max_size=25), st.sampled_from([1000, BLOCK, 65536]), st.integers(0, 40_000)
    )
    def check(steps: list[tuple[Any, ...]], block: int, kept: int) -> None:
        with (
            path.open("rb") as local,
            session.open_url(url, block_size=block, cache_size=kept) as remote,
        ):
            for step in steps:
                if step[0] == "read1":  # how much it gives is not said
                    assert outcome(local, step) == outcome(remote, step)
                    local.seek(remote.seek(min(remote.tell(), local.tell())))
                else:
                    assert outcome(local, step) == outcome(remote, step)
                    assert local.tell() == remote.tell()

    check()
    session.close()


def test_who_reads_on_gets_more_at_once(server: Server, put: Put) -> None:
    with sync.open_url(put(id="ahead"), block_size=BLOCK) as file:
        assert b"".join(iter(lambda: file.read(1000), b"")) == DATA
    seen = all_seen(server, "ahead")
    assert seen["count"] < 12
    assert seen["sent"] == len(DATA)


def test_a_large_read_is_one_request(server: Server, put: Put) -> None:
    with sync.open_url(put(id="large-read"), block_size=BLOCK, cache_size=0) as file:
        file.seek(1)
        assert file.read() == DATA[1:]
        assert file.read(1) == b""
    seen = all_seen(server, "large-read")
    assert seen["count"] == 2
    assert seen["sent"] <= len(DATA) + BLOCK


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK], ids="{}".format)
@pytest.mark.parametrize("odd", ["", "plain", "half", "endless", "modified"])
def test_sizes(put: Put, size: int, odd: str) -> None:
    with (
        warnings.catch_warnings(record=True) as said,
        sync.open_url(put(DATA[:size], odd=odd), block_size=BLOCK) as file,
    ):
        warnings.simplefilter("always")
        assert file.size == size
        assert file.read() == DATA[:size]
        assert (file.seek(0, 2), file.read()) == (size, b"")
        assert (file.seek(size + 5), file.read(1)) == (size + 5, b"")
    assert bool(said) is (odd == "plain" and size > BLOCK)


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ("plain", "answers with the whole"),
        ("refused", "refuses"),
        ("bare", "neither a strong ETag"),
        ("weak", "neither a strong ETag"),
        ("shifted", "not the part"),
        ("longer", "not the part"),
        ("multipart", "not the part"),
        ("gzip", "not the part"),
        ("silent", "not the part"),
    ],
)
def test_what_gives_no_parts_is_read_whole(put: Put, odd: str, reason: str) -> None:
    url = put(odd=odd)
    said = f"no parts of this file .*{reason}.*all of it is read, 300,001 bytes"
    with pytest.warns(exceptions.RequestsWarning, match=said):
        file = sync.open_url(url)
    with file:
        file.seek(-100, 2)
        assert file.read() == DATA[-100:]
    with warnings.catch_warnings(), sync.open_url(url) as file:  # said once
        warnings.simplefilter("error")
        assert file.read() == DATA
    with pytest.raises(exceptions.HTTPError, match=reason):
        sync.open_url(url, whole=False)


@pytest.mark.parametrize("odd", ["", "modified"])
@pytest.mark.parametrize("size", [len(DATA), len(DATA) + 1, 100, 0], ids="{}".format)
def test_a_file_that_changes_raises(put: Put, odd: str, size: int) -> None:
    url = put(odd=odd)
    other = bytes(reversed(DATA + b"x"))[:size]
    with sync.open_url(url, block_size=BLOCK) as file:
        assert file.read(10) == DATA[:10]
        put(other)
        file.seek(200_000)
        with pytest.raises(exceptions.FileChangedError, match="Open it again"):
            file.read(10)
        put()
        assert file.read(10) == DATA[200_000:200_010]
    put(other)
    with sync.open_url(url) as file:
        assert file.read() == other


def test_a_server_that_stops_to_give_parts(put: Put) -> None:
    """The address is asked for with what the session adds, here a parameter."""
    with sync.Session() as session, session.open_url(put(), block_size=BLOCK) as file:
        assert file.read(5) == DATA[:5]
        session.params = {"odd": "plain"}
        file.seek(100_000)
        with pytest.warns(exceptions.RequestsWarning, match="it did before"):
            assert file.read(9) == DATA[100_000:100_009]
        file.seek(0)
        assert file.read() == DATA


@pytest.mark.parametrize("odd", ["shifted", "silent", "gzip", "bare", "refused"])
def test_a_server_that_turns_odd_raises(put: Put, odd: str) -> None:
    with sync.Session() as session, session.open_url(put(), block_size=BLOCK) as file:
        session.params = {"odd": odd}
        file.seek(100_000)
        if odd == "bare":  # a part that was asked for by If-Range need not say what it is of
            session.headers["If-Range"] = '"another"'
        with pytest.raises((exceptions.HTTPError, exceptions.FileChangedError)):
            file.read(9)


@pytest.mark.parametrize("claim", [-10, 10, -300_001])
def test_a_size_that_only_head_tells_is_not_believed(put: Put, claim: int) -> None:
    url = put(odd="endless", head=claim)
    if claim == -300_001:
        with pytest.warns(exceptions.RequestsWarning, match="how long"), sync.open_url(url) as file:
            assert file.read() == DATA
        return
    with sync.open_url(url) as file:
        file.seek(1000)
        assert file.read(10) == DATA[1000:1010]
        file.seek(-20, 2)
        with pytest.raises((exceptions.HTTPError, exceptions.FileChangedError)):
            file.read(20)


def test_a_part_that_breaks_is_asked_for_again(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfetch_requests._flow.ranged.pause", lambda _: 0.01)
    url = urls.file(1_000_000, breaks=120_000)
    pattern = (bytes(range(256)) * 4000)[:1_000_000]
    with sync.open_url(url, block_size=100_000) as file:
        assert file.read(10) == pattern[:10]
        file.seek(300_000)
        assert file.read(100) == pattern[300_000:300_100]
        assert file.read(500_000) == pattern[300_100:800_100]


def test_failures(urls: Urls, put: Put) -> None:
    with pytest.raises(exceptions.HTTPError, match="404"):
        sync.open_url(urls.store("nowhere"))
    with pytest.raises(exceptions.ConnectionError):
        sync.open_url(f"{urls.dead}/x")
    with sync.open_url(put(), block_size=BLOCK) as file:
        sync.delete(put())
        file.seek(100_000)
        with pytest.raises(exceptions.HTTPError, match="404"):
            file.read(1)


def test_bad_input_is_refused_before_anything_is_sent(server: Server, put: Put) -> None:
    url = put(id="bad input")
    for mode in ("r", "rt", "w", "wb", "ab", "r+b"):
        with pytest.raises(ValueError, match="mode 'rb' only, not"):
            sync.open_url(url, mode)
        with pytest.raises(ValueError, match="mode 'rb' only, not"):
            sync.open_url(url, mode=mode)  # type: ignore[arg-type]
    bad: list[tuple[dict[str, Any], str]] = [
        ({"headers": {"range": "bytes=0-"}}, "'range' itself"),
        ({"data": b"x"}, "does not take data="),
        ({"progress": True}, "does not take progress="),
        ({"block_size": 0}, "block_size="),
    ]
    for options, said in bad:
        with pytest.raises(ValueError, match=said):
            sync.open_url(url, **options)
    assert server.seen("bad input", within=0)["count"] == 0


def test_a_reader_says_what_it_cannot(put: Put) -> None:
    file = sync.open_url(put())
    assert (file.readable(), file.seekable(), file.writable(), file.mode) == (
        True,
        True,
        False,
        "rb",
    )
    assert file.name == file.url
    with pytest.raises(ValueError, match="before the start"):
        file.seek(-1)
    with pytest.raises(ValueError, match="whence"):
        file.seek(0, 7)
    calls: list[tuple[str, tuple[Any, ...]]] = [
        ("write", (b"x",)),
        ("fileno", ()),
        ("truncate", ()),
    ]
    for name, values in calls:
        with pytest.raises(io.UnsupportedOperation):
            getattr(file, name)(*values)
    text = io.TextIOWrapper(file, "latin-1", newline="\n")
    assert text.readline() == DATA[: DATA.index(b"\n") + 1].decode("latin-1")
    text.close()
    calls = [("read", ()), ("tell", ()), ("seekable", ()), ("seek", (0,))]
    for name, values in calls:
        with pytest.raises(ValueError, match="closed"):
            getattr(file, name)(*values)
