"""The model: every resource class of the installed collector plugins, as resotocore's kinds."""

from __future__ import annotations

import gc

# importing a resource class registers it for the export
import resoto_plugin_aws.collector  # noqa: F401
import resoto_plugin_digitalocean.resources  # noqa: F401
import resoto_plugin_gcp.collector  # noqa: F401
from resotocore.model.model import Kind
from resotocore.model.typed_model import from_js
from resotolib.graph import export_model


def load_kinds() -> list[Kind]:
    """The kinds that a worker with these plugins would announce (about 1,300)."""
    # attrs replaces a class that it gives slots; the old one stays a subclass until it is collected
    gc.collect()
    return [from_js(kind, Kind) for kind in export_model()]
