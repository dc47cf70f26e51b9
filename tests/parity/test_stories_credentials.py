"""Logins: Basic, Digest, and what becomes of them on the way."""

from __future__ import annotations

import io
import re
from typing import Any

from tests.server import Urls

from .clients import Client
from .outcome import hide_chance, of_cookies
from .stories import Stories

stories = Stories()


def sees(response: Any, *names: str) -> Any:
    """The headers of these names that /echo saw."""
    wanted = {name.lower() for name in names}
    return [pair for pair in response.json()["headers"] if pair[0].lower() in wanted]


@stories.each(
    same_place="{page}/echo",
    other_port="{other}/echo",
    other_host="http://localhost:{port}/echo",
    with_a_login="http://new:login@127.0.0.1:{port}/echo",
    relative="/echo",
)
def authorization_after_a_redirect(client: Client, urls: Urls, target: str) -> Any:
    port = urls.page.rpartition(":")[2]
    to = urls.redirect(target.format(page=urls.page, other=urls.other, port=port))
    basic = client.get(to, auth=("user", "password"))
    header = client.get(to, headers={"Authorization": "mine", "Proxy-Authorization": "p"})
    in_url = client.get(to.replace("http://", "http://user:password@"))
    names = ("Authorization", "Proxy-Authorization")
    return [(sees(response, *names), response.url) for response in (basic, header, in_url)]


@stories.each(good=("user", "password"), bad=("user", "wrong"), none=None)
def basic_login(client: Client, urls: Urls, auth: Any) -> Any:
    return client.get(f"{urls.httpbin}/basic-auth/user/password", auth=auth)


@stories.add
def login_of_the_session(client: Client, urls: Urls) -> Any:
    client.session.auth = ("user", "password")
    return client.get(f"{urls.httpbin}/basic-auth/user/password")


@stories.each(
    md5="auth/user/password",
    md5_of_another="auth/other/password",
    sha256="auth/user/password/SHA-256",
    sha512="auth/user/password/SHA-512",
    stale="auth/user/password/MD5/1",
)
def digest_login(client: Client, urls: Urls, path: str) -> Any:
    auth = client.library.auth.HTTPDigestAuth("user", "password")
    url = f"{urls.httpbin}/digest-auth/{path}"
    first = client.get(url, auth=auth)
    second = client.get(url, auth=auth)
    return [
        (
            response.status_code,
            [(step.status_code, step.url, step.content) for step in response.history],
            hide_chance(str(response.request.headers).encode()),
        )
        for response in (first, second)
    ]


@stories.each(
    get=("GET", {}),
    post=("POST", {"data": {"a": "b"}}),
    file=("PUT", {"data": io.BytesIO}),
)
def digest_keeps_the_body(client: Client, urls: Urls, call: Any) -> Any:
    method, options = call
    if options.get("data") is io.BytesIO:
        options = {"data": io.BytesIO(b"content")}
    auth = client.library.auth.HTTPDigestAuth("user", "password")
    headers = [("WWW-Authenticate", 'Digest realm="r", nonce="abc", qop="auth", opaque="o"')]
    response = client.request(
        method, urls.respond(status=401, headers=headers), auth=auth, **options
    )
    return response.content, [step.content for step in response.history], response.status_code


@stories.each(
    plain='Digest realm="r", nonce="abc"',
    lower_case='digest realm="r", nonce="abc", qop="auth"',
    list='Digest realm="r", nonce="abc", qop="auth,auth-int"',
    spaced_list='Digest realm="r", nonce="abc", qop="auth-int, auth"',
    only_int='Digest realm="r", nonce="abc", qop="auth-int"',
    session='Digest realm="r", nonce="abc", qop="auth", algorithm=MD5-sess',
    sha='Digest realm="r", nonce="abc", qop="auth", algorithm=SHA',
    unknown='Digest realm="r", nonce="abc", qop="auth", algorithm=TIGER',
    unquoted="Digest realm=r, nonce=abc, qop=auth",
    commas='Digest realm="a, b=c", nonce="abc", opaque="x,y"',
    quotes='Digest realm="say \\"hi\\"", nonce="abc"',
    after_basic='Basic realm="b", Digest realm="r", nonce="abc"',
    before_basic='Digest realm="r", nonce="abc", Basic realm="b"',
    basic='Basic realm="b"',
    empty="Digest ",
    none="",
)
def digest_challenge(client: Client, urls: Urls, challenge: str) -> Any:
    auth = client.library.auth.HTTPDigestAuth("user", "password")
    url = urls.respond("", status=401, headers=[("WWW-Authenticate", challenge)])
    response = client.get(url + "&x=%20y", auth=auth)
    sent = response.request.headers.get("Authorization")
    answered = sent and re.sub('uri="[^"]*"', "", hide_chance(sent.encode()).decode())
    return answered, len(response.history), response.status_code


@stories.add
def digest_sends_cookies_of_the_challenge(client: Client, urls: Urls) -> Any:
    auth = client.library.auth.HTTPDigestAuth("user", "password")
    headers = [("WWW-Authenticate", 'Digest realm="r", nonce="abc"'), ("Set-Cookie", "a=1; Path=/")]
    response = client.get(urls.respond("", status=401, headers=headers), auth=auth)
    return response.request.headers.get("Cookie"), of_cookies(response.history[0].cookies)


@stories.add
def digest_counts_its_use_of_a_nonce(client: Client, urls: Urls) -> Any:
    auth = client.library.auth.HTTPDigestAuth("user", "password")
    headers = [("WWW-Authenticate", 'Digest realm="r", nonce="abc", qop="auth"')]
    refused = urls.respond("", status=401, headers=headers)
    answers = [client.get(url, auth=auth) for url in (refused, urls.echo(), refused, urls.echo())]
    return [answer.request.headers["Authorization"].partition("nc=")[2][:8] for answer in answers]


@stories.add
def digest_after_a_redirect(client: Client, urls: Urls) -> Any:
    auth = client.library.auth.HTTPDigestAuth("user", "password")
    response = client.get(urls.redirect("/httpbin/digest-auth/auth/user/password"), auth=auth)
    return response.status_code, [step.status_code for step in response.history]


@stories.add
def digest_of_another_host(client: Client, urls: Urls) -> Any:
    auth = client.library.auth.HTTPDigestAuth("user", "password")
    port = urls.page.rpartition(":")[2]
    other = f"http://localhost:{port}/httpbin/digest-auth/auth/user/password"
    return client.get(urls.redirect(other), auth=auth).status_code


@stories.add
def digest_with_other_auth_afterwards(client: Client, urls: Urls) -> Any:
    client.session.auth = client.library.auth.HTTPDigestAuth("user", "password")
    client.get(f"{urls.httpbin}/digest-auth/auth/user/password")
    return sees(client.get(urls.echo(), auth=("a", "b")), "Authorization")


test = stories.test()
