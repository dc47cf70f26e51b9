"""Compares what stands in for functions of resotocore with them; run by test_plans.py."""

import json
from typing import Any

from resotocore.error import ParseError
from resotocore.model.model import ComplexKind, Kind, Model, Property
from resotocore.model.transform_kind_convert import duration_until_now
from resotocore.model.typed_model import to_js
from resotocore.query.query_parser import parse_query

import inventory.shortcuts
from inventory.model import load_kinds
from inventory.stores import read_kind

MOMENTS = ["2020-02-29T23:59:59Z", "2020-02-29T23:59:59.5Z", "2020-02-29T23:59:59+02:00", "2020"]
QUERIES = ["id(a)", "is(volume) and volume_size > 3 -[0:2]-> sort name limit 2", "a.b[*].c = 2"]
NAMES = [
    *("name", "tags", "tags.owner", "tags.`a.b`", "age", "instance_cores", "no.such.thing"),
    *("ec2_instance_block_device_mappings[0].ebs.status", "volume_attachments[*]", "a[", ""),
]


def said(function: Any, *arguments: Any) -> Any:
    """What it returns, or that it fails and how."""
    try:
        return function(*arguments)
    except (AttributeError, TypeError, ValueError, ParseError, RuntimeError) as error:
        return f"{type(error).__name__}: {error}"


def kinds_as(kind: Kind) -> Any:
    """Everything that resolving has found of a kind."""
    if not isinstance(kind, ComplexKind):
        return kind.fqn
    return {
        "paths": [
            (path.path.path, path.path.path_str, to_js(path.prop), path.kind.as_json())
            for path in kind.resolved_property_paths()
            if not isinstance(path.kind, ComplexKind)
        ],
        "properties": [(prop.name, k.fqn) for prop, k in kind.property_with_kinds()],
        "direct": [(prop.name, k.fqn) for prop, k in kind.direct_property_with_kinds()],
        "before": kind.predecessor_kinds(),
        "bases": list(kind.resolved_bases()),
        "above": sorted(kind.kind_hierarchy()),
        "synthetic": [path.path.path for path in kind.synthetic_props()],
    }


def found(model: Model, name: str) -> Any:
    """The property that a path leads to."""
    prop = model.property_by_path(name)
    return prop.path.path, prop.path.path_str, to_js(prop.prop), type(prop.kind), prop.kind.fqn


def observed(listed: list[Any]) -> dict[str, Any]:
    """What resotocore makes of kinds, names, moments and queries."""
    kinds = list(map(read_kind, listed))
    model = Model.from_kinds(kinds)
    paths = [path.path.path_str for path in model._Model__property_kind_by_path]
    unknown = ComplexKind("unknown", [], [Property("of", "nothing[]")])
    return {
        "kinds": {name: kinds_as(kind) for name, kind in model.kinds.items()},
        "unknown": said(unknown.resolve, {kind.fqn: kind for kind in kinds}),
        "names": {name: said(found, model, name) for name in [*NAMES, *paths[::40]]},
        "moments": {moment: said(duration_until_now, moment)[:5] for moment in MOMENTS},
        "queries": {query: str(said(parse_query, query)) for query in [*QUERIES, *QUERIES, "is("]},
    }


listed = [to_js(kind) for kind in load_kinds()]
assert ComplexKind.resolve.__module__ == "resotocore.model.model", "they are in place already"
before = observed(listed)
inventory.shortcuts.install()
after = observed(listed)
names = [name for name in before if before[name] != after[name]]
print(json.dumps({"different": names, "kinds": len(after["kinds"]), "names": len(after["names"])}))
