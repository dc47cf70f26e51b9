"""What an uncaught failure shows in PyScript's error box."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from tests.examples.browser import Browser
from tests.server import Server, Urls

# Each fails: a refused answer, a dead server, a status, in the middle of a body, without await.
PROGRAMS = {
    "cors": "await requests.get({refused!r})",
    "dead": "await requests.get({dead!r})",
    "status": "response = await requests.get('/no-such-page')\nresponse.raise_for_status()",
    "iteration": (
        "response = await requests.get({cut!r}, stream=True)\n"
        "async for chunk in response.iter_content(2):\n    pass"
    ),
    "blocking": "sync.get({dead!r})",
}
KINDS = {
    "cors": "CORSError",
    "dead": "ConnectionError",
    "status": "HTTPError",
    "iteration": "ChunkedEncodingError",
    "blocking": "ConnectionError",
}
IMPORTS = "import pyfetch_requests as requests\nfrom pyfetch_requests import sync\n"
PAGE = """<!doctype html>
<html lang="en">
  <head>
    <link rel="icon" href="data:," />
    <script type="module" src="https://cdn.jsdelivr.net/npm/@pyscript/core@0.7.31/dist/core.js">
    </script>
  </head>
  <body>{scripts}</body>
</html>
"""


def source_of(name: str, urls: Urls, refused: str) -> str:
    """A program with the addresses that it asks; the answer of one is refused to the page."""
    cut = urls.cors(urls.respond(b"abcdef", promise=10, cut=4))
    return IMPORTS + PROGRAMS[name].format(refused=refused, dead=f"{urls.dead}/", cut=cut)


def page(urls: Urls) -> str:
    """Each program in a script of its own."""
    scripts = ""
    for name in PROGRAMS:
        source = source_of(name, urls, f"{urls.other}/echo")
        scripts += """<script type="py" config='{"packages": ["pyfetch-requests"]}'>\n"""
        scripts += html.escape(source, quote=False) + "\n</script>\n"
    return PAGE.format(scripts=scripts.replace("&amp;", "&"))


@pytest.fixture(scope="module")
def boxes(browser: Browser, server: Server, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What PyScript shows, a text for each program."""
    folder: Path = tmp_path_factory.mktemp("pyscript")
    (folder / "index.html").write_text(page(server.urls))
    server.mount("/failing", folder)
    browser.driver.get(f"{server.urls.page}/failing/index.html")
    count = "return document.querySelectorAll('.py-error').length"
    browser.wait(lambda: browser.script(count) >= len(PROGRAMS), "all have failed")
    texts = "return [...document.querySelectorAll('.py-error')].map((box) => box.innerText)"
    shown: list[str] = browser.script(texts)
    return shown


@pytest.mark.parametrize("name", PROGRAMS)
def test_pyscript_shows_the_line_of_the_user_and_the_message(name: str, boxes: list[str]) -> None:
    [shown] = [text for text in boxes if f"exceptions.{KINDS[name]}: " in text][:1]
    lines = shown.strip().splitlines()
    # Above the user's line are two frames of Pyodide's, which ran it.
    assert len(lines) <= 12
    assert lines[-2].startswith('  File "<exec>", line ')
    assert lines[-1].startswith(f"pyfetch_requests.exceptions.{KINDS[name]}: ")
    assert "site-packages/pyfetch_requests" not in shown
