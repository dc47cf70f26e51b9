"""The names of the package: pinned, the same on both faces, and explained."""

from __future__ import annotations

import inspect
import subprocess
import sys
from types import ModuleType
from typing import Any, get_type_hints

import pytest

import pyfetch_requests
from pyfetch_requests import exceptions, sync, testing
from pyfetch_requests._nouns import response as _response
from pyfetch_requests._nouns import session as _session
from pyfetch_requests._nouns import verbs as _verbs

EXCEPTIONS = """
AbortError BodyTimeout BrokenBodyError BrowserLimitError CORSError ChunkedEncodingError
ConnectTimeout ConnectionError ContentDecodingError FetchOptionError FileChangedError
FileModeWarning HTTPError
HashMismatchError HeadersTimeout InvalidHeader InvalidJSONError InvalidProxyURL InvalidSchema
InvalidURL JSONDecodeError MissingSchema ProxyError ReadTimeout RequestException
RequestsDependencyWarning RequestsWarning RetryError SSLError StreamConsumedError Timeout
TooManyRedirects URLRequired UnrewindableBodyError
""".split()
COMMON = """
AbortController AbortSignal AuthBase HTTPAdapter HTTPBasicAuth HTTPDigestAuth HTTPProxyAuth
PreparedRequest Progress Request Response Retry Session codes delete download exceptions get head
options patch post put request session sse ThroughAdapter
""".split()
# Of the whole package, not of one of its faces.
ASYNC_ONLY = [
    "__version__",
    "full_tracebacks",
    "install",
    "installed",
    "mount",
    "set_base_url",
    "uninstall",
    "websocket",
]
SYNC_ONLY = ["open_url"]


def test_names() -> None:
    assert sorted(pyfetch_requests.__all__) == sorted([*EXCEPTIONS, *COMMON, *ASYNC_ONLY])
    assert sorted(sync.__all__) == sorted([*EXCEPTIONS, *COMMON, *SYNC_ONLY])
    assert sorted(exceptions.__all__) == sorted(EXCEPTIONS)
    assert sorted(testing.__all__) == [
        "Cassette",
        "ChunkedBody",
        "Exchange",
        "MockTransport",
        "NotRecordedError",
        "WireRequest",
        "WireResponse",
        "cassette",
        "mocked",
        "respond",
    ]


@pytest.mark.parametrize("module", [pyfetch_requests, sync, testing], ids=lambda m: m.__name__)
def test_names_are_there(module: ModuleType) -> None:
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)
    with pytest.raises(AttributeError, match="no_such_name"):
        module.no_such_name  # noqa: B018


def test_what_the_faces_share() -> None:
    coloured = """
    HTTPAdapter Response Session session delete download get head options patch post put request sse
    """
    for name in [*EXCEPTIONS, *COMMON]:
        same = getattr(pyfetch_requests, name) is getattr(sync, name)
        assert same is (name not in coloured.split()), name


@pytest.mark.parametrize("name", ["Session", "Response", "HTTPAdapter"])
def test_methods_are_the_same_on_both_faces(name: str) -> None:
    """What only one face has: `with` or `async with`, iteration, and what urllib3 users touch."""
    sides = [
        {method for method in dir(getattr(module, name)) if not method.startswith("_")}
        for module in (pyfetch_requests, sync)
    ]
    # Sockets, and what adapters of third parties call, exist for requests' sake only.
    for_requests = {
        "add_headers",
        "build_connection_pool_key_attributes",
        "build_response",
        "cert_verify",
        "get_connection",
        "get_connection_with_tls_context",
        "get_redirect_target",
        "config",
        "poolmanager",
        "proxy_headers",
        "proxy_manager",
        "proxy_manager_for",
        "rebuild_auth",
        "rebuild_method",
        "rebuild_proxies",
        "request_url",
        "resolve_redirects",
        "should_strip_auth",
    }
    for_requests |= {*SYNC_ONLY}
    assert sides[0] <= sides[1] | {"max_connections"}
    assert sides[1] - sides[0] <= for_requests


def explained(thing: Any) -> bool:
    return bool(thing.__doc__ and thing.__doc__.strip())


def public_things() -> dict[str, Any]:
    things: dict[str, Any] = {}
    for module in (pyfetch_requests, sync, testing, exceptions):
        things[module.__name__] = module
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isroutine(value):
                things[f"{module.__name__}.{name}"] = value
    for base in (_session.SessionBase, _session.AdapterBase, _response.ResponseBase, _verbs.Verbs):
        things[base.__qualname__] = base
    return things


@pytest.mark.parametrize(("name", "thing"), public_things().items(), ids=public_things())
def test_docstrings(name: str, thing: Any) -> None:
    assert explained(thing), name
    if not inspect.isclass(thing):
        return
    methods = {
        f"{base.__qualname__}.{attribute}": value
        for base in thing.__mro__
        if base.__module__.startswith("pyfetch_requests")
        for attribute, value in vars(base).items()
        if not attribute.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod))
    }
    silent = [method for method, value in methods.items() if not explained(value)]
    # An override without words means what its base says.
    spoken = {method.rpartition(".")[2] for method, value in methods.items() if explained(value)}
    assert [method for method in silent if method.rpartition(".")[2] not in spoken] == []


HEAVY = """
asyncio calendar charset_normalizer email hashlib http.client http.cookiejar inspect
logging netrc random secrets socket ssl tempfile threading urllib.request uuid
pyfetch_requests._nouns.cookies pyfetch_requests._text.idna pyfetch_requests._stand_in.install
pyfetch_requests._transports.fetch pyfetch_requests._transports.settlement
pyfetch_requests._transports.xhr pyfetch_requests.testing
""".split()


def printed_by(code: str) -> set[str]:
    """The words that a fresh interpreter without site-packages prints."""
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.')\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def imported_by(statements: str) -> set[str]:
    """What a fresh interpreter has imported after some statements."""
    return printed_by(f"{statements}\nprint(*sys.modules)")


@pytest.mark.parametrize(
    "statement", ["from pyfetch_requests import get, Session", "import pyfetch_requests.sync"]
)
def test_import_is_light(statement: str) -> None:
    loaded = imported_by(statement)
    assert "pyfetch_requests._nouns.session" in loaded
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


def test_the_package_itself_imports_only_the_exceptions() -> None:
    loaded = imported_by("import pyfetch_requests")
    ours = {name for name in loaded if name.startswith("pyfetch_requests")}
    assert ours == {"pyfetch_requests", "pyfetch_requests.exceptions"}


@pytest.mark.parametrize(
    "statements",
    [
        "import pyfetch_requests.sync",
        "from pyfetch_requests import sync",
        "import pyfetch_requests; pyfetch_requests.install(); from requests import get",
    ],
)
def test_blocking_programs_do_not_import_the_async_face(statements: str) -> None:
    loaded = imported_by(statements)
    assert "pyfetch_requests._faces.blocking" in loaded
    assert loaded.isdisjoint(
        {"pyfetch_requests._faces.asynchronous", "pyfetch_requests._faces.one_shot"}
    )


def test_a_name_that_was_not_imported_yet_can_be_patched() -> None:
    imported_by(
        "import pyfetch_requests; from unittest import mock\n"
        "with mock.patch('pyfetch_requests.get', 'patched'):\n"
        "    assert pyfetch_requests.get == 'patched'\n"
        "assert pyfetch_requests.get.__self__ is pyfetch_requests.post.__self__"
    )


def test_a_first_request_is_light_too() -> None:
    """Headers, parameters, JSON and a status: no cookie jar, no hash, no loop, no clock of mail."""
    code = """if True:
        from pyfetch_requests import sync, testing
        before = set(sys.modules)
        with testing.mocked(lambda request: testing.respond(200, b"{}", reason="OK")):
            sync.post("https://a.example", params={"a": 1}, json={}, headers={"A": "b"}).json()
        print(*(set(sys.modules) - before))
    """
    loaded = printed_by(code)
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


@pytest.mark.parametrize("module", [pyfetch_requests, sync])
def test_annotations_of_classes_can_be_evaluated(module: ModuleType) -> None:
    """As attrs does with the bases of a class, and so requests-cache with Response."""
    names = ["Response", "Session", "Request", "PreparedRequest", "HTTPAdapter"]
    for each in (getattr(module, name) for name in names):
        assert isinstance(get_type_hints(each), dict)
