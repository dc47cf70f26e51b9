"""Build the wheel and the sdist into dist/, and test them as a user would install them.

Usage: python tools/dist.py [--tag v1.2.3]

Decides whether the archives may be published: two builds give the same bytes, a package index can
show the description, and the wheel installs and works in an empty environment and every Pyodide.
Never publishes anything.
"""

from __future__ import annotations

import argparse
import email
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.wheels import EPOCH  # noqa: E402

DIST = ROOT / "dist"
RELATIVE_LINK = re.compile(r"\]\((?!https://|#)([^)]*)\)")

ON_CPYTHON = """
import sys
import pyfetch_requests.sync

response = pyfetch_requests.sync.get(sys.argv[1])
print(pyfetch_requests.__version__, response.json())
"""
IN_PYODIDE = """
const { loadPyodide } = await import(process.argv[1]);
const pyodide = await loadPyodide();
await pyodide.loadPackage(process.argv[2], { messageCallback: () => {} });
console.log(await pyodide.runPythonAsync(`
import pyfetch_requests

response = await pyfetch_requests.get("${process.argv[3]}")
f"{pyfetch_requests.__version__} {response.json()}"
`));
"""


def run(*command: str | Path, **more: str) -> str:
    """Run a command and return its output; exit with that output if it fails."""
    done = subprocess.run(
        command,
        check=False,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=DIST,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\ndist: failed: {' '.join(map(str, command))}")
    return done.stdout


def build(folder: Path) -> dict[str, str]:
    """Build from a copy of the files that git knows; return the archives' names and digests."""
    # A copy, because files that git ignores would get into the archives, here and not elsewhere.
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / "source" / name)
    # Without --wheel the wheel is built from the sdist, which shows that the sdist is complete.
    run(
        sys.executable,
        *("-m", "build", "--no-isolation"),
        *("--outdir", folder / "out"),
        folder / "source",
    )
    archives = sorted((folder / "out").iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in archives}


def build_twice() -> Path:
    """Fill dist/ with archives that are the same in two builds, and return the wheel."""
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        digests = build(Path(first))
        again = build(Path(second))
        if digests != again:
            sys.exit(f"dist: two builds differ: {digests} and {again}")
        for path in (Path(first) / "out").iterdir():
            shutil.copy(path, DIST)
    for name, digest in digests.items():
        print(f"dist: {name} sha256:{digest}, twice the same")
    return next(DIST.glob("*.whl"))


def check_description(wheel: Path) -> str:
    """Check the description as a package index shows it, and return the version."""
    run(sys.executable, "-m", "twine", "check", "--strict", *sorted(DIST.iterdir()))
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
    payload = str(metadata.get_payload())
    if links := RELATIVE_LINK.findall(payload):
        sys.exit(f"dist: relative links, which are broken on a package index: {', '.join(links)}")
    print("dist: the description has no relative link, and twine finds nothing")
    return str(metadata["Version"])


class Answer(BaseHTTPRequestHandler):
    """Answers every GET with JSON."""

    def do_GET(self) -> None:
        body = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering() -> Iterator[str]:
    """Serve answers within the block, and yield a URL for them."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/things"
        server.shutdown()


def check_printed(where: str, printed: str, version: str) -> None:
    """Exit unless a program has printed the version of the wheel and the answer."""
    if f"{version} {{'path': '/things'}}" not in printed:
        sys.exit(f"dist: in {where}, {version} printed {printed}")
    print(f"dist: {version} has sent a request in {where}")


def try_on_cpython(wheel: Path, version: str) -> None:
    """Install the wheel and what it needs into an empty environment, and send a request."""
    with tempfile.TemporaryDirectory() as folder, answering() as url:
        run(sys.executable, "-m", "venv", folder)
        python = Path(folder) / "bin" / "python"
        # The newest versions that the wheel allows, as a user gets them; no lock file.
        run(python, "-m", "pip", "install", "--quiet", wheel)
        # -I: without it, the package in the current folder would be imported.
        printed = run(python, "-I", "-c", ON_CPYTHON, url)
    check_printed("an empty environment", printed, version)


def try_in_pyodide(wheel: Path, version: str) -> None:
    """Load the wheel into every version of Pyodide, in Node, and send a request."""
    with answering() as url:
        for folder in sorted((ROOT / "node_modules").glob("pyodide-*")):
            module = (folder / "pyodide.mjs").as_uri()
            script = ("--input-type=module", "--eval", IN_PYODIDE)
            check_printed(folder.name, run("node", *script, module, wheel, url), version)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tag", help="the tag to be published, which has to be v and the version")
    arguments = parser.parse_args()
    wheel = build_twice()
    version = check_description(wheel)
    if arguments.tag and arguments.tag != f"v{version}":
        sys.exit(f"dist: the tag is {arguments.tag}, and the version is {version}")
    try_on_cpython(wheel, version)
    try_in_pyodide(wheel, version)


if __name__ == "__main__":
    main()
