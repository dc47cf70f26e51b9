"""What the browser's cache is used for, where no browser is needed to see it."""

from __future__ import annotations

import pytest

from pyfetch_requests._text.headers import HeaderLines
from pyfetch_requests._transports.request_headers import CacheUse, may_be_kept
from pyfetch_requests._wire import BytesBody, WireRequest, WireResponse


def test_an_equal_request_goes_past_the_cache() -> None:
    request = WireRequest("GET", "https://a.example/", [])
    first = CacheUse(request)
    assert (first.mode, CacheUse(request).mode) == ("no-cache", "no-store")
    first.end()
    first.end()
    following = CacheUse(request)
    assert following.mode == "no-cache"
    following.end()


@pytest.mark.parametrize("url", ["data:,abc", "DATA:,abc", "blob:https://a.example/1"])
def test_an_address_that_is_its_content_has_no_mode(url: str) -> None:
    """Nothing remembers it: it may have any number of megabytes."""
    assert CacheUse(WireRequest("GET", url, [])).mode is None


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ("", False),
        ("cache-control:no-store\netag:1\n", False),
        ("cache-control:no-cache\n", False),
        ("cache-control:no-cache\netag:1\n", True),
        ("cache-control:public, max-age=9\n", True),
        ("expires:Fri, 01 Jan 2100 00:00:00 GMT\n", True),
        ("last-modified:Mon, 01 Jan 2024 00:00:00 GMT\n", True),
        ("x-etag:1\n", False),
    ],
)
def test_what_may_be_kept(headers: str, kept: bool) -> None:
    answer = WireResponse(200, "OK", HeaderLines(f"\n{headers}"), "", BytesBody(b""), kind="basic")
    assert may_be_kept(answer) is kept
    hidden = "no-store" not in headers
    assert may_be_kept(answer._replace(kind="cors")) is hidden
