"""Tools for the tests of others do the same over `install()` as over real requests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

RESPONSES = """
import responses

def reverse(request):
    text = request.body if isinstance(request.body, str) else request.body.decode()
    return 201, {"Set-Cookie": "k=v"}, text[::-1]

@responses.activate
def main():
    responses.get("http://h/a", json={"a": 1}, headers={"X-A": "b"})
    responses.post("http://h/p", body="no", status=404)
    responses.get("http://h/r", status=302, headers={"Location": "http://h/a"})
    responses.get("http://h/late", body=requests.exceptions.ConnectTimeout("slow"))
    responses.add_callback(responses.PUT, "http://h/reverse", callback=reverse)
    show(lambda: requests.get("http://h/a", params={"q": "é"}))
    show(lambda: requests.post("http://h/p", json={"b": 2}))
    show(lambda: requests.post("http://h/p").raise_for_status())
    show(lambda: requests.get("http://h/r"))
    show(lambda: requests.get("http://h/late"))
    session = requests.Session()
    show(lambda: session.put("http://h/reverse", data="abc"))
    print(dict(session.cookies))
    show(lambda: requests.get("http://h/unknown"))
    with requests.get("http://h/a", stream=True) as response:
        print(list(response.iter_content(3)))
    for call in responses.calls:
        print(call.request.method, call.request.url, call.request.body)

main()
"""

REQUESTS_MOCK = """
import requests_mock

with requests_mock.Mocker() as mocker:
    mocker.get("http://h/a", json={"x": 1}, headers={"Y": "1"})
    mocker.post("http://h/p", text="t", status_code=201)
    mocker.get("http://h/late", exc=requests.exceptions.ReadTimeout)
    mocker.get("http://h/r", status_code=301, headers={"Location": "http://h/a"})
    show(lambda: requests.get("http://h/a"))
    show(lambda: requests.post("http://h/p", data={"k": "v"}))
    print(mocker.last_request.text, mocker.call_count)
    show(lambda: requests.get("http://h/r"))
    show(lambda: requests.get("http://h/late"))
    try:
        requests.get("http://h/unknown")
    except requests_mock.NoMockAddress as error:
        print(error)
session = requests.Session()
adapter = requests_mock.Adapter()
session.mount("mock://", adapter)
adapter.register_uri("GET", "mock://x/", text="data")
show(lambda: session.get("mock://x/"))
"""

BETAMAX = """
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import betamax

class Counter(BaseHTTPRequestHandler):
    served = 0

    def do_GET(self):
        Counter.served += 1
        body = b"%d" % Counter.served
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "a=b")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Counter)
threading.Thread(target=server.serve_forever, daemon=True).start()
with tempfile.TemporaryDirectory() as folder:
    for _ in range(2):
        session = requests.Session()
        with betamax.Betamax(session, cassette_library_dir=folder).use_cassette("counter"):
            response = session.get(f"http://127.0.0.1:{server.server_port}/", params={"q": 1})
        print(response.status_code, response.text, dict(session.cookies), Counter.served)
server.shutdown()
server.server_close()
"""

UNITTEST_MOCK = """
from unittest import mock

with mock.patch("requests.get") as get:
    get.return_value.json.return_value = {"a": 1}
    print(requests.get("http://nobody.invalid/").json())
with mock.patch("requests.api.request", return_value="instead") as request:
    print(requests.post("http://nobody.invalid/", data="x"), request.call_args)
with mock.patch("requests.Session.send", return_value="instead"):
    print(requests.Session().get("http://nobody.invalid/"))
with mock.patch.object(requests.adapters.HTTPAdapter, "send", side_effect=requests.Timeout("t")):
    show(lambda: requests.get("http://nobody.invalid/"))
"""

BEFORE = """
import requests

def show(send):
    try:
        response = send()
    except requests.exceptions.RequestException as error:
        print([each.__name__ for each in type(error).__mro__ if "requests" in each.__module__][0])
        print(*str(error).splitlines()[:1])
    else:
        print(response.status_code, response.url, response.text)
        print(dict(response.headers), [each.status_code for each in response.history])
"""
INSTALLED = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import pyfetch_requests
pyfetch_requests.install()
"""


def printed(program: str) -> str:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


PROGRAMS = {
    "responses": RESPONSES,
    "requests-mock": REQUESTS_MOCK,
    "betamax": BETAMAX,
    "unittest.mock": UNITTEST_MOCK,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_as_over_requests(name: str) -> None:
    program = BEFORE + PROGRAMS[name]
    expected = printed(program)
    assert len(expected.splitlines()) > 1
    assert printed(INSTALLED + program) == expected
