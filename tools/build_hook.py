"""Hatch's hook for the wheel: Python files go into it without comments.

Comments are a ninth of the wheel. Every line keeps its number and what it says to Python, so that a
traceback shows the line that is there, and docstrings stay for `help()`.
"""

from __future__ import annotations

import io
import tokenize
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "pyfetch_requests"


def without_comments(source: str) -> str:
    """Return Python source without its comments; what is left stays where it is."""
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(lines)


class WithoutComments(BuildHookInterface[Any]):
    """Puts copies into the wheel in the place of the files; an editable install has the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the copies, before hatch collects the files."""
        if version == "editable":
            return
        self._copies = TemporaryDirectory()
        for file in sorted(Path(self.root, PACKAGE).rglob("*.py")):
            name = file.relative_to(self.root)
            copy = Path(self._copies.name, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(without_comments(file.read_text("utf-8")), "utf-8")
            build_data["force_include"][str(copy)] = str(name)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the copies."""
        if version != "editable":
            self._copies.cleanup()
