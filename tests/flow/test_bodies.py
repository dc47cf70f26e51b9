"""Bodies out: every kind as bytes on the wire, or refused by name."""

from __future__ import annotations

import array
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pyfetch_requests.testing import WireRequest, respond

from .faces import URL, Face, script, sent_headers

FORM = "application/x-www-form-urlencoded"


async def sent(face: Face, **options: Any) -> WireRequest:
    transport = script(respond())
    await face(face.Session(transport=transport).post(URL, **options))
    return transport.requests[0]


async def chunks(*parts: Any) -> AsyncIterator[Any]:
    for part in parts:
        yield part


class WithLength:
    """A file that knows its length as requests-toolbelt's encoders do."""

    len = 3

    def __init__(self) -> None:
        self.left = [b"abc"]

    def read(self, size: int = -1) -> bytes:
        return self.left.pop() if self.left else b""


@pytest.mark.parametrize(
    ("data", "body", "content_type", "length"),
    [
        (None, None, None, "0"),
        ({}, None, None, "0"),
        ("", None, None, "0"),
        ("text ü", "text ü".encode(), None, "7"),
        (b"\x00\xff", b"\x00\xff", None, "2"),
        ({"a": "ü", "b": [1, 2], "c": None}, b"a=%C3%BC&b=1&b=2", FORM, "16"),
        ([("b", "1"), ("a", "2"), ("b", "3")], b"b=1&a=2&b=3", FORM, "11"),
        ((("a", b"\xff"),), b"a=%FF", FORM, "5"),
    ],
)
async def test_data(
    face: Face, data: Any, body: bytes | None, content_type: str | None, length: str
) -> None:
    wire = await sent(face, data=data)
    headers = sent_headers(wire)
    assert wire.body == body
    assert headers.get("content-type") == content_type
    assert headers.get("content-length") == length


@pytest.mark.parametrize(
    ("make", "length"),
    [
        (lambda: bytearray(b"abc"), "3"),
        (lambda: memoryview(b"abc"), "3"),
        (lambda: memoryview(b"a-b-c-")[::2], "3"),
        (lambda: memoryview(array.array("H", [0x6261])), "2"),
        (lambda: io.BytesIO(b"abc"), "3"),
        (lambda: io.StringIO("abc"), "3"),
        (WithLength, "3"),
        (lambda: iter([b"a", b"bc"]), None),
        (lambda: (part for part in ["a", bytearray(b"b"), memoryview(b"c")]), None),
    ],
    ids=[
        "bytearray",
        "view",
        "view with gaps",
        "wide view",
        "file",
        "text",
        "len",
        "iterator",
        "generator",
    ],
)
async def test_streams(face: Face, make: Any, length: str | None) -> None:
    data = make()
    wire = await sent(face, data=data)
    assert wire.body == (b"ab" if length == "2" else b"abc")
    headers = sent_headers(wire)
    assert headers.get("content-length") == length
    assert headers.get("transfer-encoding") == (None if length else "chunked")
    assert "content-type" not in headers


async def test_file_is_read_from_where_it_is(face: Face, tmp_path: Any) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(4)
        wire = await sent(face, data=file)
    assert wire.body == b"456789"
    assert sent_headers(wire)["content-length"] == "6"


async def test_large_file(face: Face, tmp_path: Any) -> None:
    content = bytes(range(256)) * 10_000
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    with path.open("rb") as file:
        assert (await sent(face, data=file)).body == content


async def test_file_in_text_mode_warns(face: Face, tmp_path: Any) -> None:
    path = tmp_path / "file.txt"
    path.write_text("ü", encoding="utf-8")
    with path.open(encoding="utf-8") as file, pytest.warns(face.FileModeWarning, match="'rb'"):
        assert (await sent(face, data=file)).body == "ü".encode()


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"a": "ü", "b": 1.0}, b'{"a": "\\u00fc", "b": 1.0}'),
        ([], b"[]"),
        ({}, b"{}"),
        (0, b"0"),
        ("", b'""'),
        (False, b"false"),
    ],
)
async def test_json(face: Face, value: Any, body: bytes) -> None:
    wire = await sent(face, json=value)
    assert wire.body == body
    assert sent_headers(wire)["content-type"] == "application/json"


async def test_json_gives_way_to_data(face: Face) -> None:
    assert (await sent(face, json={"a": 1}, data="x")).body == b"x"
    assert (await sent(face, json={"a": 1}, data={})).body == b'{"a": 1}'


async def test_own_content_type(face: Face) -> None:
    headers = {"content-type": "application/x-own"}
    for options in ({"json": 1}, {"data": {"a": 1}}):
        wire = await sent(face, headers=headers, **options)
        assert sent_headers(wire)["content-type"] == "application/x-own"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [float("-inf")]}])
async def test_numbers_that_json_does_not_have(face: Face, value: Any) -> None:
    with pytest.raises(face.InvalidJSONError, match="cannot be written as JSON"):
        await sent(face, json=value)


async def test_json_of_an_object(face: Face) -> None:
    with pytest.raises(TypeError, match="object is not JSON serializable"):
        await sent(face, json=object())


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (5, "int"),
        (1.5, "float"),
        (object(), "object"),
        (lambda: iter([1]), "int"),
        (lambda: iter([{"a": 1}]), "dict"),
        (lambda: iter([None]), "NoneType"),
    ],
)
async def test_type_without_bytes_is_named(face: Face, data: Any, named: str) -> None:
    data = data() if callable(data) else data
    transport = script()
    with pytest.raises(TypeError, match=f"not {named}$"):
        await face(face.Session(transport=transport).post(URL, data=data))
    assert transport.requests == []


async def test_async_iterable(face: Face) -> None:
    if face.blocking:
        with pytest.raises(TypeError, match=r"async iterable.*async_generator"):
            await sent(face, data=chunks(b"a", "b", b"c"))
        return
    wire = await sent(face, data=chunks(b"a", "b", b"c"))
    assert wire.body == b"abc"
    assert sent_headers(wire)["transfer-encoding"] == "chunked"
    with pytest.raises(TypeError, match=r"not int$"):
        await sent(face, data=chunks(b"a", 1))


async def test_body_that_a_scheme_broke(face: Face) -> None:
    def break_it(request: Any) -> Any:
        request.body = {"no": "bytes"}
        return request

    with pytest.raises(TypeError, match="a request body cannot be of type dict"):
        await sent(face, data=b"x", auth=break_it)


async def test_files(face: Face) -> None:
    wire = await sent(
        face,
        data={"field": ["1", "2"], "none": None},
        files={"up": ("n.txt", io.BytesIO(b"content"), "text/plain", {"X-Part": "1"})},
    )
    headers = sent_headers(wire)
    boundary = headers["content-type"].removeprefix("multipart/form-data; boundary=")
    assert (
        wire.body
        == (
            f'--{boundary}\r\nContent-Disposition: form-data; name="field"\r\n\r\n1\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="field"\r\n\r\n2\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="up"; filename="n.txt"\r\n'
            f"Content-Type: text/plain\r\nX-Part: 1\r\n\r\ncontent\r\n--{boundary}--\r\n"
        ).encode()
    )
    assert headers["content-length"] == str(len(wire.body))


async def test_files_with_a_body_of_another_kind(face: Face) -> None:
    with pytest.raises(ValueError, match="must not be a string"):
        await sent(face, data="text", files={"a": b"b"})
    with pytest.raises(NotImplementedError, match="mutually exclusive"):
        await sent(face, data=iter([b"a"]), files={"a": b"b"})
