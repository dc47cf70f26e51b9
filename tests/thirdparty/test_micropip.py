"""What micropip makes of `requests` as a dependency, with and without ours."""

from __future__ import annotations

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = pytest.mark.usefixtures("with_micropip")


def requests_in_site_packages() -> bool:
    import importlib
    from importlib.machinery import PathFinder

    importlib.invalidate_caches()
    return PathFinder.find_spec("requests") is not None


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
async def test_a_dependency_is_not_fetched(index: str, urls: Urls) -> None:
    import importlib.metadata

    import micropip

    import pyfetch_requests

    with pyfetch_requests.installed():
        await micropip.install("hvac", index_urls=index)
        assert not requests_in_site_packages()
        assert str(micropip.list()["requests"].version) == "2.34.2+pyfetch"
        with pytest.raises(ValueError, match=r"requests==2\.34\.2\+pyfetch is already installed"):
            await micropip.install("requests<2", index_urls=index)

        import hvac

        client = hvac.Client(f"{urls.httpbin}/anything", token="key")
        answer = client.read("secret/one")
        assert answer["url"].endswith("/anything/v1/secret/one")
        assert answer["headers"]["X-Vault-Token"] == "key"
        assert hvac.Client(f"{urls.page}/missing").read("secret/one") is None  # 404
    micropip.uninstall("hvac")
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("requests")


@in_pyodide
async def test_both_in_place(index: str) -> None:
    import importlib.metadata
    import sys

    import micropip

    import pyfetch_requests

    await micropip.install("requests", index_urls=index)
    try:
        with pyfetch_requests.installed():
            import requests

            assert requests.Session is pyfetch_requests.sync.Session
        import requests

        assert requests.Session is not pyfetch_requests.sync.Session
        assert importlib.metadata.version("requests") == "2.34.2"
        with pytest.raises(RuntimeError, match="imported already"):
            pyfetch_requests.install()
        with pyfetch_requests.installed(force=True):
            assert sys.modules.get("requests") is not requests
        assert sys.modules["requests"] is requests
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "requests"]:
            del sys.modules[name]
        micropip.uninstall("requests")
    assert not requests_in_site_packages()
