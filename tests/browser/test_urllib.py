"""`install("urllib")` in engines: what urllib and those who use it get from the browser."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

from .ways import Way

pytestmark = pytest.mark.only_on("not by_await")


@in_pyodide
async def test_open(urls: Urls, way: Way) -> None:
    import json
    from urllib.request import Request, urlopen

    import pyfetch_requests

    with pyfetch_requests.installed("urllib"):
        with urlopen(urls.redirect(urls.echo("?q=1"))) as answer:
            assert (answer.status, answer.geturl()) == (200, urls.echo("?q=1"))
            assert answer.headers["content-type"] == "application/json"
            assert json.load(answer)["method"] == "GET"
        request = Request(urls.echo(), b"a=b", {"X-A": "1"}, method="PUT")
        seen = json.load(urlopen(request, timeout=60 if way.name == "switch" else None))
    headers = {name.lower(): value for name, value in seen["headers"]}
    assert (seen["method"], headers["x-a"]) == ("PUT", "1")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert "Python-urllib" not in headers.get("user-agent", "")


@in_pyodide
async def test_errors(urls: Urls, way: Way) -> None:
    import http.client
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    import pyfetch_requests

    with pyfetch_requests.installed("urllib"):
        with pytest.raises(HTTPError) as caught:
            urlopen(urls.respond("why", status=404))
        assert (caught.value.code, caught.value.read()) == (404, b"why")
        with pytest.raises(URLError) as unreachable:
            urlopen(urls.dead)
        reason = unreachable.value.reason
        assert isinstance(reason, pyfetch_requests.exceptions.ConnectionError)
        assert "GET" in str(reason)
        with pytest.raises((http.client.IncompleteRead, URLError)):
            urlopen(urls.respond(b"abc", promise=10)).read()


@in_pyodide
@pytest.mark.only_on("by_switch")
async def test_time_limits(urls: Urls, way: Way) -> None:
    from urllib.error import URLError
    from urllib.request import urlopen

    import pyfetch_requests

    with pyfetch_requests.installed("urllib"):
        with pytest.raises(TimeoutError) as caught:
            urlopen(urls.respond("a", cut=-1, how="stall"), timeout=0.2)
        assert isinstance(caught.value, URLError)
        answer = urlopen(urls.respond("abc", cut=1, how="stall"), timeout=0.5)
        with pytest.raises(TimeoutError):
            answer.read()


@in_pyodide
@pytest.mark.only_on("by_switch")
async def test_bodies_as_they_arrive(urls: Urls, way: Way) -> None:
    """The server would go on for a minute."""
    from urllib.request import urlopen

    import pyfetch_requests

    url = urls.respond(b"line\n" * 600, framing="chunked", sizes=5, pause=0.1)
    with pyfetch_requests.installed("urllib"), urlopen(url) as answer:
        assert answer.readline() == b"line\n"
        assert answer.read1(3) == b"lin"


@in_pyodide
async def test_content_encoding_is_taken_off_once(urls: Urls, way: Way) -> None:
    from urllib.request import urlopen

    import pyfetch_requests

    with (
        pyfetch_requests.installed("urllib"),
        urlopen(urls.respond(b"abc", encoding="gzip")) as answer,
    ):
        assert answer.headers.get("content-encoding") is None
        assert answer.headers.get("content-length") is None
        assert answer.read() == b"abc"


@in_pyodide
async def test_urlretrieve(urls: Urls, way: Way) -> None:
    import os
    from urllib.request import urlretrieve

    import pyfetch_requests

    calls = []
    with pyfetch_requests.installed("urllib"):
        name, _ = urlretrieve(urls.blob(20_000), reporthook=lambda *now: calls.append(now))
    assert os.path.getsize(name) == 20_000
    assert calls[-1] == (3, 8192, 20_000)


@in_pyodide
async def test_https_without_ssl(urls: Urls, way: Way) -> None:
    """Pyodide from npm has no `ssl`, or an empty one; the scheme is the browser's affair."""
    from urllib.error import URLError
    from urllib.request import build_opener, urlopen

    import pyfetch_requests

    dead = urls.dead.replace("http:", "https:")
    with pyfetch_requests.installed("urllib"):
        for call in (urlopen, build_opener().open):
            with pytest.raises(URLError) as caught:
                call(dead)
            assert isinstance(caught.value.reason, pyfetch_requests.exceptions.ConnectionError)


@in_pyodide
async def test_pyodide_http(urls: Urls, way: Way) -> None:
    import sys

    import pyfetch_requests

    taken = [name for name in sys.modules if name.partition(".")[0] in ("requests", "pyodide_http")]
    before = {name: sys.modules.pop(name) for name in taken}  # of other tests
    pyfetch_requests.install("pyodide_http")
    try:
        import pyodide_http

        pyodide_http.patch_all()
        from urllib.request import urlopen

        import requests

        assert requests.get(urls.echo()).json()["method"] == "GET"
        assert urlopen(urls.respond("a")).read() == b"a"
    finally:
        pyfetch_requests.uninstall()
        left = "pyodide_http" in sys.modules
        sys.modules.update(before)
    assert not left
    with pytest.raises(OSError, match=r"^(?!.*fetch)"):  # sockets again, which do not work
        urlopen(urls.respond("a"))


@in_pyodide
@pytest.mark.usually_on("worker")
async def test_what_opens_sockets_is_told_so(urls: Urls, way: Way) -> None:
    import http.client
    from xmlrpc.client import ServerProxy, Transport
    from xmlrpc.client import dumps as as_xml

    import pyfetch_requests

    before = http.client.HTTPConnection.connect
    with pyfetch_requests.installed("urllib"):
        with pytest.raises(
            NotImplementedError, match=r"http\.client cannot connect to host.*socket"
        ):
            http.client.HTTPConnection("host").request("GET", "/")
        with pytest.raises(
            pyfetch_requests.BrowserLimitError, match=r"xmlrpc\.client uses it, too"
        ):
            ServerProxy("http://host/").add(1)
    assert http.client.HTTPConnection.connect is before

    class OverRequests(Transport):
        """The way around that docs/install.md shows."""

        def request(self, host, handler, request_body, verbose=False):
            answer = pyfetch_requests.sync.post(
                f"http://{host}{handler}", data=request_body, headers={"Content-Type": "text/xml"}
            )
            answer.raise_for_status()
            parser, unmarshaller = self.getparser()
            parser.feed(answer.content)
            parser.close()
            return unmarshaller.close()

    body = as_xml((5,), methodresponse=True)
    # A server that answers with five, whatever it is asked.
    path = urls.path(urls.respond(body))
    server = ServerProxy(f"{urls.page}{path}", transport=OverRequests())
    assert server.add(2, 3) == 5
