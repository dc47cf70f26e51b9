"""Pyodide in a browser for the benchmark: the tests' runners on the benchmark's server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from packaging.utils import parse_wheel_filename

from tests.browser.chromium import CHROMIUM_FLAGS
from tools.pyodide_folder import make_test_folder
from tools.wheels import build_wheel, download

ROOT = Path(__file__).resolve().parent.parent
INSIDE = Path(__file__).parent / "inside"
WHEELS = ROOT / "build" / "bench"
CACHE = ROOT / ".cache"
NEWEST = "314.0.7"
NEWEST_TAGS = (
    "--platform", "pyemscripten_2026_0_wasm32", "--implementation", "cp", "--abi", "cp314",
)  # fmt: skip
# Exact numbers of the heap, and a collection when the harness asks for one.
FLAGS = (*CHROMIUM_FLAGS, "--enable-precise-memory-info", "--js-flags=--expose-gc")


def collect_wheels() -> dict[str, str]:
    """Put the wheels of all subjects into build/bench; their file names by project."""
    WHEELS.mkdir(parents=True, exist_ok=True)
    for old in WHEELS.glob("*.whl"):
        old.unlink()
    pure = download(ROOT / "requirements" / "bench.txt", "3.13", CACHE)
    binary = download(ROOT / "requirements" / "bench-binary.txt", "314", CACHE, NEWEST_TAGS)
    for wheel in (*pure, *binary):
        shutil.copyfile(wheel, WHEELS / wheel.name)
    build_wheel(ROOT, WHEELS)
    return {str(parse_wheel_filename(one.name)[0]): one.name for one in WHEELS.glob("*.whl")}


@contextmanager
def serving(versions: Iterable[str]) -> Iterator[str]:
    """Run the server in a process of its own; its origin."""
    for version in versions:
        make_test_folder(version)
    folders = {
        "pyodide": ROOT / "build" / "pyodide",
        "browser": ROOT / "tests" / "browser" / "static",
        "bench": WHEELS,
    }
    named = [f"{name}={folder}" for name, folder in folders.items()]
    command = [sys.executable, "-m", "bench.server", *named]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


class _Prepared:
    """A runner whose page has the benchmark's own `fetch` before Pyodide is there."""

    flags: tuple[str, ...] = FLAGS
    base_url: str
    version: str

    def load_pyodide(self) -> None:
        self.run_js((INSIDE / "network.js").read_text())  # type: ignore[attr-defined]
        limits = json.dumps((INSIDE / "limits.js").read_text())
        self.run_js(f"globalThis.benchmark.limits = {limits}")  # type: ignore[attr-defined]
        super().load_pyodide()  # type: ignore[misc]


def runner(engine: str, place: str) -> type[Any]:
    """The tests' runner of an engine, prepared for the benchmark."""
    tested = import_module(f"tests.browser.{engine}").RUNNERS[place]
    return type(f"Prepared{tested.__name__}", (_Prepared, tested), {})


class Renderer:
    """A process of Chromium that renders a page and runs its scripts, as Linux shows it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, browser: int) -> Renderer:
        """The largest renderer below a browser's process."""
        parents = {}
        for status in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):
                fields = dict(
                    line.split(":\t", 1)
                    for line in status.read_text().splitlines()
                    if ":\t" in line
                )
                parents[int(status.parent.name)] = int(fields["PPid"])

        def below(process: int) -> bool:
            return process == browser or (process in parents and below(parents[process]))

        renderers = [
            cls(Path(f"/proc/{process}"))
            for process in parents
            if below(process)
            and b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes()
        ]
        return max(renderers, key=lambda one: one._field("VmRSS"))

    def _field(self, name: str) -> int:
        text = (self._folder / "status").read_text()
        return int(text.split(f"{name}:")[1].split()[0]) * 1024

    def restart_peak(self) -> int:
        """Forget the peak; bytes that are resident now."""
        (self._folder / "clear_refs").write_text("5")
        return self._field("VmRSS")

    def peak(self) -> int:
        """Bytes that were resident at most since then."""
        return self._field("VmHWM")


class Bench:
    """An interpreter with every subject and the harness in it.

    Attributes:
        runner: pytest-pyodide's.
        origin: of the server.
        has_msgspec: whether there is a wheel of msgspec for this Pyodide.
    """

    def __init__(
        self, engine: str, place: str, version: str, origin: str, files: dict[str, str]
    ) -> None:
        self.origin, self.version = origin, version
        self.has_msgspec = version == NEWEST
        self.runner: Any = runner(engine, place)(origin, version)
        # urllib3-future brings a folder "urllib3" of its own: the real one has to come after it.
        last = ["urllib3"]
        first = [name for name in files if name not in last]
        if not self.has_msgspec:
            first.remove("msgspec")
        for names in (first, last):
            self.runner.load_package([f"{origin}/bench/{files[name]}" for name in names])
        for name in ("subjects", "stream_subjects", "harness"):
            source = json.dumps((INSIDE / f"{name}.py").read_text())
            self.runner.python(
                "import json, sys, types\n"
                f"module = sys.modules[{name!r}] = types.ModuleType({name!r})\n"
                f"exec(compile(json.loads({source!r}), {name + '.py'!r}, 'exec'), module.__dict__)"
            )
        self.runner.python("import harness")

    def wasm_size(self) -> int:
        """Bytes of Python's memory, which only ever grows."""
        return int(self.runner.run_js("return pyodide._module.HEAP8.length"))

    def left(self) -> dict[str, int]:
        """What is alive after collecting: Python's memory and objects, JavaScript's heap."""
        objects = self.runner.python("import gc; gc.collect(); len(gc.get_objects())")
        heap = self.runner.run_js("gc(); gc(); return performance.memory?.usedJSHeapSize ?? 0")
        return {"wasm": self.wasm_size(), "objects": int(objects), "heap": int(heap)}

    def renderer(self) -> Renderer:
        """The process that the interpreter runs in."""
        return Renderer.of(self.runner.driver.capabilities["goog:processID"])

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.quit()
