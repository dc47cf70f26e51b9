"""resotocore's DbAccess over one file, or over this process's memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from operator import attrgetter
from typing import Any

from attrs import define
from resotocore.analytics import AnalyticsEventSender
from resotocore.config import ConfigEntity, ConfigValidation
from resotocore.core_config import CoreConfig
from resotocore.db.db_access import DbAccess
from resotocore.db.deferredouteredgedb import DeferredOuterEdges
from resotocore.db.graphdb import EventGraphDB, GraphDB
from resotocore.db.modeldb import ModelDb
from resotocore.db.packagedb import InfraAppPackage
from resotocore.db.runningtaskdb import RunningTaskData
from resotocore.db.system_data_db import SystemDataDb
from resotocore.error import NoSuchGraph
from resotocore.ids import GraphName
from resotocore.model.adjust_node import DirectAdjuster
from resotocore.model.model import Kind
from resotocore.query.model import Template
from resotocore.report import Benchmark, ReportCheck
from resotocore.task.task_description import Job
from resotocore.types import Json
from resotocore.util import check_graph_name

from inventory.graph.exchange import Dump, export_lines
from inventory.graph.merging import GraphKeeper
from inventory.graph.store import MemoryStorage
from inventory.store.database import Database, FileStorage
from inventory.stores import (
    InventoryDeferredEdgeDb,
    InventoryEntityDb,
    InventoryRunningTaskDb,
    Shelf,
)
from inventory.timeseries import InventoryTimeSeries, Moment, Series
from inventory.unsupported import NoDatabase


@define
class Fact:
    """A value that is stored under a name."""

    name: str
    content: Json  # jsons understands typing's Dict, but not dict[…]


class Catalogue(NoDatabase):
    """The calls about graphs that resotocore makes on its raw database; others get a 501."""

    def __init__(self, graphs: dict[GraphName, GraphDB]) -> None:
        super().__init__("graph database")
        self._graphs = graphs

    async def has_graph(self, name: GraphName) -> bool:
        return name in self._graphs


class Facts(SystemDataDb):
    """What the installation knows of itself: its identifier, and the key that signs logins.

    Args:
        entities: where they are kept, by name.
    """

    def __init__(self, entities: InventoryEntityDb[str, Fact]) -> None:
        self._entities = entities

    async def fact(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The value of a name; created and stored if there is none."""
        known = await self._entities.get(name)
        return (known or await self._entities.update(Fact(name, make()))).content

    async def is_known(self, name: str) -> bool:
        return await self._entities.get(name) is not None

    async def jwt_signing_keys(self) -> tuple[str, str]:
        keys = await self.fact("jwt_signing_keys", dict)
        return keys["key"], keys["certificate"]

    async def update_jwt_signing_keys(self, key: str, certificate: str) -> tuple[str, str]:
        keys = {"key": key, "certificate": certificate}
        await self._entities.update(Fact("jwt_signing_keys", keys))
        return key, certificate

    async def info(self) -> dict[str, str]:
        return dict(await self.fact("info", dict))

    async def update_info(self, **info: str) -> dict[str, str]:
        known = {**await self.info(), **info}
        await self._entities.update(Fact("info", known))
        return known


class InventoryDbAccess(DbAccess):
    """Keeps everything that resotocore stores, in a file or in memory.

    The constructor of DbAccess is not called: it would connect. The attributes below are those
    that resotocore's services read.

    Args:
        file: the open file, None to keep everything in this process.
    """

    def __init__(
        self, event_sender: AnalyticsEventSender, config: CoreConfig, file: Database | None
    ) -> None:
        self.config = config
        self.event_sender = event_sender
        self.adjust_node = DirectAdjuster()
        self.file = file
        self.graph_dbs: dict[str, GraphDB] = {}
        self.graph_model_dbs: dict[GraphName, ModelDb] = {}
        self._creating = asyncio.Lock()
        self.db: Any = Catalogue(self.graph_dbs)
        self.system_data_db: Any = Facts(self._entities("facts", Fact, "name"))
        self.running_task_db = InventoryRunningTaskDb(
            lambda task: task.id, self._shelf("tasks"), RunningTaskData
        )
        self.deferred_outer_edge_db: Any = InventoryDeferredEdgeDb(
            lambda edges: edges.id, self._shelf("deferred_edges"), DeferredOuterEdges
        )
        self.job_db = self._entities("jobs", Job)
        self.config_entity_db = self._entities("configs", ConfigEntity)
        self.config_validation_entity_db = self._entities("config_validations", ConfigValidation)
        self.configs_model_db = self._entities("configs_model", Kind, "fqn")
        self.template_entity_db = self._entities("templates", Template, "name")
        self.package_entity_db = self._entities("packages", InfraAppPackage, "manifest.name")
        self.report_check_db = self._entities("report_checks", ReportCheck)
        self.benchmark_db = self._entities("benchmarks", Benchmark)
        self.time_series_db: Any = InventoryTimeSeries(
            self._entities("time_series", Series, "name"),
            self._entities("time_series_moments", Moment),
            config,
        )
        for name, number in (file.graphs() if file else {}).items():
            self._add(self._graph(GraphName(name), number))

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to do: whoever opened the file closes it."""

    async def create_graph(self, name: GraphName, validate_name: bool = True) -> GraphDB:
        if validate_name:
            check_graph_name(name)
        async with self._creating:
            if name not in self.graph_dbs:
                graph = self._graph(name)
                await graph.insert_root()
                self._add(graph)
            return self.graph_dbs[name]

    async def _copy(self, name: GraphName, original: Any) -> GraphKeeper:
        async with self._creating:
            if name in self.graph_dbs:
                raise ValueError(f"Graph {name} already exists")
            graph = self._graph(name)
            await graph.storage.copy_from(original)
            self._add(graph)
            return graph

    async def export_graph(self, name: GraphName) -> AsyncIterator[str]:
        """The lines of a graph's export. Raises ValueError if there is no such graph."""
        if name not in self.graph_dbs:
            raise ValueError(f"Graph {name} does not exist")
        kinds = [kind async for kind in (await self.get_graph_model_db(name)).all()]
        async for line in export_lines(self._keeper(name), kinds):
            yield line

    async def import_graph(self, name: GraphName, lines: Iterable[str]) -> None:
        """Make a graph from an export, or put it in the place of one: wholly, or not at all."""
        dump = Dump(lines)
        kinds = await asyncio.to_thread(dump.kinds)
        async with self._creating:
            graph = self._keeper(name) if name in self.graph_dbs else self._graph(name)
            await graph.storage.write(dump.fill)
            if name not in self.graph_dbs:
                self._add(graph)
        models = await self.get_graph_model_db(name)
        old = [kind.fqn async for kind in models.all()]
        await models.exchange(old, kinds)

    def _keeper(self, name: GraphName) -> GraphKeeper:
        return self.graph_dbs[name].real

    def _graph(self, name: GraphName, number: int | None = None) -> GraphKeeper:
        storage = FileStorage(self.file, name, number) if self.file else MemoryStorage()
        options = (self.adjust_node, self.config.graph_update, storage, self._copy)
        return GraphKeeper(name, *options)

    def _add(self, graph: GraphKeeper) -> None:
        """Make a stored graph visible."""
        self.graph_dbs[graph.name] = EventGraphDB(graph, self.event_sender)

    async def delete_graph(self, name: GraphName) -> None:
        graph = self.graph_dbs.get(name)
        if graph is None:
            return
        storage = self._keeper(name).storage
        if isinstance(storage, FileStorage) and storage.number is not None and self.file:
            await self.file.delete_graph(storage.number)
        self.graph_dbs.pop(name, None)

    async def delete_graph_model(self, graph_name: GraphName) -> None:
        await (await self.get_graph_model_db(graph_name)).wipe()
        self.graph_model_dbs.pop(graph_name, None)

    async def list_graphs(self) -> list[GraphName]:
        return [GraphName(name) for name in self.graph_dbs]

    def get_graph_db(self, name: GraphName, no_check: bool = False) -> GraphDB:
        if name not in self.graph_dbs:
            raise NoSuchGraph(name)
        return self.graph_dbs[name]

    async def get_graph_model_db(self, graph_name: GraphName) -> ModelDb:
        if graph_name not in self.graph_model_dbs:
            kinds = self._entities(f"model of {graph_name}", Kind, "fqn")
            self.graph_model_dbs[graph_name] = kinds
        return self.graph_model_dbs[graph_name]

    def _shelf(self, name: str) -> Shelf | None:
        return Shelf(self.file, name) if self.file else None

    def _entities(self, name: str, kind: Any, key: str = "id") -> Any:
        """The entities of one collection; `key` is the path of the attribute that names them."""
        return InventoryEntityDb(attrgetter(key), self._shelf(name), kind)
