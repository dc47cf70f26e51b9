"""Generated URLs: one that is normal already is returned as it is, without being taken apart."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pyfetch_requests._text import url_rules
from pyfetch_requests._text import urls as _urls
from pyfetch_requests.exceptions import RequestException

PARTS = [
    "a",
    "Z",
    "0",
    "-",
    ".",
    "/",
    "..",
    "?",
    "&",
    "=",
    ":",
    "@",
    "#",
    "%",
    "%41",
    "%7e",
    "~",
    "ä",
    " ",
]
hosts = st.sampled_from(
    ["h.example", "127.0.0.1", "H", "h:80", "h:0", "h:65535", "h:65536", "h:080", ".h"]
)
rests = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
urls = st.tuples(st.sampled_from(["http", "https", "HTTP"]), hosts, rests).map(
    lambda parts: f"{parts[0]}://{parts[1]}/{parts[2]}"
)
values = st.text("aä &=%+~/", max_size=4)
params = st.one_of(
    st.none(), st.dictionaries(values, st.lists(values, max_size=2), max_size=3), values
)


def outcome(prepare, url, given_params):
    try:
        return prepare(url, given_params)
    except RequestException as error:
        return type(error), str(error)


@given(urls, params)
@example("http://h:59999/a", None)
@example("http://h/?", None)
@example("http://h/a/.b", {"a": "b"})
def test_normal_urls_are_what_the_long_way_gives(url, given_params):
    normal = _urls.prepare_normal(url, given_params)
    assert normal in (None, outcome(url_rules.prepare_url, url, given_params))


def test_usual_urls_are_normal():
    for url in ("https://api.example/v2/things", "http://127.0.0.1:8900/graph?section=a&n=1"):
        assert _urls.prepare_normal(url, None) == url
