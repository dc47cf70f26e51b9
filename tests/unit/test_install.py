"""`install()`: which names there are, what they are, and what changes when they come and go."""

from __future__ import annotations

import importlib
import inspect
import io
import pickle
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from http.cookiejar import CookieJar
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest
import requests as real
import urllib3
from hypothesis import strategies as st

import pyfetch_requests
from pyfetch_requests import exceptions, sync, testing
from pyfetch_requests._stand_in import install as _install

VERSION = version("requests")
SUBMODULES = """
    __version__ adapters api auth certs compat cookies exceptions help hooks models packages
    sessions status_codes structures utils
""".split()

# Names that real requests shows and we do not, each with its reason. Beside them: modules of the
# standard library and names of `typing`, which are in requests' namespaces by accident.
LEFT_OUT = {
    "": {
        "NullHandler": "of logging, by accident",
        "chardet_version": "of the check below",
        "charset_normalizer_version": "of the check below",
        "check_compatibility": "checks the versions of dependencies; there are none",
    },
    "api": {"Response": "for annotations only"},
    "compat": {"ModuleType": "for annotations only"},
    "help": {
        "chardet": "imported to ask its version",
        "urllib3": "imported to ask its version",
        "OpenSSL": "None without pyOpenSSL, which no browser has",
        "cryptography": "None without pyOpenSSL",
        "pyopenssl": "None without pyOpenSSL",
    },
    "packages": {
        "mod": "a loop variable",
        "package": "a loop variable",
        "target": "a loop variable",
    },
    "utils": {"HEADER_VALIDATORS": "the patterns of check_header_validity, which is there"},
}
# Of these, ours have other names of their own.
RENAMED = ("RequestHooksMixin", "SessionRedirectMixin")
REAL = {name: importlib.import_module(f"requests.{name}".rstrip(".")) for name in ["", *SUBMODULES]}


@pytest.fixture
def ours() -> Iterator[ModuleType]:
    """What `import requests` gives while installed."""
    with pyfetch_requests.installed(force=True) as module:
        yield module


def public(module: ModuleType) -> dict[str, Any]:
    """What a module has to offer, without what it imported from the standard library."""
    names = [name for name in dir(module) if not name.startswith("_")]
    if module.__name__.endswith("__version__") or module is real:
        names += [f"__{name}__" for name in ("title", "version", "build", "author", "license")]
    values = {name: getattr(module, name) for name in names}
    return {name: value for name, value in values.items() if not by_accident(name, value)}


def by_accident(name: str, value: Any) -> bool:
    if name in ("annotations", "TYPE_CHECKING") or getattr(value, "__module__", "") == "typing":
        return True
    needed = ("json", "chardet", "cookielib", "complexjson", "urllib3")
    foreign = isinstance(value, ModuleType) and not value.__name__.startswith("requests.")
    return foreign and name not in needed


@pytest.mark.parametrize("name", ["", *SUBMODULES])
def test_names_are_those_of_requests(ours: Any, name: str) -> None:
    module = importlib.import_module(f"requests.{name}".rstrip("."))
    assert module is not REAL[name]
    wanted = public(REAL[name])
    missing = [entry for entry in wanted if not hasattr(module, entry)]
    assert sorted(missing) == sorted(LEFT_OUT.get(name, {}))
    assert set(wanted) - set(dir(module)) == set(missing)


@pytest.mark.parametrize("name", ["", *SUBMODULES])
def test_names_are_of_the_same_kind(ours: Any, name: str) -> None:
    module = importlib.import_module(f"requests.{name}".rstrip("."))
    for entry, theirs in public(REAL[name]).items():
        value = getattr(module, entry, theirs)
        if entry == "SOCKSProxyManager":
            assert callable(value)  # a function in real requests too, unless PySocks is there
        elif inspect.isclass(theirs):
            assert inspect.isclass(value), entry
            assert theirs.__name__ in (value.__name__, *RENAMED), entry
        elif callable(theirs):
            assert callable(value), entry
        elif isinstance(theirs, ModuleType):
            assert isinstance(value, ModuleType), entry
        else:
            assert type(value).__name__ == type(theirs).__name__, entry


@pytest.mark.parametrize("name", [n for n in SUBMODULES if n != "packages"])
def test_star_import(ours: Any, name: str) -> None:
    namespace: dict[str, Any] = {}
    exec(f"from requests.{name} import *", namespace)
    assert (public(REAL[name]).keys() - LEFT_OUT.get(name, {}).keys()) - {"urllib3", "idna"} - {
        "__title__",
        "__version__",
        "__build__",
        "__author__",
        "__license__",
    } <= namespace.keys()


def test_all_is_that_of_requests(ours: Any) -> None:
    assert sorted(ours.__all__) == sorted(real.__all__)


def test_no_other_names(ours: Any) -> None:
    assert not hasattr(ours, "grab")
    with pytest.raises(ImportError):
        exec("from requests.utils import nonsense")
    with pytest.raises(ModuleNotFoundError, match=r"requests\.nonsense"):
        importlib.import_module("requests.nonsense")
    with pytest.raises(ModuleNotFoundError, match=r"requests\.packages\.nonsense"):
        importlib.import_module("requests.packages.nonsense")


def test_exceptions_are_the_same_everywhere(ours: Any) -> None:
    import requests.exceptions

    for name, kind in vars(real.exceptions).items():
        if not inspect.isclass(kind) or kind.__module__ != "requests.exceptions":
            continue
        mine = getattr(requests.exceptions, name)
        assert mine is getattr(exceptions, name)
        assert getattr(requests, name, mine) is mine
        for base in kind.__mro__[1:]:
            if base.__module__ == "requests.exceptions":
                assert issubclass(mine, getattr(requests.exceptions, base.__name__))
            elif base.__module__ == "builtins":
                assert issubclass(mine, base)


def test_identities(ours: Any) -> None:
    import requests.adapters
    import requests.cookies
    import requests.models
    import requests.sessions
    import requests.structures

    assert requests is ours
    assert ours.Session is ours.sessions.Session is sync.Session
    assert ours.Response is ours.models.Response is sync.Response
    assert ours.PreparedRequest is ours.models.PreparedRequest
    assert ours.adapters.HTTPAdapter is sync.HTTPAdapter
    assert issubclass(ours.adapters.HTTPAdapter, ours.adapters.BaseAdapter)
    assert issubclass(ours.Session, ours.sessions.SessionRedirectMixin)
    assert issubclass(ours.PreparedRequest, ours.models.RequestHooksMixin)
    assert issubclass(ours.cookies.RequestsCookieJar, CookieJar)
    assert ours.codes is ours.status_codes.codes
    assert ours.get is ours.api.get
    assert isinstance(ours.session(), ours.Session)
    assert ours.packages.urllib3 is urllib3


def test_submodules_are_one_under_both_names(ours: Any) -> None:
    import requests.utils

    from pyfetch_requests._stand_in.requests import utils

    assert requests.utils is utils
    assert utils.__spec__.name == utils.__name__ == "pyfetch_requests._stand_in.requests.utils"


def test_urllib3_is_found_below_packages(ours: Any) -> None:
    found = importlib.import_module("requests.packages.urllib3.exceptions")
    assert found.InsecureRequestWarning is urllib3.exceptions.InsecureRequestWarning
    found = importlib.import_module("requests.packages.urllib3.util.retry")
    assert found.Retry is urllib3.util.retry.Retry
    assert urllib3.__spec__.name == "urllib3"
    assert importlib.import_module("requests.packages.chardet") is ours.compat.chardet


# --- coming and going -----------------------------------------------------------------------


def test_refuses_where_requests_was_imported() -> None:
    with pytest.raises(RuntimeError, match=r"requests \(2\.34\.2\) has been imported already"):
        pyfetch_requests.install()
    assert sys.modules["requests"] is real
    assert not _install.is_installed()


def test_uninstall_restores() -> None:
    before = {name: module for name, module in sys.modules.items() if name.startswith("requests")}
    pyfetch_requests.install(force=True)
    import requests

    assert requests is not real
    pyfetch_requests.install()  # once more, and with nothing to refuse
    assert sys.modules["requests"] is requests
    pyfetch_requests.uninstall()
    pyfetch_requests.uninstall()
    after = {name: module for name, module in sys.modules.items() if name.startswith("requests")}
    assert after == before
    assert sys.modules["requests.utils"] is real.utils


def test_blocks_nest() -> None:
    with pyfetch_requests.installed(force=True) as outer:
        with pyfetch_requests.installed() as inner:
            assert inner is outer
        assert sys.modules["requests"] is outer
    assert sys.modules["requests"] is real


def test_a_block_leaves_what_was_installed_before() -> None:
    with pyfetch_requests.installed("pyodide_http"):
        with pyfetch_requests.installed("pyodide_http", "requests", force=True):
            assert _install.is_installed("requests")
        assert _install.is_installed("pyodide_http")
        assert not _install.is_installed("requests")
    assert not _install.is_installed("pyodide_http")


def test_a_name_that_was_used_is_an_attribute(ours: Any) -> None:
    """So that patching it in a test puts back what was there."""
    module = importlib.import_module("requests.sessions")
    assert module.HTTPAdapter is vars(module)["HTTPAdapter"]


def test_a_block_ends_after_an_error() -> None:
    with pytest.raises(LookupError), pyfetch_requests.installed(force=True):
        raise LookupError
    assert sys.modules["requests"] is real


def test_what_was_imported_stays_usable() -> None:
    with pyfetch_requests.installed(force=True) as module:
        pass
    with testing.mocked(lambda request: testing.respond(json=request.url)):
        assert module.get("http://h/", params={"a": "b"}).json() == "http://h/?a=b"
    assert module.help.info()["requests"] == {"version": "2.34.2"}
    assert module.models.codes.ok == 200


def test_metadata() -> None:
    with pyfetch_requests.installed(force=True):
        assert version("requests") == version("Requests") == "2.34.2+pyfetch"
        assert version("urllib3") == vars(urllib3)["__version__"]
        found = importlib.metadata.distribution("requests")
        assert found.read_text("INSTALLER") == "pyfetch_requests"
        assert found.read_text("RECORD") is None
        assert Path(str(found.locate_file("api.py"))).is_file()
        assert found.requires is None
        assert "2.34.2+pyfetch" in [d.version for d in importlib.metadata.distributions()]
    assert version("requests") == "2.34.2"


def clean(code: str, *, bare: bool = False) -> str:
    """What a new interpreter prints; a bare one has no package at all beside ours."""
    root = str(Path(pyfetch_requests.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, *(["-I", "-S"] if bare else []), "-W", "error", "-c",
         f"import sys; sys.path.insert(0, {root!r})\n{code}"],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_package_imports_none_of_it() -> None:
    printed = clean(
        "import pyfetch_requests\n"
        "print([m for m in sys.modules if 'shim' in m or '_install' in m or 'urllib3' in m])"
    )
    assert printed == "[]"


def test_install_imports_nothing_that_is_not_used() -> None:
    printed = clean(
        "before = {*sys.modules}  # a tool that measures coverage has its own\n"
        "import pyfetch_requests; pyfetch_requests.install(); import requests; requests.Session\n"
        "print([m for m in {*sys.modules} - before if m in\n"
        "       ('http.cookiejar', 'urllib.request', 'urllib3', 'requests.utils', 'platform')])"
    )
    assert printed == "[]"


def test_from_a_zip_file(tmp_path: Path) -> None:
    archive = tmp_path / "package.zip"
    root = Path(pyfetch_requests.__file__).parents[1]
    with zipfile.ZipFile(archive, "w") as opened:
        for path in (root / "pyfetch_requests").rglob("*.py"):
            opened.write(path, path.relative_to(root))
    printed = clean(
        f"sys.path.insert(0, {str(archive)!r}); sys.path[:] = [p for p in sys.path if p]\n"
        "import pyfetch_requests; pyfetch_requests.install()\n"
        "import requests.utils; print(requests.utils.__file__)"
    )
    assert printed.startswith(str(archive))


@pytest.mark.parametrize(
    "statement",
    [
        "from requests.packages.urllib3 import PoolManager",
        "from requests.packages.urllib3.exceptions import MaxRetryError",
        "from requests.packages.urllib3.util.retry import Retry",
        "from requests.adapters import PoolManager",
        "from requests.exceptions import BaseHTTPError",
    ],
)
def test_without_urllib3_its_names_say_so(statement: str) -> None:
    printed = clean(
        "import pyfetch_requests; pyfetch_requests.install()\n"
        f"try:\n    {statement}\n"
        "except ImportError as error:\n    print(error.name, error)\n",
        bare=True,
    )
    assert printed.startswith("urllib3 requests.") or printed.startswith("urllib3 pyfetch")
    assert "is a part of urllib3, which is not installed" in printed
    assert "micropip.install('urllib3')" in printed


def test_without_urllib3_its_warnings_are_silenced() -> None:
    printed = clean(
        "import pyfetch_requests; pyfetch_requests.install()\n"
        "import requests, requests.packages.urllib3\n"
        "from requests.packages import urllib3\n"
        "from requests.packages.urllib3.exceptions import InsecureRequestWarning\n"
        "requests.packages.urllib3.disable_warnings()\n"
        "urllib3.disable_warnings(category=InsecureRequestWarning)\n"
        "urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)\n"
        "print(issubclass(InsecureRequestWarning, Warning), 'urllib3' in sys.modules)",
        bare=True,
    )
    assert printed == "True False"


def test_without_any_library() -> None:
    printed = clean(
        "import pyfetch_requests; pyfetch_requests.install()\n"
        "import requests\n"
        "from requests.adapters import *; from requests.models import *\n"
        "from requests.exceptions import *; from requests.utils import quote\n"
        "assert requests.compat.chardet is None\n"
        "assert requests.help.info()['urllib3'] == {'version': None}\n"
        "assert not {'PoolManager', 'RequestField'} & {*dir(requests.adapters), *globals()}\n"
        "print(open(requests.certs.where()).read(), requests.utils.DEFAULT_CA_BUNDLE_PATH)",
        bare=True,
    )
    assert printed.startswith("# No certificates")
    assert printed.endswith("cacert.pem")


# --- what is written here, and not only named ------------------------------------------------


def same(function: str, *arguments: Any) -> None:
    """Both utils give the same, or refuse with exceptions of the same name."""
    results = []
    for utils in (real.utils, sys.modules[f"{_install.__package__}.requests.utils"]):
        try:
            found = getattr(utils, function)(*arguments)
        except Exception as error:  # noqa: BLE001 - its kind is compared
            found = type(error).__name__
        results.append(list(found) if inspect.isgenerator(found) else found)
    assert results[0] == results[1], (function, arguments)


@pytest.fixture(scope="module", autouse=True)
def shim() -> None:
    importlib.import_module(f"{_install.__package__}.requests.utils")


SMALL = hypothesis.settings(max_examples=150, deadline=None)
HEADER = st.text(alphabet='ab",\\=; \t', max_size=20)
URLS = st.one_of(
    st.text(alphabet="ah:/?#@[]%2.x1", max_size=20),
    st.builds("http://{}{}/{}".format, st.sampled_from(["", "u:p@", "u@", "u%3A:p%40@"]),
              st.sampled_from(["h", "h:80", "[::1]:8", "10.0.0.1"]),
              st.text(alphabet="ab?#%@", max_size=8)),
)  # fmt: skip


@SMALL
@hypothesis.given(HEADER)
def test_header_helpers(value: str) -> None:
    for function in ("parse_list_header", "parse_dict_header", "unquote_header_value"):
        same(function, value)
    same("unquote_header_value", value, True)
    # requests stops at a parameter with two "=": ours keeps it.
    plain = value.replace("=", "")
    same("parse_header_links", f"<http://h/{plain}>; {plain}, <b>; rel={plain}")
    same("get_encoding_from_headers", {"content-type": f"text/html; charset={value}"})


@SMALL
@hypothesis.given(URLS)
def test_url_helpers(url: str) -> None:
    for function in ("requote_uri", "unquote_unreserved", "urldefragauth", "get_auth_from_url"):
        same(function, url)


@SMALL
@hypothesis.given(
    st.from_regex(r"(http://)?(u:p@)?[a-z]{1,5}(:[0-9]{1,4})?(/[a-z]*)?", fullmatch=True)
)
def test_prepend_scheme(url: str) -> None:
    same("prepend_scheme_if_needed", url, "https")


@SMALL
@hypothesis.given(st.one_of(st.binary(max_size=8), st.text(max_size=8)), st.integers(-1, 9))
def test_slices_and_lengths(value: Any, length: int) -> None:
    same("iter_slices", value, length)
    same("iter_slices", value, None)
    same("super_len", value)
    same("super_len", io.BytesIO(value) if isinstance(value, bytes) else io.StringIO(value))
    if isinstance(value, bytes) and len(value) > 3:  # shorter texts are not guessed by requests
        same("guess_json_utf", value)


@pytest.mark.parametrize("value", [None, {"a": "b"}, [("a", "b")], "text", b"x", 1, True, ["ab"]])
def test_pairs(value: Any) -> None:
    for function in ("to_key_val_list", "from_key_val_list", "dict_to_sequence"):
        same(function, value)


@pytest.mark.parametrize(
    "value",
    ["10.0.0.1", "10.1", "host", "", "10.0.0.0/8", "10.0.0.0/33", "10.0.0.0/0", "10.0.0.0/x", "x/8",
     "10.0.0.0/8/8"],
)  # fmt: skip
def test_networks(value: str) -> None:
    same("is_ipv4_address", value)
    same("is_valid_cidr", value)


def test_masks() -> None:
    for mask in range(33):
        same("dotted_netmask", mask)
    same("address_in_network", "192.168.1.1", "192.168.1.0/24")
    same("address_in_network", "192.168.1.1", "192.168.100.0/24")


@pytest.mark.parametrize("no_proxy", [None, "", "h", "10.0.0.0/8, other", "*", ".a", "b.a:80"])
@pytest.mark.parametrize("url", ["http://h/", "http://10.1.2.3/", "http://b.a:80/", "mailto:x"])
@pytest.mark.parametrize("variable", [None, "b.a", "10.1.2.3"])
def test_proxies(
    monkeypatch: pytest.MonkeyPatch, url: str, no_proxy: str | None, variable: str | None
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:1")
    if variable is not None:
        monkeypatch.setenv("NO_PROXY", variable)
    same("should_bypass_proxies", url, no_proxy)
    same("get_environ_proxies", url, no_proxy)
    same("select_proxy", url, {"http": "a", "http://h": "b", "all": "c"})
    request = real.Request("GET", url)
    same("resolve_proxies", request, None)
    same("resolve_proxies", request, {"no_proxy": "h", "https": "x"})
    same("resolve_proxies", request, {}, False)


@pytest.mark.parametrize(
    "header",
    [("a", "b"), ("a:", "b"), ("a", " b"), ("a", "b\r\nc"), ("a", 1), (b"a", b"b"), (b"a\n", b"b")],
)
def test_header_validity(header: tuple[Any, Any]) -> None:
    same("check_header_validity", header)


@pytest.mark.parametrize("text", [r'"\\server\file"', r'"a\\b"', r'"a\"b"', '"', '"a', "a", ""])
@pytest.mark.parametrize("is_filename", [True, False])
def test_quoted_values(text: str, is_filename: bool) -> None:
    same("unquote_header_value", text, is_filename)


@pytest.mark.parametrize("failure", [TypeError, socket.gaierror, None])
def test_a_system_that_cannot_tell_bypasses_nothing(
    ours: Any, monkeypatch: pytest.MonkeyPatch, failure: type[Exception] | None
) -> None:
    def bypass(host: str) -> bool:
        if failure is not None:
            raise failure
        return True

    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for module in (importlib.import_module("requests.utils"), REAL["utils"]):
        monkeypatch.setattr(module, "proxy_bypass", bypass)
        assert module.should_bypass_proxies("http://host.example/", None) is (failure is None)


@pytest.mark.parametrize("text", ["", "a", " a", "a:", "a:b", "a\n", "a\r", "a b", "\n", "ab\r\nc"])
def test_header_validators(ours: Any, text: str) -> None:
    validators: Any = importlib.import_module("requests._internal_utils").HEADER_VALIDATORS
    theirs: Any = real._internal_utils.HEADER_VALIDATORS
    for kind, value in ((str, text), (bytes, text.encode())):
        for pattern, expected in zip(validators[kind], theirs[kind], strict=True):
            assert bool(pattern.match(value)) == bool(expected.match(value))


@pytest.mark.parametrize("value", ["x", b"x", b"\xff"])
def test_native_strings(value: Any) -> None:
    same("to_native_string", value)
    same("to_native_string", value, "latin-1")


def test_user_agent(ours: Any) -> None:
    same("default_user_agent")
    same("default_user_agent", "me")
    assert ours.utils.default_headers() == ours.Session().headers


@pytest.mark.filterwarnings("ignore:In requests 3.0:DeprecationWarning")
def test_encodings_in_content() -> None:
    content = (
        '<?xml version="1.0" encoding="koi8-r"?><META charset=utf-8>'
        '<meta http-equiv="content-type" content=";charset=big5">'
    )
    same("get_encodings_from_content", content)


@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-16-le"])
def test_stream_decoding(encoding: str | None) -> None:
    response = real.Response()
    response.encoding = encoding
    chunks = [b"a\xc3", b"\xa9\x00", b"\xff"]
    same_text = []
    for utils in (real.utils, importlib.import_module("pyfetch_requests._stand_in.requests.utils")):
        parts = list(utils.stream_decode_response_unicode(iter(chunks), response))
        same_text.append(parts if encoding is None else "".join(parts))
    assert same_text[0] == same_text[1]


def test_cookie_helpers(ours: Any) -> None:
    jar = ours.utils.cookiejar_from_dict({"a": "1"})
    assert ours.utils.add_dict_to_cookiejar(jar, {"b": "2"}) is jar
    assert ours.utils.dict_from_cookiejar(jar) == {"a": "1", "b": "2"}


def test_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine h login me password secret\n")
    monkeypatch.setenv("NETRC", str(file))
    same("get_netrc_auth", "http://h/")
    same("get_netrc_auth", b"http://h:80/")
    same("get_netrc_auth", "http://other/")
    file.write_text("nonsense\n")
    same("get_netrc_auth", "http://h/")
    same("get_netrc_auth", "http://h/", True)


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("in/cert.pem", "text")
    utils = importlib.import_module("pyfetch_requests._stand_in.requests.utils")
    for path in (str(archive), str(tmp_path / "missing"), f"{archive}/in/other", ""):
        same("extract_zipped_paths", path)
    copy = Path(utils.extract_zipped_paths(f"{archive}/in/cert.pem"))
    assert (copy.suffix, copy.read_text()) == (".pem", "text")
    copy.unlink()

    target = tmp_path / "target"
    with utils.atomic_open(str(target)) as file:
        file.write(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    with pytest.raises(LookupError), utils.atomic_open(str(target)) as file:
        raise LookupError
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "target"]

    monkeypatch.setenv("THERE", "1")
    for name, value in (("THERE", "2"), ("THERE", None), ("MISSING_ONE", "3")):
        before = __import__("os").environ.get(name)
        with utils.set_environ(name, value):
            assert __import__("os").environ.get(name) == (value or before)
        assert __import__("os").environ.get(name) == before


def test_rewind_body(ours: Any) -> None:
    file = io.BytesIO(b"abc")
    file.read(1)
    prepared = ours.Request("POST", "http://h/", data=file).prepare()
    file.read()
    ours.utils.rewind_body(prepared)
    assert file.read() == b"bc"
    with pytest.raises(ours.exceptions.UnrewindableBodyError):
        ours.utils.rewind_body(ours.Request("POST", "http://h/", data="text").prepare())


@pytest.mark.filterwarnings("ignore:In requests 3.0:DeprecationWarning")
def test_unicode_from_response(ours: Any) -> None:
    for header, content in (
        ("text/html; charset=utf-8", "é".encode()),
        ("text/html; charset=ascii", "é".encode()),
        ("application/octet-stream", b"x"),
    ):
        found = []
        for module in (real, ours):
            response = module.Response()
            response.headers["content-type"] = header
            response.encoding = "utf-8"
            response._content = content
            found.append(module.utils.get_unicode_from_response(response))
        assert found[0] == found[1], header


def test_hooks(ours: Any) -> None:
    hooks = importlib.import_module("requests.hooks")
    assert hooks.default_hooks() == {"response": []}
    dispatch_hook = hooks.dispatch_hook
    assert dispatch_hook("response", None, 1) == 1
    assert dispatch_hook("response", {"response": lambda value, step: value + step}, 1, step=2) == 3
    assert dispatch_hook("response", {"response": [lambda value: None, str]}, 1) == "1"


def test_encoding_mixin(ours: Any) -> None:
    mine = ours.models.RequestEncodingMixin
    theirs: Any = real.models.RequestEncodingMixin
    for data in ({"a": [1, None, "é"]}, [("a", "b")], "text", b"bytes", 5, io.BytesIO()):
        assert mine._encode_params(data) == theirs._encode_params(data)
    body, kind = mine._encode_files({"f": ("n.txt", b"x")}, {"a": "b"})
    assert body.count(kind.partition("boundary=")[2].encode()) == 3
    with pytest.raises(ValueError, match="Files must be provided"):
        mine._encode_files({}, {})


# --- what code on top of requests does with it -----------------------------------------------


def answer(request: Any) -> Any:
    body = None if request.body is None else request.body.decode()
    return testing.respond(json=[request.method, request.url, dict(request.headers), body])


def test_a_session_of_somebody_else_serves_the_functions(ours: Any) -> None:
    base: Any = ours.Session

    class Mine(base):
        cache: dict[str, object]

        def __init__(self) -> None:
            self.cache, self.base_url = {}, "http://base/"
            super().__init__()
            self.credentials = object()
            self.headers["X-Mine"] = "1"

    ours.sessions.Session = Mine
    try:
        with testing.mocked(answer):
            method, url, headers, _ = ours.get("x").json()
            assert (method, url, headers["X-Mine"]) == ("GET", "http://base/x", "1")
            assert isinstance(ours.sessions.session(), Mine)
    finally:
        ours.sessions.Session = sync.Session


def test_positional_arguments(ours: Any) -> None:
    with testing.mocked(answer):
        session = ours.Session()
        found = session.request("POST", "http://h/", {"a": "b"}, {"c": "d"}, {"X-E": "f"}).json()
        assert found[:2] == ["POST", "http://h/?a=b"]
        assert (found[2]["X-E"], found[3]) == ("f", "c=d")
        with pytest.raises(ValueError, match="zip"):
            session.request("GET", "http://h/", *[None] * 15)


def test_an_adapter_of_somebody_else(ours: Any) -> None:
    base: Any = ours.adapters.HTTPAdapter

    class Canned(base):
        def send(self, request: Any, *args: Any, **options: Any) -> Any:
            raw = urllib3.HTTPResponse(
                body=io.BytesIO(b'{"a": 1}'),
                headers={"Content-Type": "application/json"},
                status=203,
                reason="So So",
                preload_content=False,
            )
            return self.build_response(request, raw)

    session = ours.Session()
    session.mount("http://canned/", Canned())
    response = session.get("http://canned/x?y")
    assert (response.status_code, response.reason, response.encoding) == (203, "So So", "utf-8")
    assert (response.url, response.json()) == ("http://canned/x?y", {"a": 1})
    assert response.request.url == response.url
    assert isinstance(response.connection, Canned)
    assert Canned().request_url(response.request, {}) == "/x?y"


def test_base_adapter(ours: Any) -> None:
    adapter = ours.adapters.BaseAdapter()
    with pytest.raises(NotImplementedError):
        adapter.send(None)
    with pytest.raises(NotImplementedError):
        adapter.close()


def test_pools_can_be_looked_up_and_not_used(ours: Any) -> None:
    """Elasticsearch looks its pool up when it is made; adapters that choose TLS call the others."""
    adapter = ours.adapters.HTTPAdapter()
    request = ours.Request("GET", "https://h:1/x").prepare()
    pools = (
        adapter.get_connection("http://proxy"),
        adapter.get_connection_with_tls_context(request, True),
        adapter.proxy_manager_for("http://proxy"),
        adapter.poolmanager,
    )
    for pool in pools:
        with pytest.raises(ours.exceptions.BrowserLimitError, match="'urlopen' of a conn"):
            pool.urlopen("GET", "/")
        assert not hasattr(pool, "__len__")
    adapter.cert_verify(pools[1], "https://h/", False, ("a", "b"))
    assert (pools[1].cert_reqs, pools[1].cert_file, pools[1].key_file) == ("CERT_NONE", "a", "b")
    keys = adapter.build_connection_pool_key_attributes(request, True)
    assert keys == ({"scheme": "https", "host": "h", "port": 1}, {"cert_reqs": "CERT_REQUIRED"})
    adapter.close()
    with pytest.raises(ours.exceptions.BrowserLimitError, match="SOCKS"):
        ours.adapters.SOCKSProxyManager("socks5://h")


def test_pickles(ours: Any) -> None:
    with testing.mocked(answer):
        session = ours.Session()
        session.headers["X-A"] = "b"
        twin = pickle.loads(pickle.dumps(session))
        assert twin.get("http://h/").json()[2]["X-A"] == "b"
        response = pickle.loads(pickle.dumps(twin.get("http://h/")))
        assert response.json()[1] == "http://h/"


def test_help(ours: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ours.help.main()
    assert pyfetch_requests.__version__ in capsys.readouterr().out
    assert importlib.import_module("requests.help").info().keys() <= ours.help.info().keys()


# --- more than requests ---------------------------------------------------------------------


def test_unknown_name_changes_nothing() -> None:
    message = r"knows 'requests', 'urllib', 'pyodide_http', 'all', not 'urlib3'; nothing was"
    with pytest.raises(ValueError, match=message):
        pyfetch_requests.install("urllib", "urlib3")
    assert not _install.is_installed("urllib")


def test_one_that_needs_force_leaves_all_as_they_are() -> None:
    assert "requests" in sys.modules
    with pytest.raises(RuntimeError, match=r"requests \(2\.\d+\.\d+\) has been imported already"):
        pyfetch_requests.install("urllib", "requests")
    assert not any(map(_install.is_installed, _install.NAMES))


def test_all_says_what_it_replaced() -> None:
    assert pyfetch_requests.install("all", force=True) == (
        f"requests ({VERSION}) had been imported, and was replaced"
    )
    assert all(map(_install.is_installed, _install.NAMES))
    assert pyfetch_requests.install("all") is None
    assert pyfetch_requests.uninstall("urllib") is None
    assert _install.is_installed("requests")
    assert pyfetch_requests.uninstall() == f"requests ({VERSION}) restored"
    assert sys.modules["requests"] is real
    assert "pyodide_http" not in sys.modules


def test_pyodide_http_does_nothing_outside_of_a_browser() -> None:
    with pyfetch_requests.installed("pyodide_http") as module:
        assert module.should_patch() is False
        module.patch_all()
        assert not _install.is_installed("requests")
        assert importlib.import_module("pyodide_http") is module
