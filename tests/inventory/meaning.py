"""What the query language means, in plain Python, and queries made by chance.

Nothing here is resotocore's or the server's. A term is its text with a test of a node; a part is
its text with a function from nodes to nodes. Both are drawn together, so that the text never has to
be read to know what it means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

Json = dict[str, Any]
KINDS = {"thing": ["thing"], "box": ["box", "thing"], "cup": ["cup", "thing"]}
EDGES = ("default", "delete")
WORDS = ("red", "blue", "Red", "green")
ACCOUNTS = ("one", "two")
_TYPES: list[tuple[type, ...]] = [(type(None),), (bool,), (int, float), (str,), (list,)]


def order(value: Any) -> tuple[int, Any]:
    """Where a value stands among all others: by its type first."""
    rank = next(n for n, types in enumerate(_TYPES) if isinstance(value, types))
    if isinstance(value, list):
        return rank, [order(each) for each in value]
    return rank, 0 if value is None else value


class Graph:
    """Nodes by key, and edges as (type, from, to)."""

    def __init__(self, operations: list[list[Any]]) -> None:
        self.nodes: dict[str, Json] = {}
        self.edges: set[tuple[str, str, str]] = set()
        for action, *arguments in operations:
            getattr(self, action)(*arguments)

    def put_node(self, node: Json) -> None:
        self.nodes[node["_key"]] = node

    def remove_node(self, key: str) -> None:
        self.nodes.pop(key, None)
        self.edges = {edge for edge in self.edges if key not in edge[1:]}

    def put_edge(self, kind: str, start: str, end: str) -> None:
        if start in self.nodes and end in self.nodes:
            self.edges.add((kind, start, end))

    def remove_edge(self, kind: str, start: str, end: str) -> None:
        self.edges.discard((kind, start, end))

    def reach(self, start: str, step: Step) -> set[str]:
        """What is within the bounds of a step, by the shortest way in each of its directions."""
        found: set[str] = set()
        for here, there in {"out": [(1, 2)], "in": [(2, 1)], "any": [(1, 2), (2, 1)]}[step.way]:
            distance = {start: 0}
            for length in range(step.most):
                near = {e[there] for e in self.edges if e[0] == step.edge and e[here] in distance}
                distance |= dict.fromkeys(near - set(distance), length + 1)
            found |= {key for key, length in distance.items() if length >= step.least}
        return found


class Step(NamedTuple):
    """A navigation: its text, and what it walks."""

    text: str
    way: str
    edge: str
    least: int
    most: int


class Term(NamedTuple):
    """A filter: its text, and the test of a node."""

    text: str
    test: Callable[[Json], bool]


def value_of(node: Json, name: str) -> Any:
    value: Any = node["reported"]
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def compare(op: str, value: Any, wanted: Any) -> bool:
    """A comparison; the four that would hold for what is missing do not."""
    if op in ("<", "<=", "not in", "=~") and value is None:
        return False
    if op in ("in", "not in"):
        return (order(value) in map(order, wanted)) == (op == "in")
    if op in ("=~", "!~"):
        flags = re.IGNORECASE if op == "=~" else 0
        return bool(re.search(wanted, value or "", flags)) == (op == "=~")
    left, right = order(value), order(wanted)
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[op]


# --- graphs -------------------------------------------------------------------------------------

_numbers = st.integers(-2, 3)
_ratios = st.sampled_from([-1.5, 0.0, 0.5, 1.0, 2.5])
_words = st.sampled_from(WORDS)
_free = st.none() | st.booleans() | _numbers | _words | st.lists(_words, max_size=2)
PROPERTIES: dict[str, st.SearchStrategy[Any]] = {
    "size": _numbers,
    "ratio": _ratios,
    "colour": _words,
    "flag": st.booleans(),
    "free": _free,
    "inner.size": _numbers,
}
KEYS = [f"n{number}" for number in range(8)]
_keys = st.sampled_from(KEYS)
_mostly = st.sampled_from([True, True, True, False])


@st.composite
def _nodes(draw: st.DrawFn, keys: st.SearchStrategy[str] = _keys) -> Json:
    key, kind = draw(keys), draw(st.sampled_from(sorted(KINDS)))
    reported: Json = {"id": key, "kind": kind, "name": key}
    for name, values in PROPERTIES.items():
        if draw(_mostly):
            *outer, last = name.split(".")
            place = reported.setdefault(outer[0], {}) if outer else reported
            place[last] = draw(values)
    for name, values in {
        "words": st.lists(_words, max_size=3),
        "tags": st.dictionaries(_words, _words, max_size=2),
        "parts": st.lists(st.fixed_dictionaries({"size": _numbers, "colour": _words}), max_size=2),
    }.items():
        if draw(_mostly):
            reported[name] = draw(values)
    node = {"_key": key, "kinds": KINDS[kind], "reported": reported}
    text = draw(st.lists(_words, max_size=3))
    separator = draw(st.sampled_from([" ", "-", "_", "."]))
    account = draw(st.none() | st.sampled_from(ACCOUNTS))
    if account:
        node["ancestors"] = {"account": {"reported": {"id": account, "name": f"the {account}"}}}
        node["refs"] = {"account_id": account}
    if draw(st.booleans()):
        node["metadata"] = {"protected": draw(st.booleans())}
    return {**node, "flat": separator.join(text)} if text else node


def operations() -> st.SearchStrategy[list[list[Any]]]:
    """What makes a graph: nodes and edges, some of them changed or removed again."""
    edge = st.tuples(st.sampled_from(EDGES), _keys, _keys).filter(lambda e: e[1] != e[2])
    put = st.tuples(st.just("put_node"), _nodes()).map(list)
    link = edge.map(lambda e: ["put_edge", *e])
    change = put | _keys.map(lambda k: ["remove_node", k]) | edge.map(lambda e: ["remove_edge", *e])
    nodes = st.tuples(*(_nodes(st.just(key)) for key in KEYS))
    return st.tuples(
        nodes.map(lambda all_nodes: [["put_node", node] for node in all_nodes]),
        st.lists(link, min_size=10, max_size=20),
        st.lists(change | link, max_size=5),
    ).map(lambda parts: [each for part in parts for each in part])


# --- terms --------------------------------------------------------------------------------------


@st.composite
def _comparison(draw: st.DrawFn, prefix: str = "") -> Term:
    names = sorted(n for n in PROPERTIES if not prefix or n in ("size", "colour"))
    name = draw(st.sampled_from(names))
    values = PROPERTIES[name]
    ops = ["=", "!=", "<", "<=", ">", ">=", "in", "not in"]
    op = draw(st.sampled_from([*ops, "=~", "!~"] if name == "colour" else ops))
    wanted: Any
    if op in ("in", "not in"):
        wanted = draw(st.lists(values.filter(_is_plain), min_size=1, max_size=2))
    elif op in ("=~", "!~"):
        wanted = draw(st.sampled_from(["^r", "e", "E", "n$", "blue|red"]))
    elif op in ("=", "!="):
        wanted = draw(st.none() | values.filter(_is_plain))
    else:
        wanted = draw(values.filter(_is_plain))

    def test(node: Json) -> bool:
        return compare(op, node.get(name) if prefix else value_of(node, name), wanted)

    return Term(f"{name} {op} {json.dumps(wanted)}", test)


def _is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, list)


@st.composite
def _array(draw: st.DrawFn) -> Term:
    choice, word = draw(st.sampled_from(["any", "all", "none"])), draw(_words)
    op = draw(st.sampled_from(["=", "!=", ">"]))
    choose = {"any": any, "all": all, "none": lambda results: not any(results)}[choice]
    text = f'words {choice} {op} "{word}"'
    return Term(text, lambda n: choose([compare(op, w, word) for w in value_of(n, "words") or []]))


def _leaves() -> st.SearchStrategy[Term]:
    return st.one_of(
        _comparison(),
        _comparison(),
        _array(),
        st.just(Term("all", lambda _: True)),
        st.sampled_from(sorted(KINDS)).map(
            lambda kind: Term(f"is({kind})", lambda n: kind in n["kinds"])
        ),
        _keys.map(lambda key: Term(f"id({key})", lambda n: n["_key"] == key)),
        _comparison("parts[*]").map(_in_parts),
        _words.map(_fulltext),
        _words.map(
            lambda w: Term(f"has_key(tags, {w})", lambda n: w in (value_of(n, "tags") or {}))
        ),
        st.sampled_from(ACCOUNTS).map(_in_account),
        st.booleans().map(
            lambda b: Term(
                f"/metadata.protected = {json.dumps(b)}",
                lambda n: n.get("metadata", {}).get("protected") is b,
            )
        ),
    )


def _in_parts(term: Term) -> Term:
    text = f"parts[*].{{{term.text}}}"
    return Term(text, lambda n: any(map(term.test, value_of(n, "parts") or [])))


def _fulltext(word: str) -> Term:
    def test(node: Json) -> bool:
        return word.lower() in re.split("[ _.-]", node.get("flat", "").lower())

    return Term(f'"{word}"', test)


def _in_account(account: str) -> Term:
    text = f'/ancestors.account.reported.name = "the {account}"'
    return Term(text, lambda n: n.get("refs", {}).get("account_id") == account)


def terms() -> st.SearchStrategy[Term]:
    def join(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        return st.one_of(
            st.tuples(inner, inner).map(
                lambda p: Term(
                    f"({p[0].text} and {p[1].text})", lambda n: p[0].test(n) and p[1].test(n)
                )
            ),
            st.tuples(inner, inner).map(
                lambda p: Term(
                    f"({p[0].text} or {p[1].text})", lambda n: p[0].test(n) or p[1].test(n)
                )
            ),
            inner.map(lambda t: Term(f"not {t.text}", lambda n: not t.test(n))),
        )

    return st.recursive(_leaves(), join, max_leaves=4)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    way, edge = draw(st.sampled_from(["out", "in", "any"])), draw(st.sampled_from(EDGES))
    least = draw(st.integers(0, 1))
    most = draw(st.integers(max(least, 1), 3))
    before, after = {"out": ("-", "->"), "in": ("<-", "-"), "any": ("<-", "->")}[way]
    both = edge if way == "any" else ""
    return Step(f"{before}{edge}[{least}:{most}]{both}{after}", way, edge, least, most)


# --- queries ------------------------------------------------------------------------------------


class Query(NamedTuple):
    """Its text, what it means for a graph, and whether that has an order."""

    text: str
    meaning: Callable[[Graph], Any]
    ordered: bool = False


Part = tuple[str, Callable[[Graph, list[str]], list[str]], bool]


@st.composite
def _parts(draw: st.DrawFn, filters: st.SearchStrategy[Term] | None = None) -> Part:
    """A filter, perhaps with a clause about what is near, perhaps sorted and limited."""
    term = draw(terms() if filters is None else filters)
    clause = st.tuples(steps(), st.none() | terms())
    step, near = draw(st.none() | st.none() | clause) or (None, None)
    bound = draw(st.sampled_from([("empty", 0, "="), ("any", 0, ">"), ("count < 2", 2, "<")]))
    by = draw(st.none() | st.sampled_from(["size", "colour", "free"]))
    descending = draw(st.booleans())
    limit = draw(st.none() | st.tuples(st.integers(0, 2), st.integers(1, 4))) if by else None
    text = term.text
    text += f" with ({bound[0]}, {step.text} {near.text if near else ''})" if step else ""
    text += f" sort {by} {'desc' if descending else 'asc'}, id asc" if by else ""
    text += f" limit {limit[0]}, {limit[1]}" if limit else ""

    def meaning(graph: Graph, keys: list[str]) -> list[str]:
        found = [key for key in keys if term.test(graph.nodes[key])]
        if step:
            found = [
                key for key in found if compare(bound[2], _number(graph, key, step, near), bound[1])
            ]
        if by:
            found.sort()
            found.sort(key=lambda k: order(value_of(graph.nodes[k], by)), reverse=descending)
        return found[limit[0] : sum(limit)] if limit else found

    return text, meaning, by is not None


def _number(graph: Graph, key: str, step: Step, near: Term | None) -> int:
    return sum(near is None or near.test(graph.nodes[k]) for k in graph.reach(key, step))


@st.composite
def filters(draw: st.DrawFn) -> Query:
    """One part: half of them a single comparison."""
    text, meaning, ordered = draw(_parts(draw(st.sampled_from([_comparison(), terms()]))))
    return Query(text, lambda graph: meaning(graph, list(graph.nodes)), ordered)


@st.composite
def searches(draw: st.DrawFn) -> Query:
    """Two or three parts, joined by navigation."""
    parts = draw(st.lists(_parts(), min_size=2, max_size=3))
    walks = draw(st.lists(steps(), min_size=len(parts) - 1, max_size=len(parts) - 1))
    text = parts[0][0]
    for walk, part in zip(walks, parts[1:], strict=True):
        text += f" {walk.text} {part[0]}"

    def meaning(graph: Graph) -> list[str]:
        found = parts[0][1](graph, list(graph.nodes))
        for walk, part in zip(walks, parts[1:], strict=True):
            reached = {far for key in found for far in graph.reach(key, walk)}
            found = part[1](graph, sorted(reached))
        return found

    return Query(text, meaning, parts[-1][2])


@st.composite
def aggregates(draw: st.DrawFn) -> Query:
    """Sums and extremes of groups of what a term finds."""
    term = draw(terms())
    names = draw(st.lists(st.sampled_from(["colour", "flag", "free"]), unique=True, max_size=2))
    groups = f"{', '.join(names)}: " if names else ""
    text = f"aggregate({groups}sum(size) as s, sum(1) as n, min(size) as low): {term.text}"

    def meaning(graph: Graph) -> list[Json]:
        found: dict[str, tuple[list[Any], list[Any]]] = {} if names else {"[]": ([], [])}
        for node in filter(term.test, graph.nodes.values()):
            values = [value_of(node, name) for name in names]
            found.setdefault(json.dumps(values), (values, []))[1].append(value_of(node, "size"))
        rows = []
        for values, sizes in sorted(found.values(), key=lambda g: [order(v) for v in g[0]]):
            known = [size for size in sizes if size is not None]
            row = {"s": sum(known), "n": len(sizes), "low": min(known, default=None)}
            group = {"group": dict(zip(names, values, strict=True))} if names else {}
            rows.append({**group, **row})
        return rows

    return Query(text, meaning)
