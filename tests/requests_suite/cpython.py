"""Runs the tests of requests on CPython, over sockets: by this package, or by requests itself."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import trustme

from tests.requests_suite.engine import HERE, Outcomes
from tests.requests_suite.httpbin import HttpbinServer
from tests.requests_suite.sdist import ROOT, test_files

PROGRAM = """
import importlib.util, json, sys

ours, root, inside, arguments, places, bundle = json.loads(sys.stdin.read())
if ours:
    sys.path.insert(0, root)
    import pyfetch_requests

    pyfetch_requests.install()
    sys.path.remove(root)
spec = importlib.util.spec_from_file_location("inside", inside)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print("\\n" + module.run(arguments, places, bundle))
"""


def run(folder: Path, arguments: Sequence[str], ours: bool = True) -> Outcomes:
    """How tests ended, in a process of their own.

    Args:
        folder: An empty one, for the files of the tests.
        arguments: Of pytest.
        ours: False runs them with requests itself.
    """
    for name, content in test_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    with HttpbinServer({}) as server:
        plain = server.urls.page
        places = {"page": plain, "plain": plain, "secure": server.secure([], context)}
        given = [ours, str(ROOT), str(HERE / "inside.py"), [*arguments], places]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps([*given, str(folder / "ca.pem")]),
            cwd=folder,
            env={name: value for name, value in os.environ.items() if not _is_of_proxies(name)},
            capture_output=True,
            text=True,
            check=False,
        )
    if not done.stdout.strip():
        raise RuntimeError(f"the tests have not run: {done.stderr}")
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["status"] not in (0, 1):
        raise RuntimeError(f"pytest has not run: {answer['printed']}")
    outcomes: Outcomes = answer["tests"]
    return outcomes


def _is_of_proxies(name: str) -> bool:
    return name.lower().endswith("_proxy")
