"""resotocore's DbAccess without a database: graphs and entity stores in memory."""

from __future__ import annotations

from typing import Any

from resotocore.analytics import AnalyticsEventSender
from resotocore.core_config import CoreConfig
from resotocore.db.db_access import DbAccess
from resotocore.db.entitydb import EntityDb
from resotocore.db.graphdb import EventGraphDB, GraphDB
from resotocore.db.modeldb import ModelDb
from resotocore.db.system_data_db import JwtSigningKeyHolder
from resotocore.error import NoSuchGraph
from resotocore.ids import GraphName
from resotocore.model.adjust_node import DirectAdjuster
from resotocore.util import check_graph_name

from inventory.graph.merging import MemoryGraphDB
from inventory.stores import MemoryDeferredEdgeDb, MemoryEntityDb, MemoryRunningTaskDb
from inventory.unsupported import NoDatabase


class Catalogue(NoDatabase):
    """What resotocore asks its raw database about graphs; all else is refused with 501."""

    def __init__(self, graphs: dict[GraphName, GraphDB]) -> None:
        super().__init__("graph database")
        self._graphs = graphs

    async def has_graph(self, name: GraphName) -> bool:
        return name in self._graphs


class SigningKeys(JwtSigningKeyHolder):
    """The key that signs logins (PEM, with its certificate), and facts about the installation."""

    def __init__(self, key: str, certificate: str) -> None:
        self._keys = (key, certificate)
        self._info: dict[str, str] = {}

    async def jwt_signing_keys(self) -> tuple[str, str]:
        return self._keys

    async def update_jwt_signing_keys(self, key: str, certificate: str) -> tuple[str, str]:
        self._keys = (key, certificate)
        return self._keys

    async def info(self) -> dict[str, str]:
        return dict(self._info)

    async def update_info(self, **info: str) -> dict[str, str]:
        self._info.update(info)
        return dict(self._info)


class MemoryDbAccess(DbAccess):
    """Keeps everything that resotocore stores.

    The constructor of DbAccess is not called: it would connect. The attributes below are those
    that resotocore's services read.
    """

    def __init__(
        self, event_sender: AnalyticsEventSender, config: CoreConfig, system_data: SigningKeys
    ) -> None:
        self.config = config
        self.event_sender = event_sender
        self.adjust_node = DirectAdjuster()
        self.graph_dbs: dict[str, GraphDB] = {}
        self.graph_model_dbs: dict[GraphName, ModelDb] = {}
        self.db: Any = Catalogue(self.graph_dbs)
        self.system_data_db: Any = system_data
        self.running_task_db = MemoryRunningTaskDb(lambda task: task.id)
        self.deferred_outer_edge_db: Any = MemoryDeferredEdgeDb(lambda edges: edges.id)
        self.job_db: EntityDb[str, Any] = MemoryEntityDb(lambda job: job.id)
        self.config_entity_db: EntityDb[Any, Any] = MemoryEntityDb(lambda config: config.id)
        self.config_validation_entity_db: EntityDb[str, Any] = MemoryEntityDb(lambda v: v.id)
        self.configs_model_db: ModelDb = MemoryEntityDb(lambda kind: kind.fqn)
        self.template_entity_db: EntityDb[str, Any] = MemoryEntityDb(lambda t: t.name)
        self.package_entity_db: EntityDb[Any, Any] = MemoryEntityDb(lambda p: p.manifest.name)
        self.report_check_db: EntityDb[str, Any] = MemoryEntityDb(lambda check: check.id)
        self.benchmark_db: EntityDb[str, Any] = MemoryEntityDb(lambda benchmark: benchmark.id)
        self.time_series_db: Any = NoDatabase("time series")

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def create_graph(self, name: GraphName, validate_name: bool = True) -> GraphDB:
        if validate_name:
            check_graph_name(name)
        if name not in self.graph_dbs:
            self._register(
                MemoryGraphDB(name, self.adjust_node, self.config.graph_update, self._register)
            )
        return self.graph_dbs[name]

    def _register(self, graph: MemoryGraphDB) -> None:
        self.graph_dbs[graph.name] = EventGraphDB(graph, self.event_sender)

    async def delete_graph(self, name: GraphName) -> None:
        self.graph_dbs.pop(name, None)

    async def delete_graph_model(self, graph_name: GraphName) -> None:
        self.graph_model_dbs.pop(graph_name, None)

    async def list_graphs(self) -> list[GraphName]:
        return [GraphName(name) for name in self.graph_dbs]

    def get_graph_db(self, name: GraphName, no_check: bool = False) -> GraphDB:
        if name not in self.graph_dbs:
            raise NoSuchGraph(name)
        return self.graph_dbs[name]

    async def get_graph_model_db(self, graph_name: GraphName) -> ModelDb:
        return self.graph_model_dbs.setdefault(graph_name, MemoryEntityDb(lambda kind: kind.fqn))
