"""Questions that the package of examples/resotonotebook asks a server, and their answers.

`ask` runs as it is on a desktop and in a notebook of the browser; `expected` asks directly.
"""

from __future__ import annotations

import json
from inspect import getsource
from typing import Any

from tests.inventory.api import Api

Json = dict[str, Any]
MOVING = {"age", "last_update", "last_access"}  # counted to the moment of the question
COMMAND = "search is(account) | count kind"
WRONG = "search is(instance) | coutn kind"
GRAPH = "is(cloud) -[0:2]->"
FORMS = ("application/json", "application/x-ndjson", "text/plain")


async def ask(url: str = "", psk: str | None = None) -> Json:
    """What the client and the notebook with it say."""
    from resotonotebook_fetch import FetchNotebook

    import pyfetch_requests

    notebook = FetchNotebook(url, psk)
    client = notebook.client
    table = (await notebook.search("is(account)"))[["id", "name", "cloud_id"]]
    answers: Json = {
        "nodes": await client.search_list("is(account)", "reported", "resoto"),
        "graph": await client.search_graph(GRAPH, "reported", "resoto"),
        "table": table.values.tolist(),
        "drawn": sum(" -> " in line for line in (await notebook.graph(GRAPH)).body),
    }
    try:
        await notebook.cli_execute(WRONG)
    except pyfetch_requests.HTTPError as error:
        answers["refused"] = [error.response.status_code, error.response.text]
    for form in FORMS:
        client.session.headers["Accept"] = form
        answers[form] = await client.cli_execute(COMMAND, "resoto", "reported")
    return answers


def program(call: str) -> str:
    """The source of `ask` and what it needs, and a last line that prints the answers to a call."""
    names = f"{COMMAND=}\n{WRONG=}\n{GRAPH=}\n{FORMS=}".split("\n")
    constants = "\n".join(names)
    head = "from __future__ import annotations\nfrom typing import Any\nJson = dict\n"
    return f"{head}{constants}\n{getsource(ask)}\nimport asyncio, json\nprint(json.dumps({call}))"


def expected(api: Api) -> Json:
    """The same answers, by direct questions."""
    nodes = api.found("is(account)")
    graph = api.found(GRAPH, "graph")
    refused = api.command(WRONG)
    lines = api.command(COMMAND, FORMS[1])
    return {
        "nodes": nodes,
        "graph": graph,
        "table": [
            [
                node["reported"]["id"],
                node["reported"]["name"],
                node["ancestors"]["cloud"]["reported"]["id"],
            ]
            for node in nodes
        ],
        "drawn": sum(element["type"] == "edge" for element in graph),
        "refused": [refused.status_code, refused.text],
        FORMS[0]: api.printed(COMMAND),
        FORMS[1]: [json.loads(line) for line in lines.text.splitlines()],
        FORMS[2]: [api.command(COMMAND, FORMS[2]).text],
    }


def settled(value: Any) -> Any:
    """An answer without what moves on between two questions."""
    if isinstance(value, dict):
        return {key: settled(one) for key, one in value.items() if key not in MOVING}
    return [settled(one) for one in value] if isinstance(value, list) else value
