"""Node, as it is installed: before version 24 it can switch stacks with a flag only."""

from __future__ import annotations

from .process import ProcessRunner
from .runners import program


class NodeProcess(ProcessRunner):
    """Pyodide in Node."""

    def command(self) -> list[str]:
        return [program("node", "nodejs")]


RUNNERS = {"process": NodeProcess}
