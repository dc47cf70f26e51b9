"""The clients that are compared, each as its own documents say it is used at its best.

Every method does one work and returns what was received as a number, which the harness compares
with what it ought to be: a wrong answer counts as a failure, not as a time.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any


class JavaScript:
    """`fetch` in JavaScript: the limit. Python only starts it."""

    def __init__(self) -> None:
        import js
        from pyodide.code import run_js

        self.limits = run_js(js.benchmark.limits)
        self.bodies: dict[int, Any] = {}

    async def sequential(self, url: str, count: int) -> int:
        return await self.limits.sequential(url, count)

    async def concurrent(self, url: str, count: int) -> int:
        return await self.limits.concurrent(url, count)

    async def parsed(self, url: str) -> int:
        return await self.limits.parsed(url)

    async def content(self, url: str) -> int:
        return await self.limits.content(url)

    async def streamed(self, url: str) -> int:
        return await self.limits.streamed(url)

    async def uploaded(self, url: str, body: bytes) -> int:
        if len(body) not in self.bodies:
            self.bodies[len(body)] = self.limits.bytesBy(len(body))
        return await self.limits.uploaded(url, self.bodies[len(body)])

    async def lines(self, url: str) -> int:
        return await self.limits.lines(url)

    async def values(self, url: str) -> int:
        return await self.limits.values(url)


class JavaScriptXHR:
    """A synchronous XMLHttpRequest in JavaScript: the limit of what blocks without JSPI."""

    def __init__(self) -> None:
        import js
        from pyodide.code import run_js

        self.limits = run_js(js.benchmark.limits)

    def sequential(self, url: str, count: int) -> int:
        return self.limits.xhr(url, count)

    def content(self, url: str) -> int:
        return self.limits.xhrBytes(url).length

    def lines(self, url: str) -> int:
        return self.limits.xhrLines(url)


class Awaited:
    """What is the same for every client that is awaited."""

    async def get(self, url: str) -> Any:
        raise NotImplementedError

    async def sequential(self, url: str, count: int) -> int:
        total = 0
        for _ in range(count):
            total += (await self.get(url))["id"]
        return total

    async def concurrent(self, url: str, count: int) -> int:
        values = await asyncio.gather(*[self.get(url) for _ in range(count)])
        return sum(value["id"] for value in values)

    async def parsed(self, url: str) -> int:
        return len(await self.get(url))


class FetchByHand(Awaited):
    """`js.fetch`, called from Python."""

    async def get(self, url: str) -> Any:
        import js

        return json.loads(await (await js.fetch(url)).text())

    async def content(self, url: str) -> int:
        import js

        return len((await (await js.fetch(url)).arrayBuffer()).to_bytes())

    async def uploaded(self, url: str, body: bytes) -> int:
        import js
        from pyodide.ffi import to_js

        options = to_js({"method": "POST", "body": body}, dict_converter=js.Object.fromEntries)
        return json.loads(await (await js.fetch(url, options)).text())


class Converted(FetchByHand):
    """`js.fetch`, and the value through `to_py`: quick to write, not the same value."""

    async def get(self, url: str) -> Any:
        import js

        return (await (await js.fetch(url)).json()).to_py()


class Pyfetch(Awaited):
    """pyodide.http.pyfetch."""

    def __init__(self) -> None:
        from pyodide.http import pyfetch

        self.fetch = pyfetch

    async def get(self, url: str) -> Any:
        return await (await self.fetch(url)).json()

    async def content(self, url: str) -> int:
        return len(await (await self.fetch(url)).bytes())

    async def uploaded(self, url: str, body: bytes) -> int:
        return await (await self.fetch(url, method="POST", body=body)).json()


class AwaitedSession(Awaited):
    """A client with requests' methods that are awaited."""

    session: Any

    async def get(self, url: str) -> Any:
        return (await self.session.get(url)).json()

    async def content(self, url: str) -> int:
        return len((await self.session.get(url)).content)

    async def uploaded(self, url: str, body: bytes) -> int:
        return (await self.session.post(url, data=body)).json()


class NiquestsAsync(AwaitedSession):
    """niquests.AsyncSession."""

    def __init__(self) -> None:
        import niquests

        self.session = niquests.AsyncSession()

    async def streamed(self, url: str) -> int:
        response = await self.session.get(url, stream=True)
        return sum([len(chunk) async for chunk in await response.iter_content(65536)])

    async def lines(self, url: str) -> int:
        response = await self.session.get(url, stream=True)
        count = 0
        async for _ in response.iter_lines(65536):
            count += 1
        return count


class Httpx2Async(AwaitedSession):
    """httpx2.AsyncClient on httpx2-jsfetch."""

    def __init__(self) -> None:
        import httpx2

        self.session = httpx2.AsyncClient(timeout=None)

    async def uploaded(self, url: str, body: bytes) -> int:
        return (await self.session.post(url, content=body)).json()

    async def streamed(self, url: str) -> int:
        async with self.session.stream("GET", url) as response:
            return sum([len(chunk) async for chunk in response.aiter_bytes()])

    async def lines(self, url: str) -> int:
        count = 0
        async with self.session.stream("GET", url) as response:
            async for _ in response.aiter_lines():
                count += 1
        return count


class ZaprosAsync(AwaitedSession):
    """zapros.AsyncClient on its handler for Pyodide; it has no other there, and no lines."""

    def __init__(self) -> None:
        import zapros

        self.session = zapros.AsyncClient()

    async def get(self, url: str) -> Any:
        return (await self.session.get(url)).json

    async def content(self, url: str) -> int:
        return len(await (await self.session.get(url)).aread())

    async def uploaded(self, url: str, body: bytes) -> int:
        return (await self.session.post(url, body=body)).json

    async def streamed(self, url: str) -> int:
        async with self.session.stream("GET", url) as response:
            return sum([len(chunk) async for chunk in response.async_iter_bytes()])


class OursAsync(AwaitedSession):
    """This package, awaited."""

    def __init__(self) -> None:
        import pyfetch_requests

        self.session = pyfetch_requests.Session()

    async def streamed(self, url: str) -> int:
        response = await self.session.get(url, stream=True)
        length = 0
        async for chunk in response.iter_content(None):
            length += len(chunk)
        return length

    async def uploaded_file(self, url: str, path: str) -> int:
        with open(path, "rb") as file:
            return (await self.session.post(url, data=file)).json()

    async def lines(self, url: str) -> int:
        response = await self.session.get(url, stream=True)
        count = 0
        async for _ in response.iter_lines():
            count += 1
        return count

    async def values(self, url: str) -> int:
        response = await self.session.get(url, stream=True)
        total = 0
        async for value in response.iter_json():
            total += value["id"]
        return total

    async def values_by_hand(self, url: str) -> int:
        """As one writes it without `iter_json`: the same stream, `json.loads` for each line."""
        response = await self.session.get(url, stream=True)
        total = 0
        async for line in response.iter_lines():
            total += json.loads(line)["id"]
        return total

    async def parsed(self, url: str) -> int:
        """As where nothing is installed: a keyword is for `json.loads` alone."""
        return len((await self.session.get(url)).json(parse_constant=None))

    async def parsed_fast(self, url: str) -> int:
        """By msgspec, which is installed."""
        return len((await self.session.get(url)).json())


class OursLimited(OursAsync):
    """The same, with no more connections than the threads of a client that blocks."""

    def __init__(self) -> None:
        import pyfetch_requests

        self.session = pyfetch_requests.Session(max_connections=32)


class Blocking:
    """A client with requests' methods that block."""

    session: Any

    def get(self, url: str) -> Any:
        return self.session.get(url).json()

    def sequential(self, url: str, count: int) -> int:
        return sum(self.get(url)["id"] for _ in range(count))

    def parsed(self, url: str) -> int:
        return len(self.get(url))

    def content(self, url: str) -> int:
        return len(self.session.get(url).content)

    def uploaded(self, url: str, body: bytes) -> int:
        return self.session.post(url, data=body).json()

    def streamed(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(len(chunk) for chunk in response.iter_content(1 << 20))

    def lines(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(1 for _ in response.iter_lines(65536))


class Requests(Blocking):
    """requests.Session on urllib3: JSPI where it can switch stacks, else XMLHttpRequest."""

    def __init__(self) -> None:
        import requests

        self.session = requests.Session()


class PatchedRequests(Blocking):
    """requests.Session as pyodide-http patches it: a synchronous XMLHttpRequest."""

    def __init__(self) -> None:
        import pyodide_http
        import requests

        original = requests.Session.__init__
        pyodide_http.patch_requests()
        self.session = requests.Session()
        # Requests itself is measured in the same interpreter.
        setattr(requests.Session, "__init__", original)  # noqa: B010 - mypy knows of no patch


class PatchedUrllib(Blocking):
    """urllib.request as pyodide-http patches it: a synchronous XMLHttpRequest."""

    def __init__(self) -> None:
        import urllib.request

        import pyodide_http

        pyodide_http.patch_urllib()
        self.open = urllib.request.urlopen

    def get(self, url: str) -> Any:
        return json.load(self.open(url))

    def content(self, url: str) -> int:
        return len(self.open(url).read())


class Niquests(Blocking):
    """niquests.Session."""

    def __init__(self) -> None:
        import niquests

        self.session = niquests.Session()


class Httpx2(Blocking):
    """httpx2.Client on httpx2-jsfetch."""

    def __init__(self) -> None:
        import httpx2

        self.session = httpx2.Client(timeout=None)

    def uploaded(self, url: str, body: bytes) -> int:
        return self.session.post(url, content=body).json()

    def streamed(self, url: str) -> int:
        with self.session.stream("GET", url) as response:
            return sum(len(chunk) for chunk in response.iter_bytes())

    def lines(self, url: str) -> int:
        with self.session.stream("GET", url) as response:
            return sum(1 for _ in response.iter_lines())


class Ours(Blocking):
    """This package, blocking: `pyfetch_requests.sync`."""

    def __init__(self) -> None:
        from pyfetch_requests import sync

        self.session = sync.Session()

    def streamed(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(len(chunk) for chunk in response.iter_content(None))

    def lines(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(1 for _ in response.iter_lines())

    def values(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(value["id"] for value in response.iter_json())

    def values_by_hand(self, url: str) -> int:
        response = self.session.get(url, stream=True)
        return sum(json.loads(line)["id"] for line in response.iter_lines())

    def parsed(self, url: str) -> int:
        return len(self.session.get(url).json(parse_constant=None))

    def parsed_fast(self, url: str) -> int:
        return len(self.session.get(url).json())

    def uploaded_file(self, url: str, path: str) -> int:
        with open(path, "rb") as file:
            return self.session.post(url, data=file).json()
