"""Runs the jobs: on CPython with real requests, and in an interpreter after `install()`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.browser.interpreter import Interpreter
from tests.inventory_process import ROOT
from tests.thirdparty.api import Api
from tools.wheels import download, fill_once

LOCK = ROOT / "requirements" / "libraries.txt"
JOBS = Path(__file__).with_name("jobs")
CACHE = ROOT / ".cache"
FILE = "/libraries.zip"
FOLDER = "/beside"
# Names in URLs, which have one length: bodies with a URL in them have one length then, too.
RUNS = {"requests": "cpy", "switch": "jsp", "xhr": "xhr"}
# Not needed, and the greater part of some wheels.
NEEDLESS = ("/tests/", "/test/", ".pyi", ".dist-info/RECORD")


def wheels() -> list[Path]:
    """The wheels of the lock file."""
    return download(LOCK, "3.11", CACHE)


def versions() -> dict[str, str]:
    """The version of each library by its normalised name."""
    return {
        canonicalize_name(name): str(version)
        for name, version, *_ in (parse_wheel_filename(wheel.name) for wheel in wheels())
    }


def site() -> Path:
    """A folder with what is in the wheels, for CPython."""
    found = wheels()
    folder = found[0].parent / "site"

    def unpack(place: Path) -> None:
        for wheel in found:
            shutil.unpack_archive(wheel, place, "zip")

    fill_once(folder, unpack)
    return folder


def archive() -> Path:
    """A file with what is in the wheels, that Pyodide imports from."""
    found = wheels()
    target = found[0].with_name("libraries.zip")
    if not target.is_file():
        partial = target.with_suffix(f".{os.getpid()}")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
            for wheel in found:
                with zipfile.ZipFile(wheel) as packed:
                    for name in packed.namelist():
                        if not any(part in name for part in NEEDLESS):
                            made.writestr(name, packed.read(name))
        partial.rename(target)
    return target


@dataclass(frozen=True)
class Outcome:
    """How a job ended, and what came to the server for it.

    Attributes:
        error: The traceback of a job that failed.
        result: What it returned.
        wire: See `Api.wire`.
    """

    error: str | None
    result: Any
    wire: list[Any]

    @classmethod
    def of(cls, answer: str, wire: list[Any], url: str) -> Outcome:
        """Read what a job has answered; where its API is at `url`."""
        found = json.loads(answer.replace(url, "URL"))
        return cls(found.get("error"), found.get("result"), wire)

    def requests(self) -> set[str]:
        """Method and path of each request."""
        return {f"{one['method']} {one['target'].partition('?')[0]}" for one in self.wire}


class Requests:
    """Runs jobs on CPython, with real requests, in one process."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[str, Outcome] = {}
        paths = os.pathsep.join([str(site()), str(JOBS.parent)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jobs"],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what libraries log
            text=True,
        )

    def run(self, library: str) -> Outcome:
        if library not in self._known:
            url = self._api.begin(RUNS["requests"], library)
            assert self._process.stdin
            assert self._process.stdout
            print(library, url, file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
            wire = self._api.wire(RUNS["requests"], library)
            self._known[library] = Outcome.of(answer, wire, url)
        return self._known[library]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


class Installed:
    """Runs jobs in an interpreter, with this package as `requests`.

    Args:
        interpreter: Its page is on the origin of the server.
        api: Served under `PREFIX`.
        archive: URL of the file that `archive` gives.
    """

    def __init__(self, interpreter: Interpreter, api: Api, archive: str) -> None:
        self._interpreter = interpreter
        self._api = api
        self._archive = archive

    def run(self, library: str, way: str) -> Outcome:
        """Run a job by "switch" or "xhr"."""
        url = self._api.begin(RUNS[way], library)
        prepare(self._interpreter, self._archive)
        runner = self._interpreter.runner
        code = (
            "import pyfetch_requests\n"
            "with pyfetch_requests.installed('requests', 'urllib'):\n"
            "    import jobs\n"
            f"    answer = jobs.run({library!r}, {url!r})\n"
            "answer"
        )
        answer = (runner.python if way == "xhr" else runner.python_async)(code)
        return Outcome.of(answer, self._api.wire(RUNS[way], library), url)


def prepare(interpreter: Interpreter, archive: str) -> None:
    """Make what is in the wheels importable, and the jobs, in an interpreter that has not got it.

    PyYAML has no pure wheel; what is Python of it does the same, more slowly.

    Args:
        interpreter: Where.
        archive: URL of the file that `archive` gives.
    """
    import yaml

    runner = interpreter.runner
    if hasattr(runner, "jobs"):
        return
    runner.run_js(
        f"const answer = await fetch({json.dumps(archive)});"
        "const data = new Uint8Array(await answer.arrayBuffer());"
        f"pyodide.FS.writeFile({json.dumps(FILE)}, data);"
    )
    for name, folder in (("jobs", JOBS), ("yaml", Path(yaml.__file__).parent)):
        files = {path.name: path.read_text() for path in folder.glob("*.py")}
        runner.python(
            "from pathlib import Path\n"
            f"Path({FOLDER!r}, {name!r}).mkdir(parents=True)\n"
            f"for name, text in {files!r}.items():\n"
            f"    Path({FOLDER!r}, {name!r}, name).write_text(text)"
        )
    runner.python(f"import sys; sys.path += [{FOLDER!r}, {FILE!r}]")
    runner.jobs = True
