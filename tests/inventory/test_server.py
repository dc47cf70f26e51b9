"""The process: its port, its site, its signals, and the way to a real resotocore."""

from __future__ import annotations

import gzip
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from tests.inventory.api import Api
from tests.inventory_process import ROOT, free_port, inventory_python, running_inventory


def _start(*arguments: object) -> subprocess.Popen[str]:
    command = [str(inventory_python()), "-m", "inventory", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _fails_with(message: str, *arguments: object) -> None:
    process = _start(*arguments)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert errors.count("\n") == 1, errors
    assert message in errors


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        _fails_with(f"port {port} on 127.0.0.1 is in use", "--port", port)


def test_an_impossible_port_is_named():
    _fails_with("cannot listen on 127.0.0.1:70000", "--port", 70000)


def test_a_missing_site_is_named(tmp_path: Path):
    _fails_with(f"no site in {tmp_path}", "--site", tmp_path, "--port", free_port())


def test_it_says_what_it_does_and_stops_cleanly(site: Path):
    """On SIGINT here; the fixtures stop their servers with SIGTERM and look at the exit code."""
    port = free_port()
    process = _start("--port", port, "--site", site, "--docs", site)
    assert process.stdout
    printed = []
    for line in process.stdout:
        printed.append(line.strip())
        if line.startswith("API: "):
            break
    assert f"Notebook: http://127.0.0.1:{port}/notebook" in printed
    assert f"Docs: http://127.0.0.1:{port}/docs" in printed
    at = f"http://127.0.0.1:{port}"
    index, page = (requests.get(f"{at}/{each}/", timeout=60) for each in ("notebook", "docs"))
    assert index.text == page.text != ""
    assert any("kinds" in line for line in printed)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert rest.strip() == "inventory: stopped"
    assert errors == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped_while_it_starts(number: signal.Signals):
    process = _start("--port", free_port())
    assert process.stdout
    process.stdout.readline()
    process.send_signal(number)
    rest, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
    assert rest.splitlines()[-1] == "inventory: stopped"
    assert "API: " not in rest


def test_an_open_websocket_does_not_hold_it_up():
    with running_inventory() as url, socket.socket() as client:
        host, port = url.removeprefix("http://").split(":")
        client.connect((host, int(port)))
        client.sendall(
            b"GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert client.recv(1024).startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/notebook", "/notebook/index.html"),
        ("/notebook/", "/notebook/index.html"),
        ("/notebook?path=a.ipynb", "/notebook/index.html?path=a.ipynb"),
        ("/notebook/lab", "/notebook/lab/index.html"),
        ("/notebook/lab/", "/notebook/lab/index.html"),
    ],
)
def test_a_folder_leads_to_its_index_page(served: Api, path: str, target: str):
    response = served.get(path, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (302, target)
    assert served.get(path).text in ("<p>index</p>", "<p>lab</p>")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("index.html", "text/html"),
        ("a.wasm", "application/wasm"),
        ("a.mjs", "text/javascript"),
        ("a%20b.json", "application/json"),
    ],
)
def test_files_have_the_type_that_browsers_ask_for(served: Api, name: str, content_type: str):
    response = served.get(f"/notebook/{name}")
    assert response.status_code == 200
    assert response.headers["Content-Type"].split(";")[0] == content_type
    isolation = {"Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"}
    assert not isolation & set(response.headers)


@pytest.mark.parametrize(
    "path", ["nonesuch", "empty", "..%2fsecret.txt", "%2e%2e/secret.txt", "link/secret.txt"]
)
def test_there_is_nothing_beside_the_site(served: Api, path: str):
    assert served.get(f"/notebook/{path}").status_code == 404


def without_ages(text: object) -> str:
    """Ages go on between two questions."""
    return re.sub(r"""(['"])(age|last_update|last_access)\1: (['"])\w+\3""", "", str(text))


def test_requests_pass_through_to_a_real_resotocore(served: Api, api: Api):
    assert served.get("/system/ping").text == "pong"
    assert without_ages(served.found("is(cloud)")) == without_ages(api.found("is(cloud)"))
    for path in ("/nonesuch", "/graph/nonesuch/node/x"):
        assert served.get(path).status_code == api.get(path).status_code
    direct, relayed = (each.search("is(volume)", "graph") for each in (api, served))
    assert without_ages(relayed.text) == without_ages(direct.text)
    assert len(relayed.content) > 10_000
    assert relayed.headers["Content-Type"] == direct.headers["Content-Type"]


def test_a_resotocore_that_does_not_answer_is_named(site: Path):
    nobody = f"http://127.0.0.1:{free_port()}"
    with running_inventory(site=site, resotocore=nobody) as url:
        response = Api(url).get("/system/ping")
    assert response.status_code == 502
    assert f"No answer from {nobody}" in response.text


def test_files_go_over_the_wire_once_and_packed(tmp_path: Path):
    text = "export const text = 'much of the same';\n" * 100
    for name in ("main.js", "main.0123456789abcdef0123.js"):
        (tmp_path / name).write_text(text)
    (tmp_path / "index.html").write_text("<p>index</p>")
    (tmp_path / "main.js.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    with running_inventory(site=tmp_path, resotocore=f"http://127.0.0.1:{free_port()}") as url:
        packed = Api(url).get("/notebook/main.js")
        plain = Api(url).get("/notebook/main.js", headers={"Accept-Encoding": "identity"})
        again = {"If-None-Match": packed.headers["ETag"]}
        unchanged = Api(url).get("/notebook/main.js", headers=again)
        hashed = Api(url).get("/notebook/main.0123456789abcdef0123.js")
    assert packed.text == plain.text == text
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < 200
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Type"].startswith("text/javascript")
    assert packed.headers["Cache-Control"] == "no-cache"
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
