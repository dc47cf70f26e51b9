"""The tests that fsspec publishes for those who write a file system, over our http.

They are read from the installed fsspec. Those of its own file system of HTTP are in none of its
archives on PyPI; what they are about is in `test_fsspec.py`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fsspec.tests.abstract import (
    AbstractFixtures,
    AbstractGetTests,
    AbstractOpenTests,
    AbstractPipeTests,
    AbstractPutTests,
)

from pyfetch_requests import sync
from pyfetch_requests.fsspec import HTTPFileSystem
from tests.server import Urls

# What cannot pass, by its reason: tests with all of their cases, or single ones.
LIMITS = {
    "a file on a server is opened to be read alone": ("test_open_exclusive",),
    "HTTP has no common way to create a file only where there is none": ("test_pipe_exclusive",),
    "in an address a question mark begins the query, and is no pattern": (
        "test_get_glob_edge_cases[fil?1-False-None-expected0]",
        "test_get_glob_edge_cases[fil?1-True-None-expected1]",
    ),
}
# Not run at all: AbstractCopyTests, because a server copies nothing for its clients.


class Kept(HTTPFileSystem):
    """Our file system, with what these tests put a server in order by: HTTP knows no folders."""

    def touch(self, path: str, **_: Any) -> None:
        self.pipe_file(path, b"")

    def mkdir(self, path: str, **_: Any) -> None:
        """A folder is there as soon as a file is in it."""

    makedirs = mkdir

    def rm(self, path: Any, recursive: bool = False, **_: Any) -> None:
        for each in self.expand_path(path, recursive=recursive):
            sync.delete(each)


@pytest.fixture(autouse=True, scope="module")
def _collected() -> Iterator[None]:
    """A file system closes its connections when it is collected: tests after these count them."""
    yield
    gc.collect()


class TestAsFsspecWantsIt(
    AbstractFixtures, AbstractGetTests, AbstractPutTests, AbstractPipeTests, AbstractOpenTests
):
    @pytest.fixture
    def fs(self) -> Kept:
        return Kept(skip_instance_cache=True)

    @pytest.fixture
    def fs_join(self) -> Callable[..., str]:
        return lambda *parts: "/".join(part.rstrip("/") for part in parts[:-1]) + f"/{parts[-1]}"

    @pytest.fixture
    def fs_path(self, urls: Urls) -> str:
        return urls.store(uuid4().hex)

    @pytest.fixture
    def local_path(self, tmp_path: Path) -> str:
        return str(tmp_path)

    @pytest.fixture
    def supports_empty_directories(self) -> bool:
        return False

    @pytest.fixture(autouse=True)
    def _limited(self, request: pytest.FixtureRequest) -> None:
        """A test that cannot pass has to fail: one that passes all the same is reported."""
        names = {request.node.name, request.node.originalname}
        reasons = [reason for reason, tests in LIMITS.items() if names & set(tests)]
        if reasons:
            request.applymarker(pytest.mark.xfail(reason=reasons[0], strict=True))
