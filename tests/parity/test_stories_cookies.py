"""Cookies: what sessions keep, what redirects change, what the jar can do."""

from __future__ import annotations

import pickle
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from tests.server import Urls

from .clients import Client
from .outcome import attempt, of_cookies
from .stories import Stories

stories = Stories()


def sees(response: Any, *names: str) -> Any:
    """The headers of these names that /echo saw."""
    wanted = {name.lower() for name in names}
    return [pair for pair in response.json()["headers"] if pair[0].lower() in wanted]


def sets(urls: Urls, *cookies: str, to: str = "/echo", status: int = 302) -> str:
    """A URL that sets cookies and leads on."""
    headers = [("Set-Cookie", cookie) for cookie in cookies]
    return urls.respond("", status=status, headers=[*headers, ("Location", to)])


@stories.each(
    one=["a=1; Path=/"],
    two=["a=1; Path=/", "b=2; Path=/"],
    of_another_path=["a=1; Path=/other"],
    of_this_path=["a=1"],
    old=["a=1; Path=/; Max-Age=0"],
    secure=["a=1; Path=/; Secure"],
    of_another_host=["a=1; Path=/; Domain=other.example"],
)
def cookies_are_kept(client: Client, urls: Urls, cookies: list[str]) -> Any:
    client.get(urls.respond("", headers=[("Set-Cookie", cookie) for cookie in cookies]))
    return sees(client.get(urls.echo()), "Cookie"), sees(client.get(urls.echo()), "Cookie")


@stories.each(
    one=["a=1; Path=/"],
    of_this_path=["a=1"],
    none=["a=1; Path=/other"],
)
def cookies_set_by_a_redirect(client: Client, urls: Urls, cookies: list[str]) -> Any:
    response = client.get(sets(urls, *cookies))
    return sees(response, "Cookie"), of_cookies(response.history[0].cookies)


@stories.add
def cookies_changed_by_a_redirect(client: Client, urls: Urls) -> Any:
    client.get(urls.respond("", headers=[("Set-Cookie", "a=1; Path=/")]))
    return sees(client.get(sets(urls, "a=2; Path=/")), "Cookie")


@stories.add
def cookies_removed_by_a_redirect(client: Client, urls: Urls) -> Any:
    client.get(urls.respond("", headers=[("Set-Cookie", "a=1; Path=/")]))
    return sees(client.get(sets(urls, "a=; Path=/; Max-Age=0")), "Cookie")


@stories.add
def cookies_along_three_redirects(client: Client, urls: Urls) -> Any:
    last = urls.path(sets(urls, "a=; Path=/; Max-Age=0", "c=3; Path=/"))
    middle = urls.path(sets(urls, "b=2; Path=/", to=last))
    return sees(client.get(sets(urls, "a=1; Path=/", to=middle)), "Cookie")


@stories.add
def cookies_of_the_call_follow_a_redirect(client: Client, urls: Urls) -> Any:
    client.session.cookies.set("s", "session")
    return sees(client.get(urls.redirect("/echo"), cookies={"c": "call"}), "Cookie")


@stories.add
def cookies_of_the_call_against_those_of_a_redirect(client: Client, urls: Urls) -> Any:
    return sees(client.get(sets(urls, "c=set; Path=/"), cookies={"c": "call"}), "Cookie")


@stories.add
def cookies_of_the_call_are_not_kept(client: Client, urls: Urls) -> Any:
    client.get(urls.echo(), cookies={"c": "call"})
    return sees(client.get(urls.echo()), "Cookie")


@stories.add
def cookie_header_does_not_follow_a_redirect(client: Client, urls: Urls) -> Any:
    return sees(client.get(urls.redirect("/echo"), headers={"Cookie": "mine=1"}), "Cookie")


@stories.add
def cookies_to_another_host(client: Client, urls: Urls) -> Any:
    client.get(urls.respond("", headers=[("Set-Cookie", "a=1; Path=/")]))
    client.session.cookies.set("every", "host")
    port = urls.page.rpartition(":")[2]
    target = f"http://localhost:{port}/echo"
    return sees(client.get(urls.redirect(target)), "Cookie"), sees(client.get(target), "Cookie")


@stories.add
def cookies_with_a_host_header(client: Client, urls: Urls) -> Any:
    headers = {"Host": "virtual.example"}
    client.get(urls.respond("", headers=[("Set-Cookie", "a=1; Path=/")]), headers=headers)
    with_host = sees(client.get(urls.echo(), headers=headers), "Cookie", "Host")
    return with_host, sees(client.get(urls.echo()), "Cookie")


@stories.add
def cookie_policy(client: Client, urls: Urls) -> Any:
    client.session.cookies.set_policy(DefaultCookiePolicy(blocked_domains=["127.0.0.1"]))
    client.get(urls.respond("", headers=[("Set-Cookie", "a=1; Path=/")]))
    return sees(client.get(urls.echo()), "Cookie")


@stories.add
def cookies_of_httpbin(client: Client, urls: Urls) -> Any:
    first = client.get(f"{urls.httpbin}/cookies/set?a=1&b=2").json()
    second = client.get(f"{urls.httpbin}/cookies/delete?a=").json()
    return first, second


@stories.add
def cookie_jar_interface(client: Client, urls: Urls) -> Any:
    client.get(urls.respond("", headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")]))
    jar = client.session.cookies
    jar.set("a", "3", domain="other.example", path="/x")
    own = client.library.Session().cookies
    own["x"] = own["y"] = "1"
    return {
        "multiple without a domain": own.multiple_domains(),
        "items": sorted(jar.items()),
        "keys": sorted(jar.keys()),
        "values": sorted(jar.values()),
        "domains": jar.list_domains(),
        "paths": jar.list_paths(),
        "multiple": jar.multiple_domains(),
        "dict": jar.get_dict(),
        "of a domain": jar.get_dict(domain="other.example"),
        "get": attempt(lambda: jar.get("a")),
        "get one": jar.get("a", domain="other.example"),
        "get none": jar.get("z", "default"),
        "item": attempt(lambda: jar["a"]),
        "missing": attempt(lambda: jar["z"]),
        "in": ("a" in jar, "z" in jar, len(jar)),
        "copied": of_cookies(jar.copy()),
        "pickled": of_cookies(pickle.loads(pickle.dumps(jar))),
        "removed": (jar.set("a", None), of_cookies(jar)),
        "deleted": (jar.__delitem__("b"), of_cookies(jar)),
        "cleared": (jar.clear(), of_cookies(jar)),
    }


test = stories.test()
