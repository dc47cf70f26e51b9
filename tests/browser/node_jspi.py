"""Node with the flag that lets version 20 switch stacks."""

from __future__ import annotations

from .node import NodeProcess


class NodeWithJspi(NodeProcess):
    """Pyodide in Node, where stacks can be switched."""

    def command(self) -> list[str]:
        return [*super().command(), "--experimental-wasm-stack-switching"]

    def engine_name(self) -> str:
        return f"{super().engine_name()} with JSPI"


RUNNERS = {"process": NodeWithJspi}
