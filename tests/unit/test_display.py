"""What a notebook shows: the right preview, nothing secret, nothing that runs, never an error."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfetch_requests import exceptions, sync, testing
from pyfetch_requests._display import hiding, json_tree, markup, preview

SECRET = "hunter2"
URL = "https://api.example/things"
CSV = "name,size\nTom,1\nKim,2\n"


class Page(HTMLParser):
    """The elements and attributes of HTML, and its text without the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += f"{data} "

    def check(self) -> Page:
        """Every element is closed, none runs or loads anything."""
        assert self.open == []
        allowed = "style div b code span details summary pre table tr th td img".split()
        assert {tag for tag, _ in self.elements} <= set(allowed)
        names = {name for _, attributes in self.elements for name in attributes}
        assert names <= {"class", "open", "alt", "src"}
        sources = [attributes["src"] for tag, attributes in self.elements if tag == "img"]
        assert all(source and source.startswith("data:image/") for source in sources)
        return self


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def shown(
    body: bytes | str = b"",
    kind: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    url: str = URL,
    **options: bool,
) -> Page:
    content = body.encode() if isinstance(body, str) else body
    types = {"Content-Type": kind} if kind else {}
    answer = testing.respond(status, content, headers={**types, **(headers or {})})
    with testing.mocked(lambda _: answer):
        response = sync.get(url, stream=options.get("stream", False))
    return Page(response._repr_html_()).check()


def tags(page: Page) -> list[str]:
    return [tag for tag, _ in page.elements]


def test_says_what_is_known_of_an_answer() -> None:
    text = shown("abc", "text/plain; charset=utf-8", 404).text
    for part in ("GET", URL, "404 Not Found", "3 bytes", "text/plain; charset=utf-8", "abc"):
        assert part in text


def test_the_size_on_the_wire_and_after_decoding() -> None:
    coded = {"Content-Encoding": "gzip", "Content-Length": "1234"}
    assert "1.23 kB as gzip, 3 bytes decoded" in shown("abc", "text/plain", headers=coded).text
    del coded["Content-Length"]
    assert "3 bytes, from gzip" in shown("abc", "text/plain", headers=coded).text


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (1_540_000, "1.54 MB"),
     (999_900, "1 MB"), (7_000_000_000, "7 GB"), (7_000_000_000_000, "7e+03 GB")],
)  # fmt: skip
def test_sizes_for_people(number: int, expected: str) -> None:
    assert markup.size(number) == expected


def test_json_is_a_tree() -> None:
    page = shown('{"a": [1, {"b": null}], "c": "<i>"}', "application/json")
    assert tags(page).count("details") >= 3
    assert '"<i>"' in page.text
    assert "null" in page.text


def test_a_large_tree_is_cut_and_shows_each_branch() -> None:
    items = [{"id": number, "text": "x" * 5000} for number in range(5000)]
    html = json_tree.tree({"first": items, "second": items, "total": 5000})
    assert len(html) < 60_000
    assert html.count("4,980 more") == 2
    assert "total" in html


def test_deep_json_is_cut() -> None:
    value = [{"a": "[" * 9000}, '"[' * 9000, "\\" * 99, "]"]
    for text in ("[" * 499 + "]" * 499, json.dumps(value), "[{}," * 250 + "0" + "]" * 250):
        assert "0: " in shown(text, "application/json").text
    mixed = '{"a[{\\"": ["]"' * 400 + "]}" * 400
    for text in (mixed, "[" * 10_000 + "]" * 10_000, "[" * 200_000, f"[{'1' * 5000}]"):
        assert "for a tree" in shown(text, "application/json").text


def test_a_long_line_is_cut() -> None:
    value = {"a" * 100_000: "b" * 100_000, "c": [["d" * 1000] * 30] * 30}
    for kind in ("application/json", "text/plain", "text/csv"):
        assert len(shown(json.dumps(value), kind).text) < 200_000


NASTY = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>'\"&lt;"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", json.dumps({NASTY: {NASTY: [NASTY]}})),
        ("text/csv", f"{NASTY},b\n1,{NASTY}"),
        ("text/plain", NASTY),
        ("application/json", NASTY),
        (f"text/x-{NASTY}", NASTY),
    ],
)
def test_what_looks_like_html_is_text(kind: str, body: str) -> None:
    headers = {f"X-{NASTY}": NASTY, "Content-Disposition": f'attachment; filename="{NASTY}"'}
    page = shown(body, kind, headers=headers, url=f"{URL}/{NASTY}?{NASTY}#{NASTY}")
    assert "img" not in tags(page)
    assert page.text.count("<script>alert(1)</script>") >= 4


def test_a_reason_is_text() -> None:
    answer = testing.respond(200)._replace(reason=NASTY)
    with testing.mocked(lambda _: answer):
        page = Page(sync.get(URL)._repr_html_()).check()
    assert f"200 {NASTY}" in page.text


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/csv"])
def test_what_cannot_be_seen_is_written_out(kind: str) -> None:
    body = '{"a": "\u202egnp.exe\u2066", "\x90": 1}' if kind != "text/csv" else "\u202ea,\u2066\x90"
    text = shown(body, f"{kind}; charset=utf-8", headers={"X-A": "\u202eb\x7f"}).text
    for written in (r"\u202e", r"\u2066", r"\u0090", r"\u202eb\u007f"):
        assert written in text
    assert re.search("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) is None


def test_half_a_character_can_be_sent_by_a_kernel() -> None:
    page = shown(r'{"\ud800": "\udfff", "whole": "\ud83d\ude00"}', "application/json")
    assert page.text.encode()
    assert r'"\ud800"' in page.text
    assert "\N{GRINNING FACE}" in page.text


def test_colours_of_a_terminal_are_left_out() -> None:
    text = shown("\x1b[1;31mERROR\x1b[0m it broke", "text/plain").text
    assert "ERROR it broke" in text


def test_what_is_called_json_and_is_none() -> None:
    text = shown("<p>Log in</p>", "application/json").text
    assert "this is not JSON" in text
    assert "<p>Log in</p>" in text


@settings(max_examples=20)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_well_formed(value: object) -> None:
    Page(json_tree.tree(json.loads(json.dumps(value)))).check()


@given(st.binary(), st.sampled_from(["application/json", "text/csv", "image/png", "text/x", ""]))
def test_any_body_is_well_formed(content: bytes, kind: str) -> None:
    for encoding in (None, "utf-8", "utf-16", "no such"):
        Page(preview.preview(content, kind, encoding, "/a.csv")).check()


def test_a_table_has_its_first_rows_and_columns() -> None:
    page = shown(CSV, "text/csv")
    assert tags(page).count("td") >= 2 * 2
    assert tags(page).count("th") >= 2
    assert "Kim" in page.text
    head = ",".join(f"c{number}" for number in range(20))
    text = shown(f"{head}\n" * 30, "text/csv").text
    assert "more rows and 8 more columns" in text
    assert "c12" not in text


@pytest.mark.parametrize(
    ("kind", "url", "body"),
    [
        ("text/plain", f"{URL}/a.csv?x=1", CSV),
        ("application/octet-stream", f"{URL}/A.CSV", CSV.replace(",", ";")),
        ("text/tab-separated-values", URL, CSV.replace(",", "\t")),
        ("text/plain", f"{URL}/a.tsv", CSV.replace(",", "\t")),
    ],
)
def test_tables_by_other_names(kind: str, url: str, body: str) -> None:
    page = shown(body, kind, url=url)
    assert "Tom" in page.text.split()


def test_images_are_inside() -> None:
    page = shown(b"\x89PNG" + b"x" * 100, "image/png")
    assert tags(page).count("img") == 1
    svg = shown("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml")
    assert tags(svg).count("img") == 1
    large = shown(b"\x89PNG" + b"x" * 500_000, "image/png")
    assert "too large" in large.text
    assert "img" not in tags(large)


def test_no_image_is_shown_as_what_it_is() -> None:
    assert "<script>" in shown("<script>", "image/png").text


def test_text_is_cut() -> None:
    page = shown("line\n" * 1000, "text/plain")
    assert page.text.count("line") == 20
    assert "more text" in page.text
    assert "é" in shown("é" * 40_001, "text/plain; charset=utf-8").text


def test_bytes_are_shown_as_such() -> None:
    text = shown(bytes(range(256)), "application/octet-stream").text
    assert "00 01 02" in text
    assert "more bytes" in text


def test_bodies_that_are_not_there() -> None:
    assert "is empty" in shown().text
    unread = shown("abc", "text/plain", stream=True)
    assert "has not been read" in unread.text
    opaque = testing.respond(0)._replace(kind="opaque")
    with testing.mocked(lambda _: opaque):
        text = Page(sync.get(URL, mode="no-cors")._repr_html_()).check().text
    assert "may not be read" in text


def test_showing_reads_nothing() -> None:
    with testing.mocked(lambda _: testing.respond(200, b"abcdef")):
        response = sync.get(URL, stream=True)
        pieces = response.iter_content(2)
        assert next(pieces) == b"ab"
        assert "is being read" in response._repr_html_()
        assert b"".join(pieces) == b"cdef"
        assert "is not kept" in response._repr_html_()


def test_redirects_are_told() -> None:
    target = f"{URL}?token={SECRET}"

    def answer(request: testing.WireRequest) -> testing.WireResponse:
        if request.url == URL:
            return testing.respond(302, headers={"Location": target})
        return testing.respond(200, b"there", headers={"Age": "30"})

    with testing.mocked(answer):
        html = sync.get(URL)._repr_html_()
    text = Page(html).check().text
    assert "1 redirect" in text
    assert "302 Found" in text
    assert "from a cache, 30 s old" in text
    assert SECRET not in html


def test_no_secret_is_shown() -> None:
    url = f"https://user:{SECRET}@api.example/things?api_key={SECRET}&q=cats#access_token={SECRET}"
    answer = testing.respond(
        401, b"no", headers={"Set-Cookie": f"sid={SECRET}", "Location": f"/x?sig={SECRET}"}
    )
    session = sync.Session(base_url=url)
    session.auth = ("user", SECRET)
    session.params = {"token": SECRET, "page": "2"}
    session.cookies.set("sid", SECRET)
    session.headers.update({"X-Api-Key": SECRET, "Authorization": f"Bearer {SECRET}"})
    with testing.mocked(lambda _: answer):
        response = session.get(url, cookies={"a": SECRET})
    with pytest.raises(exceptions.HTTPError) as caught:
        response.raise_for_status()
    for thing in (response, response.request, session, caught.value):
        html = thing._repr_html_()
        Page(html).check()
        assert SECRET not in html, thing
    assert "q=cats" in response._repr_html_()
    assert "page=2" in session._repr_html_()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", {"access_token": SECRET, "clientSecret": SECRET, "shown": 1}),
        ("application/json", {"headers": {"Authorization": SECRET, "X-Api-Key": SECRET}}),
        (
            "application/json",
            [{"next": f"https://a:{SECRET}@api.example/?page=2&api_key={SECRET}"}],
        ),
        ("application/json", {f"/?token={SECRET}": "x" * 590 + f"/?token={SECRET}"}),
        ("text/plain", {"password": SECRET, "shown": "a"}),
        ("application/x-ndjson", {"jwt": SECRET}),
        ("application/x-www-form-urlencoded", f"access_token={SECRET}&scope=&token={SECRET}"),
        ("text/plain", f"{'x' * 2990}?key={SECRET}"),
        ("text/html", f"<a href='/?session={SECRET}'>"),
        ("text/csv", f"name,password,url\nTom,{SECRET},/?sig={SECRET}\nKim\nAda,,\n"),
        ("text/csv", f"url\n{'x' * 75}?key={SECRET}"),
    ],
)
def test_no_secret_of_a_body_is_shown(kind: str, body: object) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    answer = testing.respond(200, content, headers={"Content-Type": kind})
    with testing.mocked(lambda _: answer):
        html = sync.get(URL)._repr_html_()
    assert "hunt" not in html
    assert "…" in Page(html).check().text


def test_what_is_no_secret_of_a_body_is_shown() -> None:
    value = {"author": "Tom", "key": "AB-1", "max_tokens": "5", "keyword": "cats", "password": ""}
    text = shown(json.dumps(value), "application/json").text
    for part in ("Tom", "AB-1", "5", "cats", '""'):
        assert part in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a https://u:p@host/x@y b", "a https://host/x@y b"),
        ("/x?X-Amz-Signature=abc&n=1", "/x?X-Amz-Signature=…&n=1"),
        ("/x?api%5Fkey=abc", "/x?api%5Fkey=…"),
        ("'/x?key=abc' and more", "'/x?key=…' and more"),
        ("/x?monkeys=", "/x?monkeys="),
    ],
)
def test_hiding(text: str, expected: str) -> None:
    assert hiding.in_text(text) == expected


def test_failures() -> None:
    plain = exceptions.ConnectionError("<b> not there")
    plain.add_note("a note")
    page = Page(plain._repr_html_()).check()
    assert page.text.split() == ["ConnectionError", "<b>", "not", "there", "a", "note"]
    failed = exceptions.CORSError("no", request=sync.Request("GET", URL).prepare())
    assert URL in Page(failed._repr_html_()).check().text


def test_sessions() -> None:
    session = sync.Session(base_url="https://api.example/", credentials="include")
    session.auth = sync.HTTPBasicAuth("user", SECRET)
    text = Page(session._repr_html_()).check().text
    for part in ("https://api.example/", "HTTPBasicAuth", "include", "HTTPAdapter", "Accept"):
        assert part in text


def test_unfilled_things_can_be_shown() -> None:
    for thing in (sync.Response(), sync.PreparedRequest(), exceptions.Timeout()):
        Page(thing._repr_html_()).check()


def test_the_style_is_small_and_loads_nothing() -> None:
    style = re.findall(r"<style>(.*?)</style>", markup.card(), re.DOTALL)[0]
    assert len(style) < 2500
    assert not re.search(r"url\(|@import|position:\s*fixed", style)
