"""The tests of the flow, as they are, by a pytest inside Pyodide: the same on each of its Pythons.

Nothing is sent: their transport is made in Python. What the browser itself does with a request is
the business of the other files here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FLOW = Path(__file__).parent.parent / "flow"
FILES = {path.name: path.read_text() for path in FLOW.glob("*.py")}
# vcrpy is not there; tests/thirdparty brings it.
ELSEWHERE = "test_cassettes.py"
TESTS = sorted(name for name in FILES if name.startswith("test_") and name != ELSEWHERE)
HELPERS = FILES.keys() - set(TESTS)


async def run(name: str, files: dict[str, str]) -> None:
    """Run one file of the package; this happens inside."""
    package = Path("/tmp/tests/flow")
    package.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (package / path).write_text(text)
    options = ["-q", "--tb=short", "--color=no", "--capture=sys", "-p", "no:cacheprovider"]
    code = pytest.main([*options, f"--rootdir={package}", str(package / name)])
    assert code == pytest.ExitCode.OK


# What is the same everywhere runs once for each Python, and in `make test` once. The pytest inside
# can wait for a transport that suspends only by switching stacks.
@pytest.mark.only_on("worker and jspi")
@pytest.mark.usually_on("chromium and 314.0.7")
@pytest.mark.parametrize("name", TESTS)
def test_flow(pyodide, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    pyodide.call(run, {"name": name, "files": {key: FILES[key] for key in (*HELPERS, name)}})
    assert " passed" in capsys.readouterr().out
