"""requests-oauthlib, and tweepy on top of it."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest

from tests.browser import in_pyodide
from tests.server import Urls

pytestmark = pytest.mark.usefixtures("libraries")
KEYS = {"client_key": "key", "client_secret": "secret", "token": "token", "token_secret": "quiet"}


def check_signature(sent: dict[str, Any], url: str) -> None:
    """Sign what arrived once more, with the nonce and the time that it says, and compare."""
    from oauthlib.oauth1 import rfc5849
    from oauthlib.oauth1.rfc5849 import signature

    header = sent["headers"]["Authorization"]
    pairs = rfc5849.utils.parse_authorization_header(header)
    said = dict(pairs)
    body = [(name, value) for name, values in parse_qs(sent["body"]).items() for value in values]
    query = signature.collect_parameters(urlsplit(url).query, body, {"Authorization": header})
    base = signature.signature_base_string(
        sent["method"],
        signature.base_string_uri(url),
        signature.normalize_parameters(query),
    )
    resigned = signature.sign_hmac_sha1_with_client(
        base, type("Client", (), {"client_secret": "secret", "resource_owner_secret": "quiet"})
    )
    assert unquote(said["oauth_signature"]) == resigned


def oauth1(urls: Urls) -> None:
    from requests_oauthlib import OAuth1Session

    session = OAuth1Session("key", "secret", "token", "quiet")
    answer = session.post(f"{urls.httpbin}/anything?q=1", data={"a": "b c"}).json()
    sent = {"method": "POST", "headers": answer["headers"], "body": urlencode(answer["form"])}
    check_signature(sent, answer["url"])
    token = urls.respond("oauth_token=new&oauth_token_secret=hidden")
    assert session.fetch_request_token(token)["oauth_token"] == "new"


def oauth2(urls: Urls) -> None:
    import os

    from oauthlib.oauth2 import BackendApplicationClient
    from requests_oauthlib import OAuth2Session

    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the test server has no https
    granted = {"access_token": "open", "token_type": "Bearer", "expires_in": 3600}
    token = urls.respond(json.dumps(granted), headers=[("Content-Type", "application/json")])
    session = OAuth2Session(client=BackendApplicationClient("me"))
    session.fetch_token(token, client_id="me", client_secret="mine")
    answer = session.get(f"{urls.httpbin}/bearer").json()
    assert answer == {"authenticated": True, "token": "open"}

    stale = {**granted, "access_token": "old", "refresh_token": "again", "expires_at": 1}
    kept: list[Any] = []
    session = OAuth2Session(
        "me", token=stale, auto_refresh_url=token, token_updater=kept.append,
        auto_refresh_kwargs={"client_id": "me"},
    )  # fmt: skip
    assert session.get(f"{urls.httpbin}/bearer").json()["token"] == "open"
    assert kept[0]["access_token"] == "open"
    assert kept[0]["refresh_token"] == "again"


def twitter(urls: Urls, answers: dict[str, Any]) -> tuple[Any, list[Any]]:
    """An adapter that goes through a server of ours: Twitter's allows no pages of other sites.

    Returns:
        The adapter, and the list of requests that it gets.
    """
    import requests

    seen: list[Any] = []

    base: Any = requests.adapters.HTTPAdapter

    class Through(base):
        def send(self, request: Any, **options: Any) -> Any:
            seen.append(request)
            path = urlsplit(request.url).path
            target = request.copy()
            kind = [("Content-Type", "application/json")]
            target.url = urls.respond(json.dumps(answers[path]), headers=kind)
            return super().send(target, **options)

    return Through(), seen


def imported_tweepy() -> ModuleType:
    """The module, which imports Pyodide's package ssl for the name of an error.

    The npm runtimes come without that package: there an empty module serves.
    """
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("ssl") is None:
            import urllib3  # noqa: F401 - which would take the empty module for the real one

            patch.setitem(sys.modules, "ssl", ModuleType("ssl"))
        import tweepy
    return tweepy


def tweepy_client(urls: Urls) -> None:
    tweepy = imported_tweepy()
    answers = {
        "/2/users/by/username/somebody": {"data": {"id": "7", "name": "A", "username": "somebody"}},
        "/2/users/7/tweets": {
            "data": [{"id": "1", "text": "one"}, {"id": "2", "text": "zwei é"}],
            "meta": {"result_count": 2},
        },
        "/2/tweets": {"data": {"id": "3", "text": "three"}},
    }
    client = tweepy.Client("bearer", "key", "secret", "token", "quiet")
    adapter, seen = twitter(urls, answers)
    client.session.mount("https://api.twitter.com/", adapter)
    user = client.get_user(username="somebody").data
    assert (user.id, user.username) == (7, "somebody")
    assert seen[0].headers["Authorization"] == "Bearer bearer"
    tweets = [tweet.text for tweet in tweepy.Paginator(client.get_users_tweets, 7).flatten()]
    assert tweets == ["one", "zwei é"]
    assert client.create_tweet(text="three").data["id"] == "3"
    sent = {"method": "POST", "headers": seen[-1].headers, "body": ""}
    check_signature(sent, "https://api.twitter.com/2/tweets")
    assert json.loads(seen[-1].body) == {"text": "three"}


def tweepy_api(urls: Urls) -> None:
    tweepy = imported_tweepy()
    authentication = tweepy.OAuth1UserHandler("key", "secret", "token", "quiet")
    api = tweepy.API(authentication)
    answers = {"/1.1/account/verify_credentials.json": {"id": 7, "screen_name": "somebody"}}
    adapter, seen = twitter(urls, answers)
    api.session.mount("https://api.twitter.com/", adapter)
    assert api.verify_credentials().screen_name == "somebody"
    check_signature({"method": "GET", "headers": seen[0].headers, "body": ""}, seen[0].url)


PARTS = (oauth1, oauth2, tweepy_client, tweepy_api)
NAMES = [part.__name__ for part in PARTS]


@in_pyodide
@pytest.mark.only_on("jspi or xhr")
@pytest.mark.parametrize("name", NAMES)
async def test_by_switching_stacks(urls: Urls, name: str) -> None:
    globals()[name](urls)


@in_pyodide
@pytest.mark.only_on("xhr")
@pytest.mark.parametrize("name", NAMES)
def test_by_xhr(urls: Urls, name: str) -> None:
    globals()[name](urls)
