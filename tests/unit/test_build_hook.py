"""tools/build_hook.py changes nothing for Python."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest

from tools.build_hook import without_comments

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "pyfetch_requests").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_of_the_package_means_the_same(path: Path) -> None:
    source = path.read_text()
    left = without_comments(source)
    assert tokenize.COMMENT not in {
        token.type for token in tokenize.generate_tokens(io.StringIO(left).readline)
    }
    # With line and column of each node: tracebacks point at them.
    before, after = (ast.dump(ast.parse(text), include_attributes=True) for text in (source, left))
    assert before == after


def test_what_only_looks_like_a_comment_stays() -> None:
    source = 'x = "# a"  # b\n# c\ny = """\n# d\n"""\n'
    assert without_comments(source) == 'x = "# a"\n\ny = """\n# d\n"""\n'
