"""The questions: those of the example notebook, by kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A request.

    Attributes:
        name: in the table.
        text: the search, or the line for the command line.
        path: where it is sent.
        accept: the form of the answer that is asked for.
        grows: whether a larger inventory has a larger answer.
    """

    name: str
    text: str
    path: str = "/graph/resoto/search/list"
    accept: str = "application/json"
    grows: bool = False


_AGGREGATE = "/graph/resoto/search/aggregate"
_CORES = (
    "aggregate(/ancestors.region.reported.name as region, instance_type as type: "
    "sum(instance_cores) as cores)"
)
_SANDBOX = "is(aws_account) and name = sandbox"

QUESTIONS = (
    Question("by id", "id(root)"),
    Question("by kind", "is(cloud)"),
    Question("by kind, in one account",
             "is(instance) and /ancestors.account.reported.name = sandbox"),
    Question("by property", "name = production-us-east-1"),
    Question("full text", '"production-us-east-1"'),
    Question("ancestors, and a property",
             "is(volume) and volume_status = available and /ancestors.region.reported.name "
             "= ap-southeast-2 and /ancestors.account.reported.name = sandbox"),
    Question("navigation of two steps", f"{_SANDBOX} --> is(region) --> is(volume)"),
    Question("aggregate, one account",
             f"{_CORES}: is(instance) and /ancestors.account.reported.name = sandbox", _AGGREGATE),
    Question("command: search, then count",
             "search is(instance) and /ancestors.account.reported.name = sandbox | count kind",
             "/cli/execute?graph=resoto&section=reported"),
    Question("aggregate, all instances", f"{_CORES}: is(instance)", _AGGREGATE, grows=True),
    Question("the largest, sorted",
             "is(volume) and volume_size > 900 sort volume_size desc limit 20", grows=True),
    Question("list of all instances, JSON", "is(instance)", grows=True),
    Question("list of all instances, ndjson", "is(instance)",
             accept="application/x-ndjson", grows=True),
)  # fmt: skip
