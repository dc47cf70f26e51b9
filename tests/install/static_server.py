"""A static file server as plain as they come: Python's own, with folders under their prefixes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self


class StaticServer:
    """Serves folders while the `with` block lasts; the longest prefix of a path wins.

    Attributes:
        asked: Paths of all requests so far.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = dict(folders)
        self.asked: list[str] = []
        outer = self

        class Handler(SimpleHTTPRequestHandler):
            def translate_path(self, path: str) -> str:
                self.directory, rest = outer.find(path)
                return super().translate_path(rest)

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                if self.path == "/ping":
                    self.send_response(200)
                    self.send_header("Content-Type", "text/plain")
                    self.end_headers()
                    self.wfile.write(b"pong")
                else:
                    super().do_GET()

            def end_headers(self) -> None:
                # Every test is to ask anew, and `asked` to show it.
                self.send_header("Cache-Control", "no-store")
                super().end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def find(self, path: str) -> tuple[str, str]:
        """The folder for a path, and what remains of the path."""
        prefixes = (prefix for prefix in self.folders if path.startswith(prefix))
        prefix = max(prefixes, key=len)
        return str(self.folders[prefix]), "/" + path.removeprefix(prefix).lstrip("/")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
