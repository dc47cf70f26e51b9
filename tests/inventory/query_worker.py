"""Asks queries of both stores, in memory and in a file, without a server; run by test_generated.py.

Reads lines of JSON: a graph as operations that make it, and queries. Answers a line for each: what
either store found for each query, and what the check of the file says.
"""

import asyncio
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from resotocore.db.model import QueryModel
from resotocore.model.model import Kind, Model
from resotocore.model.typed_model import from_js
from resotocore.query.query_parser import parse_query

from inventory.graph.search import Search
from inventory.graph.store import GraphStore, MemoryStorage, Storage
from inventory.store.database import Database, FileStorage

Json = dict[str, Any]


def apply(store: GraphStore, operations: list[list[Any]]) -> None:
    """Make the graph; both stores take the same calls."""
    for action, *arguments in operations:
        getattr(store, action)(*arguments)


def answer(store: GraphStore, query: QueryModel) -> Json:
    """The keys of what is found, in order, with the edges walked; or the rows of an aggregation."""
    search = Search(store, query, with_edges=True)
    items = search.run()
    if query.query.aggregate:
        return {"rows": items}
    keys = [node["_key"] for node in search.documents(items)]
    return {"keys": keys, "full_count": search.full_count, "links": sorted(search.links(items))}


async def ask(database: Database, model: Model, request: Json) -> Json:
    queries = [
        QueryModel(parse_query(text).on_section("reported"), model) for text in request["queries"]
    ]
    file = FileStorage(database, "generated")
    stores: dict[str, Storage] = {"memory": MemoryStorage(), "file": file}
    found: Json = {}
    for name, storage in stores.items():
        await storage.write(apply, request["operations"])
        session = storage.session()
        found[name] = [await session.run(partial(answer, query=query)) for query in queries]
        session.close()
    found["problems"] = await database.write(database.problems)
    assert file.number is not None
    await database.delete_graph(file.number)
    return found


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        model = Model.from_kinds([from_js(kind, Kind) for kind in json.loads(sys.stdin.readline())])
        for line in sys.stdin:
            print(json.dumps(await ask(database, model, json.loads(line))), flush=True)
        database.close()


asyncio.run(main())
