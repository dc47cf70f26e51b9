"""Says by what plans SQLite answers questions, without a server; run by test_plans.py."""

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
from inventory.store.database import Database, FileStorage
from inventory.store.writer import GraphWriter


def kind(name: str, bases: list[str], /, **properties: str) -> Kind:
    listed = [{"name": n, "kind": k, "description": ""} for n, k in properties.items()]
    return from_js({"fqn": name, "bases": bases, "properties": listed}, Kind)


MODEL = Model.from_kinds(
    [
        kind("thing", [], id="string", kind="string", name="string", size="int64"),
        kind("box", ["thing"]),
        kind("cup", ["thing"]),
    ]
)


def fill(store: GraphWriter) -> None:
    """A hundred nodes in a row, in nine accounts, with a history."""
    for at in range(100):
        account = {"reported": {"id": str(at % 9), "name": "abcdefghi"[at % 9]}}
        node = {
            "_key": f"n{at}",
            "kinds": ["box" if at % 2 else "cup", "thing"],
            "flat": f"n{at}",
            "reported": {"kind": "box", "id": f"n{at}", "name": f"n{at}", "size": at},
            "ancestors": {"account": account},
            "refs": {"account_id": str(at % 9)},
        }
        store.put_node(node)
        store.put_edge("default", f"n{at - 1}", f"n{at}")
        change = {"id": f"n{at}", "change": "node_created", "changed_at": f"20{at % 30:02}-01-01"}
        store.history.put_node({**node, **change, "_key": f"c{at}"})


def plans(store: Any, text: str, history: bool) -> list[str]:
    """The steps of all statements that a question needs."""
    query = QueryModel(parse_query(text).on_section("reported"), MODEL)
    asked: list[str] = []
    search = Search(store, query, id_name="id" if history else "_key")
    store._db.set_trace_callback(asked.append)
    items = search.run()
    if not query.query.aggregate:
        list(search.documents(items))
    store._db.set_trace_callback(None)
    selects = [sql for sql in asked if sql.startswith("SELECT")]
    return [row[3] for sql in selects for row in store._db.execute(f"EXPLAIN QUERY PLAN {sql}")]


async def main() -> None:
    questions = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        storage = FileStorage(database, "g")
        await storage.write(fill)
        found = {}
        for name, text in questions.items():
            history = name.startswith("history")
            session = storage.session(history)
            found[name] = await session.run(partial(plans, text=text, history=history))
            session.close()
        print(json.dumps(found))
        database.close()


asyncio.run(main())
