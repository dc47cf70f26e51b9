"""JSON that is nested so deeply that parsing it would end Pyodide: nobody could catch that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.browser.ways import Way
from tests.server import Urls

LEVELS = 3000  # more than the engines' stacks can hold, with what the call has on them already
COMMENT = f'{{"author": "a name", "text": "{"t" * 100}", "replies": ['
DEEP = {
    "lists": "[" * LEVELS + "]" * LEVELS,
    "objects": '{"a": ' * LEVELS + "1" + "}" * LEVELS,
    "never closed": "[" * 100_000,
    "closed in strings": '["]]]]", ' * LEVELS + "1" + "]" * LEVELS,
    "after other things": json.dumps(["a", {"b": "[[["}])[:-1] + ", " + "[" * LEVELS,
    "slowly": COMMENT * LEVELS + "]}" * LEVELS,
}


async def answered(way: Way, urls: Urls, text: str) -> Any:
    """A response with this body: a request brings it, because it is too long for a URL."""
    return await way.request("POST", urls.respond(), data=text.encode())


@in_pyodide
@pytest.mark.parametrize("kind", [*DEEP])
async def test_deep_json_is_refused(way: Way, urls: Urls, kind: str) -> None:
    text = DEEP[kind]
    response = await answered(way, urls, text)
    choices: list[dict[str, Any]] = [{}, {"parse_float": str}, {"decoder": "to_py"}]
    for options in choices:
        with pytest.raises(RecursionError, match=r"nested \d{4,} levels deep"):
            response.json(**options)
    assert response.text == text
    assert response.json(decoder=len) == len(text)
    assert (await way.get(urls.respond("[[1]]"))).json() == [[1]]


@in_pyodide
async def test_what_usual_programs_write_is_parsed(way: Way, urls: Urls) -> None:
    value: Any = "end"
    for _ in range(450):
        value = {"replies": [value]}
    body = json.dumps(value)
    response = await way.get(urls.respond(body))
    assert response.json() == value
    found = await way.collect((await way.get(urls.respond(f"{body}\n1\n"))).iter_json())
    assert found == [value, 1]


@in_pyodide
@pytest.mark.parametrize("kind", [*DEEP])
async def test_a_deep_line_of_ndjson_is_refused(way: Way, urls: Urls, kind: str) -> None:
    response = await answered(way, urls, f'{{"a": 1}}\n[2]\n{DEEP[kind]}\n3\n')
    found: list[Any] = []
    with pytest.raises(RecursionError, match="levels deep") as caught:
        await way.collect(response.iter_json(), found)
    assert found == [{"a": 1}, [2]]
    assert caught.value.__notes__ == ["This is line 3 of the body."]


@in_pyodide
async def test_deep_data_of_an_event_is_refused(way: Way, urls: Urls) -> None:
    url = urls.respond(f"data: {DEEP['lists']}\n\ndata: 1\n\n")
    deep, usual = await way.collect((await way.get(url)).iter_events())
    with pytest.raises(RecursionError, match="levels deep"):
        deep.json()
    assert deep.data == DEEP["lists"]
    assert usual.json() == 1


@in_pyodide
@pytest.mark.only_on("not by_await")
async def test_deep_json_is_refused_by_installed_requests(way: Way, urls: Urls) -> None:
    import pyfetch_requests

    with pyfetch_requests.installed(force=True):
        import requests

        response = requests.get(urls.respond(DEEP["objects"]))
        with pytest.raises(RecursionError, match="levels deep"):
            response.json()
        assert response.text == DEEP["objects"]
