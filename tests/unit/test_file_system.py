"""fsspec over answers that only a mock gives, and what of an index page is a file."""

from __future__ import annotations

import pytest

from pyfetch_requests import exceptions, testing
from pyfetch_requests._fsspec.filesystem import HTTPFileSystem
from pyfetch_requests._fsspec.listing import glob_matches, links
from pyfetch_requests.testing import WireRequest, WireResponse, respond

URL = "https://data.example/table.csv"
DATA = bytes(range(20))


def file_system() -> HTTPFileSystem:
    return HTTPFileSystem(skip_instance_cache=True)


def test_an_empty_file_has_no_first_byte() -> None:
    def handler(request: WireRequest) -> WireResponse:
        if request.method == "HEAD":
            return respond(405)
        return respond(416, headers={"Content-Range": "bytes */0"})

    with testing.mocked(handler):
        assert file_system().info(URL)["size"] == 0
        assert file_system().exists(URL)


@pytest.mark.parametrize("status", [403, 500])
def test_what_is_no_file_has_no_description(status: int) -> None:
    with testing.mocked(lambda request: respond(status)), pytest.raises(exceptions.HTTPError):
        file_system().info(URL)


@pytest.mark.parametrize(("start", "end"), [(0, 10), (None, 10), (5, 15)])
def test_a_part_that_is_too_short_is_not_the_answer(start: int | None, end: int) -> None:
    """RFC 9110, section 15.3.7: a server may send less than was asked for."""

    def handler(request: WireRequest) -> WireResponse:
        asked = dict(request.headers).get("Range")
        if asked is None:
            return respond(200, [DATA])
        first = int(asked.removeprefix("bytes=").partition("-")[0])
        return respond(
            206,
            [DATA[first : first + 3]],
            headers={"Content-Range": f"bytes {first}-{first + 2}/20"},
        )

    with testing.mocked(handler) as transport:
        assert file_system().cat_file(URL, start, end) == DATA[start:end]
    assert len(transport.requests) == 2


def test_a_question_mark_is_no_wildcard() -> None:
    names = ["https://data.example/a.csv?v=1", "https://data.example/a.csvxv=1"]
    found: dict[str, object] = dict.fromkeys(names)
    assert glob_matches("https://data.example/*.csv?v=1", found, False) == names[:1]


def test_other_views_of_a_page_are_no_files_in_it() -> None:
    page = '<a href="?C=N">name</a> <a href="/">up</a> <a href="b.csv#x">b</a> <a href="sub/">s</a>'
    assert links("https://data.example/dir/", page, False, True) == [
        "https://data.example/dir/b.csv",
        "https://data.example/dir/sub/",
    ]


@pytest.mark.parametrize("same_scheme", [True, False])
def test_links_by_another_scheme(same_scheme: bool) -> None:
    page = '<a href="http://data.example/dir/b.csv">b</a>'
    found = links("https://data.example/dir", page, False, same_scheme)
    assert found == ([] if same_scheme else ["http://data.example/dir/b.csv"])
