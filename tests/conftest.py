"""Fixtures that every layer shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.browser.plugin import *  # noqa: F403 - hooks and fixtures for every layer
from tests.server import Server

# Generated tests: the same cases in every run; --hypothesis-profile=long looks for further ones.
settings.register_profile("same every time", derandomize=True, deadline=None, database=None)
settings.register_profile("long", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile("same every time")

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "/pyodide": ROOT / "build" / "pyodide",
    "/browser": ROOT / "tests" / "browser" / "static",
}
# The policy of a hardened page or extension: Pyodide loads under it, but nothing can be evaluated.
STRICT_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *; object-src 'none'; "
    "require-trusted-types-for 'script'"
)
# Makes a page cross-origin isolated, which Python needs for threads and interrupts.
ISOLATION = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The loopback server of the tests, with the folders that pages load Pyodide from."""
    with Server(FOLDERS) as running:
        running.mount(
            "/strict",
            ROOT / "tests" / "browser" / "strict",
            [("Content-Security-Policy", STRICT_POLICY)],
        )
        running.mount("/isolated", FOLDERS["/browser"], ISOLATION)
        running.mount("/unblocked", FOLDERS["/browser"], [("Permissions-Policy", "sync-xhr=()")])
        for folder, scripts in (("rebuilt", "rebuilding"), ("answered", "answering")):
            running.mount(f"/{folder}", FOLDERS["/browser"])
            running.mount(
                f"/{scripts}",
                ROOT / "tests" / "browser" / folder,
                [("Service-Worker-Allowed", f"/{folder}/")],
            )
        yield running
