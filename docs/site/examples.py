"""What stands around the examples of the documents: the server that answers them, and a namespace.

The tests run them with it on CPython, the site of the documents in Pyodide.
"""

from __future__ import annotations

import ast
import inspect
import io
import zipfile

import pyfetch_requests
from pyfetch_requests import sync, testing

EVENTS = b'data: {"text": "Hello"}\n\ndata: [DONE]\n\n'


def answer(request: testing.WireRequest) -> testing.WireResponse:
    """Answer every request: with events where they are asked for, else with JSON."""
    if request.url.endswith(".zip"):
        return archive(dict(request.headers).get("Range", ""))
    if ("Accept", "text/event-stream") in request.headers:
        return testing.respond(200, EVENTS, headers={"Content-Type": "text/event-stream"})
    return testing.respond(json={"path": request.url}, headers=[("X-Seen", request.method)])


def archive(asked: str) -> testing.WireResponse:
    """Answer with an archive, or with a part of it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(zipfile.ZipInfo("readme.txt"), "What is in here.")
    data = file.getvalue()
    if not asked:
        return testing.respond(200, data)
    first, last = (int(text) for text in asked.removeprefix("bytes=").split("-"))
    part = data[first : last + 1]
    where = f"bytes {first}-{first + len(part) - 1}/{len(data)}"
    return testing.respond(206, part, headers={"ETag": '"1"', "Content-Range": where})


def namespace() -> dict[str, object]:
    """Return the names that examples may use before they were given."""
    urls = ["https://api.example/1", "https://api.example/2"]
    return {"requests": pyfetch_requests, "sync": sync, "url": urls[0], "urls": urls}


async def run(text: str, name: str, names: dict[str, object]) -> object:
    """Run an example, and return the value of its last line, None where that has none."""
    tree = ast.parse(text, name)
    shown = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    if shown is not None:
        tree.body[-1] = ast.Assign([ast.Name("_", ast.Store())], shown.value)
    names.pop("_", None)
    code = compile(ast.fix_missing_locations(tree), name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    if inspect.isawaitable(result):
        await result
    return names.get("_")
