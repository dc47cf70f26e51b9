"""The proxy of examples/: run as it stands, and asked by our own adapter over real sockets."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyfetch_requests import sync
from tests.server import Server

SOURCE = Path(__file__).resolve().parents[2] / "examples" / "proxy" / "proxy.py"


@contextmanager
def proxy(folder: Path, *arguments: str) -> Iterator[sync.Session]:
    """A session whose requests all go through a proxy, which has a port of its own."""
    file = folder / "proxy.py"
    file.write_text(SOURCE.read_text().replace("8765", "0"))
    command = [sys.executable, "-u", str(file), *arguments]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert running.stdout is not None
        found = re.match(r"(\S+) for", running.stdout.readline())
        assert found is not None
        session = sync.Session()
        session.trust_env = False
        session.mount("http://", sync.ThroughAdapter(found[1]))
        yield session
    finally:
        running.kill()
        running.wait()
        if running.stdout is not None:
            running.stdout.close()


def test_passes_on_what_is_allowed(server: Server, tmp_path: Path) -> None:
    urls = server.urls
    with proxy(tmp_path, "--local", f"{urls.page}/") as session:
        seen = session.put(f"{urls.echo()}?a=%20b", data=b"sent", headers={"X-Own": "1"}).json()
        assert (seen["method"], seen["target"]) == ("PUT", "/echo?a=%20b")
        assert "x-own" not in [name.lower() for name, _ in seen["headers"]]
        assert session.get(urls.blob(100_000)).content == bytes(range(256)) * 390 + bytes(
            range(160)
        )
        assert session.head(urls.blob(10)).headers["access-control-allow-origin"] == "*"
        assert session.get(f"{urls.other}/echo").status_code == 403
        assert session.get(f"{urls.page}/a/%2E%2E%2Fecho").status_code == 403
        large = session.get(urls.blob(10_000_001))
        assert (large.status_code, large.text) == (403, "The answer is too large.")
        assert session.post(urls.echo(), data=bytes(10_000_001)).status_code == 403


def test_refuses_private_addresses_and_names_what_fails(server: Server, tmp_path: Path) -> None:
    urls = server.urls
    with proxy(tmp_path, f"{urls.page}/", f"{urls.dead}/") as session:
        private = session.get(urls.echo())
        assert (private.status_code, private.text) == (403, "This address is a private one.")
        assert session.get(f"{urls.dead}/").status_code == 502
