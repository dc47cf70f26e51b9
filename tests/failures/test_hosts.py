"""Pyodide in workers and frames of other kinds: each has an address and an origin of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.asking import ASK_EACH
from tests.server import Server, Urls

if TYPE_CHECKING:  # what is not inside
    from tests.browser.interpreter import Interpreter

# Each of these is a further interpreter: not in every version.
pytestmark = [
    pytest.mark.only_on("browser and not (0.29.5 or strict or isolated)"),
    pytest.mark.usually_on("chromium"),
]
ROOT = Path(__file__).resolve().parents[2]
# Some of these hosts are of no origin, to which everything is another one.
OPEN = [("Access-Control-Allow-Origin", "*")]
PYTHON = f"""
{ASK_EACH}
pyfetch_requests.set_base_url(URLS["allowed"])
found["set"] = await told(pyfetch_requests, "./echo")
json.dumps(found)
"""
# Runs Python, and tells what it returns.
RUN = """
try {
  const pyodide = await loadPyodide({ OPTIONS indexURL: "FOLDER/" });
  await pyodide.loadPackage("WHEEL");
  tell(await pyodide.runPythonAsync(PYTHON));
} catch (error) {
  tell(JSON.stringify({ failed: String(error) }));
}
"""
IMPORT = 'const { loadPyodide } = await import("FOLDER/pyodide.mjs");'
IN_WORKER = "const tell = (text) => self.postMessage(text);" + IMPORT + RUN
IN_FRAME = 'const tell = (text) => parent.postMessage(text, "*");' + IMPORT + RUN
IN_SHARED_WORKER = (
    """
const port = await new Promise((resolve) => {
  self.onconnect = (event) => resolve(event.ports[0]);
});
const tell = (text) => port.postMessage(text);
"""
    + IMPORT
    + RUN
)
# Nothing can be imported there while it runs: Pyodide 314 takes what it needs as an argument.
IN_SERVICE_WORKER = (
    """
import createPyodideModule from "FOLDER/pyodide.asm.mjs";
import { loadPyodide } from "FOLDER/pyodide.mjs";
const answer = async (tell) => {
"""
    + RUN.replace("OPTIONS", "createPyodideModule,")
    + """
};
self.onmessage = (event) =>
  event.waitUntil(answer((text) => event.ports[0].postMessage(text)));
"""
)
# How a host is made that runs the text `inside`.
WORKER = """
  const worker = new Worker(ADDRESS, { type: "module" });
  worker.onmessage = (event) => done(event.data);
"""
FRAME = """
  const frame = document.createElement("iframe");
  window.addEventListener("message", (event) => {
    frame.remove();
    done(event.data);
  }, { once: true });
  const html = `<!doctype html><script type="module">${inside}</` + "script>";
"""
OF_BLOB = 'URL.createObjectURL(new Blob([inside], { type: "text/javascript" }))'
OF_DATA = '"data:text/javascript," + encodeURIComponent(inside)'
KINDS = {
    "blob worker": (IN_WORKER, WORKER.replace("ADDRESS", OF_BLOB)),
    "data worker": (IN_WORKER, WORKER.replace("ADDRESS", OF_DATA)),
    "shared worker": (
        IN_SHARED_WORKER,
        f"const worker = new SharedWorker({OF_BLOB}, {{ type: 'module' }});"
        "worker.port.onmessage = (event) => done(event.data);",
    ),
    "blob frame": (
        IN_FRAME,
        FRAME + 'frame.src = URL.createObjectURL(new Blob([html], { type: "text/html" }));'
        "document.body.append(frame);",
    ),
    "data frame": (
        IN_FRAME,
        FRAME + 'frame.src = "data:text/html," + encodeURIComponent(html);'
        "document.body.append(frame);",
    ),
    "empty frame": (
        IN_FRAME,
        FRAME + "document.body.append(frame);"
        'const script = frame.contentDocument.createElement("script");'
        'Object.assign(script, { type: "module", textContent: inside });'
        "frame.contentDocument.body.append(script);",
    ),
}
IN_PAGES = ("shared worker", "blob frame", "data frame", "empty frame")
OF_NO_ORIGIN = ("data worker", "data frame")
ASK_SERVICE_WORKER = """
const registration = await navigator.serviceWorker.register("ADDRESS", { type: "module" });
const worker = registration.installing;
while (worker.state !== "activated") await new Promise((resolve) => setTimeout(resolve, 20));
const { port1, port2 } = new MessageChannel();
const told = new Promise((resolve) => (port1.onmessage = (event) => resolve(event.data)));
worker.postMessage("", [port2]);
const text = await told;
await registration.unregister();
return text;
"""


def filled(script: str, pyodide: Interpreter, server: Server, wheel: Path) -> str:
    """The text of a script, with the addresses of this run."""
    urls = server.urls
    server.mount("/open", ROOT / "build" / "pyodide", OPEN)
    server.mount("/open-wheels", wheel.parent, OPEN)
    asked = {
        "relative": "/echo",
        "own": urls.echo(),
        "allowed": urls.cors(urls.echo()),
        "refused": f"{urls.other}/echo",
        "dead": f"{urls.dead}/",
    }
    values = {
        "OPTIONS": "",
        "FOLDER": f"{urls.page}/open/{pyodide.target.version}",
        "WHEEL": f"{urls.page}/open-wheels/{wheel.name}",
        "PYTHON": json.dumps(PYTHON.replace("URLS", json.dumps(asked))),
    }
    for name, value in values.items():
        script = script.replace(name, value)
    return script


def check(text: str, urls: Urls, kind: str, blocking_tells: bool) -> None:
    """Hold what became of the requests to what can be."""
    found: dict[str, Any] = json.loads(text)
    assert "failed" not in found, found
    refused = {"": "CORSError", " blocking": "CORSError" if blocking_tells else "ConnectionError"}
    for way, error in refused.items():
        relative, own = found[f"relative{way}"], found[f"own{way}"]
        if kind in OF_NO_ORIGIN:
            assert relative[1] == "MissingSchema", relative
            assert "set_base_url" in relative[2], relative
            assert own[1] == error, own
        else:
            assert relative == own == [200, urls.echo(), "basic"]
        assert found[f"allowed{way}"][0] == 200, found
        assert found[f"refused{way}"][1] == error, found
        assert found[f"dead{way}"][1] == "ConnectionError", found
        assert "cannot be reached" in found[f"dead{way}"][2], found
    assert found["set"][0] == 200, found


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=pytest.mark.only_on("page") if kind in IN_PAGES else ())
        for kind in KINDS
    ],
)
def test_hosts(pyodide: Interpreter, server: Server, package_wheel: Path, kind: str) -> None:
    inside, make = KINDS[kind]
    text = json.dumps(filled(inside, pyodide, server, package_wheel))
    promise = f"new Promise((done) => {{ const inside = {text}; {make} }})"
    told = pyodide.runner.run_js(f"return await {promise};")
    check(told, server.urls, kind, "jspi" in pyodide.target.traits)


@pytest.mark.only_on("chromium and page and 314.0.7")
def test_a_service_worker(
    pyodide: Interpreter, server: Server, package_wheel: Path, tmp_path: Path
) -> None:
    text = filled(IN_SERVICE_WORKER, pyodide, server, package_wheel)
    (tmp_path / "worker.mjs").write_text(text)
    server.mount(f"/{tmp_path.name}", tmp_path)
    address = f"/{tmp_path.name}/worker.mjs"
    told = pyodide.runner.run_js(ASK_SERVICE_WORKER.replace("ADDRESS", address))
    check(told, server.urls, "service worker", True)
