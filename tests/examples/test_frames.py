"""Frames whose address is none (`about:srcdoc`), or whose origin is like no other (`sandbox`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.asking import ASK_EACH
from tests.examples.browser import Browser
from tests.server import Server

FRAME = f"""<script type="module">
const answer = (text) => parent.postMessage(text, "*");
try {{
  const from = "https://cdn.jsdelivr.net/pyodide/v314.0.7/full/pyodide.mjs";
  const pyodide = await (await import(from)).loadPyodide();
  await pyodide.loadPackage("https://files.pythonhosted.org/wheels/WHEEL");
  answer(await pyodide.runPythonAsync(`
{ASK_EACH}
json.dumps(found)
`));
}} catch (error) {{
  answer(JSON.stringify({{ failed: String(error) }}));
}}
</script>"""
PAGE = """<!doctype html>
<link rel="icon" href="data:,">
<script>onmessage = (event) => { globalThis.told = event.data; };</script>
<iframe ATTRIBUTES></iframe>"""


def told(browser: Browser, server: Server, wheel: Path, folder: Path, attributes: str) -> Any:
    """What became of requests in a frame with these attributes."""
    urls = server.urls
    name = folder.name
    addresses = {
        "relative": f"/{name}/inside.html",
        "own": urls.echo(),
        "allowed": urls.cors(urls.echo()),
        "refused": f"{urls.other}/echo",
        "dead": f"{urls.dead}/",
    }
    frame = FRAME.replace("WHEEL", wheel.name).replace("URLS", json.dumps(addresses))
    (folder / "inside.html").write_text(frame)
    source = frame.replace("&", "&amp;").replace("'", "&#39;")
    page = PAGE.replace("ATTRIBUTES", attributes).replace("SOURCE", source)
    (folder / "index.html").write_text(page)
    server.mount(f"/{name}", folder)
    browser.driver.get(f"{urls.page}/{name}/index.html")
    found = browser.wait(lambda: browser.script("return globalThis.told"), "the frame has answered")
    return json.loads(found)


@pytest.mark.parametrize(
    ("attributes", "own"),
    [
        ("srcdoc='SOURCE'", True),
        ("sandbox='allow-scripts' srcdoc='SOURCE'", False),
        ("sandbox='allow-scripts' src='inside.html'", False),
    ],
)
def test_frames(
    browser: Browser,
    server: Server,
    package_wheel: Path,
    tmp_path: Path,
    attributes: str,
    own: bool,
) -> None:
    found = told(browser, server, package_wheel, tmp_path, attributes)
    urls = server.urls
    for blocking in ("", " blocking"):
        assert found[f"allowed{blocking}"][0] == 200, found
        names = ["relative", "own"]
        if own:
            assert [found[f"{name}{blocking}"][0] for name in names] == [200, 200], found
            assert found[f"own{blocking}"][1:] == [urls.echo(), "basic"]
        else:
            # The server's own pages are of another site there.
            names.append("refused")
            kinds = {found[f"{name}{blocking}"][1] for name in names}
            assert kinds == {"CORSError"}, found
        assert found[f"refused{blocking}"][1] == "CORSError", found
        assert found[f"dead{blocking}"][1] == "ConnectionError", found
        assert "cannot be reached" in found[f"dead{blocking}"][2]
