"""The site of the documents in Chromium: every button is pressed, no other host is asked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tests.browser.chromium import ChromiumDriver
from tests.browser.runners import limit_scripts
from tests.make import make
from tests.server import Server

from .test_examples import ROOT, SHARED, runnable

PATIENCE = 240
PRESS = """
    const [buttons, done] = [document.querySelectorAll(".pfr-run"), arguments[0]];
    for (const button of buttons) button.click();
    const results = () => [...document.querySelectorAll(".pfr-result")];
    const look = setInterval(() => {
        const failed = results().some((box) => box.dataset.state === "failed");
        if (!failed && !results().every((box) => box.dataset.state)) return;
        clearInterval(look);
        const inside = (box) => box.querySelector(".pfr-html")?.shadowRoot.innerHTML ?? "";
        const gave = (box) =>
            [...box.querySelectorAll(".pfr-gave")].map((part) => part.textContent);
        const marked = (box) => box.previousElementSibling.innerText.split("\\n")
            .filter((line) => line.includes("# -> ")).map((line) => line.trim());
        done(results().map((box) => ({
            state: box.dataset.state, text: box.innerText, html: inside(box),
            gave: gave(box), marked: marked(box),
        })));
    }, 100);
"""
LOADED = "return performance.getEntriesByType('resource').map((entry) => entry.name)"


@pytest.fixture(scope="session")
def site(server: Server) -> str:
    """Address of the site, built if it is not there or older than its sources."""
    make("build/docs/.stamp")
    server.mount("/docs", ROOT / "build" / "docs" / "site")
    return f"{server.urls.page}/docs"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    driver = ChromiumDriver().get_driver()
    limit_scripts(driver, PATIENCE)
    yield driver
    driver.quit()


def results(browser: Chrome, address: str, count: int) -> list[dict[str, Any]]:
    """What a page says of its examples, and what stands below when all buttons were pressed."""
    browser.get(address)
    end = time.monotonic() + PATIENCE
    while browser.execute_script("return document.body.dataset.examples") != str(count):
        assert time.monotonic() < end, f"{address} has no {count} buttons"
        time.sleep(0.1)
    found: list[dict[str, Any]] = browser.execute_async_script(PRESS)
    return found


def plain(line: str) -> str:
    """A line of a page, with the space before its mark as the results have it."""
    code, _, value = line.partition("# -> ")
    return f"{code.strip()}  # -> {value.strip()}"


@pytest.mark.parametrize("name", SHARED["pages"])
def test_every_example_runs(name: str, site: str, browser: Chrome) -> None:
    examples = runnable(ROOT / name)
    page = name.replace("README.md", "index.md").replace(".md", ".html")
    shown = results(browser, f"{site}/{page}", len(examples))
    assert len(shown) == len(examples)
    for text, example in zip(examples, shown, strict=True):
        assert example["state"] == "done", f"{text}\n{example['text']}"
        assert [plain(line) for line in example["marked"]] == example["gave"]
        assert len(example["gave"]) == text.count("# -> ")
    if name == "README.md":
        assert 'class="pfr"' in shown[0]["html"]
        assert "200 OK" in shown[0]["html"]
    origin = site.removesuffix("/docs")
    assert [url for url in browser.execute_script(LOADED) if not url.startswith(origin)] == []


def test_the_site_names_no_other_host(site: str) -> None:
    """Links may lead elsewhere; what a page loads by itself may not."""
    for page in sorted(Path(ROOT / "build/docs/site").rglob("*.html")):
        text = page.read_text()
        assert not [word for word in ('src="http', "src='http", "fonts.google") if word in text]


def test_the_reference_has_every_keyword(site: str) -> None:
    text = (ROOT / "build/docs/site/api.html").read_text()
    for name in ("ThroughAdapter", "raise_for_status", "allow_redirects", "CORSError", "mocked"):
        assert name in text
    index = json.loads((ROOT / "build/docs/site/search/search_index.json").read_text())
    assert any("ThroughAdapter" in entry["text"] for entry in index["docs"])
