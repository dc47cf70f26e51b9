"""How a browser lays out what is displayed, beside the styles that notebooks have for tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome

from pyfetch_requests._display import markup, preview
from tests.examples.browser import start_chromium

# As strong as JupyterLab's.
STYLE = """<style>
.lab:not(.md) td, .lab:not(.md) th { text-align: right; vertical-align: middle; padding: 1em }
</style>"""
EDGES = """
    return Object.fromEntries([...document.querySelectorAll(arguments[0])].map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const { left, right } = range.getBoundingClientRect();
        return [element.textContent, { left, right }];
    }));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    driver = start_chromium((900, 700))
    yield driver
    driver.quit()


def show(browser: Chrome, content: str, kind: str) -> None:
    card = markup.card(preview.preview(content.encode(), kind, "utf-8", "/"))
    page = f"<!doctype html><meta charset=utf-8>{STYLE}<div class=lab>{card}</div>"
    browser.get(f"data:text/html,{quote(page)}")


def test_what_is_inside_stands_further_right(browser: Chrome) -> None:
    value: dict[str, Any] = {"top": 1, "inner": {"below": 1, "deeper": {}}, "other": {"x": [1]}}
    show(browser, json.dumps(value), "application/json")
    edges = browser.execute_script(EDGES, ".pfr-k")
    left = {key: found["left"] for key, found in edges.items()}

    assert abs(left['"top"'] - left['"inner"']) < 4
    assert left['"below"'] > left['"inner"'] + 10
    assert left['"deeper"'] == left['"below"']
    assert left['"x"'] > left['"other"'] + 10


def test_text_from_right_to_left_does_not_turn_its_line(browser: Chrome) -> None:
    show(browser, json.dumps({"שלום": "عالم"}), "application/json")
    [key] = browser.execute_script(EDGES, ".pfr-k").values()
    [value] = browser.execute_script(EDGES, ".pfr-s").values()
    assert key["right"] <= value["left"]


def test_a_table_is_read_from_the_left_and_breaks_no_word(browser: Chrome) -> None:
    names = ",".join(f"column{number}" for number in range(12))
    show(browser, f"{names}\n{','.join(['0123456789'] * 12)}\n", "text/csv")
    cells = browser.find_elements("css selector", "td")
    assert {cell.value_of_css_property("text-align") for cell in cells} == {"left"}
    assert {cell.size["height"] for cell in cells} == {cells[0].size["height"]}
    assert cells[0].size["height"] < 30


@pytest.mark.parametrize("size", [0, 1, 100])
def test_an_image_of_any_size_is_seen(browser: Chrome, size: int) -> None:
    script = "<script>parent.document.title = document.title = 'ran'</script>"
    box = f"<rect width='9' height='9' onload='alert(1)'/>{script}"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='{size}' height='{size}'>{box}</svg>"
    show(browser, svg, "image/svg+xml")
    image = browser.find_element("css selector", "img")
    assert image.size["width"] == image.size["height"] == max(size, 13)
    assert browser.title == ""
