"""The part that runs inside Pyodide: loads test modules, calls tests, and returns their results."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import io
import json
import linecache
import sys
import traceback
import types
import warnings
from collections.abc import Iterator
from typing import Any

from _pytest.assertion.rewrite import rewrite_asserts


def load(name: str, path: str, source: str) -> None:
    """Execute a module's source under this name, with pytest's assertions."""
    parent, _, child = name.rpartition(".")
    if parent and parent not in sys.modules:
        package(parent)
    tree = ast.parse(source, path)
    rewrite_asserts(tree, source.encode(), path)
    module = types.ModuleType(name)
    module.__file__ = path
    module.__package__ = parent
    # Tracebacks show the lines of files that do not exist here.
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    sys.modules[name] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # marks that only the outer pytest knows
        exec(compile(tree, path, "exec"), module.__dict__)
    if parent:
        setattr(sys.modules[parent], child, module)


def package(name: str, **attributes: Any) -> None:
    """Make an empty package, so that the imports of test modules find what they name."""
    module = types.ModuleType(name)
    module.__path__ = []
    module.__dict__.update(attributes)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def script(text: str) -> Any:
    """Return the value of a JavaScript expression, as `run_js` does, but under every policy.

    Where nothing may be evaluated, `scripts.py` has registered the expressions of a test module.
    """
    import js
    from pyodide.code import run_js

    kept = getattr(js, "testScripts", None)
    return run_js(text) if kept is None else kept.get(text)()


@contextlib.contextmanager
def _outcome(result: dict[str, Any]) -> Iterator[None]:
    """Note the error and what was printed."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the test's result
        here = error.__traceback__
        while here and here.tb_frame.f_code.co_filename in (__file__, contextlib.__file__):
            here = here.tb_next
        error.__traceback__ = here
        result["error"] = "".join(traceback.format_exception(error))
    result["printed"] = printed.getvalue()


def _arguments(module: str, text: str) -> dict[str, Any]:
    names = vars(sys.modules["tests.server.urls"]) | vars(sys.modules["tests.browser.ways"])
    return eval(text, names | {"inf": float("inf"), "nan": float("nan")})


def call(module: str, function: str, arguments: str) -> str:
    """Call a test; JSON with `printed` and, if it failed, `error`.

    A coroutine is driven in this call: it must never wait.
    """
    result: dict[str, Any] = {}
    with _outcome(result):
        outcome = getattr(sys.modules[module], function)(**_arguments(module, arguments))
        if asyncio.iscoroutine(outcome):
            with contextlib.suppress(StopIteration):
                outcome.send(None)
                raise RuntimeError("a test that runs by XMLHttpRequest must not await anything")
    return json.dumps(result)


async def call_async(module: str, function: str, arguments: str, seconds: float) -> str:
    """As `call`, for a coroutine function; cancelled after so many seconds.

    The traceback then shows what it was waiting for.
    """
    result: dict[str, Any] = {}
    with _outcome(result):
        async with asyncio.timeout(seconds):
            await getattr(sys.modules[module], function)(**_arguments(module, arguments))
    return json.dumps(result)
