"""Servers that are forked from one process which has imported everything (`fork_server.py`)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.inventory.api import Api
from tests.inventory_process import ROOT, inventory_python


class ForkServer:
    """Starts servers; ends when it is closed, and its servers with it only if they were stopped.

    Args:
        before: a command that starts the process of all servers, with its arguments.
    """

    def __init__(self, *before: str) -> None:
        self._process = subprocess.Popen(
            [*before, str(inventory_python()), "-m", "tests.inventory.fork_server"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def number(self) -> int:
        """The process; its limits are those of the servers that it starts."""
        return self._process.pid

    def ask(self, **request: Any) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()

    def run(self, *arguments: object, answer: str = "") -> tuple[int, str]:
        """A command that ends by itself: its exit code, and what it printed.

        Args:
            arguments: of the command line.
            answer: what it reads from its standard input.
        """
        with _fifo() as fifo:
            given = [*map(str, arguments)]
            number = self.ask(arguments=given, output=str(fifo), answer=answer)
            printed = fifo.read_text()
            return self.ask(ended=number), printed

    @contextmanager
    def running(self, *options: object, data: Path | None = None) -> Iterator[Forked]:
        """A server that answers; it is stopped afterwards, unless the test has ended it.

        Args:
            options: more for the command line.
            data: the folder to keep everything in, None for the server's memory.
        """
        arguments = ["--port", "0", *map(str, options), *(["--data", str(data)] if data else [])]
        with _fifo() as fifo:
            number = self.ask(arguments=arguments, output=str(fifo))
            with fifo.open() as output:
                server = Forked(self, number)
                try:
                    server.api = Api(_url(output))
                    yield server
                finally:
                    code = server.end()
        if code not in (0, -signal.SIGKILL):
            raise RuntimeError(f"the inventory server ended with exit code {code}")


@dataclass
class Forked:
    """A server, and the process that it is."""

    parent: ForkServer
    number: int
    api: Api = field(init=False)
    code: int | None = None

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait until it is gone, and return its exit code (minus a signal)."""
        if self.code is None:
            os.kill(self.number, how)
            self.code = self.parent.ask(ended=self.number)
        return self.code


@contextmanager
def _fifo() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        fifo = Path(folder, "output")
        os.mkfifo(fifo)
        yield fifo


def _url(output: IO[str]) -> str:
    """Read what the server prints until it says that it listens."""
    printed = []
    for line in output:
        printed.append(line)
        if line.startswith("API: "):
            return line.split()[1]
    raise RuntimeError(f"the inventory server did not start:\n{''.join(printed)}")
