"""requests_toolbelt 1.0: what of it is possible in a browser."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = pytest.mark.usefixtures("libraries")


def uploads(urls: Urls) -> None:
    import requests
    from requests_toolbelt import MultipartEncoder, MultipartEncoderMonitor, StreamingIterator

    content = bytes(range(256)) * 500
    fields = {"name": "é", "file": ("a.bin", io.BytesIO(content), "application/octet-stream")}
    encoder = MultipartEncoder(fields)
    read = []
    monitor = MultipartEncoderMonitor(encoder, lambda watched: read.append(watched.bytes_read))
    headers = {"Content-Type": monitor.content_type}
    answer = requests.post(f"{urls.httpbin}/post", data=monitor, headers=headers).json()
    assert answer["form"] == {"name": "é"}
    assert len(answer["files"]["file"]) > 100000
    assert answer["headers"]["Content-Length"] == str(encoder.len)
    assert read[-1] == encoder.len

    pieces = StreamingIterator(6, iter([b"abc", b"def"]))
    assert requests.put(f"{urls.httpbin}/put", data=pieces).json()["data"] == "abcdef"


def sessions(urls: Urls) -> None:
    from requests_toolbelt.cookies.forgetful import ForgetfulCookieJar
    from requests_toolbelt.sessions import BaseUrlSession
    from requests_toolbelt.utils import formdata

    session = BaseUrlSession(f"{urls.httpbin}/")
    session.cookies = ForgetfulCookieJar()
    response = session.post("anything/x", data=formdata.urlencode({"a": {"b": "c"}}))
    assert response.json()["url"].endswith("/anything/x")
    assert response.json()["data"] == "a%5Bb%5D=c"


def authentication(urls: Urls) -> None:
    import requests
    from pyodide.ffi import can_run_sync
    from requests_toolbelt import GuessAuth
    from requests_toolbelt.auth.handler import AuthHandler

    session: Any = requests.Session()
    session.credentials = "omit"  # else the browser answers a 401 by asking its user
    if not can_run_sync():
        with pytest.raises(requests.exceptions.RequestException, match="credentials='omit'"):
            session.get(f"{urls.httpbin}/get")
        return
    for path in ("basic-auth/me/secret", "digest-auth/auth/me/secret"):
        guess = GuessAuth("me", "secret")
        response = session.get(f"{urls.httpbin}/{path}", auth=guess)
        assert response.json() == {"authenticated": True, "user": "me"}
        assert [each.status_code for each in response.history] == [401]
        assert session.get(f"{urls.httpbin}/{path}", auth=guess).history == []
    handler = AuthHandler([(urls.page, ("me", "secret"))])
    assert requests.get(f"{urls.httpbin}/basic-auth/me/secret", auth=handler).ok


def downloads(urls: Urls) -> None:
    import requests
    from requests_toolbelt import MultipartDecoder
    from requests_toolbelt.downloadutils.stream import stream_response_to_file
    from requests_toolbelt.utils import dump

    target = io.BytesIO()
    response = requests.get(urls.blob(100000), stream=True)
    stream_response_to_file(response, path=target)
    assert target.getvalue() == bytes(range(256)) * 390 + bytes(range(160))

    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--x--\r\n'
    kind = [("Content-Type", "multipart/form-data; boundary=x")]
    decoder = MultipartDecoder.from_response(requests.get(urls.respond(body, headers=kind)))
    assert [part.text for part in decoder.parts] == ["value"]

    text = dump.dump_all(requests.get(urls.respond("body", headers=[("X-A", "b")]))).decode()
    assert text.startswith("< GET /respond?")
    assert "> HTTP/1.1 200 OK\r\n" in text
    assert "> x-a: b\r\n" in text.lower()
    assert text.endswith("> \r\nbody")


PARTS = (uploads, sessions, authentication, downloads)
NAMES = [part.__name__ for part in PARTS]


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
@pytest.mark.parametrize("name", NAMES)
async def test_by_switching_stacks(urls: Urls, name: str) -> None:
    globals()[name](urls)


@in_pyodide
@pytest.mark.only_on("xhr")
@pytest.mark.parametrize("name", NAMES)
def test_by_xhr(urls: Urls, name: str) -> None:
    globals()[name](urls)


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_what_cannot_be(urls: Urls) -> None:
    import requests
    from requests_toolbelt import SourceAddressAdapter, SSLAdapter
    from requests_toolbelt.adapters.fingerprint import FingerprintAdapter
    from requests_toolbelt.adapters.socket_options import SocketOptionsAdapter
    from requests_toolbelt.threaded import pool

    with pytest.raises(RuntimeError, match="can't start new thread"):
        pool.Pool.from_urls(["http://h/"]).join_all()

    def get_by(adapter: type[Any], *arguments: object) -> Any:
        session = requests.Session()
        session.mount("http://", adapter(*arguments))
        return session.get(f"{urls.httpbin}/get")

    # What adapters set for connections has no effect, which is said when they are made or used.
    for adapter, arguments, name in (
        (SourceAddressAdapter, ("127.0.0.1",), "source_address"),
        (SocketOptionsAdapter, (), "socket_options"),
        (SSLAdapter, (2,), "ssl_version"),
        (FingerprintAdapter, ("00" * 20,), "assert_fingerprint"),
    ):
        with pytest.warns(Warning, match=f"sets {name} for its connections, which has no effect"):
            answer = get_by(adapter, *arguments)
        assert answer.ok
