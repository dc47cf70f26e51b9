"""The examples of the documentation are run, block after block, as a reader would."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path

import pytest

import pyfetch_requests
from pyfetch_requests import sync, testing

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")])
# Blocks that only a notebook or a browser can run; tests/install and tests/thirdparty do.
ELSEWHERE = ("micropip", "piplite", "%pip", "install()", "import js", "from resotonotebook")


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


EVENTS = b'data: {"text": "Hello"}\n\ndata: [DONE]\n\n'


def answer(request: testing.WireRequest) -> testing.WireResponse:
    if ("Accept", "text/event-stream") in request.headers:
        return testing.respond(200, EVENTS, headers={"Content-Type": "text/event-stream"})
    return testing.respond(json={"path": request.url}, headers=[("X-Seen", request.method)])


async def run(text: str, name: str, namespace: dict[str, object]) -> None:
    code = compile(text, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, namespace)
    if inspect.isawaitable(result):
        await result


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs/guide.md"], ids=lambda p: p.name)
def test_examples_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cat.png").write_bytes(b"\x89PNG")
    monkeypatch.chdir(tmp_path)
    # Relative addresses have a page to be relative to.
    monkeypatch.setattr(
        "pyfetch_requests._transports.runtime.base_url", lambda: "https://page.example/"
    )
    urls = ["https://api.example/1", "https://api.example/2"]
    namespace = {"requests": pyfetch_requests, "sync": sync, "url": urls[0], "urls": urls}

    async def read_the_page() -> int:
        examples = [text for text in blocks(page) if not any(word in text for word in ELSEWHERE)]
        for number, text in enumerate(examples):
            await run(text, f"{page.name}, example {number + 1}", namespace)
        return len(examples)

    with testing.mocked(answer) as transport:
        count = asyncio.run(read_the_page())
    assert count >= 3
    assert len(transport.requests) >= 3


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target.replace("\n", "")).exists(), target
