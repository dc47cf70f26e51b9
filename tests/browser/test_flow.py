"""The tests of the flow, as they are, by a pytest inside Pyodide: the same on each of its Pythons.

Nothing is sent: their transport is made in Python. What the browser itself does with a request is
the business of the other files here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FLOW = Path(__file__).parent.parent / "flow"
FILES = {path.name: path.read_text() for path in FLOW.glob("*.py")}
TESTS = sorted(name for name in FILES if name.startswith("test_"))
HELPERS = FILES.keys() - set(TESTS)
# Their transport suspends, and the pytest inside can wait for it only by switching stacks.
SUSPENDING = ("test_concurrency.py",)


async def run(name: str, files: dict[str, str]) -> None:
    """Run one file of the package; this happens inside."""
    package = Path("/tmp/tests/flow")
    package.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (package / path).write_text(text)
    options = ["-q", "--tb=short", "--color=no", "--capture=sys", "-p", "no:cacheprovider"]
    code = pytest.main([*options, f"--rootdir={package}", str(package / name)])
    assert code == pytest.ExitCode.OK


async def cannot_switch_stacks() -> None:
    from pyodide.ffi import can_run_sync

    assert not can_run_sync()


@pytest.mark.parametrize("name", TESTS)
def test_flow(pyodide, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name in SUSPENDING and "jspi" not in pyodide.target.traits:
        # The day that this fails, these tests can run there too.
        return pyodide.call(cannot_switch_stacks, {})
    pyodide.call(run, {"name": name, "files": {key: FILES[key] for key in (*HELPERS, name)}})
    assert " passed" in capsys.readouterr().out
    return None
