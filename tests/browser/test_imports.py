"""What a program pays for before its first answer: the modules, named one by one.

Another module here makes every first request slower: let it be imported where it is needed.
"""

from __future__ import annotations

import inspect
import marshal
from types import ModuleType
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

PACKAGE = """
_faces _faces.asynchronous _faces.awaitables _faces.one_shot _flow _flow.exchange _nouns
_nouns.arguments _nouns.json_values _nouns.netrc_logins _nouns.raw _nouns.redirects _nouns.request
_nouns.response _nouns.retry _nouns.session _nouns.settings _nouns.verbs _text _text.headers
_text.structures _text.urls _transports _transports.choose _transports.fetch _transports.outcomes
_transports.policy _transports.request_headers _transports.runtime _transports.settlement _warn
_wire exceptions
"""
# Of the standard library, what Pyodide has not loaded by itself in one of its versions.
LIBRARY = "js _datetime datetime"
# What takes as long to import as the package: it must not come with it.
SLOW = "urllib urllib.parse ipaddress"
# Thousands of bytes of all these modules at most: of source, as it is in the wheel, and of compiled
# code, which is what costs time.
SOURCE, COMPILED = 205, 361


def weight(modules: list[ModuleType]) -> tuple[int, int]:
    """Bytes of modules: of their source, and of the code that is made of it."""
    sources = [inspect.getsource(module) for module in modules]
    codes = [marshal.dumps(compile(source, "", "exec")) for source in sources]
    return sum(map(len, sources)), sum(map(len, codes))


@in_pyodide
@pytest.mark.only_on("not strict")
async def test_modules_of_a_first_request(urls: Urls) -> None:
    import sys

    def take_out() -> dict[str, Any]:
        names = [n for n in sys.modules if n.startswith("pyfetch_requests") or n in SLOW.split()]
        return {name: sys.modules.pop(name) for name in names}

    url = urls.echo()  # JSON that says so, from a URL without escapes, as most are
    assert "%" not in url
    kept = take_out()  # of other tests, and of pytest; put back in the end
    before = set(sys.modules)
    try:
        import pyfetch_requests

        response = await pyfetch_requests.get(url)
        assert response.json()["method"] == "GET"
        found = set(sys.modules) - before
        source, compiled = weight([sys.modules[n] for n in found if n.startswith("pyfetch_r")])
    finally:
        take_out()
        sys.modules.update(kept)
    ours = {f"pyfetch_requests.{name}" for name in PACKAGE.split()}
    unexpected = (found - set(LIBRARY.split())) ^ {"pyfetch_requests", *ours}
    assert unexpected == set()
    assert (source <= SOURCE * 1000, compiled <= COMPILED * 1000) == (True, True), (
        source,
        compiled,
    )
