"""The rest of the world, on this machine: every host that an example asks is this one server.

The examples name the addresses that their readers use. Chromium is told that every name leads here
(`--host-resolver-rules`), Node and Deno by a preloaded module (`outside.mjs`), so their text stays
as it is. The path alone says what is wanted: files of a CDN, or a package index with the wheels.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from collections.abc import Iterable, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import trustme
from packaging.utils import canonicalize_name, parse_wheel_filename

INDEX_TYPE = "application/vnd.pypi.simple.v1+json"


class Outside:
    """Serves while the `with` block lasts, over TLS, with a certificate that nobody knows.

    Args:
        folders: What a CDN has, by the beginning of the path; the longest one wins.
        wheels: What the package index has.

    Attributes:
        port: The one to lead every name to.
        http: The same without TLS, for programs that can be given an address.
        unknown: Host and path of every request of a page that nothing here answers.
    """

    def __init__(self, folders: Mapping[str, Path], wheels: Iterable[Path] = ()) -> None:
        self.folders = dict(folders)
        self.wheels = {wheel.name: wheel for wheel in wheels}
        self.unknown: list[str] = []
        outer = self

        class Handler(_Handler):
            outside = outer

        self._server = _TLSServer(("127.0.0.1", 0), Handler)
        self._plain = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._threads = [
            threading.Thread(target=server.serve_forever, daemon=True)
            for server in (self._server, self._plain)
        ]
        self.port = self._server.server_port
        self.http = f"http://127.0.0.1:{self._plain.server_port}"

    def index_page(self, name: str, host: str) -> dict[str, Any]:
        """What a package index says of a project, as PEP 691 has it."""
        found = (
            wheel for file, wheel in self.wheels.items() if parse_wheel_filename(file)[0] == name
        )
        files = [
            {
                "filename": wheel.name,
                "url": f"https://{host}/wheels/{wheel.name}",
                "hashes": {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()},
            }
            for wheel in found
        ]
        return {"meta": {"api-version": "1.0"}, "name": name, "files": files}

    def file(self, path: str) -> Path | None:
        """The file at a path, if there is one."""
        if path.startswith("/wheels/"):
            return self.wheels.get(path.rpartition("/")[2])
        prefixes = [prefix for prefix in self.folders if path.startswith(prefix)]
        if not prefixes:
            return None
        prefix = max(prefixes, key=len)
        file = self.folders[prefix] / path.removeprefix(prefix).lstrip("/")
        return file if file.is_file() else None

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self._server, self._plain):
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    outside: Outside
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/simple/"):
            name = canonicalize_name(path.removeprefix("/simple/").strip("/"))
            page = self.outside.index_page(name, self.headers["Host"])
            if page["files"]:
                return self._send(json.dumps(page).encode(), INDEX_TYPE)
        elif file := self.outside.file(path):
            return self._send(file.read_bytes(), self.guess_type(file.name))
        # What Chromium asks by itself is for no page.
        if "Referer" in self.headers or "Origin" in self.headers:
            self.outside.unknown.append(self.headers["Host"] + path)
        return self._send(b"not here", "text/plain", 404)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _TLSServer(ThreadingHTTPServer):
    def __init__(self, address: tuple[str, int], handler: type[_Handler]) -> None:
        super().__init__(address, handler)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("outside.example").configure_cert(self._context)

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's own thread: a handshake that stalls holds up no other.
        with self._context.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that has gone."""
