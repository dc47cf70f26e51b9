"""Programs with tools of others, or that extend requests; each prints the same over real requests.

`URL` is where a server counts, and answers with what it was sent, in gzip and with a cookie.
"""

from __future__ import annotations

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

import betamax

with tempfile.TemporaryDirectory() as folder:
    for _ in range(2):
        session = requests.Session()
        with betamax.Betamax(session, cassette_library_dir=folder).use_cassette("counter"):
            response = session.get(URL, params={"q": 1})
        print(response.status_code, response.text)
print(requests.get(URL).text)
"""

VCRPY = """
import tempfile

import vcr
from vcr.errors import CannotOverwriteExistingCassetteException

with tempfile.TemporaryDirectory() as folder:
    for kind in ("yaml", "json"):
        path = f"{folder}/counter.{kind}"
        for _ in range(2):
            with vcr.use_cassette(path, serializer=kind) as cassette:
                session = requests.Session()
                with session.post(URL, data="one", stream=True) as response:
                    print(response.status_code, response.reason, response.text)
                print(session.post(URL, params={"q": 1}, json={"a": "é"}).text)
                print(cassette.play_count, len(cassette), cassette.requests[1].body)
                print(cassette.requests[1].method, cassette.requests[1].uri.removeprefix(URL))
        with vcr.use_cassette(path, serializer=kind):
            try:
                requests.post(URL + "/new")
            except CannotOverwriteExistingCassetteException as error:
                print("refused", error.failed_request.uri.removeprefix(URL))
print(requests.post(URL, data="end").text)
"""

UNITTEST_MOCK = """
from unittest import mock

with mock.patch("requests.get") as get:
    get.return_value.json.return_value = {"a": 1}
    print(requests.get("http://nobody.invalid/").json())
with mock.patch.object(requests.Session, "request") as request:
    for verb in ("get", "options", "head", "post", "delete"):
        getattr(requests.Session(), verb)("http://nobody.invalid/")
        print(request.call_args)
with mock.patch("requests.api.request", return_value="instead") as request:
    print(requests.post("http://nobody.invalid/", data="x"), request.call_args)
with mock.patch("requests.Session.send", return_value="instead"):
    print(requests.Session().get("http://nobody.invalid/"))
with mock.patch.object(requests.adapters.HTTPAdapter, "send", side_effect=requests.Timeout("t")):
    show(lambda: requests.get("http://nobody.invalid/"))
"""

ADAPTER = """
import functools

class Wrapped:
    def __init__(self, file, done):
        self.file, self.done, self.kept = file, done, b""

    def __getattr__(self, name):
        return getattr(self.file, name)

    def read(self, amt=None):
        data = self.file.read(amt)
        self.kept += data
        if not data and self.done:
            print("kept", self.kept)
            self.done = None
        return data

class Adapter(requests.adapters.HTTPAdapter):
    def add_headers(self, request, **options):
        print(sorted(options), super().add_headers(request, **options))
        request.headers["X-Added"] = "1"

    def build_response(self, request, raw):
        print(raw.status, raw.reason, raw.closed, raw.chunked, raw.decode_content)
        response = super().build_response(request, raw)
        response.extra = raw.status
        return response

class Cache(requests.adapters.HTTPAdapter):
    # CacheControl does this; the real body is in gzip below.
    def build_response(self, request, raw):
        raw._fp = Wrapped(raw._fp, True)
        return super().build_response(request, raw)

class Instead(requests.adapters.HTTPAdapter):
    def build_response(self, request, raw):
        raw.read()
        response = requests.Response()
        response.status_code, response._content, response.url = 299, b"instead", request.url
        return response

session = requests.Session()
for adapter in (Adapter(max_retries=1), Instead()):
    session.mount(URL, adapter)
    for stream in (False, True):
        response = session.post(URL, data="a", stream=stream)
        added = response.request and response.request.headers.get("X-Added")
        print(response.status_code, response.text, added)
        print(getattr(response, "extra", None), response.elapsed.total_seconds() >= 0)
session.mount(URL, Cache())
plain = URL.replace("counter", "respond?body64=YWJj")
session.mount(plain, Cache())
print(session.get(plain).content, list(session.get(plain, stream=True).iter_content(2)))
"""

RAW = """
plain = URL.replace("counter", "respond?body64=YWJjZGVm")

def looped(raw, count):
    parts = []
    while not raw.closed and len(parts) < 9:
        parts.append(raw.read(count))
    return b"".join(parts), len(parts) < 9

for count in (2, 4, 100, None):
    print(looped(requests.get(plain, stream=True).raw, count))
raw = requests.get(plain, stream=True).raw
raw.auto_close = False
print(raw.length_remaining, raw.read(4), raw.length_remaining, raw.read(), raw.closed)
raw = requests.get(plain, stream=True).raw
print(raw.read(cache_content=True), raw.data, raw.read(), raw.version_string)
with requests.get(plain, stream=True) as response:
    pass
print(response.raw.closed, requests.get(plain).raw.retries.history)
session = requests.Session()
retries = requests.adapters.Retry(
    2, status_forcelist=[503], allowed_methods=False, raise_on_status=False
)
session.mount("http://", requests.adapters.HTTPAdapter(max_retries=retries))
for method in ("GET", "POST"):
    history = session.request(method, plain + "&status=503").raw.retries.history
    for each in history:
        print(each.method, each.url.partition("?")[0], each.error, each.status)
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

SESSIONS = """
import functools
import pickle
import sys
from unittest import mock

import requests.adapters, requests.sessions
from requests.packages.urllib3.exceptions import InsecureRequestWarning
from requests.packages.urllib3.util.retry import Retry

requests.packages.urllib3.disable_warnings(InsecureRequestWarning)
requests.packages.urllib3.disable_warnings(category=InsecureRequestWarning)

def told(name, method):
    @functools.wraps(method)
    def call(self, *arguments, **options):
        print(name, [each for each in arguments if isinstance(each, str)], sorted(options))
        return method(self, *arguments, **options)
    return call

def patched(owner, names, send):
    for name in names.split():
        with mock.patch.object(owner, name, told(name, getattr(owner, name))):
            print(send())

Adapter = requests.adapters.HTTPAdapter
patched(
    requests.Session, "request send prepare_request get_adapter merge_environment_settings",
    lambda: [requests.get(URL).ok, requests.Session().post(URL, data="a", timeout=9).ok],
)
patched(Adapter, "send build_response add_headers", lambda: requests.put(URL, data="b").ok)
patched(
    requests.PreparedRequest, "prepare prepare_headers prepare_body prepare_auth",
    lambda: requests.post(URL, json={"a": 1}, headers={"X-A": "b"}).request.body,
)
with mock.patch.object(requests, "get", functools.partial(requests.get, timeout=7)):
    print(requests.get(URL).ok)
with mock.patch("requests.adapters.DEFAULT_RETRIES", 5):
    print(requests.Session().adapters["http://"].max_retries.total)

class Defaults(Adapter):
    __attrs__ = Adapter.__attrs__ + ["timeout"]

    def __init__(self, *arguments, timeout=5, **options):
        self.timeout = timeout
        super().__init__(*arguments, **options)

    def send(self, request, **options):
        options["timeout"] = options.get("timeout") or self.timeout
        print(request.method, sorted(options), options["timeout"])
        return super().send(request, **options)

class Client(requests.Session):
    __attrs__ = requests.Session.__attrs__ + ["base"]

    def __init__(self, base):
        super().__init__()
        self.base = base
        self.mount("http://", Defaults(max_retries=Retry(total=1, backoff_factor=0)))
        self.hooks["response"].append(lambda response, *_, **__: print(response.status_code))

    def request(self, method, url, *arguments, **options):
        options.setdefault("headers", {})["X-Key"] = "k"
        return super().request(method, self.base + url, *arguments, **options)

    def prepare_request(self, request):
        prepared = super().prepare_request(request)
        prepared.headers["X-Body"] = str(len(prepared.body or b""))
        return prepared

class Signed(requests.PreparedRequest):
    def prepare(self, *arguments, sign=None, **options):
        super().prepare(*arguments, **options)
        self.headers["X-Signed"] = sign

    def prepare_body(self, data, files, json=None):
        super().prepare_body(str(data).upper(), files, json)

def kept(headers):
    return sorted(value for name, value in headers.items() if name.lower().startswith("x-"))

client = Client(URL.removesuffix("counter"))
response = client.post("counter", data="abc", timeout=3)
print(response.text, kept(response.request.headers))
print(client.get("counter").request.headers["X-Body"], client.delete("counter").ok)
signed = Signed()
signed.prepare("POST", URL, data="abc", sign="me")
print(client.send(signed).text, kept(signed.headers), type(signed.copy()).__name__)
sys.modules["__main__"].Client, sys.modules["__main__"].Defaults = Client, Defaults
Client.__module__ = Defaults.__module__ = "__main__"
client.hooks = requests.hooks.default_hooks()
again = pickle.loads(pickle.dumps(client))
print(again.base == client.base, again.adapters["http://"].max_retries.total)
print(again.put("counter", data="pickled").ok)
plain = requests.Session()
plain.request = functools.partial(plain.request, timeout=4)
plain.get_adapter("http://").send = functools.partial(plain.get_adapter("http://").send)
print(plain.get(URL).ok, plain.patch(URL, data="x").ok)
adapter = plain.get_adapter("http://")
adapter.build_response = functools.partial(told("build_response", Adapter.build_response), adapter)
print(plain.get(URL).status_code)
compat = requests.compat
names = "urljoin urlparse quote unquote urlencode getproxies cookielib json builtin_str basestring"
for name in f"{names} Morsel OrderedDict Mapping is_py3 is_py2 JSONDecodeError".split():
    value = getattr(compat, name)
    print(name, getattr(value, "__module__", None), getattr(value, "__name__", value))
print(compat.urljoin("http://h/a/", "../b"), compat.quote("é /"))
"""

PROGRAMS = {
    "sessions": SESSIONS,
    "responses": RESPONSES,
    "requests-mock": REQUESTS_MOCK,
    "betamax": BETAMAX,
    "vcrpy": VCRPY,
    "unittest.mock": UNITTEST_MOCK,
    "steps of an adapter": ADAPTER,
    "raw": RAW,
}


def program(name: str, url: str) -> str:
    """The text of a program."""
    return f"URL = {url!r}\n{BEFORE}{PROGRAMS[name]}"
