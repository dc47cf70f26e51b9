"""The examples of the documentation are run, each alone, and their lines give what they say."""

from __future__ import annotations

import asyncio
import json
import re
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from pyfetch_requests import testing

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")])
# What the site of the documents runs, too: the pages, what answers, and which blocks only a
# notebook or a browser can run (tests/install and tests/thirdparty do).
SITE = ROOT / "docs" / "site"
SHARED = json.loads((SITE / "examples.json").read_text())
examples = SimpleNamespace(**runpy.run_path(str(SITE / "examples.py")))


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


def runnable(page: Path, *besides: str) -> list[str]:
    """The blocks without a word that says that they need something else."""
    words = [*SHARED["elsewhere"], *besides]
    return [text for text in blocks(page) if not any(word in text for word in words)]


@pytest.mark.parametrize("name", SHARED["pages"])
def test_examples_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cat.png").write_bytes(b"\x89PNG")
    monkeypatch.chdir(tmp_path)
    # Relative addresses have a page to be relative to.
    monkeypatch.setenv("PYFETCH_REQUESTS_BASE_URL", "https://page.example/")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    for module in [each for each in sys.modules if each.partition(".")[0] == "requests"]:
        monkeypatch.delitem(sys.modules, module)
    page = ROOT / name

    async def read_the_page() -> int:
        found = runnable(page, *SHARED["browser"])
        for number, text in enumerate(found):
            _, gave = await examples.run(text, f"{page.name}, example {number + 1}")
            assert gave == examples.marks(text), text
        return len(found)

    with testing.mocked(examples.answer) as transport:
        count = asyncio.run(read_the_page())
    assert count >= 1
    assert len(transport.requests) >= 1


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target.replace("\n", "")).exists(), target
