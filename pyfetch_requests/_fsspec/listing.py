"""What an index page links to, and which of it fits a pattern. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from fsspec.utils import glob_translate

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
MAGIC = re.compile(r"[*\[]")


def links(url: str, page: str, simple: bool, same_scheme: bool) -> list[str]:
    """Return the addresses in a page that lie below its own.

    Args:
        url: of the page.
        page: its text.
        simple: True takes addresses in its text as well, False what is in `href` only.
        same_scheme: False takes those by https for one by http, and the other way.
    """
    parser = _Hrefs()
    parser.feed(page)
    folder = url.partition("?")[0].rstrip("/") + "/"
    every = {*parser.found, *(_ADDRESS.findall(page) if simple else ())}

    def compared(link: str) -> str:
        return link if same_scheme else link.partition("://")[2]

    found = {urljoin(folder, link).partition("#")[0] for link in every}
    return sorted(
        link
        for link in found
        if compared(link).startswith(compared(folder)) and link.partition("?")[0] != folder
    )


def described(name: str) -> dict[str, Any]:
    """Return what a link tells of a file."""
    kind = "directory" if name.endswith("/") else "file"
    return {"name": name, "size": None, "type": kind}


class _Hrefs(HTMLParser):
    """The addresses in the `href` of a page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.update(value for name, value in attrs if name == "href" and value)


def searched(path: str, maxdepth: int | None) -> tuple[str, int | None]:
    """Return the folder that is searched for a pattern, and how deep; None for all of it."""
    if maxdepth is not None and maxdepth < 1:
        raise ValueError("maxdepth has to be at least 1")
    root = MAGIC.split(path)[0].rpartition("/")[0] + "/"
    before, deep, _ = path[len(root) :].partition("**")
    if deep:
        return root, None if maxdepth is None else before.count("/") + maxdepth
    return root, before.count("/") + 1


def matching(path: str, found: dict[str, Any], detail: bool) -> Any:
    """Return what fits a pattern, as `glob` does."""
    pattern = re.compile(glob_translate(path.replace("?", "[?]")))
    whole = path.endswith(("/", "*"))
    fits = {
        name if whole else name.rstrip("/"): about
        for name, about in sorted(found.items())
        if pattern.match(name) or pattern.match(name.rstrip("/"))
    }
    return fits if detail else list(fits)
