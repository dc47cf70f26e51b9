"""What arrives at the server: the corpus of prepared requests, sent by both libraries."""

from __future__ import annotations

from typing import Any

from tests.server import Urls

from .clients import Client, Clients
from .corpus import PREPARED, Case, parametrize
from .differences import BY_CASE, compare
from .outcome import attempt, of_response

# The server would wait for a body that never comes, or comes in two framings at once.
ENDLESS = {
    "bodies: own_length_nothing",
    "bodies: own_length_stream",
    "bodies: own_encoding",
    "headers: {'Content-Length': '5'}",
    "auth: removes the body",
}
CORPUS = [
    case
    for case in PREPARED
    if case.name not in ENDLESS
    and case.name not in BY_CASE
    # Where a request goes, and who is called when it is done, is not for one server to see.
    and not case.name.startswith(("url:", "hooks:"))
]


@parametrize(CORPUS)
def test_what_arrives(case: Case, urls: Urls, clients: Clients) -> None:
    def send(client: Client) -> Any:
        arguments = case.arguments(client.library)
        if "host.example" in str(arguments["url"]):
            arguments["url"] = arguments["url"].replace("http://host.example", urls.echo())
        return attempt(lambda: of_response(client.request(**arguments, timeout=2)))

    oracle, ours = clients
    theirs = send(oracle)
    for client in ours:
        compare(f"{client.target}sent {case.name}", theirs, send(client))
