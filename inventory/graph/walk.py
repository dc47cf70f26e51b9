"""Walks along edges from many nodes at once, one question to the store for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resotocore.model.graph_access import Direction

from inventory.graph.store import GraphStore, Ref

Bounds = tuple[int, int]  # the least and the greatest number of steps


def walk(
    store: GraphStore, start: Ref, edge_type: str, direction: str, bounds: Bounds
) -> Iterator[Ref]:
    """Breadth first; a node counts with the shortest distance only. The start is at distance 0."""
    least, most = bounds
    seen, level = {start}, [start]
    for depth in range(most + 1):
        if depth >= least:
            yield from level
        if depth == most or not level:
            return
        near = store.steps(level, edge_type, direction)
        following = dict.fromkeys(n for each in level for n in near.get(each, ()) if n not in seen)
        seen.update(following)
        level = list(following)


def reachable(
    store: GraphStore, starts: Sequence[Ref], edge_type: str, direction: str, bounds: Bounds
) -> dict[Ref, None]:
    """What `walk` finds from each of the nodes, together."""
    least, most = bounds
    if len(starts) == 1 or least > 1:
        return dict.fromkeys(
            found for start in starts for found in walk(store, start, edge_type, direction, bounds)
        )
    nearest = _nearest_starts(store, starts, edge_type, direction, most)
    return {
        node: None
        for node, sources in nearest.items()
        if least == 0 or sources != [node]
    }  # fmt: skip


def _nearest_starts(
    store: GraphStore, starts: Sequence[Ref], edge_type: str, direction: str, most: int
) -> dict[Ref, list[Ref]]:
    """Return the two nearest starts of each node in reach, itself counted.

    Two are enough to know whether another one than the node itself reaches it.
    """
    nearest: dict[Ref, list[Ref]] = {start: [start] for start in starts}
    frontier = [(start, start) for start in nearest]
    for _ in range(most):
        if not frontier:
            break
        near = store.steps(list({node for node, _ in frontier}), edge_type, direction)
        following = []
        for node, source in frontier:
            for found in near.get(node, ()):
                sources = nearest.setdefault(found, [])
                if len(sources) < 2 and source not in sources:
                    sources.append(source)
                    following.append((found, source))
        frontier = following
    return nearest


def links(
    store: GraphStore, starts: Sequence[Ref], edge_type: str, direction: str, bounds: Bounds
) -> Iterator[tuple[Ref, Ref]]:
    """(from, to) of every edge that is the last one of a path whose length is within the bounds."""
    least, most = bounds
    level = dict.fromkeys(starts)
    walked: set[tuple[Ref, Ref]] = set()
    for depth in range(1, most + 1):
        near = store.steps(list(level), edge_type, direction)
        following: dict[Ref, None] = {}
        for each in level:
            for found in near.get(each, ()):
                if depth < least:
                    following[found] = None
                elif (each, found) not in walked:
                    walked.add((each, found))
                    following[found] = None
                    yield (each, found) if direction == Direction.outbound else (found, each)
        level = following
        if not level:
            return
