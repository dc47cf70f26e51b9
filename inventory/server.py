"""Serves the generated inventory: model, services, graph, notebook site."""

from __future__ import annotations

import gc
import logging
import socket
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from resotocore.db.model import GraphUpdate
from resotocore.dependencies import TenantDependencies

from inventory import core
from inventory.listener import Report, listen
from inventory.site import static_sites
from inventory.store.database import Database
from inventory.store.errors import StoreError


@dataclass(frozen=True)
class Options:
    """The options of the server.

    Attributes:
        folders: what is served from folders, see `static_sites`.
        psk: the pre-shared key, None for no login.
        data: folder to keep everything in, None for this process's memory.
        times: how many copies of the generated accounts a new graph is filled with.
    """

    folders: Mapping[str, Path]
    psk: str | None
    data: Path | None
    times: int = 1


async def serve_inventory(listener: socket.socket, options: Options, report: Report) -> None:
    """Start everything and serve until SIGINT or SIGTERM.

    Args:
        listener: where to listen.
        options: what to serve.
        report: how to tell about it.

    Raises:
        StoreError: the folder, or the one for temporary files, cannot be used.
    """
    with ExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="inventory-"))
        file = stack.enter_context(closing(Database(options.data))) if options.data else None
        try:
            api, deps = await core.build(Path(temporary), options.psk, file)
        except OSError as error:
            raise StoreError(f"{temporary} cannot be written: {error.strerror}") from error
        await _fill(deps, file, options.times, report)
        api.app.middlewares.insert(0, static_sites(options.folders))

        async def close_websockets(_: web.Application) -> None:
            await api.stop()

        api.app.on_shutdown.append(close_websockets)
        try:
            await listen(api.app, listener, report)
        finally:
            await deps.stop()


async def _fill(
    deps: TenantDependencies, file: Database | None, times: int, report: Report
) -> None:
    """Start the services over what the file has; a new one is filled first."""
    if await deps.db_access.system_data_db.is_known("filled"):
        if file and file.read_only:
            report.progress(f"{file.file} cannot be written: whatever would change it is refused")
            # says with a traceback that it could not renew the description of the configuration
            logging.getLogger("resotocore.config.core_config_handler").disabled = True
        report.progress(f"opening {file.file if file else 'the graph'}")
        await core.start(deps, None)
        return
    report.progress("loading the resource model of the AWS, DigitalOcean and GCP plugins")
    from inventory.model import load_kinds  # the plugins are needed only once
    from inventory.seed import seed_lines

    kinds = load_kinds()
    report.progress(f"starting resotocore's API with {len(kinds)} kinds")
    await core.start(deps, kinds)
    report.progress("filling the graph")
    gc.freeze()
    gc.enable()  # a collected graph is a net of references, which only the collector frees
    graph = deps.db_access.get_graph_db(core.GRAPH)
    update = GraphUpdate()
    for copy in range(times):
        update += await core.merge(deps, graph, seed_lines(copy))
    await deps.db_access.system_data_db.fact("filled", dict)
    report.progress(f"{update.nodes_created} nodes and {update.edges_created} edges")
