"""The value of the `pyodide` fixture where a test runs in this very Python, over sockets."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Mapping
from unittest.mock import patch

from pyfetch_requests._nouns import settings

from .targets import Target


class ThisPython:
    """Runs tests without a detour, and without the environment of whoever runs them.

    Attributes:
        target: `targets.CPYTHON`.
    """

    def __init__(self, target: Target) -> None:
        self.target = target

    def call(self, function: Callable[..., object], arguments: Mapping[str, object]) -> None:
        """Run the body of a test to its end."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.lower().endswith("_proxy") and name not in settings.CA_BUNDLES
        }
        values = {name: value for name, value in arguments.items() if name != "pyodide"}
        with patch.dict(os.environ, kept | {"NETRC": os.devnull}, clear=True):
            result = function(**values)
            if inspect.iscoroutine(result):
                asyncio.run(result)

    def restart(self) -> None:
        """Do nothing: there is nothing to start anew."""
