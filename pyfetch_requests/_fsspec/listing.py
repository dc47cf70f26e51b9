"""The links of an index page, and which of them match a pattern. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from fsspec.utils import glob_translate

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
MAGIC = re.compile(r"[*\[]")  # not "?", unlike in fsspec: it begins the query of a URL


def links(url: str, page: str, simple: bool, same_scheme: bool) -> list[str]:
    """Return the URLs in a page that are below its own.

    Args:
        url: of the page.
        page: its text.
        simple: True also takes URLs in its text, False only those in `href`.
        same_scheme: False lets a page by http have links by https, and the reverse.
    """
    # fsspec searches by a regular expression, which takes links out of comments and scripts, too.
    parser = _Hrefs()
    parser.feed(page)
    folder = url.partition("?")[0].rstrip("/") + "/"
    every = {*parser.found, *(_ADDRESS.findall(page) if simple else ())}

    def compared(link: str) -> str:
        return link if same_scheme else link.partition("://")[2]

    found = {urljoin(folder, link).partition("#")[0] for link in every}
    # A page links to its parent and to sorted views of itself ("?C=N"), which are no files in it.
    return sorted(
        link
        for link in found
        if compared(link).startswith(compared(folder)) and link.partition("?")[0] != folder
    )


def entry(name: str) -> dict[str, Any]:
    """Return what fsspec's `ls` has for a link, as far as a link tells."""
    kind = "directory" if name.endswith("/") else "file"
    return {"name": name, "size": None, "type": kind}


class _Hrefs(HTMLParser):
    """Collects the `href` of all links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.update(value for name, value in attrs if name == "href" and value)


def search_root(path: str, maxdepth: int | None) -> tuple[str, int | None]:
    """Return the folder to search for a pattern, and how deep; None for no limit."""
    if maxdepth is not None and maxdepth < 1:
        raise ValueError("maxdepth has to be at least 1")
    root = MAGIC.split(path)[0].rpartition("/")[0] + "/"
    before, deep, _ = path[len(root) :].partition("**")
    if deep:
        return root, None if maxdepth is None else before.count("/") + maxdepth
    return root, before.count("/") + 1


def glob_matches(path: str, found: dict[str, Any], detail: bool) -> Any:
    """Return the names that match a pattern, as `glob` does, or a dict with the details."""
    pattern = re.compile(glob_translate(path.replace("?", "[?]")))
    whole = path.endswith(("/", "*"))  # as in fsspec: else the slash of a folder is left out
    matches = {
        name if whole else name.rstrip("/"): about
        for name, about in sorted(found.items())
        if pattern.match(name) or pattern.match(name.rstrip("/"))
    }
    return matches if detail else list(matches)
