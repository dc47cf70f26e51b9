"""What a report found becomes part of the nodes: `report … --sync-security`.

resotocore's own code decides what is new, changed or closed; it gathers that in a temporary
collection and hands a script to its database, which is done here instead.
"""

from __future__ import annotations

from typing import Any

from resotocore.db.graphdb import HistoryChange
from resotocore.util import utc_str

from inventory.graph.db import GraphSearcher, Json
from inventory.graph.store import GraphStore, Node, without

_NOT_KEPT = ("_key", "_rev", "_id", "flat", "hash")  # in the history


class _Collection:
    """The temporary collection: what is to be done to which node."""

    name = "security"

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def insert_many(self, documents: list[Json], **_: Any) -> None:
        self.entries += documents


class SecurityUpdate(GraphSearcher):
    """One update of the security sections: call its `update_security_section`.

    Args:
        graph: what to update.
        run_id: of the report.
        accounts: the only ones that the report looked at, None for all.
    """

    def __init__(self, graph: GraphSearcher, run_id: str, accounts: list[str] | None) -> None:
        super().__init__(graph.name, graph.adjust_node, graph.config, graph.storage)
        self.db: Any = self
        self._run_id = run_id
        self._accounts = accounts
        self._collection = _Collection()

    async def get_tmp_collection(self, change_id: str, create: bool = True) -> Any:
        return self._collection

    async def delete_collection(self, name: str) -> None:
        """Nothing to delete."""

    async def execute_transaction(self, *_: Any, **__: Any) -> None:
        """Does here what the original does by a script in its database."""
        await self.storage.write(self._apply)

    def _apply(self, store: GraphStore) -> None:
        for entry in self._collection.entries:
            node = store.get(entry["node_id"])
            if node is None:  # deleted since the report looked at it
                continue
            if entry["action"] == "mark":
                security = {**node["security"], "run_id": entry["run_id"]}
            else:
                security = entry["data"]["security"]
                _remember(store, entry["data"])
            store.put_node({**node, "security": security})
        for node in [n for n in store.all_documents() if self._is_closed(n)]:
            self._close(store, node)

    def _is_closed(self, node: Node) -> bool:
        """Whether it had issues, was looked at, and has none."""
        if (node.get("security") or {}).get("run_id") in (None, self._run_id):
            return False
        account = ((node.get("ancestors") or {}).get("account") or {}).get("reported") or {}
        return not self._accounts or account.get("id") in self._accounts

    def _close(self, store: GraphStore, node: Node) -> None:
        now, security = utc_str(), node["security"]
        kept = {"reopen_counter": security.get("reopen_counter"), "closed_at": now}
        state = {"has_issues": False, "run_id": self._run_id, **kept}
        change = {
            "id": node["_key"],
            "change": HistoryChange.node_compliant.value,
            "changed_at": now,
            "diff": {
                "previous": security.get("severity"),
                HistoryChange.node_compliant.value: security.get("issues"),
            },
            "security": {**state, "opened_at": security.get("opened_at")},
        }
        _remember(store, {**node, **change})
        store.put_node({**node, "security": kept})


def _remember(store: GraphStore, entry: Json) -> None:
    store.history.put_node({**without(entry, *_NOT_KEPT), "_key": store.next_key()})
