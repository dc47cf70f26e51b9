"""A user's file, for type checkers: it is checked, and never run."""

import io
import pathlib
from collections.abc import Iterator
from http.cookiejar import CookieJar, LWPCookieJar
from typing import Any, assert_type

from pyfetch_requests import sync
from pyfetch_requests.sync import (
    AuthBase,
    HTTPAdapter,
    HTTPBasicAuth,
    HTTPDigestAuth,
    HTTPError,
    PreparedRequest,
    Request,
    Response,
    Retry,
    Session,
)


class Token(AuthBase):
    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self.token}"
        return r


class Logged(HTTPAdapter):
    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        print(request.method, request.url)
        return super().send(request, *args, **kwargs)


def looked_at(response: Response, *args: Any, **kwargs: Any) -> Response | None:
    return response if response.ok else None


class Mine(Session):
    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> Response:
        kwargs.setdefault("timeout", 5)
        return super().request(method, url, *args, **kwargs)


def answers() -> None:
    response = sync.get("https://api.example/things")
    assert_type(response, Response)
    assert_type(response.status_code, int)
    assert_type(response.ok, bool)
    assert_type(response.reason, str)
    assert_type(response.url, str)
    assert_type(response.encoding, str | None)
    assert_type(response.headers["x"], str)
    assert_type(response.headers.get("x"), str | None)
    assert_type(response.headers.get("x", ""), str)
    assert_type(response.text, str)
    assert_type(response.content, bytes)
    assert_type(response.request, PreparedRequest)
    assert_type(response.request.method, str)
    assert_type(response.request.headers["x"], str)
    assert_type(response.history, list[Response])
    assert_type(response.next, PreparedRequest | None)
    assert_type(response.cookies["x"], str | None)
    assert_type(response.elapsed.total_seconds(), float)
    assert_type(response.links, dict[str, dict[str, str]])
    assert_type(response.raw.read(3), bytes)
    assert_type(sync.codes.not_found, int)
    try:
        response.raise_for_status()
    except HTTPError as error:
        print(error)


def bodies(flag: bool) -> None:
    with sync.get("https://api.example/log", stream=True) as response:
        assert_type(response.iter_lines(), Iterator[bytes])
        assert_type(response.iter_lines(decode_unicode=False), Iterator[bytes])
        assert_type(response.iter_lines(decode_unicode=True), Iterator[str])
        assert_type(response.iter_lines(512, True), Iterator[str])
        assert_type(response.iter_lines(decode_unicode=True, delimiter="\n"), Iterator[str])
        assert_type(response.iter_lines(delimiter=b"\n"), Iterator[bytes])
        assert_type(response.iter_lines(decode_unicode=flag), Iterator[str] | Iterator[bytes])
        assert_type(response.iter_content(None), Iterator[bytes])
        assert_type(response.iter_content(1024, decode_unicode=True), Iterator[str])
        assert_type(response.iter_content(decode_unicode=flag), Iterator[str] | Iterator[bytes])
        for chunk in response:
            assert_type(chunk, bytes)
        for event in response.iter_events():
            assert_type(event.data, str)
        for line in response.iter_json():
            print(line["key"])
    with sync.sse("https://api.example/events", json={"stream": True}) as events:
        for event in events:
            assert_type(event.id, str)


def arguments(path: pathlib.Path) -> None:
    url = "https://api.example/things"
    sync.get(url, params={"limit": 5, "tag": ["a", "b"], "none": None})
    sync.get(url, {"q": "x"}, timeout=3)
    sync.get(url, params=[("a", 1), ("a", "2")], timeout=(3, None))
    sync.get(url, params="a=b")
    sync.post(url, data={"field": "value", "many": ["a", "b"]})
    sync.post(url, data=[("field", "value")])
    sync.post(url, data=b"raw")
    sync.post(url, "text")
    sync.post(url, data=(part for part in (b"a", b"b")))
    sync.post(url, json={"a": [1, 2, {"b": None}]})
    sync.post(url, json=None)
    with path.open("rb") as file:
        sync.put(url, data=file)
        sync.post(url, files={"file": file})
        sync.post(url, files={"file": ("name.txt", file, "text/plain", {"X": "y"})})
        sync.post(url, files=[("file", ("name.txt", b"content")), ("other", "text")])
    sync.post(url, data=io.BytesIO(b"x"), headers={"Content-Type": "text/plain"})
    sync.get(url, headers={"Accept": b"*/*", "User-Agent": None})
    sync.get(url, auth=("user", "password"))
    sync.get(url, auth=HTTPBasicAuth("user", "password"))
    sync.get(url, auth=HTTPDigestAuth("user", "password"))
    sync.get(url, auth=Token("x"))
    sync.get(url, auth=lambda request: request)
    sync.get(url, cookies={"a": "b"})
    sync.get(url, cookies=LWPCookieJar())
    sync.get(url, verify="/etc/ca.pem", cert=("cert.pem", "key.pem"), proxies={"https": "x"})
    sync.get(url, hooks={"response": looked_at})
    sync.get(url, hooks={"response": [looked_at]})
    sync.get(url, credentials="include", mode="cors", cache="no-store", priority="high")
    sync.get(url, signal=sync.AbortController().signal, allow_redirects=False)


def sessions(session: Session, jar: CookieJar) -> None:
    session.headers["X"] = "y"
    session.headers.update({"Authorization": "Bearer x", "Raw": b"x"})
    session.auth = ("user", "password")
    session.auth = Token("x")
    session.auth = None
    session.params = {"key": "x"}
    session.verify = False
    session.verify = "/etc/ca.pem"
    session.cert = "/cert.pem"
    session.proxies = {"https": "x"}
    session.credentials = "include"
    session.cookies.set("a", "b", domain="example.org")
    assert_type(session.cookies.get("a"), str | None)
    session.cookies = jar
    session.hooks["response"].append(looked_at)
    session.mount("https://", HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0.5)))
    session.mount("https://", Logged(max_retries=3))
    prepared = session.prepare_request(Request("GET", "https://api.example/", params={"a": "b"}))
    assert_type(prepared, PreparedRequest)
    assert_type(prepared.url, str)
    settings = session.merge_environment_settings(prepared.url, {}, None, None, None)
    assert_type(session.send(prepared, timeout=5, **settings), Response)
    assert_type(session.get("things"), Response)
    with Session(base_url="https://api.example/", retries=3, mode="cors") as other:
        assert_type(other.delete("things/1"), Response)
