"""Small jobs with libraries on top of requests or urllib, and the APIs that they ask.

This package runs on CPython and inside Pyodide: it imports a library where its job begins.
"""

from __future__ import annotations

import json
import traceback
import warnings

from . import data, development, messages, openers, operations, services, sessions
from .job import JOBS, Answer, Job

__all__ = [
    "JOBS", "Answer", "Job", "data", "development", "messages", "openers",
    "operations", "run", "services", "sessions",
]  # fmt: skip


def run(library: str, url: str) -> str:
    """Do a job; its result, or the traceback of its failure, as JSON."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return json.dumps({"result": JOBS[library].run(url)})
    except Exception:  # noqa: BLE001 - reported where the test is
        return json.dumps({"error": traceback.format_exc()})
