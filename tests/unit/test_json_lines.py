"""`iter_json`: the values are those of `json.loads` on each line, wherever a chunk ends."""

from __future__ import annotations

import decimal
import json
import math
import pickle
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pyfetch_requests._nouns.json_lines import JSONLines
from pyfetch_requests.exceptions import JSONDecodeError

from .test_decoders import every_split, run
from .test_decoders_properties import cut

BODIES = [
    b"",
    b"\n",
    b'{"a": 1}\n{"a": 2}\n',
    b'{"a": 1}\r\n\r\n[2.0]\r\n3',
    b"\n \t\n1\n\n",
    '"ä€😀\u2028\x85"\n'.encode(),
    b"\xef\xbb\xbf1\n2",
    b'"\xed\xa0\x80"\n',
]
# Each joins with its neighbours to something that is JSON.
TRAPS = [
    b"1,2",
    b"[3",
    b"4]",
    b"1] [2",
    b'{"a":1',
    b'"b":2}',
    b'"x',
    b'y"',
    b"{}]",
    b"[{}",
    b"1 2",
    b"]",
]
WORDS = [
    *TRAPS, b"", b" ", b"\r", b"\t1\r", b" 2 ", b"NaN", b"-Infinity", b"1.0", b"1e2", b"-0.0",
    b"9007199254740993", b"null", b'{"a": 1, "a": 2}', b'"\\ud800"', b'"\xff"', b"\xff",
    '"é"'.encode(), b"-", b"\x0b1", b"\xc2\xa0", b"1" * 5000,
]  # fmt: skip
bodies = st.lists(st.sampled_from(WORDS), max_size=6).map(b"\n".join)


def expected(body: bytes) -> tuple[list[Any], int | None]:
    """The values of the lines up to the first that is not JSON, and the number of that one."""
    values = []
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            text = line.decode("utf-8", "surrogatepass")
            if text.strip(" \t\r\n"):
                values.append(json.loads(text))
        except ValueError:
            return values, number
    return values, None


def outcome(chunks: list[bytes]) -> tuple[list[Any], int | None]:
    """The same of the parser."""
    parser, values = JSONLines({}), []
    try:
        for chunk in chunks:
            for value in parser.feed(chunk):
                values.append(value)
        for value in parser.flush():
            values.append(value)
    except JSONDecodeError as error:
        return values, int(error.msg.split()[1])
    except ValueError:  # an int of more digits than Python takes, as json.loads says it
        return values, expected(b"".join(chunks))[1]
    return values, None


@pytest.mark.parametrize("body", BODIES)
def test_every_split(body: bytes) -> None:
    values, wrong = expected(body)
    assert wrong is None
    for chunks in every_split(body):
        assert run(JSONLines({}), chunks) == values


@given(cut(bodies))
@example((b"1,2\n[3\n4]", [b"1,2\n[3\n4]"]))
def test_values_are_those_of_each_line_alone(case: tuple[bytes, list[bytes]]) -> None:
    body, chunks = case
    assert repr(outcome(chunks)) == repr(expected(body))


@pytest.mark.parametrize("first", TRAPS)
@pytest.mark.parametrize("second", TRAPS)
def test_no_line_completes_another(first: bytes, second: bytes) -> None:
    with pytest.raises(JSONDecodeError, match="line 2 of the body is not JSON"):
        run(JSONLines({}), [b"0\n" + first + b"\n" + second + b"\n"])


def test_exact_values() -> None:
    (value,) = run(JSONLines({}), [b'{"z": 1.0, "1": 9007199254740993, "n": -0.0, "x": NaN}'])
    assert list(value) == ["z", "1", "n", "x"]
    assert type(value["z"]) is float
    assert value["1"] == 2**53 + 1
    assert math.copysign(1, value["n"]) == -1
    assert math.isnan(value["x"])


def test_options_of_the_decoder() -> None:
    assert run(JSONLines({"parse_float": decimal.Decimal}), [b"1.10\n"]) == [
        decimal.Decimal("1.10")
    ]
    with pytest.raises(TypeError):
        JSONLines({"nothing": 1})


def test_error_tells_line_text_and_origin() -> None:
    parser = JSONLines({}, response="the response")
    values = iter(parser.feed(b'{"a": 1}\n\n{"a": }\n'))
    assert next(values) == {"a": 1}
    with pytest.raises(json.JSONDecodeError) as caught:
        next(values)
    error: Any = caught.value
    assert str(error) == "line 3 of the body is not JSON: Expecting value: line 1 column 7 (char 6)"
    assert (error.doc, error.pos, error.response) == ('{"a": }', 6, "the response")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_wrong_utf8_is_an_error_of_its_line() -> None:
    parser = JSONLines({})
    assert list(parser.feed(b'1\n"')) == [1]
    with pytest.raises(JSONDecodeError, match="line 2 of the body is not JSON: 'utf-8' codec"):
        list(parser.feed(b'\xc3"\n'))
