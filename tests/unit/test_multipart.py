"""multipart/form-data, and what is a file."""

from __future__ import annotations

import email.parser
import email.policy
import io
from typing import Any

import pytest

from pyfetch_requests._nouns.body import prepare, stream_len, super_len
from pyfetch_requests._text import multipart as _multipart


def parsed(body: Any, content_type: str) -> list[tuple[dict[str, str], Any]]:
    """Read a body with the standard library's parser of MIME."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    return [
        (dict(part.items()), part.get_payload(decode=True))
        for part in parser.parsebytes(head + body).iter_parts()
    ]


def test_bytes() -> None:
    parts = [
        _multipart.field("a", 5),
        _multipart.Part("f", b"\r\n--b\r\n", "n.bin", "application/x", {"X-A": "1", "X-B": None}),
    ]
    body, content_type = _multipart.encode(parts, "b")
    assert content_type == "multipart/form-data; boundary=b"
    assert body == (
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n5\r\n'
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="n.bin"\r\n'
        b"Content-Type: application/x\r\nX-A: 1\r\n\r\n\r\n--b\r\n\r\n--b--\r\n"
    )


def test_headers_of_a_part_do_not_replace_its_own() -> None:
    headers = {"Content-Type": "other/type", "Content-Location": "there", "X-A": "1"}
    part = _multipart.file("f", ("n", b"x", "text/plain", headers))
    assert part is not None
    [(found, content)] = parsed(*_multipart.encode([part]))
    assert content == b"x"
    assert (found["Content-Type"], found["X-A"]) == ("text/plain", "1")
    assert "Content-Location" not in found


def test_nothing() -> None:
    assert _multipart.encode([], "b")[0] == b"--b--\r\n"


def test_boundary_is_another_each_time() -> None:
    assert _multipart.encode([])[1] != _multipart.encode([])[1]


@pytest.mark.parametrize("name", ['a"b', "a\r\nX-Injected: 1", "a\nb", "\u00fc"])
def test_names_are_quoted_as_browsers_do(name: str) -> None:
    part = _multipart.Part(name, b"x", filename=name)
    body, _ = _multipart.encode([part], "b")
    quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").encode()
    line = b'Content-Disposition: form-data; name="' + quoted + b'"; filename="' + quoted + b'"'
    assert body.split(b"\r\n")[1] == line


class Named(io.BytesIO):
    def __init__(self, name: Any) -> None:
        super().__init__(b"x")
        self.name = name


@pytest.mark.parametrize(
    ("value", "filename", "content"),
    [
        (b"x", "field", b"x"),
        ("\u00fc", "field", b"\xc3\xbc"),
        (bytearray(b"x"), "field", b"x"),
        (memoryview(b"x"), "field", b"x"),
        (io.BytesIO(b"x"), "field", b"x"),
        (io.StringIO("\u00fc"), "field", b"\xc3\xbc"),
        (Named("/tmp/n.txt"), "n.txt", b"x"),
        (Named(b"/tmp/n.txt"), "n.txt", b"x"),
        (Named("<stdin>"), "field", b"x"),
        (Named(3), "field", b"x"),
        (("n", b"x"), "n", b"x"),
        ([b"n", io.BytesIO(b"x")], "n", b"x"),
        ((None, b"x"), None, b"x"),
    ],
)
def test_files(value: Any, filename: str | None, content: bytes) -> None:
    part = _multipart.file("field", value)
    assert part is not None
    assert (part.name, part.filename, part.content) == ("field", filename, content)


def test_file_with_type_and_headers() -> None:
    part = _multipart.file(b"f", ("n", b"x", "text/x", {"X-A": "1"}))
    assert part == _multipart.Part("f", b"x", "n", "text/x", {"X-A": "1"})


def test_file_that_is_none() -> None:
    assert _multipart.file("f", None) is None
    assert _multipart.file("f", ("n", None)) is None


@pytest.mark.parametrize("value", [object(), 1.5, ("n", object()), {"a": 1}])
def test_file_of_another_type_is_named(value: Any) -> None:
    with pytest.raises(TypeError, match=r"files\['f'\]: .* is needed, not (object|float|dict)"):
        _multipart.file("f", value)


@pytest.mark.parametrize("value", [(), ("n",), ("n", b"", "t", {}, 5)])
def test_tuple_of_another_length(value: Any) -> None:
    with pytest.raises(ValueError, match=rf"files\['f'\]: .* not of {len(value)}"):
        _multipart.file("f", value)


def test_form() -> None:
    files = [("f", ("one", b"1")), ("f", ("two", b"2")), ("none", None)]
    prepared = prepare([("a", "\u00fc"), ("b", [1, None, b"\xff"])], files, None)
    assert prepared.content_type is not None
    parts = parsed(prepared.body, prepared.content_type)
    assert [content for _, content in parts] == [b"\xc3\xbc", b"1", b"\xff", b"1", b"2"]
    assert [headers["Content-Disposition"] for headers, _ in parts[3:]] == [
        'form-data; name="f"; filename="one"',
        'form-data; name="f"; filename="two"',
    ]


class Broken(io.BytesIO):
    def tell(self) -> int:
        raise OSError


class Positioned:
    def __init__(self, *, fileno: Any = None) -> None:
        if fileno is not None:
            self.fileno = fileno

    def tell(self) -> int:
        return 0


def no_number() -> int:
    raise io.UnsupportedOperation


@pytest.mark.parametrize(
    ("source", "length"),
    [
        ("\u00fc", 2),
        (b"abc", 3),
        (memoryview(b"abcd").cast("H"), 4),
        ([1, 2], 2),
        (io.BytesIO(b"abc"), 3),
        (Broken(b"abc"), 0),
        (iter([b"a"]), 0),
        (Positioned(fileno=no_number), 0),
        (Positioned(), 0),
    ],
)
def test_length(source: Any, length: int) -> None:
    assert super_len(source) == length


class Unsized:
    """A stream whose own attributes make no sense."""

    len = None


def test_length_that_makes_no_sense() -> None:
    assert stream_len(Unsized()) == 0


def test_number_is_the_value_of_a_field() -> None:
    assert _multipart.file("f", 5) == _multipart.Part("f", b"5", "f")
