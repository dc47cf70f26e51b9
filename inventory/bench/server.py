"""A separate server for each size, and its memory as the system reports it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Running:
    """A server that answers.

    Attributes:
        url: its base URL.
        number: of the process.
        seconds: from its start until it answered.
        said: what it printed.
    """

    url: str
    number: int
    seconds: float
    said: str

    def memory(self) -> float:
        """Its memory in MB, without the pages of mapped files."""
        return _status(self.number, "RssAnon")

    def processor(self) -> float:
        """The processor time that it has used, in seconds."""
        threads = Path(f"/proc/{self.number}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def nodes(self) -> tuple[int, int]:
        """How many nodes and edges it has inserted; only after the first start."""
        found = re.search(r"(\d+) nodes and (\d+) edges", self.said)
        assert found
        return int(found[1]), int(found[2])


@contextmanager
def running(data: Path, times: int) -> Iterator[Running]:
    """Start `python -m inventory`, and stop it afterwards."""
    command = [sys.executable, "-m", "inventory", "--port", "0", "--data", str(data)]
    started = time.perf_counter()
    with subprocess.Popen(
        [*command, "--times", str(times)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("API: "):
                break
        else:
            raise RuntimeError(f"the server did not start:\n{said}")
        url = said.split()[-4]
        try:
            yield Running(url, process.pid, time.perf_counter() - started, said)
        finally:
            process.terminate()
            process.stdout.read()


def _status(number: int, name: str) -> float:
    text = Path(f"/proc/{number}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", text)
    assert found
    return int(found[1]) / 1024
