"""Measure the code of the package beside that of h11, httpx and itsdangerous.

Usage: python tools/measure.py           writes the table into docs/architecture.md
       python tools/measure.py --check   fails if a goal is missed; writes nothing
       python tools/measure.py --any     lists the annotations that contain Any

Decides what each measure means (see `Measures`) and what is compared: the Python files of the
package in this tree, and those in the wheels that `OTHERS` pins. Never runs the code it measures.
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import sys
import tempfile
import tokenize
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pyfetch_requests"
PAGE = ROOT / "docs" / "architecture.md"
CACHE = ROOT / ".cache" / "measure"
BEGIN, END = "<!-- measure: begin -->", "<!-- measure: end -->"
# Package, version and the SHA-256 of its wheel.
OTHERS = {
    "h11": ("0.16.0", "63cf8bbe7522de3bf65932fda1d9c2772064ffb3dae62d55932da54b31cb6c86"),
    "httpx": ("0.28.1", "d909fcccc110f8c7faf814ca82a9a4d816bc5a6dbfea25d6591d6985b8ba59ad"),
    "itsdangerous": (
        "2.2.0",
        "c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef",
    ),
}
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER, tokenize.ENCODING,
}  # fmt: skip
# Public in spite of the underscore: the documentation of `collections.namedtuple` has them.
NAMED_TUPLE = ("_asdict", "_fields", "_make", "_replace")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Goal(NamedTuple):
    """What a measure of this package should be; None where that side is open."""

    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        """Return the goal as the table has it, without the unit."""
        if self.most is None:
            return "" if self.least is None else f"≥ {self.least}"
        return f"≤ {self.most}" if self.least is None else f"{self.least} to {self.most}"

    def is_met(self, value: float) -> bool:
        """Tell whether a value is within the goal."""
        enough = self.least is None or value >= self.least
        return enough and (self.most is None or value <= self.most)


def _measure(
    label: str, unit: str = "", most: float | None = None, least: float | None = None
) -> float:
    """Describe a measure: its row in the table, and its goal for this package."""
    metadata = {"label": label, "unit": unit, "goal": Goal(least, most)}
    made: float = field(metadata=metadata)
    return made


@dataclass(frozen=True)
class Measures:
    """What is measured of a package.

    A line of code contains more than a comment or a docstring. Files that contain only data count
    like all others, and so does generated code.

    Attributes:
        any_share: The share of annotations (of parameters, returns and variables) that contain
            `Any`, or an alias of the same package for it.
        function_mean: Lines of code of a function or method on average, with its signature and
            without its decorators. Overloads do not count.
        function_longest: The same for the longest one.
        file_longest: Lines of code of the longest file.
        comments: Lines of comments for 100 lines of code. Directives for tools (`noqa`,
            `type: ignore`, `fmt:`, `pragma:`) do not count.
        by_name: Calls of getattr, hasattr and setattr for 1,000 lines of code.
        foreign_private: For 1,000 lines of code, accesses to an attribute `_name` of something
            other than self, cls and super(), and imports of a `_name` from a module. The public
            methods of named tuples, which begin with `_` as well, do not count.
        ignores: The number of lines that a type checker is told to ignore.
        documented: The share of public functions, classes and methods (no part of whose name
            begins with `_`; modules may be private) that have a docstring. Overloads do not count.
    """

    any_share: float = _measure("annotations with `Any`", " %", 6)
    function_mean: float = _measure("function, mean, in lines", "", 7)
    function_longest: float = _measure("function, longest", "", 40)
    file_longest: float = _measure("file, longest, in lines of code", "", 300)
    comments: float = _measure("comments for 100 lines", "", 15, 8)
    by_name: float = _measure("`getattr`, `hasattr`, `setattr` for 1,000 lines", "", 6)
    foreign_private: float = _measure("foreign `_private` names for 1,000 lines", "", 3)
    ignores: float = _measure("`type: ignore`", "", 6)
    documented: float = _measure("documented public names", " %")


def measure(sources: Mapping[str, str]) -> Measures:
    """Measure a package, given as its files: name to text."""
    trees = {name: ast.parse(text) for name, text in sources.items()}
    aliases = any_aliases(trees.values())
    noted = [note for tree in trees.values() for note in annotated(tree)]
    lines = {name: code_lines(text, trees[name]) for name, text in sources.items()}
    code = sum(map(len, lines.values())) or 1
    functions = [
        len(lines[name] & set(range(node.lineno, (node.end_lineno or 0) + 1)))
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, _Function) and not is_overload(node)
    ] or [0]
    said = [comment for text in sources.values() for comment in comments(text)]
    public = [node for tree in trees.values() for node in public_names(tree)]
    with_any = sum(has_any(note, aliases) for note in noted)
    return Measures(
        any_share=100 * with_any / (len(noted) or 1),
        function_mean=sum(functions) / len(functions),
        function_longest=max(functions),
        file_longest=max(map(len, lines.values()), default=0),
        comments=100 * sum(not is_directive(comment) for comment in said) / code,
        by_name=1000 * sum(map(calls_by_name, trees.values())) / code,
        foreign_private=1000 * sum(map(foreign_names, trees.values())) / code,
        ignores=sum("type: ignore" in comment for comment in said),
        documented=100 * sum(map(has_docstring, public)) / (len(public) or 1),
    )


def has_docstring(node: _Function | ast.ClassDef) -> bool:
    return ast.get_docstring(node) is not None


def is_overload(node: _Function) -> bool:
    return any(last_name(decorator) == "overload" for decorator in node.decorator_list)


def last_name(node: ast.AST) -> str:
    """`Any` for both `Any` and `typing.Any`; "" for what is not a name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def annotated(tree: ast.AST) -> Iterator[ast.expr]:
    """All annotations, except those of aliases (`X: TypeAlias = ...`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            if last_name(node.annotation) != "TypeAlias":
                yield node.annotation
        elif isinstance(node, _Function) and node.returns is not None:
            yield node.returns


def parts(annotation: ast.expr) -> Iterator[ast.AST]:
    """The nodes of an annotation, also within strings."""
    for node in ast.walk(annotation):
        yield node
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                yield from ast.walk(ast.parse(node.value, mode="eval"))
            except SyntaxError:  # a string in Literal[...]
                continue


def any_aliases(trees: Iterable[ast.Module]) -> set[str]:
    """The names by which a package calls Any."""
    found = {"Any"}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.AnnAssign) and node.value and last_name(node.value) == "Any":
                found.add(last_name(node.target))
            elif isinstance(node, ast.Assign) and last_name(node.value) == "Any":
                found.update(map(last_name, node.targets))
    return found


def has_any(annotation: ast.expr, aliases: set[str]) -> bool:
    return any(last_name(node) in aliases for node in parts(annotation))


def code_lines(text: str, tree: ast.AST) -> set[int]:
    """The numbers of the lines that contain code."""
    # Tokens, because a syntax tree has no comments; the tree, because a docstring is a token.
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                lines.difference_update(range(node.lineno, (node.end_lineno or 0) + 1))
    return lines


def comments(text: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("# ")


def is_directive(comment: str) -> bool:
    return comment.startswith(("noqa", "type:", "fmt:", "pragma:", "pyright:", "mypy:"))


def calls_by_name(tree: ast.AST) -> int:
    names = ("getattr", "hasattr", "setattr")
    return sum(
        isinstance(node, ast.Call)
        and last_name(node.func) in names
        and isinstance(node.func, ast.Name)
        for node in ast.walk(tree)
    )


def is_private(name: str) -> bool:
    if name in NAMED_TUPLE or (name.startswith("__") and name.endswith("__")):
        return False
    return name.startswith("_")


def foreign_names(tree: ast.AST) -> int:
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.func if isinstance(node.value, ast.Call) else node.value
            own = isinstance(owner, ast.Name) and owner.id in ("self", "cls", "super")
            count += is_private(node.attr) and not own
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            count += sum(is_private(alias.name) for alias in node.names)
    return count


def public_names(tree: ast.Module | ast.ClassDef) -> Iterator[_Function | ast.ClassDef]:
    """The functions and classes of a module that are public, and the methods of such classes."""
    for node in tree.body:
        if isinstance(node, _Function | ast.ClassDef) and not node.name.startswith("_"):
            if isinstance(node, ast.ClassDef):
                yield node
                yield from public_names(node)
            elif not is_overload(node):
                yield node


def own_sources() -> dict[str, str]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in paths}


def wheel_sources(name: str) -> dict[str, str]:
    """The Python files of a wheel that `OTHERS` pins, downloaded once."""
    version, digest = OTHERS[name]
    if not (found := list(CACHE.glob(f"{name}-{version}-*.whl"))):
        CACHE.mkdir(parents=True, exist_ok=True)
        # pip checks hashes only of what a file of requirements names.
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
            pins.write(f"{name}=={version} --hash=sha256:{digest}\n")
            pins.flush()
            pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
            options = ["--quiet", "--no-deps", "--require-hashes", "--dest", str(CACHE)]
            subprocess.run([*pip, *options, "--requirement", pins.name], check=True)
        found = list(CACHE.glob(f"{name}-{version}-*.whl"))
    with zipfile.ZipFile(found[0]) as wheel:
        names = [member for member in wheel.namelist() if member.endswith(".py")]
        return {member: wheel.read(member).decode() for member in names}


def shown(value: float, unit: str) -> str:
    return f"{value:.0f}{unit}" if value >= 10 or value == int(value) else f"{value:.1f}{unit}"


def table(columns: Mapping[str, Measures]) -> str:
    """The table in Markdown: a column for each package, and the goals."""
    rows = [["", *columns, "goal"], ["---"] * (len(columns) + 2)]
    for row in fields(Measures):
        unit, goal = row.metadata["unit"], row.metadata["goal"]
        values = [shown(getattr(measures, row.name), unit) for measures in columns.values()]
        rows.append([row.metadata["label"], *values, f"{goal}{unit}" if str(goal) else ""])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def missed(measures: Measures) -> list[str]:
    """A line for each goal that a package misses."""
    return [
        f"{row.metadata['label']}: {shown(value, unit)}, wanted: {row.metadata['goal']}{unit}"
        for row in fields(Measures)
        if not row.metadata["goal"].is_met(value := getattr(measures, row.name))
        for unit in [row.metadata["unit"]]
    ]


def with_table(page: str, text: str) -> str:
    """The page with a new table between its markers.

    Raises:
        ValueError: the page does not have both markers.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no {BEGIN} and {END} to write the table between")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def list_any() -> None:
    sources = own_sources()
    trees = {name: ast.parse(text) for name, text in sources.items()}
    aliases = any_aliases(trees.values())
    for name, tree in trees.items():
        for note in annotated(tree):
            if has_any(note, aliases):
                print(f"{name}:{note.lineno}: {ast.unparse(note)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where a goal is missed")
    parser.add_argument("--any", action="store_true", help="list the annotations with Any")
    options = parser.parse_args()
    if options.any:
        list_any()
        return 0
    own = measure(own_sources())
    if options.check:
        print("\n".join(missed(own)) or "all goals are met")
        return bool(missed(own))
    others = {name: measure(wheel_sources(name)) for name in OTHERS}
    text = table({"pyfetch_requests": own, **others})
    PAGE.write_text(with_table(PAGE.read_text(), text))
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
