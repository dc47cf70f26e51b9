"""How the package is built: what may import what, how long things are, what is said about them."""

from __future__ import annotations

import ast
import graphlib
import importlib
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "pyfetch_requests"
FILES = sorted((ROOT / PACKAGE).rglob("*.py"))

# A row of the table in docs/architecture.md: | level | `rooms` | what they are |
ROW = re.compile(r"^\| \d+ \| (`[^|]+`) \|", re.MULTILINE)


def rooms() -> list[set[str]]:
    """The table of the page, from the ground up: folders, and modules with a row of their own."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    return [set(re.findall(r"`([^`]+)`", row)) for row in ROW.findall(page)]


SOCKETS = {
    f"_transports.{name}"
    for name in """asyncio_streams blocking_streams connection_hooks event_loops
    interim_answers sockets socket_bodies socket_failures socket_pools socket_requests
    socket_settings tls websocket_library""".split()
}
LEVEL = {room: level for level, row in enumerate(rooms()) for room in row}


def name_of(path: Path) -> str:
    """Name a file as Python does, without the package: _faces.blocking."""
    parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
    return ".".join(parts if parts[-1] != "__init__" or len(parts) == 1 else parts[:-1])


def room_of(module: str) -> str:
    """The row that holds a module: its own, or that of the folder around it."""
    parts = module.split(".")
    for end in range(len(parts), 0, -1):
        for room in (".".join(parts[:end]), "/".join(parts[:end]) + "/"):
            if room in LEVEL:
                return room
    raise LookupError(f"{module} has no row in docs/architecture.md")


def modules() -> dict[str, Path]:
    return {name_of(path): path for path in FILES}


def is_for_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def nodes_with_depth(
    tree: ast.AST, late: bool = False, typing: bool = True
) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether it is inside of a function; what is only for a checker on demand."""
    for child in ast.iter_child_nodes(tree):
        if is_for_typing(child) and not typing:
            continue
        yield child, late
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from nodes_with_depth(child, late or inside, typing)


def imports(path: Path, typing: bool = True) -> Iterator[tuple[str, bool]]:
    """The absolute names of what a file imports, and whether it does so inside of a function."""
    package = [PACKAGE, *path.relative_to(ROOT / PACKAGE).parts[:-1]]
    for node, late in nodes_with_depth(ast.parse(path.read_text()), typing=typing):
        if isinstance(node, ast.Import):
            yield from ((alias.name, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}", late


def own(imported: str) -> str | None:
    """The module of ours that an imported name belongs to."""
    if imported != PACKAGE and not imported.startswith(f"{PACKAGE}."):
        return None
    parts = imported.split(".")[1:]
    for end in range(len(parts), 0, -1):
        if ".".join(parts[:end]) in modules():
            return ".".join(parts[:end])
    return "__init__"


def arrows(name: str, typing: bool = True) -> set[str]:
    """The modules of ours that a module imports, early or late; `typing` for a checker as well."""
    found = {own(imported) for imported, _ in imports(modules()[name], typing)}
    return {target for target in found if target is not None and target != name}


def test_the_page_has_the_rooms_that_there_are() -> None:
    there = {room_of(name) for name in modules()}
    assert there == set(LEVEL)


@pytest.mark.parametrize("name", modules())
def test_imports_go_downward(name: str) -> None:
    room = room_of(name)
    upward = {
        target
        for target in arrows(name)
        if room_of(target) != room and LEVEL[room_of(target)] >= LEVEL[room]
    }
    assert upward == set()


def test_there_is_no_circle() -> None:
    """Late imports count, those of a type checker do not: a noun may name its neighbour as a type.

    What stands in for requests names its modules both ways.
    """
    graph = {
        name: arrows(name, typing=False)
        for name in modules()
        if not name.startswith("_stand_in.requests")
    }
    order = graphlib.TopologicalSorter(
        {name: targets & graph.keys() for name, targets in graph.items()}
    )
    assert len(list(order.static_order())) == len(graph)


def test_only_transports_touch_javascript() -> None:
    touching = {
        name_of(path)
        for path in FILES
        for imported, _ in imports(path)
        if imported.split(".")[0] in ("js", "pyodide", "pyodide_js", "_pyodide")
    }
    assert {name.split(".")[0] for name in touching} == {"_transports"}


def test_no_dependency() -> None:
    # Of the sockets, which no browser imports.
    sockets = {"anyio", "brotli", "brotlicffi", "h11", "httpcore2", "socksio", "websockets"}
    optional = {"IPython", "certifi", "chardet", "charset_normalizer", "msgspec", "orjson"}
    optional |= {"_typeshed", "fsspec", "urllib3"}  # the first is there for checkers alone
    browser = {"js", "pyodide", "pyodide_js"}
    foreign = {
        top
        for path in FILES
        for imported, _ in imports(path)
        if (top := imported.split(".")[0]) not in sys.stdlib_module_names and top != PACKAGE
    }
    assert foreign - browser <= optional | sockets
    early = {
        imported.split(".")[0]
        for path in FILES
        for imported, late in imports(path)
        if not late and name_of(path) not in SOCKETS and "fsspec" not in name_of(path)
    }
    assert not early & (optional | browser | sockets) - {"_typeshed"}


def test_sockets_are_imported_late() -> None:
    """Nothing but their own room imports them early: a browser never does."""
    early = {
        target
        for name in modules()
        for imported, late in imports(modules()[name])
        if not late and name not in SOCKETS and (target := own(imported)) in SOCKETS
    }
    assert early == set()


def test_the_flow_knows_no_event_loop() -> None:
    """Rule of both faces: only transports wait, and the limit that guards them."""
    waiting = {
        name_of(path)
        for path in FILES
        for imported, _ in imports(path)
        if imported.split(".")[0] == "asyncio"
    }
    assert waiting <= {
        "_transports.asyncio_streams",
        "_transports.event_loops",
        "_transports.settlement",
        "_transports.websocket",
        "_flow.limit",
    }


def code_lines(path: Path) -> set[int]:
    """The lines that hold code: not blank, no comment, no docstring."""
    source = path.read_text()
    lines: set[int] = set()
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skipped and token.type != tokenize.ENDMARKER:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / PACKAGE)))
def test_sizes(path: Path) -> None:
    lines = code_lines(path)
    assert len(lines) <= 300
    long = {
        node.name: length
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for length in [len(lines & set(range(node.lineno, (node.end_lineno or 0) + 1)))]
        if length > 40
    }
    assert long == {}


@pytest.mark.parametrize("name", sorted(modules()))
def test_modules_can_be_imported(name: str) -> None:
    """Also those that only a failure in a browser asks for."""
    importlib.import_module(f"{PACKAGE}.{name}" if name != "__init__" else PACKAGE)
