"""What stands around the examples of the documents: the server that answers, and what runs them.

The tests run them with it on CPython, the site of the documents in Pyodide. An example runs alone.
A line of it that ends in `# -> value` says what that line gives: the value of an expression, what
is assigned to a name, or what `print` writes.
"""

from __future__ import annotations

import ast
import inspect
import io
import zipfile
from collections.abc import Callable
from typing import Any

from pyfetch_requests import testing

PAGES = {
    ".csv": ("text/csv", b"city,people\nOslo,717710\nBergen,291940\n"),
    ".ndjson": ("application/x-ndjson", b'{"n": 1}\n{"n": 2}\n'),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".bin": ("application/octet-stream", bytes(range(200))),
    "/log": ("text/plain", b"ready\nsteady\n"),
    "/folder/": ("text/html", b'<a href="a.csv">a</a> <a href="b.csv">b</a>'),
}
CATS = [("Tom", "red", 3), ("Minka", "grey", 7), ("Felix", "black", 5), ("Lili", "white", 1)]
EVENTS = b'data: {"text": "Hello"}\n\ndata: [DONE]\n\n'
MARK = "# -> "


def answer(request: testing.WireRequest) -> testing.WireResponse:
    """Answer with a file where the address names one, else with what was asked for."""
    headers = dict(request.headers)
    if headers.get("Accept") == "text/event-stream":
        return testing.respond(200, EVENTS, headers={"Content-Type": "text/event-stream"})
    path = request.url.partition("?")[0]
    if path.endswith(".zip"):
        return part("application/zip", archive(), headers.get("Range"))
    for end, (kind, data) in PAGES.items():
        if path.endswith(end):
            return part(kind, data, headers.get("Range"))
    if request.url.endswith("/items?q=cats"):
        items = [dict(zip(("name", "colour", "age"), cat, strict=True)) for cat in CATS]
        return testing.respond(json={"items": items, "total": len(items), "next": None})
    return testing.respond(json={"method": request.method, "url": request.url})


def archive() -> bytes:
    """Return an archive with one small file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(zipfile.ZipInfo("readme.txt"), "What is in here.")
    return file.getvalue()


def part(kind: str, data: bytes, asked: str | None) -> testing.WireResponse:
    """Answer with a file, or with the part of it that a header `Range` asks for."""
    headers = {"Content-Type": kind, "ETag": '"1"', "Accept-Ranges": "bytes"}
    if not asked:
        return testing.respond(200, data, headers={**headers, "Content-Length": str(len(data))})
    first, _, last = asked.removeprefix("bytes=").partition("-")
    cut = data[int(first) : int(last) + 1 if last else None]
    where = f"bytes {first}-{int(first) + len(cut) - 1}/{len(data)}"
    return testing.respond(206, cut, headers={**headers, "Content-Range": where})


def marks(text: str) -> dict[int, str]:
    """Return what an example says of its lines, by their numbers."""
    parts = (line.partition(MARK) for line in text.splitlines())
    return {number: said.strip() for number, (_, mark, said) in enumerate(parts, 1) if mark}


class Watched(ast.NodeTransformer):
    """Puts a call of `_gave` or `_print` around what the marked lines give."""

    def __init__(self, lines: dict[int, str]) -> None:
        self.lines = lines

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        """Watch the value of an expression, or what it prints."""
        if node.end_lineno in self.lines:
            value = node.value
            line = ast.Constant(node.end_lineno)
            if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "print":
                value.func, value.args = ast.Name("_print", ast.Load()), [line, *value.args]
            else:
                node.value = ast.Call(ast.Name("_gave", ast.Load()), [line, value], [])
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Watch what a name is given."""
        if node.end_lineno in self.lines:
            line = ast.Constant(node.end_lineno)
            node.value = ast.Call(ast.Name("_gave", ast.Load()), [line, node.value], [])
        return node


def watchers(found: dict[int, str]) -> dict[str, Callable[..., object]]:
    """Return the functions that `Watched` calls; what a loop gives in turn is joined by commas."""

    def note(line: int, text: str) -> None:
        found[line] = f"{found[line]}, {text}" if line in found else text

    def gave(line: int, value: object) -> object:
        note(line, repr(value))
        return value

    def printed(line: int, *values: object, **options: Any) -> None:
        written = io.StringIO()
        print(*values, **options, file=written)
        note(line, written.getvalue().strip())
        print(written.getvalue(), end="")

    return {"_gave": gave, "_print": printed}


async def run(text: str, name: str) -> tuple[object, dict[int, str]]:
    """Run an example alone; return the value of its last line, and what marked lines gave."""
    tree = Watched(marks(text)).visit(ast.parse(text, name))
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        tree.body[-1] = ast.Assign([ast.Name("_", ast.Store())], last.value)
    found: dict[int, str] = {}
    names: dict[str, Any] = {"__name__": "__main__", **watchers(found)}
    code = compile(ast.fix_missing_locations(tree), name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    if inspect.isawaitable(result):
        await result
    return names.get("_"), found
