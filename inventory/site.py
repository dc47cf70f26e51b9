"""The notebook site and the documents, served from folders before any login is asked for."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Browsers compile WebAssembly while it streams, and load modules, only under these types.
_CONTENT_TYPES = {
    ".wasm": "application/wasm",
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".whl": "application/zip",
    ".ipynb": "application/json",
    ".sse": "text/event-stream",
}
# A name with the hash of its content is never given to another one. JupyterLab's have seven digits.
_NAME_WITH_HASH = re.compile(r"\.[0-9a-f]{7,}\.(js|css)\Z|(\.|\A)[0-9a-f]{16,}\.\w+\Z")
_FOR_EVER = "public, max-age=31536000, immutable"


def static_sites(
    folders: Mapping[str, Path],
) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
    """A middleware that answers from folders, before any login is asked for.

    Args:
        folders: by the first part of the path, such as "notebook".
    """
    roots = {first: folder.resolve() for first, folder in folders.items()}

    @web.middleware
    async def serve_site(request: web.Request, handler: Handler) -> web.StreamResponse:
        first = request.path.removeprefix("/").partition("/")[0]
        if first not in roots or request.method not in ("GET", "HEAD"):
            return await handler(request)
        return _site_response(roots[first], first, request)

    return serve_site


def _site_response(root: Path, first: str, request: web.Request) -> web.StreamResponse:
    relative = request.path.removeprefix(f"/{first}").lstrip("/")
    file = (root / relative).resolve()
    if not file.is_relative_to(root):
        raise web.HTTPNotFound()
    if file.is_dir():
        index = f"/{first}/{relative.rstrip('/')}/index.html".replace("//", "/")
        query = f"?{request.query_string}" if request.query_string else ""
        if not (file / "index.html").is_file():
            raise web.HTTPNotFound()
        raise web.HTTPFound(index + query)
    if not file.is_file():
        raise web.HTTPNotFound()
    # A twin in Brotli or gzip beside it is what goes over the wire; the ETag is aiohttp's.
    response = web.FileResponse(file)
    hashed = _NAME_WITH_HASH.search(file.name) is not None
    response.headers["Cache-Control"] = _FOR_EVER if hashed else "no-cache"
    if file.suffix in _CONTENT_TYPES:
        response.content_type = _CONTENT_TYPES[file.suffix]
    return response
