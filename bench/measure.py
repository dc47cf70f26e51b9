"""Interleaved rounds of works in one interpreter, and what is measured once."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from . import schedule
from .browser import Bench
from .samples import is_calm
from .work import BODY100, LARGE_ROUNDS, Contender, Work
from .works import JS, OURS, REQUESTS_JSPI, SMALL_ID

# Milliseconds by work, contender, sample.
Times = dict[str, dict[str, list[float]]]
# What a program imports, and the wheels that brings with it.
PACKAGES = {
    "pyfetch_requests": ("pyfetch-requests",),
    "requests": ("requests", "urllib3", "idna", "certifi", "charset-normalizer"),
    "niquests": ("niquests", "urllib3-future", "charset-normalizer", "h11", "jh2"),
    "httpx2": ("httpx2", "httpx2-jsfetch", "idna"),
    "zapros": ("zapros", "h11", "idna", "pywhatwgurl", "typing-extensions"),
    "pyodide.http": (),
}


def sample(bench: Bench, work: Work, contender: Contender) -> float:
    """Run a work once; its milliseconds."""
    given = tuple(
        one.format(origin=bench.origin) if isinstance(one, str) else one for one in work.arguments
    )
    method = contender.method or work.method
    call = f"{contender.subject!r}, {method!r}, {given!r}, {work.expected}, {work.stubbed}"
    if contender.how == "xhr":
        return float(bench.runner.python(f"harness.blocking({call})"))
    return float(bench.runner.python_async(f"await harness.awaited({call})"))


def contenders(bench: Bench, some: Iterable[Contender]) -> list[Contender]:
    """Those that can run in this Pyodide."""
    return [one for one in some if "msgspec" not in one.title or bench.has_msgspec]


def rounds(bench: Bench, works: Sequence[Work], count: int | None, seconds: float) -> Times:
    """Do every work in as many rounds as tell, as `schedule` shares them out.

    The contenders of a work follow each other in an order that chance decides anew each time.

    Args:
        bench: the interpreter.
        works: what to do.
        count: the rounds of each work and all its contenders; None for its own number.
        seconds: after which no work has more than its first rounds.
    """
    chance = random.Random(1)
    times: Times = {
        work.key: {one.title: [] for one in contenders(bench, work.contenders)} for work in works
    }
    end = monotonic() + seconds
    todo = (
        schedule.every_round(works, count)
        if count
        else schedule.turns(
            works, lambda work: is_calm(work, times[work.key]), lambda: monotonic() < end
        )
    )
    for work, number in todo:
        everybody = work.contenders if count else schedule.taking_part(work, number)
        order = contenders(bench, everybody)
        for _ in range(1 if number == schedule.WARMING else work.repeat):
            chance.shuffle(order)
            for contender in order:
                elapsed = sample(bench, work, contender)
                if number != schedule.WARMING:
                    times[work.key][contender.title].append(elapsed)
    return times


# The first answer of a program, from its first line on: by the words of each client's own page.
FIRST = {
    "pyodide.http": "from pyodide.http import pyfetch; (await (await pyfetch(URL)).json())",
    "pyfetch_requests": "import pyfetch_requests; (await pyfetch_requests.get(URL)).json()",
    "requests": "import requests; requests.get(URL).json()",
    "niquests": "import niquests; (await niquests.aget(URL)).json()",
    "httpx2": (
        "import httpx2\nasync with httpx2.AsyncClient() as client: (await client.get(URL)).json()"
    ),
    "zapros": "import zapros; (await zapros.AsyncClient().get(URL)).json",
}


def imports(bench: Bench, files: dict[str, str]) -> dict[str, dict[str, list[float]]]:
    """Install and import each package in interpreters of its own, and get a first answer.

    Returns:
        By package milliseconds of "install", of "import", and of "first": import and answer.
    """
    steps = ("install", "import", "first")
    found: dict[str, dict[str, list[float]]] = {
        name: {step: [] for step in steps} for name in PACKAGES
    }
    for _ in range(LARGE_ROUNDS):
        for name, wheels in PACKAGES.items():
            urls = [f"{bench.origin}/bench/{files[wheel]}" for wheel in wheels]
            first = FIRST[name].replace("URL", repr(f"{bench.origin}/small"))
            script = f"""
                const {{ loadPyodide }} = await import("/pyodide/{bench.version}/pyodide.mjs");
                const fresh = await loadPyodide();
                const start = performance.now();
                await fresh.loadPackage({json.dumps(urls)});
                const installed = performance.now();
                fresh.runPython("import {name}");
                const imported = performance.now();
                await fresh.runPythonAsync({json.dumps(first)});
                const answered = performance.now();
                return [installed - start, imported - installed, answered - installed];
            """
            for step, elapsed in zip(steps, bench.runner.run_js(script), strict=True):
                found[name][step].append(elapsed)
    return found


def sizes(folder: Path, files: dict[str, str]) -> dict[str, int]:
    """Bytes of the wheels that each package brings."""
    return {
        name: sum((folder / files[wheel]).stat().st_size for wheel in wheels)
        for name, wheels in PACKAGES.items()
    }


def rooms(wheel: Path) -> dict[str, tuple[int, int, int]]:
    """What a wheel has in each folder: files, their bytes, and those that they take in it."""
    found: dict[str, tuple[int, int, int]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for item in archive.infolist():
            folder = item.filename.split("/")
            room = folder[1] if len(folder) > 2 and folder[0] == "pyfetch_requests" else folder[0]
            if room.endswith(".dist-info"):
                room = "dist-info"
            # A local header and an entry of the directory, both with the name.
            header = 30 + 46 + 2 * len(item.filename)
            files, size, packed = found.get(room, (0, 0, 0))
            packed += item.compress_size + header
            found[room] = files + 1, size + item.file_size, packed
    return dict(sorted(found.items(), key=lambda each: -each[1][2]))


MEMORY = {
    "JavaScript, arrayBuffer": (JS, "content"),
    "requests, JSPI": (REQUESTS_JSPI, "content"),
    "pyfetch_requests, content": (OURS, "content"),
    "pyfetch_requests, iter_content": (OURS, "streamed"),
}


def memory(bench: Bench, contender: Contender, method: str) -> dict[str, float]:
    """Megabytes that 100 MB of body take in a fresh interpreter, at the most.

    Returns:
        process: growth of the renderer's resident memory, which is JavaScript's and Python's.
        wasm: growth of Python's memory.
    """
    warm = Work("", "", "content", ("{origin}/bytes/102400",), 102400, ())
    if contender.subject != "JavaScript":
        sample(bench, warm, contender)
    work = Work("", "", method, (f"{{origin}}/bytes/{BODY100}",), BODY100, ())
    before = bench.wasm_size()
    process = bench.renderer()
    resident = process.restart_peak()
    sample(bench, work, contender)
    return {
        "process": (process.peak() - resident) / 1e6,
        "wasm": (bench.wasm_size() - before) / 1e6,
    }


def growth(bench: Bench, requests: int) -> dict[str, Any]:
    """What is left of many requests: growth from the first thousand to the end."""
    work = Work("", "", "sequential", ("{origin}/small", 1000), SMALL_ID * 1000, ())
    sample(bench, work, OURS)
    before = bench.left()
    for _ in range(requests // 1000):
        sample(bench, work, OURS)
    after = bench.left()
    return {name: after[name] - before[name] for name in before} | {"requests": requests}
