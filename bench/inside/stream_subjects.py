"""Clients with streams and files: events, progress, a body into a file, a file of JavaScript's.

As in `subjects.py`, every method gives what was received as a number. An event counts by its data,
so that nobody hands out what has not been read.
"""

from __future__ import annotations

import os
from typing import Any

# What the lines of one event are: its type, its data, and an empty one.
_LINES = 3
_FOLDER = "/tmp/saved"


class JavaScriptStreams:
    """`fetch` in JavaScript, over the file system of Pyodide where a file is written."""

    def __init__(self) -> None:
        import js
        import pyodide_js
        from pyodide.code import run_js

        self.limits = run_js(js.benchmark.limits)
        self.files = pyodide_js.FS
        self.file: Any = None

    async def events(self, url: str) -> int:
        return await self.limits.events(url)

    async def saved(self, url: str) -> int:
        return await self.limits.saved(url, self.files, f"{_FOLDER}.js")

    async def sent(self, url: str, size: int) -> int:
        if self.file is None:
            self.file = self.limits.fileOf(size)
        return await self.limits.uploaded(url, self.file)


class RequestsLines:
    """requests, which knows no events: what one reads them by, its lines."""

    def __init__(self) -> None:
        import requests

        self.session = requests.Session()

    def events(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(line != b"x" for line in response.iter_lines(65536)) // _LINES


class Sse:
    """A client whose sessions have a method `sse`, awaited."""

    session: Any

    async def events(self, url: str) -> int:
        count = 0
        async with self.session.sse(url) as events:
            async for event in events:
                count += event.data != ""
        return count


class SseBlocking:
    """The same, blocking."""

    session: Any

    def events(self, url: str) -> int:
        with self.session.sse(url) as events:
            return sum(event.data != "" for event in events)


class Httpx2Events(Sse):
    """httpx2.AsyncClient."""

    def __init__(self) -> None:
        import httpx2

        self.session = httpx2.AsyncClient(timeout=None)


class Httpx2EventsBlocking(SseBlocking):
    """httpx2.Client."""

    def __init__(self) -> None:
        import httpx2

        self.session = httpx2.Client(timeout=None)


class NiquestsEvents:
    """niquests.AsyncSession, with the scheme that is for events."""

    def __init__(self) -> None:
        import niquests

        self.session = niquests.AsyncSession()

    async def events(self, url: str) -> int:
        response = await self.session.get(url.replace("http:", "psse:", 1))
        count = 0
        while (event := await response.extension.next_payload()) is not None:
            count += event.data != ""
        return count


class NiquestsEventsBlocking:
    """niquests.Session, with the scheme that is for events."""

    def __init__(self) -> None:
        import niquests

        self.session = niquests.Session()

    def events(self, url: str) -> int:
        response = self.session.get(url.replace("http:", "psse:", 1))
        count = 0
        while (event := response.extension.next_payload()) is not None:
            count += event.data != ""
        return count


class OursStreams(Sse):
    """This package, awaited."""

    def __init__(self) -> None:
        import pyfetch_requests

        self.session = pyfetch_requests.Session()
        self.told = 0
        self.file: Any = None

    async def lines_of_events(self, url: str) -> int:
        response = await self.session.get(url, stream=True)
        count = 0
        async for line in response.iter_lines():
            count += line != b"x"
        return count // _LINES

    def tell(self, progress: Any) -> None:
        self.told = progress.done

    async def content_watched(self, url: str) -> int:
        return min(len((await self.session.get(url, progress=self.tell)).content), self.told)

    async def streamed_watched(self, url: str) -> int:
        response = await self.session.get(url, stream=True, progress=self.tell)
        length = 0
        async for chunk in response.iter_content(None):
            length += len(chunk)
        return min(length, self.told)

    async def saved(self, url: str) -> int:
        response = await self.session.get(url, stream=True)
        return os.stat(await response.save(_FOLDER)).st_size

    async def downloaded_watched(self, url: str) -> int:
        await self.session.download(url, _FOLDER, resume=False, progress=self.tell)
        return min(os.stat(_FOLDER).st_size, self.told)

    async def downloaded(self, url: str) -> int:
        return os.stat(await self.session.download(url, _FOLDER, resume=False)).st_size

    async def sent(self, url: str, size: int) -> int:
        """Send a file that JavaScript holds; nothing of it may come into Python's memory."""
        import js
        import pyodide_js
        from pyodide.code import run_js

        if self.file is None:
            self.file = run_js(js.benchmark.limits).fileOf(size)
        before = pyodide_js._module.HEAP8.length
        received = (await self.session.post(url, data=self.file)).json()
        grown = pyodide_js._module.HEAP8.length - before
        if grown:
            raise ValueError(f"Python's memory grew by {grown:,} bytes")
        return received


class OursStreamsBlocking(SseBlocking):
    """This package, blocking."""

    def __init__(self) -> None:
        from pyfetch_requests import sync

        self.session = sync.Session()

    def lines_of_events(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(line != b"x" for line in response.iter_lines()) // _LINES
