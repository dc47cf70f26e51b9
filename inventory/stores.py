"""resotocore's entity stores: configs, jobs, models. In dictionaries, and in the file if any."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, Generic, TypeVar, cast

from attrs import evolve, fields, has
from resotocore.db.async_arangodb import AsyncCursorContext
from resotocore.db.deferredouteredgedb import DeferredOuterEdges
from resotocore.db.entitydb import EntityDb
from resotocore.db.runningtaskdb import RunningTaskData, RunningTaskDb
from resotocore.error import OptimisticLockingFailed
from resotocore.ids import TaskId
from resotocore.model.model import ComplexKind, Kind, Property, SyntheticProperty
from resotocore.model.typed_model import from_js, to_js
from resotocore.task.task_description import RunningTask
from resotocore.util import utc_str, uuid_str
from resotolib.durations import duration_str

from inventory.graph.cursor import cursor_of
from inventory.store.database import Database

Json = dict[str, Any]
K = TypeVar("K", bound=str)
T = TypeVar("T")


class Shelf:
    """Where one kind of entity lies in the file.

    Args:
        file: the open file.
        name: of the collection.
    """

    def __init__(self, file: Database, name: str) -> None:
        self._file = file
        self._name = name

    def all(self) -> list[Any]:
        return list(self._file.entities(self._name).values())

    async def put(self, entities: dict[str, Any], instead_of: Iterable[str] = ()) -> None:
        """Insert or replace some entities and remove others, in one transaction."""
        await self._file.put_entities(self._name, entities, instead_of)

    async def remove(self, keys: list[str] | None = None) -> None:
        """Remove some entities, or all."""
        await self._file.remove_entities(self._name, keys)


class InventoryEntityDb(EntityDb[K, T], Generic[K, T]):
    """Entities by key, in order of insertion; on disk before they count, if there is a shelf.

    Args:
        key_of: the key of an entity.
        shelf: where they are kept, None for this process's memory alone.
        kind: their class, to read them from the shelf.
    """

    def __init__(
        self, key_of: Callable[[T], K], shelf: Shelf | None = None, kind: Any = None
    ) -> None:
        self.key_of = key_of
        self._shelf = shelf
        self._read = read_kind if kind is Kind else partial(from_js, clazz=kind)
        self._write: Callable[[Any], Any] = write_kind if kind is Kind else to_js

    @cached_property
    def _entities(self) -> dict[K, T]:
        known = [self._read(js) for js in self._shelf.all()] if self._shelf else []
        return {self.key_of(entity): entity for entity in known}

    async def keys(self) -> AsyncGenerator[K, None]:
        for key in list(self._entities):
            yield key

    async def all(self) -> AsyncGenerator[T, None]:
        for entity in list(self._entities.values()):
            yield entity

    async def update_many(self, elements: list[T]) -> None:
        await self.exchange([], elements)

    async def exchange(self, keys: list[K], elements: list[T]) -> None:
        """Remove some entities and insert or replace others, all at once."""
        new = {self.key_of(element): element for element in elements}
        if self._shelf:
            stored = {str(key): self._write(element) for key, element in new.items()}
            await self._shelf.put(stored, map(str, keys))
        for key in keys:
            self._entities.pop(key, None)
        self._entities.update(new)

    async def get(self, key: K) -> T | None:
        return self._entities.get(key)

    async def update(self, t: T) -> T:
        """Insert or replace; an entity that carries a revision must carry the stored one."""
        key = self.key_of(t)
        if _has_revision(t):
            stored = self._entities.get(key)
            given = getattr(t, "revision", None)
            if stored is not None and given not in (None, getattr(stored, "revision", None)):
                raise OptimisticLockingFailed(key)
            t = evolve(cast("Any", t), revision=f"_{uuid_str()[:11]}")
        await self.update_many([t])
        return t

    async def delete(self, key: K) -> bool:
        if key not in self._entities:
            return False
        await self.delete_many([key])
        return True

    async def delete_value(self, value: T) -> None:
        await self.delete(self.key_of(value))

    async def delete_many(self, keys: list[K]) -> None:
        if self._shelf and keys:
            await self._shelf.remove([str(key) for key in keys])
        for key in keys:
            self._entities.pop(key, None)

    async def create_update_schema(self) -> None:
        """Nothing to prepare."""

    async def wipe(self) -> bool:
        if self._shelf:
            await self._shelf.remove()
        self._entities.clear()
        return True


def write_kind(kind: Kind) -> Json:
    """A kind, and always the same text for it: the values of an enum are a set."""
    js: Json = to_js(kind)
    return js | ({"enum": sorted(js["enum"])} if js.get("enum") else {})


def read_kind(js: Json) -> Kind:
    """A kind as `to_js` wrote it: `from_js` is right too, but 1,300 kinds take it seconds."""
    if "properties" not in js:
        return from_js(js, Kind)
    return ComplexKind(**{**js, "properties": [_read_property(p) for p in js["properties"]]})


def _read_property(js: Json) -> Property:
    synthetic = js["synthetic"]
    return Property(**{**js, "synthetic": SyntheticProperty(**synthetic) if synthetic else None})


def _has_revision(entity: Any) -> bool:
    return has(type(entity)) and any(f.name == "revision" for f in fields(type(entity)))


class InventoryDeferredEdgeDb(InventoryEntityDb[str, DeferredOuterEdges]):
    """Edges between sub-graphs, kept until the task that collects them is done."""

    async def all_for_task(self, task_id: TaskId) -> list[DeferredOuterEdges]:
        return [entry async for entry in self.all() if entry.task_id == task_id]

    async def delete_for_task(self, task_id: TaskId) -> None:
        await self.delete_many([entry.id for entry in await self.all_for_task(task_id)])


class InventoryRunningTaskDb(InventoryEntityDb[str, RunningTaskData], RunningTaskDb):
    """Tasks of the jobs and workflows."""

    async def all_running(self) -> AsyncGenerator[RunningTaskData, None]:
        async for task in self.all():
            if not task.done:
                yield task

    async def insert(self, task: RunningTask) -> RunningTaskData:
        return await self.update(RunningTaskData.data(task))

    async def update_state(self, wi: RunningTask, message: Any = None) -> None:
        if wi.id in self._entities:
            await self.update(RunningTaskData.data(wi))

    async def last(self, *, descriptor_id: str | None = None) -> RunningTaskData | None:
        tasks = [
            task
            async for task in self.all()
            if task.done and descriptor_id in (None, task.task_descriptor_id)
        ]
        return max(tasks, key=lambda task: task.task_started_at, default=None)

    async def aggregated_history(self) -> dict[str, Any]:
        """Runs by task description: how many, when the last, how many failed, how long."""
        runs: dict[str, list[RunningTaskData]] = {}
        async for task in self.all():
            runs.setdefault(task.task_descriptor_id, []).append(task)
        return {name: _summary(tasks) for name, tasks in runs.items()}

    async def filtered(self, **criteria: Any) -> AsyncCursorContext:
        """Tasks that meet the criteria, oldest first; a criterion of None is not looked at."""

        def meets(task: RunningTaskData) -> bool:
            after, before = criteria.get("started_after"), criteria.get("started_before")
            wanted = {
                "id": criteria.get("task_id"),
                "task_descriptor_id": criteria.get("descriptor_id"),
                "has_info": criteria.get("with_info"),
                "has_error": criteria.get("with_error"),
            }
            return (
                (after is None or task.task_started_at >= after)
                and (before is None or task.task_started_at <= before)
                and all(v is None or getattr(task, name) == v for name, v in wanted.items())
            )

        tasks = [task async for task in self.all() if meets(task)]
        tasks.sort(key=lambda task: task.task_started_at)
        limit = criteria.get("limit")
        return cursor_of(tasks[-limit:] if limit else tasks)


def _summary(tasks: list[RunningTaskData]) -> dict[str, Any]:
    durations = [task.task_duration.total_seconds() for task in tasks if task.task_duration]
    average = timedelta(seconds=sum(durations) / len(durations) if durations else 0)
    return {
        "count": len(tasks),
        "last_run": utc_str(max(task.task_started_at for task in tasks)),
        "runs_with_errors": sum(task.has_error for task in tasks),
        "average_duration": duration_str(average, precision=2),
    }
