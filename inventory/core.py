"""resotocore's own services and web API, wired to the inventory's store.

The wiring is resotocore's (`direct_tenant`). What cannot work here is replaced after it: a graph is
merged in this process (the original starts another one, which connects to the database), and
nothing asks an outside host or writes outside the temporary folder.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NoReturn

from attrs import evolve
from resotocore.__main__ import direct_tenant
from resotocore.analytics import NoEventSender
from resotocore.core_config import CoreConfig, RunConfig, parse_config
from resotocore.db import SystemData
from resotocore.db.deferredouteredgedb import DeferredOuterEdges
from resotocore.db.graphdb import GraphDB
from resotocore.db.model import GraphUpdate
from resotocore.dependencies import (
    DirectTenantDependencyProvider,
    ServiceNames,
    TenantDependencies,
)
from resotocore.ids import GraphName, TaskId
from resotocore.message_bus import CoreMessage
from resotocore.model.graph_access import GraphBuilder
from resotocore.model.model import Kind
from resotocore.system_start import parse_args, system_info
from resotocore.util import check_graph_name, utc, uuid_str
from resotocore.web.api import Api
from resotocore.web.certificate_handler import CertificateHandlerWithCA
from resotolib.x509 import (
    bootstrap_ca,
    cert_to_bytes,
    key_to_bytes,
    load_cert_from_bytes,
    load_key_from_bytes,
)

from inventory import shortcuts
from inventory.database import InventoryDbAccess
from inventory.store.database import Database
from inventory.store.errors import no_room
from inventory.unsupported import Unsupported

shortcuts.install()
GRAPH = GraphName("resoto")
Lines = AsyncIterator[bytes | dict[str, Any]]


async def build(
    temporary: Path, psk: str | None, file: Database | None
) -> tuple[Api, TenantDependencies]:
    """The API and the services behind it; `deps.start()` is left to the caller.

    Args:
        temporary: a folder for the files that resotocore writes.
        psk: the pre-shared key that requests must prove, None for no login.
        file: where everything is kept, None for this process's memory.
    """
    deps = TenantDependencies(system_info=system_info())
    deps.add(ServiceNames.temp_dir, temporary)
    config = deps.add(ServiceNames.config, _configuration(temporary, psk))
    deps.add(ServiceNames.system_data, SystemData(uuid_str(), utc(), 1))
    events = deps.add(ServiceNames.event_sender, NoEventSender())
    # One key serves as certificate authority (`/ca/cert`), host and signer of logins: making an
    # RSA key is slow, and the server speaks plain HTTP on the loopback interface.
    access = deps.add(ServiceNames.db_access, InventoryDbAccess(events, config, file))
    keys = await access.system_data_db.fact("jwt_signing_keys", _new_keys)
    key = load_key_from_bytes(keys["key"].encode())
    certificate = load_cert_from_bytes(keys["certificate"].encode())
    deps.add(ServiceNames.jwt_signing_key_holder, access.system_data_db)
    deps.add(
        ServiceNames.cert_handler,
        CertificateHandlerWithCA(config, key, certificate, key, certificate, temporary),
    )
    provider = deps.add(
        ServiceNames.tenant_dependency_provider, DirectTenantDependencyProvider(deps)
    )
    return deps.add("api", Api(deps, provider)), deps


async def start(deps: TenantDependencies, kinds: list[Kind] | None) -> None:
    """Create the services, load the model (unless it is known already) and start everything."""
    await direct_tenant(deps)
    _replace(deps)
    await deps.db_access.create_graph(GRAPH)
    if kinds is not None:
        model_db = await deps.db_access.get_graph_model_db(GRAPH)
        await model_db.update_many(kinds)
    await deps.start()
    await deps.model_handler.load_model(GRAPH)  # else the first question would wait for it


def _new_keys() -> dict[str, str]:
    key, certificate = bootstrap_ca()
    return {"key": key_to_bytes(key).decode(), "certificate": cert_to_bytes(certificate).decode()}


def _configuration(temporary: Path, psk: str | None) -> CoreConfig:
    options = ["--no-scheduling", "--analytics-opt-out", "--no-tls"]
    config = parse_config(
        parse_args([*options, *(["--psk", psk] if psk else [])]), {}, lambda: None
    )
    return evolve(config, run=RunConfig(temporary, verify=False))


def _replace(deps: TenantDependencies) -> None:
    async def merge_graph(
        graph: GraphDB, content: Lines, _: Any, batch: str | None, task: TaskId | None, *__: Any
    ) -> GraphUpdate:
        return await merge(deps, graph, content, batch_id=batch, task_id=task)

    async def uml_image(*_: Any, output: str = "svg", **__: Any) -> NoReturn:
        raise Unsupported("model diagrams (drawn by an outside PlantUML server)")

    async def app_manifests(_: str) -> NoReturn:
        raise Unsupported("infrastructure apps (fetched from an outside host)")

    async def import_graph(
        name: GraphName, stream: AsyncIterator[str], replace_existing: bool
    ) -> None:
        await _import(deps, name, stream, replace_existing)

    deps.graph_manager.export_graph = deps.db_access.export_graph
    deps.graph_manager.import_graph = import_graph
    deps.graph_merger.merge_graph = merge_graph
    deps.model_handler.uml_image = uml_image
    packages = deps.infra_apps_package_manager
    packages.repos_cache_directory = deps.temp_dir / "infra-apps"
    packages._get_manifests_from_cdn = app_manifests
    # a changed core configuration makes the original restart itself
    deps.lookup[ServiceNames.core_config_handler].exit_fn = lambda: None


async def _import(
    deps: TenantDependencies, name: GraphName, lines: AsyncIterator[str], replace: bool
) -> None:
    """Read an export completely, then create a graph from it."""
    if not replace and name in await deps.db_access.list_graphs():
        raise ValueError(f"Graph {name} already exists")
    check_graph_name(name)
    with tempfile.TemporaryFile("w+", dir=deps.temp_dir) as spool:
        try:
            async for line in lines:
                spool.write(line + "\n")
            spool.seek(0)
        except OSError as error:
            raise no_room(str(deps.temp_dir), str(error.strerror)) from error
        await deps.db_access.import_graph(name, spool)
    await deps.model_handler.load_model(name, force=True)


async def merge(
    deps: TenantDependencies,
    graph: GraphDB,
    content: Lines,
    *,
    batch_id: str | None = None,
    task_id: TaskId | None = None,
) -> GraphUpdate:
    """Read the lines of a collected graph and merge them; always waits for the result."""
    model = await deps.model_handler.load_model(graph.name)
    change_id = batch_id or uuid_str()
    builder = GraphBuilder(model, change_id)
    async for line in content:
        builder.add_from_json(json.loads(line) if isinstance(line, bytes) else line)
    builder.check_complete()
    await graph.insert_usage_data(builder.usage)
    _, update = await graph.merge_graph(
        builder.graph,
        model,
        change_id,
        is_batch=batch_id is not None,
        preserve_parent_structure=builder.organizational_root is not None,
    )
    if task_id:
        await _finish_task(deps, graph, builder, task_id)
    return update


async def _finish_task(
    deps: TenantDependencies, graph: GraphDB, builder: GraphBuilder, task_id: TaskId
) -> None:
    if builder.deferred_edges:
        await deps.db_access.deferred_outer_edge_db.update(
            DeferredOuterEdges(
                id=uuid_str(),
                change_id=builder.change_id,
                task_id=task_id,
                created_at=utc(),
                graph=graph.name,
                edges=builder.deferred_edges,
            )
        )
    await deps.message_bus.emit_event(CoreMessage.GraphMergeCompleted, {"task_id": task_id})
