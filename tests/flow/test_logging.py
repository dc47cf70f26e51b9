"""A line for each try, where somebody has asked for it; nothing and no import where not."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from .faces import URL, Face, script

SECRET = "hunter2"


async def test_answers_and_failures(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    from pyfetch_requests.testing import respond

    caplog.set_level(logging.DEBUG, "pyfetch_requests")
    transport = script(face.ConnectionError("not there"), respond(200, b"abc"), respond(404, b"no"))
    session = face.Session(transport=transport, retries=1)
    url = URL.replace("//", f"//user:{SECRET}@")
    await face(session.get(f"{url}?token={SECRET}&q=1", headers={"Authorization": SECRET}))
    await face(session.get(URL, stream=True))
    lines = [record.getMessage() for record in caplog.records]
    assert [record.levelname for record in caplog.records] == ["DEBUG"] * 3
    assert lines[0] == f"GET {URL}?token=…&q=1 ConnectionError by Mock: not there"
    assert lines[1].startswith(f"GET {URL}?token=…&q=1 200, 3 bytes in 0.")
    assert lines[1].endswith(" s by Mock")
    assert lines[2].startswith(f"GET {URL} 404, body unread in 0.")
    assert SECRET not in caplog.text


async def test_off_by_default(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    from pyfetch_requests.testing import respond

    caplog.set_level(logging.INFO)
    await face(face.Session(transport=script(respond(200))).get(URL))
    assert caplog.records == []


PROGRAM = """
import sys
from pyfetch_requests import sync, testing
with testing.mocked(lambda _: testing.respond(200)):
    sync.get("https://api.example/")
print(sorted(name for name in sys.modules if name.startswith("pyfetch_requests._flow.log")))
"""


@pytest.mark.skipif(sys.platform == "emscripten", reason="starts a process")
def test_costs_nothing_when_off() -> None:
    out = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert out.stdout.decode().strip() == "[]"
