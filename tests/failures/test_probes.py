"""The long tail: requests over all options, methods, bodies and origins, held to one rule.

The answer's bytes are right, as the server saw the request, or there is a named exception of ours
whose message fits. `--probes` says how many; "all" for every one with a single option.
"""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.browser.interpreter import Interpreter
from tests.browser.ways import Way
from tests.server import Urls

from . import probe_run, probes

pytestmark = pytest.mark.usually_on(
    "(chromium and worker and 314.0.7) or (firefox and worker) or (webkit and page) or node"
)
SEED = 9
CHUNK = 250  # that one call makes, which has a limit of time


def test_probes(pyodide: Interpreter, way: Way, urls: Urls, pytestconfig: pytest.Config) -> None:
    wanted = pytestconfig.getoption("--probes")
    target = pyodide.target
    number = len(probes.every(target.engine)) if wanted == "all" else int(wanted)
    failures = []
    for start in range(0, number, CHUNK):
        arguments = {
            "way": way,
            "urls": urls,
            "engine": target.engine,
            "place": target.context,
            "request_id": uuid4().hex,
            "isolated": target.isolated,
            "seed": None if wanted == "all" else SEED,
            "start": start,
            "stop": min(start + CHUNK, number),
        }
        try:
            pyodide.call(probe_run.run, arguments, seconds=200)
        except pytest.fail.Exception as failure:
            failures.append(str(failure).partition("AssertionError: ")[2] or str(failure))
    assert not failures, "\n".join(failures)
