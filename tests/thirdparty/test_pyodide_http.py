"""pyodide-http beside `install()`: old notebooks call its `patch_all()`, sooner or later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = [
    pytest.mark.usefixtures("with_micropip", "libraries"),
    pytest.mark.only_on("browser"),  # elsewhere its patches do nothing
    pytest.mark.usually_on("chromium and 314.0.7 and worker"),
]


def check(requests: Any, urls: Urls) -> None:
    """What is ours is as it was."""
    import pyfetch_requests

    assert requests.Session is pyfetch_requests.sync.Session
    session = requests.Session(retries=1)
    assert session.get(urls.echo(), timeout=5).json()["method"] == "GET"
    with pytest.raises(pyfetch_requests.ConnectionError, match="cannot be reached"):
        session.get(urls.dead)
    with pytest.raises(pyfetch_requests.BrowserLimitError):
        requests.get(urls.echo(), data=b"x")


@in_pyodide
async def test_it_patches_after_install(urls: Urls) -> None:
    from urllib.error import URLError
    from urllib.request import urlopen

    import pyodide_http
    import requests

    import pyfetch_requests

    assert pyodide_http.should_patch()
    with pyfetch_requests.installed("urllib"):
        pyodide_http.patch_all()
        check(requests, urls)
        with pytest.raises(URLError) as caught:
            urlopen(urls.dead)
        assert isinstance(caught.value.reason, pyfetch_requests.ConnectionError)


@in_pyodide
async def test_it_has_patched_before_install(urls: Urls, index: str) -> None:
    import sys

    import micropip
    import pyodide_http

    import pyfetch_requests

    pyfetch_requests.uninstall()
    pyodide_http.patch_requests(continue_on_import_error=True)  # there is none
    await micropip.install("requests", index_urls=index)
    try:
        import requests as real

        pyodide_http.patch_requests()
        assert "new_init" in real.Session.__init__.__qualname__
        with pyfetch_requests.installed(force=True) as ours:
            check(ours, urls)
            pyodide_http.patch_requests()
            check(ours, urls)
        assert sys.modules["requests"] is real
        pyodide_http.patch_requests()
        assert real.Session().adapters["http://"].__class__.__name__ == "PyodideHTTPAdapter"
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "requests"]:
            del sys.modules[name]
        sys.modules.pop("pyodide_http._requests", None)
        micropip.uninstall("requests")
        pyfetch_requests.install()
