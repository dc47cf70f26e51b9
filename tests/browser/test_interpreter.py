"""The interpreter as the host sees it: failures are readable, and what hangs is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import samples
from tests.browser.interpreter import Interpreter, own_interpreter
from tests.browser.runners import LostError
from tests.browser.targets import chosen
from tests.server import Server


def failure_of(
    pyodide: Interpreter, function: Callable[..., object], seconds: float = 30, **arguments: object
) -> str:
    with pytest.raises(pytest.fail.Exception) as caught:
        pyodide.call(function, arguments, seconds)
    return str(caught.value)


def test_failed_assertion_is_readable(
    pyodide: Interpreter, capsys: pytest.CaptureFixture[str]
) -> None:
    text = failure_of(pyodide, samples.fails_late, number=41)
    assert 'File "tests/browser/samples.py", line ' in text
    assert 'assert found["number"] == ANSWER, "not the answer"' in text
    assert text.endswith("AssertionError: not the answer\nassert 41 == 42\n")
    assert "remote.py" not in text
    assert capsys.readouterr().out == "about to fail\n"


def test_error_is_readable(pyodide: Interpreter) -> None:
    text = failure_of(pyodide, samples.raises)
    assert "in inner" in text
    assert text.endswith("LookupError: nothing there\n")


def test_endless_wait_is_ended_and_shown(pyodide: Interpreter) -> None:
    text = failure_of(pyodide, samples.never_ends, seconds=0.2)
    assert "await asyncio.Event().wait()" in text
    assert text.endswith("TimeoutError\n")


def test_unsendable_argument_is_named(pyodide: Interpreter) -> None:
    with pytest.raises(TypeError, match="cannot send number=<object object"):
        pyodide.call(samples.fails_late, {"number": object()})


def test_lost_interpreters_are_replaced(
    server: Server, package_wheel: Path, pytestconfig: pytest.Config
) -> None:
    with own_interpreter(chosen(pytestconfig)[0], server, package_wheel) as pyodide:
        with pytest.raises(LostError, match="not from Python"):
            pyodide.runner.run_js("throw new Error('not from Python')")
        pyodide.call(samples.works, {})
        pyodide.runner.give_up_after(1)
        assert f"{pyodide.target} was lost" in failure_of(pyodide, samples.spins)
        pyodide.call(samples.works, {})
