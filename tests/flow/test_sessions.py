"""What a session keeps, and how a request takes it over."""

from __future__ import annotations

import http.cookiejar
import pickle
import warnings
from typing import Any

import pytest

from pyfetch_requests._transports import runtime
from pyfetch_requests.testing import respond

from .faces import HOST, URL, Face, script, sent_headers


async def test_headers(face: Face) -> None:
    transport = script(respond())
    session = face.Session(transport=transport)
    session.headers = {"Accept": "*/*"}
    session.headers.update({"X-One": "session", "X-Two": "session", "X-Three": "session"})
    await face(session.get(URL, headers={"x-one": "call", "X-Two": None, "X-Four": b"call"}))
    assert transport.requests[0].headers == [
        ("Accept", "*/*"),
        ("x-one", "call"),
        ("X-Three", "session"),
        ("X-Four", "call"),
    ]


async def test_headers_of_a_session_may_be_none(face: Face) -> None:
    transport = script(respond(), respond())
    session = face.Session(transport=transport)
    session.headers = None
    await face(session.get(URL))
    await face(session.get(URL, headers={"A": "1"}))
    assert [wire.headers for wire in transport.requests] == [[], [("A", "1")]]


async def test_params(face: Face) -> None:
    transport = script(*[respond()] * 4)
    session = face.Session(transport=transport)
    session.params = {"key": "k", "b": "1"}
    await face(session.get(URL))
    await face(session.get(URL, params={"b": None, "c": [2, 3]}))
    await face(session.get(URL, params="raw=1"))
    session.params = None
    await face(session.get(URL, params={"d": 4}))
    assert [wire.url for wire in transport.requests] == [
        f"{URL}?key=k&b=1",
        f"{URL}?key=k&c=2&c=3",
        f"{URL}?raw=1",
        f"{URL}?d=4",
    ]


async def test_cookies(face: Face) -> None:
    transport = script(*[respond()] * 3)
    session = face.Session(transport=transport)
    session.cookies.set("one", "session")
    session.cookies.set("two", "session", domain="else.example")
    await face(session.get(URL, cookies={"three": "call"}))
    await face(session.get(URL))
    await face(session.get("https://else.example/"))
    assert [sent_headers(wire)["cookie"] for wire in transport.requests] == [
        "one=session; three=call",
        "one=session",
        "one=session; two=session",
    ]


async def test_cookie_jar_of_the_standard_library(face: Face) -> None:
    transport = script(respond(200, headers={"Set-Cookie": "new=1; Path=/"}), respond())
    session = face.Session(transport=transport)
    session.cookies = http.cookiejar.CookieJar()
    await face(session.get(URL))
    await face(session.get(URL))
    assert [cookie.name for cookie in session.cookies] == ["new"]
    assert sent_headers(transport.requests[1])["cookie"] == "new=1"


async def test_cookie_jar_of_the_call(face: Face) -> None:
    transport = script(respond())
    session = face.Session(transport=transport)
    session.cookies.set("one", "session")
    other = face.Session().cookies
    other.set("one", "call")
    other.set("two", "call", domain="else.example")
    await face(session.get(URL, cookies=other))
    assert sent_headers(transport.requests[0])["cookie"] == "one=call"


async def test_several_cookies_of_one_answer(face: Face) -> None:
    lines = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Expires=Wed, 09 Jun 2199")]
    session = face.Session(transport=script(respond(200, headers=lines), respond()))
    response = await face(session.get(URL))
    assert response.cookies.get_dict() == {"a": "1", "b": "2"}
    assert session.cookies.get_dict() == {"a": "1", "b": "2"}


async def test_cookie_header_of_the_call_wins(face: Face) -> None:
    transport = script(respond())
    session = face.Session(transport=transport)
    session.cookies.set("jar", "1")
    await face(session.get(URL, headers={"Cookie": "mine=2"}))
    assert sent_headers(transport.requests[0])["cookie"] == "mine=2"


async def test_prepared_request_keeps_its_own_settings(face: Face) -> None:
    transport = script(respond(), respond())
    session = face.Session(transport=transport, credentials="include")
    session.headers["X-One"] = "1"
    await face(session.send(face.Request("GET", URL).prepare()))
    await face(session.send(session.prepare_request(face.Request("get", URL))))
    first, second = transport.requests
    assert (first.headers, first.options) == ([], {})
    assert ("X-One", "1") in second.headers
    assert (second.method, second.options) == ("GET", {"credentials": "include"})


async def test_only_prepared_requests_are_sent(face: Face) -> None:
    with pytest.raises(ValueError, match="only send PreparedRequests"):
        await face(face.Session(transport=script()).send(face.Request("GET", URL)))


async def test_stream_of_the_session(face: Face) -> None:
    transport = script(respond(), respond())
    session = face.Session(transport=transport)
    session.stream = True
    await face(session.get(URL))
    await face(session.get(URL, stream=False))
    assert [wire.stream for wire in transport.requests] == [True, False]


async def test_context_manager_closes_the_adapters(face: Face) -> None:
    base: Any = face.HTTPAdapter

    class Adapter(base):
        closed = 0

        def close(self) -> None:
            self.closed += 1

    adapter = Adapter()
    async with face.entered(face.Session(transport=script(respond()))) as session:
        assert isinstance(session, face.Session)
        session.mount(f"{HOST}/never", adapter)
        assert (await face(session.get(URL))).ok
        assert adapter.closed == 0
    assert adapter.closed == 1


async def test_pickling(face: Face) -> None:
    session = face.Session(base_url=HOST, credentials="omit", retries=2, json_decoder="orjson")
    session.headers["X-One"] = "1"
    session.cookies.set("a", "1")
    session.auth = face.HTTPBasicAuth("u", "p")
    session.max_redirects = 7
    session.verify = False
    twin = pickle.loads(pickle.dumps(session))
    assert type(twin) is face.Session
    assert (twin.base_url, twin.credentials, twin.json_decoder) == (HOST, "omit", "orjson")
    assert (twin.headers, twin.auth, twin.max_redirects) == (session.headers, session.auth, 7)
    assert twin.cookies.get_dict() == {"a": "1"}
    assert twin.verify is False
    twin.verify = True
    assert twin.get_adapter(URL).max_retries.total == 2
    transport = script(respond())
    twin.mount("https://", face.HTTPAdapter(transport=transport))
    assert (await face(twin.get("/x"))).ok
    assert sent_headers(transport.requests[0])["cookie"] == "a=1"


def test_prepared_request_copies(face: Face) -> None:
    session = face.Session()
    request = session.prepare_request(
        face.Request("POST", URL, headers={"A": "1"}, cookies={"c": "1"}, data=b"x")
    )
    twin = request.copy()
    twin.headers["A"] = "2"
    twin._cookies.set("c", "2")
    assert request.headers["A"] == "1"
    assert request._cookies.get("c") == "1"
    assert (twin.method, twin.url, twin.body) == ("POST", URL, b"x")
    assert repr(twin) == "<PreparedRequest [POST]>"
    assert repr(face.Request("PUT")) == "<Request [PUT]>"
    assert face.PreparedRequest().copy().headers is None


class TestEnvironment:
    """`merge_environment_settings` and what it means for a request."""

    def settings(self, session: Any, **given: Any) -> dict[str, Any]:
        given = {"proxies": {}, "stream": None, "verify": None, "cert": None, **given}
        return session.merge_environment_settings(URL, **given)

    def test_nothing(self, face: Face) -> None:
        assert self.settings(face.Session()) == {
            "proxies": {},
            "stream": False,
            "verify": True,
            "cert": None,
        }

    def test_proxies_that_nobody_asked_for(
        self, face: Face, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As in requests: None stays None, whatever the environment says."""
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
        session = face.Session()
        assert self.settings(session, proxies=None)["proxies"] == session.proxies

    def test_bundle(self, face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
        session = face.Session()
        monkeypatch.setenv("CURL_CA_BUNDLE", "/curl")
        assert self.settings(session)["verify"] == "/curl"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/requests")
        assert self.settings(session)["verify"] == "/requests"
        assert self.settings(session, verify=False)["verify"] is False
        session.trust_env = False
        assert self.settings(session)["verify"] is True

    def test_proxies(self, face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
        session = face.Session()
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
        assert self.settings(session)["proxies"] == {"https": "http://proxy:1"}
        given = {"https": "http://mine:2"}
        assert self.settings(session, proxies=given)["proxies"] == given
        monkeypatch.setenv("NO_PROXY", "api.example")
        assert self.settings(session)["proxies"] == {}
        monkeypatch.delenv("NO_PROXY")
        assert self.settings(session, proxies={"no_proxy": "api.example"})["proxies"] == {
            "no_proxy": "api.example"
        }
        session.trust_env = False
        assert self.settings(session)["proxies"] == {}


class TestProxies:
    async def test_refused_before_sending(self, face: Face) -> None:
        transport = script()
        session = face.Session(transport=transport)
        with pytest.raises(face.ProxyError, match="cannot choose") as caught:
            await face(session.get(URL, proxies={"https": "http://u:secret@proxy:1"}))
        assert "secret" not in str(caught.value)
        assert caught.value.request.url == URL
        session.proxies = {"all": "http://proxy:1"}
        with pytest.raises(face.ProxyError):
            await face(session.get(URL))
        assert transport.requests == []

    async def test_of_the_environment(self, face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runtime, "IN_PYODIDE", True)
        monkeypatch.setenv("https_proxy", "http://proxy:1")
        transport = script(respond(), respond())
        session = face.Session(transport=transport)
        prepared = session.prepare_request(face.Request("GET", URL))
        with pytest.raises(face.ProxyError):
            await face(session.get(URL))
        with pytest.raises(face.ProxyError):
            await face(session.send(prepared))
        session.trust_env = False
        assert (await face(session.get(URL))).ok
        assert (await face(session.send(prepared))).ok

    async def test_for_others_only(self, face: Face) -> None:
        session = face.Session(transport=script(respond()))
        proxies = {"http": "http://p", "https://else.example": "http://p", "https": ""}
        assert (await face(session.get(URL, proxies=proxies))).ok


class TestTLS:
    @pytest.mark.parametrize("setting", ["verify", "bundle", "cert"])
    async def test_what_has_no_effect_warns_once(
        self, face: Face, setting: str, tmp_path: Any
    ) -> None:
        file = tmp_path / "file.pem"
        file.write_text("")
        settings: dict[str, dict[str, Any]] = {
            "verify": {"verify": False},
            "bundle": {"verify": str(file)},
            "cert": {"cert": (str(file), str(file))},
        }
        options = settings[setting]
        session = face.Session(transport=script(respond(), respond()))
        with warnings.catch_warnings(record=True, action="always") as caught:
            for _ in range(2):
                await face(session.get(URL, **options))
        (warning,) = caught
        assert issubclass(warning.category, face.RequestsWarning)
        assert "no effect" in str(warning.message)

    @pytest.mark.parametrize(
        "options",
        [{"verify": "/no/ca"}, {"cert": "/no/cert"}, {"cert": ("/no/cert", "/no/key")}],
    )
    async def test_path_that_does_not_exist(self, face: Face, options: Any) -> None:
        transport = script()
        session = face.Session(transport=transport)
        with pytest.raises(OSError, match="invalid path: /no/c") as caught:
            await face(session.get(URL, **options))
        assert not isinstance(caught.value, face.RequestException)
        assert transport.requests == []

    async def test_says_nothing_for_http(self, face: Face) -> None:
        session = face.Session(transport=script(respond()))
        assert (await face(session.get("http://api.example/", verify="/no/ca"))).ok
