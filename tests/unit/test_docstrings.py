"""The examples in docstrings are run, as a reader would run them."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import pyfetch_requests
from pyfetch_requests import sync, testing
from pyfetch_requests._nouns.arguments import FETCH_OPTIONS
from pyfetch_requests._nouns.types import RequestOptions

PACKAGE = Path(pyfetch_requests.__file__).parent
# A section of a docstring: its title, and what is indented below it.
EXAMPLE = re.compile(r"^Example:\n((?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)
CODE = re.compile(
    r"^ *(>>> |await |async (with|for|def) |def \w+\(|import \w|from \w+ import |with .*:$"
    r"|\w+ = \w+[.(])",
    re.MULTILINE,
)


def docstrings() -> Iterator[tuple[str, str]]:
    """(where, text) of every docstring in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(
                node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            ) and (text := ast.get_docstring(node)):
                yield f"{name}:{getattr(node, 'name', '')}", text


def examples() -> dict[str, str]:
    found = {}
    for where, text in docstrings():
        for number, example in enumerate(EXAMPLE.findall(text)):
            found[f"{where}:{number}"] = textwrap.dedent(example)
    return found


def answer(request: testing.WireRequest) -> testing.WireResponse:
    return testing.respond(json={"path": request.url})


@pytest.mark.parametrize(("where", "example"), examples().items(), ids=examples())
def test_example_runs(where: str, example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    face = sync if "blocking" in where else pyfetch_requests
    namespace = {name: getattr(face, name) for name in face.__all__}
    namespace |= {"pyfetch_requests": pyfetch_requests, "sync": sync, "testing": testing}
    code = compile(example, where, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    async def run() -> None:
        result = eval(code, namespace)
        if inspect.isawaitable(result):
            await result

    with testing.mocked(answer):
        asyncio.run(run())


def test_examples_are_found() -> None:
    assert {where.partition(":")[0] for where in examples()} >= {
        "__init__.py",
        "testing.py",
        "_faces/asynchronous.py",
        "_faces/blocking.py",
    }


def test_code_stands_in_examples() -> None:
    """Code elsewhere in a docstring would not be run, and its indentation may get lost."""
    loose = {
        where: match.group()
        for where, text in docstrings()
        if (match := CODE.search(EXAMPLE.sub("", text)))
    }
    assert loose == {}


VERBS = ("request", "get", "options", "head", "post", "put", "patch", "delete")


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("owner", [pyfetch_requests, sync, pyfetch_requests.Session, sync.Session])
def test_help_explains_every_keyword(owner: object, name: str) -> None:
    help_text = inspect.getdoc(getattr(owner, name)) or ""
    names = {*RequestOptions.__annotations__, "headers", "timeout", *FETCH_OPTIONS}
    assert "see `" not in help_text
    for keyword in names:
        assert re.search(rf"^ +{keyword}: \w|^ +{keyword}: [(\"{{]", help_text, re.MULTILINE), (
            keyword
        )
