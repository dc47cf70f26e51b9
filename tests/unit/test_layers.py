"""How the package is built: what may import what, how long things are, what is said about them."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "pyfetch_requests"
FILES = sorted((ROOT / PACKAGE).rglob("*.py"))

# From the ground up: a module imports from the rows below its own only.
LAYERS = [
    "exceptions _types _wire _structures _drive _idna",
    "_status_codes _urls _headers _multipart _decoders _cookies",
    "_body _auth _retry _redirects _raw _settings _transports.abort _transports.settlement",
    "_digest _transports.environment _transports.js_errors _transports.js_json",
    "_transports.request_headers _request _json",
    "_transports.fetch _transports.xhr _response _session _verbs testing",
    "_exchange",
    "_faces.limit",
    "_faces.asynchronous _faces.blocking",
    "_install",
    "__init__ sync",
    "_requests_shim",
]
LAYER = {name: row for row, names in enumerate(LAYERS) for name in names.split()}
# Looked up when somebody calls them; at import the rows hold.
LATE = {
    ("_transports.environment", "_transports.fetch"),
    ("_transports.environment", "_transports.xhr"),
    ("_install", "_requests_shim"),
}


def name_of(path: Path) -> str:
    """Name a file as the table does: _faces.blocking; all of the shim is one row."""
    parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
    if parts[0] == "_requests_shim":
        return parts[0]
    return ".".join(parts if parts[-1] != "__init__" or len(parts) == 1 else parts[:-1])


def modules() -> dict[str, Path]:
    return {name_of(path): path for path in FILES}


def nodes_with_depth(tree: ast.AST, late: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether it is inside of a function."""
    for child in ast.iter_child_nodes(tree):
        yield child, late
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from nodes_with_depth(child, late or inside)


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """The absolute names of what a file imports, and whether it does so inside of a function."""
    package = [PACKAGE, *path.relative_to(ROOT / PACKAGE).parts[:-1]]
    for node, late in nodes_with_depth(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}", late


def own(imported: str) -> str | None:
    """The row of the table that an imported name belongs to."""
    if imported != PACKAGE and not imported.startswith(f"{PACKAGE}."):
        return None
    parts = imported.split(".")[1:]
    if parts[:1] == ["_requests_shim"]:
        return "_requests_shim"
    for end in range(len(parts), 0, -1):
        if ".".join(parts[:end]) in LAYER:
            return ".".join(parts[:end])
    return "__init__"


def test_every_module_has_a_layer() -> None:
    folders = {"_faces", "_transports"}  # their __init__ holds a docstring only
    assert set(modules()) - folders == set(LAYER)
    for folder in folders:
        assert len(ast.parse(modules()[folder].read_text()).body) == 1


@pytest.mark.parametrize("name", LAYER)
def test_imports_go_downward(name: str) -> None:
    paths = [path for path in FILES if name_of(path) == name]
    upward = {
        target
        for path in paths
        for imported, late in imports(path)
        if (target := own(imported)) is not None
        and target != name
        and LAYER[target] >= LAYER[name]
        and not (late and (name, target) in LATE)
    }
    assert upward == set()


def test_only_transports_touch_javascript() -> None:
    touching = {
        name_of(path)
        for path in FILES
        for imported, _ in imports(path)
        if imported.split(".")[0] in ("js", "pyodide", "pyodide_js", "_pyodide")
    }
    assert {name.split(".")[0] for name in touching} == {"_transports"}


def test_no_dependency() -> None:
    optional = {"certifi", "chardet", "charset_normalizer", "msgspec", "orjson", "urllib3"}
    browser = {"js", "pyodide", "pyodide_js"}
    foreign = {
        top
        for path in FILES
        for imported, _ in imports(path)
        if (top := imported.split(".")[0]) not in sys.stdlib_module_names and top != PACKAGE
    }
    assert foreign - browser <= optional
    early = {
        imported.split(".")[0] for path in FILES for imported, late in imports(path) if not late
    }
    assert not early & (optional | browser)


def test_the_flow_knows_no_event_loop() -> None:
    """Rule of both faces: only transports wait, and the limit that guards them."""
    waiting = {
        name_of(path)
        for path in FILES
        for imported, _ in imports(path)
        if imported.split(".")[0] == "asyncio"
    }
    assert waiting <= {"_transports.settlement", "_transports.environment", "_faces.limit"}


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
