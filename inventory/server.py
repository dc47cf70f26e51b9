"""The generated inventory behind a port: model, services, graph, notebook site."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

from aiohttp import web

from inventory import core
from inventory.listener import Report, listen
from inventory.model import load_kinds
from inventory.seed import seed_lines
from inventory.site import notebook_site


async def serve_inventory(
    listener: socket.socket, site: Path | None, psk: str | None, report: Report
) -> None:
    """Start everything and serve until SIGINT or SIGTERM."""
    with tempfile.TemporaryDirectory(prefix="inventory-") as temporary:
        report.progress("loading the resource model of the AWS, DigitalOcean and GCP plugins")
        kinds = load_kinds()
        report.progress(f"starting resotocore's API with {len(kinds)} kinds")
        api, deps = core.build(Path(temporary), psk)
        await core.start(deps, kinds)
        report.progress("filling the graph")
        graph = deps.db_access.get_graph_db(core.GRAPH)
        update = await core.merge(deps, graph, seed_lines())
        report.progress(f"{update.nodes_created} nodes and {update.edges_created} edges")
        if site:
            api.app.middlewares.insert(0, notebook_site(site))

        async def close_websockets(_: web.Application) -> None:
            await api.stop()

        api.app.on_shutdown.append(close_websockets)
        try:
            await listen(api.app, listener, report)
        finally:
            await deps.stop()
