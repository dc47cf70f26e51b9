"""The value of the `pyodide` fixture for tests that run in this Python, over sockets."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Mapping
from unittest.mock import patch

from tests.environment import without_settings

from .targets import Target


class ThisPython:
    """Runs tests directly, without the proxies and certificates of the environment.

    Attributes:
        target: `targets.CPYTHON`.
    """

    def __init__(self, target: Target) -> None:
        self.target = target

    def call(self, function: Callable[..., object], arguments: Mapping[str, object]) -> None:
        """Run the body of a test to its end."""
        values = {name: value for name, value in arguments.items() if name != "pyodide"}
        with patch.dict(os.environ, without_settings(), clear=True):
            result = function(**values)
            if inspect.iscoroutine(result):
                asyncio.run(result)

    def restart(self) -> None:
        """Do nothing: there is no engine to restart."""
