"""resotocore's entity stores as dictionaries: configs, jobs, models. They end with the server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from itertools import count
from typing import Any, Generic, TypeVar

from attrs import evolve, fields, has
from resotocore.db.async_arangodb import AsyncCursorContext
from resotocore.db.deferredouteredgedb import DeferredOuterEdges
from resotocore.db.entitydb import EntityDb
from resotocore.db.runningtaskdb import RunningTaskData, RunningTaskDb
from resotocore.error import OptimisticLockingFailed
from resotocore.ids import TaskId
from resotocore.task.task_description import RunningTask
from resotocore.util import utc_str
from resotolib.durations import duration_str

from inventory.graph.cursor import cursor_of

K = TypeVar("K", bound=str)
T = TypeVar("T")


class MemoryEntityDb(EntityDb[K, T], Generic[K, T]):
    """Entities by key, in order of insertion.

    Args:
        key_of: the key of an entity.
    """

    def __init__(self, key_of: Callable[[T], K]) -> None:
        self.key_of = key_of
        self._entities: dict[K, T] = {}
        self._revisions = count(1)

    async def keys(self) -> AsyncGenerator[K, None]:
        for key in list(self._entities):
            yield key

    async def all(self) -> AsyncGenerator[T, None]:
        for entity in list(self._entities.values()):
            yield entity

    async def update_many(self, elements: list[T]) -> None:
        self._entities.update((self.key_of(element), element) for element in elements)

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
            t = evolve(t, revision=f"_r{next(self._revisions)}")  # type: ignore[type-var]
        self._entities[key] = t
        return t

    async def delete(self, key: K) -> bool:
        return self._entities.pop(key, None) is not None

    async def delete_value(self, value: T) -> None:
        await self.delete(self.key_of(value))

    async def delete_many(self, keys: list[K]) -> None:
        for key in keys:
            await self.delete(key)

    async def create_update_schema(self) -> None:
        """A dictionary needs no schema."""

    async def wipe(self) -> bool:
        self._entities.clear()
        return True


def _has_revision(entity: Any) -> bool:
    return has(type(entity)) and any(f.name == "revision" for f in fields(type(entity)))


class MemoryDeferredEdgeDb(MemoryEntityDb[str, DeferredOuterEdges]):
    """Edges between sub-graphs, kept until the task that collects them is done."""

    async def all_for_task(self, task_id: TaskId) -> list[DeferredOuterEdges]:
        return [entry async for entry in self.all() if entry.task_id == task_id]

    async def delete_for_task(self, task_id: TaskId) -> None:
        await self.delete_many([entry.id for entry in await self.all_for_task(task_id)])


class MemoryRunningTaskDb(MemoryEntityDb[str, RunningTaskData], RunningTaskDb):  # type: ignore[misc]
    """Tasks of the jobs and workflows that ran since the server started."""

    async def all_running(self) -> AsyncGenerator[RunningTaskData, None]:
        async for task in self.all():
            if not task.done:
                yield task

    async def insert(self, task: RunningTask) -> RunningTaskData:
        return await self.update(RunningTaskData.data(task))

    async def update_state(self, wi: RunningTask, message: Any = None) -> None:
        if wi.id in self._entities:
            self._entities[wi.id] = RunningTaskData.data(wi)

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
