"""Redirects of each status, after each method, to every kind of place."""

from __future__ import annotations

from typing import Any

from tests.server import Urls

from .clients import Client, Clients
from .exchanges import Exchange, check, header, parametrize
from .stories import Story

TARGETS = [
    "/echo", "/echo?a=b", "/echo#new", "//{host}/echo", "echo", "?to=/echo", "./echo/../echo",
    "{page}/echo", "{page}/echo?é=ü", "/echo/é", "/echo/%C3%A9", "/echo/%zz", "/echo/a b",
    "/echo?a=b c&d=%20", "{other}/echo", "http://localhost:{port}/echo",
    "HTTP://127.0.0.1:{port}/echo", "{page}", "", "ftp://x/", "mailto:x", "http://", "//",
    "/echo\\x", "http://[::1", "http:///echo", "http://user:password@127.0.0.1:{port}/echo",
]  # fmt: skip


def to_target(target: str, suffix: str = "", **options: Any) -> Story:
    """Follow a Location that is written as it stands, not even quoted."""

    def run(client: Client, urls: Urls) -> Any:
        host = urls.page.removeprefix("http://")
        port = host.partition(":")[2]
        location = target.format(page=urls.page, other=urls.other, host=host, port=port)
        headers = header("Location", location.encode().decode("latin-1"))
        url = urls.respond("", status=302, headers=headers) + suffix
        return client.get(url, timeout=5, **options)

    return run


def after(status: int, method: str, **options: Any) -> Story:
    """A redirect of a status after a method."""
    return lambda client, urls: client.request(method, urls.redirect("/echo", status), **options)


METHODS: list[tuple[str, dict[str, Any]]] = [
    ("GET", {}), ("HEAD", {}), ("POST", {"data": {"a": "b"}}), ("PUT", {"json": [1]}),
    ("DELETE", {}), ("PATCH", {"data": b"x"}), ("OPTIONS", {}),
]  # fmt: skip
FOLLOWED = [
    Exchange(f"{status} after {method} {body}", after(status, method, **body))
    for status in (300, 301, 302, 303, 304, 305, 307, 308)
    for method, body in METHODS
]
SHOWN = [
    Exchange(f"{status} not followed {method}", after(status, method, allow_redirects=False))
    for status in (301, 302, 303, 307, 308)
    for method in ("GET", "POST")
]
PLACES = [
    *(Exchange(f"redirect to {target!r}", to_target(target)) for target in TARGETS),
    *(
        Exchange(f"redirect to {target!r} from a fragment", to_target(target, "#old"))
        for target in TARGETS[:3]
    ),
    *(
        Exchange(f"redirect to {target!r} not followed", to_target(target, allow_redirects=False))
        for target in TARGETS
    ),
]


EXCHANGES = [*FOLLOWED, *SHOWN, *PLACES]


@parametrize(EXCHANGES)
def test_exchange(exchange: Exchange, urls: Urls, clients: Clients) -> None:
    check(exchange, urls, clients)
