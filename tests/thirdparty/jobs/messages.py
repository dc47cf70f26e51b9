"""Messages, and media."""

from __future__ import annotations

from typing import Any

from .job import answer, failure, job


@job(
    "rocketchat_API",
    "logging in, a message, a channel's history, an error",
    {
        "POST /api/v1/login": answer(
            {"status": "success", "data": {"authToken": "token", "userId": "u1"}}
        ),
        "POST /api/v1/chat.postMessage": answer({"success": True, "message": {"msg": "hé"}}),
        "GET /api/v1/channels.history": answer({"success": True, "messages": [{"msg": "a"}]}),
        "GET /api/v1/channels.info": answer({"success": False, "error": "no channel"}, 400),
    },
)
def rocketchat_api(url: str) -> Any:
    from rocketchat_API.rocketchat import RocketChat

    client = RocketChat("me", "secret", server_url=url)
    return [
        client.chat_post_message("hé", channel="GENERAL"),
        list(client.channels_history("GENERAL", count=5)),
        failure(lambda: client.channels_info("none")),
    ]


@job(
    "discord-webhook",
    "a message after it was limited, a file, a change, a deletion",
    {
        "POST /api/webhooks/1/token": (
            answer({"message": "limited", "retry_after": 0}, 429, Via="1.1 proxy"),
            answer({"id": "10", "attachments": []}),
        ),
        "PATCH /api/webhooks/1/token/messages/10": answer({"id": "10"}),
        "DELETE /api/webhooks/1/token/messages/10": answer("", 204),
    },
)
def discord_webhook(url: str) -> Any:
    from discord_webhook import DiscordEmbed, DiscordWebhook

    webhook = DiscordWebhook(f"{url}/api/webhooks/1/token", content="hé", rate_limit_retry=True)
    webhook.add_embed(DiscordEmbed(title="title", description="text"))
    webhook.add_file(file=b"content", filename="a.txt")
    executed = webhook.execute().status_code
    webhook.content = "changed"
    return [executed, webhook.id, webhook.edit().json(), webhook.delete().status_code]


def listing(after: str | None, *titles: str) -> Any:
    children = [
        {"kind": "t3", "data": {"id": title, "name": f"t3_{title}", "title": title}}
        for title in titles
    ]
    return {"kind": "Listing", "data": {"after": after, "children": children}}


@job(
    "praw",
    "logging in, new posts by pages, a comment, a 404",
    {
        "POST /api/v1/access_token": answer(
            {"access_token": "token", "expires_in": 3600, "scope": "*", "token_type": "bearer"}
        ),
        "GET /r/python/new": (answer(listing("t3_b", "a", "b")), answer(listing(None, "c"))),
        "POST /api/comment/": answer(
            {"json": {"errors": [], "data": {"things": [
                {"kind": "t1", "data": {"id": "k", "name": "t1_k", "body": "seen"}}]}}}
        ),
        "GET /r/none/about/": answer({"message": "Not Found", "error": 404}, 404),
    },
)  # fmt: skip
def praw(url: str) -> Any:
    import praw

    client = praw.Reddit(
        client_id="id", client_secret="secret", user_agent="test", username="me",
        password="quiet", reddit_url=url, oauth_url=f"{url}/", check_for_updates="False",
        check_for_async=False,
    )  # fmt: skip
    posts = list(client.subreddit("python").new(limit=3))
    comment = posts[0].reply("seen")
    missing = failure(lambda: client.subreddit("none").subscribers)
    return [[post.title for post in posts], comment.body, missing]


TRACK = {"id": "t", "name": "Lied", "type": "track", "uri": "spotify:track:t"}


@job(
    "spotipy",
    "a search that is tried again after a 503, tracks by pages, a change, a 404",
    {
        "GET /v1/search": (
            answer({"error": {"message": "busy"}}, 503),
            answer({"tracks": {"items": [TRACK]}}),
        ),
        "GET /v1/albums/4aawyAB9vmqN3uQ7FjRGTy/tracks/": (
            answer({"items": [TRACK], "next": "{url}/v1/albums/more"}),
        ),
        "GET /v1/albums/more": answer({"items": [TRACK], "next": None}),
        "PUT /v1/me/player/volume": answer("", 204),
        "GET /v1/tracks/4aawyAB9vmqN3uQ7FjRGTy": answer(
            {"error": {"status": 404, "message": "Not found."}}, 404
        ),
    },
)
def spotipy(url: str) -> Any:
    from spotipy import Spotify

    client = Spotify(auth="secret", retries=2, status_retries=2, backoff_factor=0)
    client.prefix = f"{url}/v1/"
    found = client.search("Lied & co", type="track")["tracks"]["items"]
    page = client.album_tracks("4aawyAB9vmqN3uQ7FjRGTy")
    names = [track["name"] for track in [*page["items"], *client.next(page)["items"]]]
    missing = failure(lambda: client.track("4aawyAB9vmqN3uQ7FjRGTy"))
    return [found, names, client.volume(50), missing]


STATUS = {"id": "1", "content": "hé", "account": {"id": "2", "acct": "me"}}


@job(
    "Mastodon.py",
    "a post, a timeline by pages, a file, a 404",
    {
        "GET /api/v1/instance/": answer({"version": "4.3.0", "uri": "x"}),
        "GET /api/v2/instance/": answer({"version": "4.3.0", "domain": "x"}),
        "POST /api/v1/statuses": answer(STATUS),
        "GET /api/v1/timelines/home": (
            answer([STATUS], Link='<{url}/api/v1/timelines/home?max_id=1>; rel="next"'),
            answer([STATUS]),
        ),
        "POST /api/v2/media": answer({"id": "3", "type": "image", "url": "x"}),
        "GET /api/v1/statuses/9": answer({"error": "Record not found"}, 404),
    },
)
def mastodon(url: str) -> Any:
    from mastodon import Mastodon

    client = Mastodon(access_token="secret", api_base_url=url, version_check_mode="none")
    page = client.timeline_home(limit=1)
    return [
        client.status_post("hé", visibility="unlisted", idempotency_key="once")["content"],
        [len(page), len(client.fetch_next(page))],
        client.media_post(b"pixels", mime_type="image/png", file_name="a.png")["id"],
        failure(lambda: client.status(9))[0],
    ]


@job(
    "qbittorrent-api",
    "logging in, a torrent's file, the list, a 404",
    {
        "POST /api/v2/auth/login": answer("Ok.", Set_Cookie="SID=session; path=/"),
        "GET /api/v2/app/version": answer("v5.0.0"),
        "GET /api/v2/app/webapiVersion": answer("2.11.0"),
        "POST /api/v2/torrents/add": answer({"success_count": 1}),
        "POST /api/v2/torrents/info": answer([{"hash": "h", "name": "film é"}]),
        "POST /api/v2/torrents/properties": answer("", 404),
    },
)
def qbittorrent_api(url: str) -> Any:
    from qbittorrentapi import Client

    client = Client(host=url, username="me", password="secret", FORCE_SCHEME_FROM_HOST=True)
    client.auth_log_in()
    return [
        client.app_version(),
        client.torrents_add(torrent_files=b"d4:infoe", save_path="/films"),
        [torrent.name for torrent in client.torrents_info(category="x")],
        failure(lambda: client.torrents_properties(torrent_hash="h")),
    ]


CONTAINER = '<MediaContainer size="1" machineIdentifier="m" version="1.40">{0}</MediaContainer>'


def container(inside: str) -> Any:
    return answer(CONTAINER.replace("{0}", inside), Content_Type="application/xml")


@job(
    "plexapi",
    "the sections of a library, a 404",
    {
        "GET /": container('<Directory key="x"/>'),
        "GET /library/sections": container(
            '<Directory key="1" type="movie" title="Films" uuid="u"/>'
        ),
        "GET /library": container(""),
        "GET /none": answer("<html/>", 404),
    },
    varies=(
        "x-plex-client-identifier", "x-plex-device", "x-plex-device-name", "x-plex-platform",
        "x-plex-platform-version",
    ),
)  # fmt: skip
def plexapi(url: str) -> Any:
    from plexapi.server import PlexServer

    server = PlexServer(url, token="secret", timeout=30)
    sections = [section.title for section in server.library.sections()]
    return [server.machineIdentifier, sections, failure(lambda: server.query("/none"))[0]]
