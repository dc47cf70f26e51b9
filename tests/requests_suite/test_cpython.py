"""requests' tests over our sockets; `make test-requests ENGINE=cpython` runs them all."""

from __future__ import annotations

from pathlib import Path

from tests.browser.targets import Target
from tests.requests_suite import cpython
from tests.requests_suite.limits import ON_CPYTHON
from tests.requests_suite.sdist import test_files
from tests.requests_suite.verdict import judge

# Those that ask for something; the others wait for time limits, or need no network.
CHOSEN = ("tests/test_requests.py::TestRequests", "tests/test_testserver.py")


def test_what_can_pass_does(tmp_path: Path) -> None:
    outcomes = cpython.run(tmp_path, CHOSEN)
    verdict = judge(outcomes, Target("cpython", "process", ""), "sockets")
    assert not verdict.failed, "\n\n".join(
        f"{test}\n{outcomes[test]['text']}" for test in verdict.failed
    )
    assert len(verdict.passed) > 250
    assert verdict.network[0] > 150


def test_each_limit_is_one_of_tests_that_there_are() -> None:
    sources = b"".join(test_files().values()).decode("latin-1")
    for limit in ON_CPYTHON:
        for name in limit.tests:
            assert f"def {name.rpartition('::')[2].partition('[')[0]}(" in sources, name
