"""Files that can be put, and read by range: from a server that is correct, or odd in some way."""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import io
import zipfile
from functools import lru_cache

from .wire import Exchange, Headers

TYPE = ("Content-Type", "application/octet-stream")
SMALL = "The small member.\n" * 500


@lru_cache(1)
def large_zip(count: int) -> bytes:
    """An archive with a member of `count` bytes between two small ones."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("first.txt", SMALL)
        archive.writestr("large.bin", bytes(count))
        archive.writestr("dir/small.txt", SMALL)
    return file.getvalue()


class Store:
    """The endpoint /store/PATH: PUT keeps a file, GET and HEAD return it, DELETE removes it.

    A path that ends with a slash answers with an index of what is below, and one without it
    redirects there. Options in the query: zip (creates the file: see `large_zip`), head (HEAD
    claims so many bytes more or less), and `odd`, what is odd about it: "plain" (no ranges),
    "refused" (416), "bare" (no validator), "weak" (a weak ETag), "modified" (Last-Modified alone),
    "shifted" (a part that begins a byte later), "half" (half of a part), "longer" (a part
    that ends a byte later), "multipart", "gzip" (the part is coded), "endless" (no total),
    "silent" (no Content-Range).
    """

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    async def __call__(self, exchange: Exchange) -> None:
        request, path = exchange.request, exchange.path.removeprefix("/store/")
        if request.method in ("PUT", "POST"):
            self._files[path] = request.body
            return await exchange.send(201, [])
        if request.method == "DELETE":
            return await exchange.send(204 if self._files.pop(path, None) is not None else 404, [])
        options = dict(request.query)
        if path.endswith("/") or not path:
            return await self._index(exchange, path)
        data = large_zip(int(options["zip"])) if "zip" in options else self._files.get(path)
        if data is None and any(each.startswith(f"{path}/") for each in self._files):
            return await exchange.send(301, [("Location", f"/store/{path}/")])
        if data is None:
            return await exchange.send(404, [], b"There is no such file.")
        return await give(exchange, data, options)

    async def _index(self, exchange: Exchange, folder: str) -> None:
        below = {path[len(folder) :] for path in self._files if path.startswith(folder)}
        names = sorted({name.partition("/")[0] + "/" * ("/" in name) for name in below})
        if not names:
            return await exchange.send(404, [])
        links = "".join(f'<li><a href="{name}">{name}</a></li>' for name in names)
        page = f'<ul><li><a href="../">up</a></li>{links}</ul>'
        return await exchange.send(200, [("Content-Type", "text/html")], page.encode())


def known_by(data: bytes, odd: str) -> Headers:
    """The validators of a file."""
    tag = ("ETag", f'"{hashlib.sha256(data).hexdigest()[:16]}"')
    seconds = int(hashlib.sha256(data).hexdigest()[:7], 16)
    modified = ("Last-Modified", email.utils.formatdate(seconds, usegmt=True))
    weak = ("ETag", f"W/{tag[1]}")
    return {"bare": [], "weak": [weak, modified], "modified": [modified]}.get(odd, [tag, modified])


async def give(exchange: Exchange, data: bytes, options: dict[str, str]) -> None:
    """A file, or the part of it that is asked for."""
    request, odd = exchange.request, options.get("odd", "")
    known = known_by(data, odd)
    headers = [TYPE, *known]
    asked, condition = request.header("range") or "", request.header("if-range")
    if request.method == "HEAD":
        headers.append(("Accept-Ranges", "none" if odd == "plain" else "bytes"))
        await exchange.start(200, headers, length=len(data) + int(options.get("head", 0)))
        return await exchange.finish()
    current = condition is None or condition in [value for _, value in known]
    if not (asked.startswith("bytes=") and current) or odd == "plain":
        return await exchange.send(200, headers, data)
    start, _, end = asked.removeprefix("bytes=").partition("-")
    if not start:
        start, end = str(max(0, len(data) - int(end))), ""
    first, last = int(start), min(int(end or len(data)), len(data) - 1)
    if first >= len(data) or odd == "refused":
        return await exchange.send(416, [("Content-Range", f"bytes */{len(data)}"), *headers])
    return await part(exchange, data, first, last, odd, headers)


async def part(
    exchange: Exchange, data: bytes, first: int, last: int, odd: str, headers: Headers
) -> None:
    """One part, in the odd way."""
    first += odd == "shifted"
    last = (first + last) // 2 if odd == "half" else last + (odd in ("shifted", "longer"))
    last = min(last, len(data) - 1)
    body = data[first : last + 1]
    total = "*" if odd == "endless" else len(data)
    headers = [*headers, ("Content-Range", f"bytes {first}-{last}/{total}")]
    if odd in ("silent", "multipart"):
        headers.pop()
    if odd == "multipart":
        headers[0] = ("Content-Type", "multipart/byteranges; boundary=x")
        body = b"--x\r\n\r\n" + body + b"\r\n--x--"
    if odd == "gzip":
        headers.append(("Content-Encoding", "gzip"))
        body = gzip.compress(body)
    await exchange.send(206, headers, body)
