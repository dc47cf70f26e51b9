"""Warnings point at the line of the user's own that called the package, however deep the reason."""

from __future__ import annotations

import asyncio
import linecache
import warnings
from pathlib import Path
from typing import Any

import pytest

from pyfetch_requests.testing import mocked, respond

from .faces import Face

# What is called, by an expression that the line holds.
CALLS = {
    "certificate": "get('https://api.example/', cert=__file__)",
    "TLS": "get('https://api.example/', verify=False)",
    "user name": "get('https://api.example/', auth=(1, 2))",
    "verb": "post('https://api.example/', data=open(__file__), verify=False)",
    "request": "request('GET', 'https://api.example/', verify=False)",
    "session": "Session().get('https://api.example/', verify=False)",
    "session's request": "Session().request('PUT', 'https://api.example/', verify=False)",
}
SYNC = """
from pyfetch_requests import sync as client

def inner():
    return client.{call}  # here

def outer():
    return inner()

outer()
"""
ASYNC = """
import pyfetch_requests as client

async def inner():
    return await client.{call}  # here

async def outer():
    return await inner()
"""


@pytest.mark.parametrize("call", CALLS)
async def test_the_line(face: Face, call: str, tmp_path: Path) -> None:
    source = (SYNC if face.blocking else ASYNC).format(call=CALLS[call])
    path = tmp_path / "user.py"
    path.write_text(source, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__", "__file__": str(path)}
    with (
        mocked(lambda request: respond()),
        warnings.catch_warnings(record=True, action="always") as caught,
    ):
        exec(compile(source, str(path), "exec"), names)
        if not face.blocking:
            await names["outer"]()
    found = [warning for warning in caught if warning.category is not ResourceWarning]
    assert found
    linecache.checkcache()
    for warning in found:
        assert warning.filename == str(path)
        assert "# here" in linecache.getline(warning.filename, warning.lineno)


async def test_a_task_has_no_line_of_the_users(face: Face) -> None:
    if face.blocking:
        return
    with (
        mocked(lambda request: respond()),
        warnings.catch_warnings(record=True, action="always") as caught,
    ):
        await asyncio.gather(face.get("https://api.example/", verify=False))
    assert len(caught) == 1
    assert "pyfetch_requests" not in caught[0].filename
