"""Migration tasks as a person with an identity sees them: OMS's answers as values of this bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from bot import spelling
from bot.conversation.outcomes import Fault, Snapshot
from bot.huawei.errors import HuaweiError
from bot.huawei.oms.client import Accepted, OmsClient
from bot.huawei.oms.models import Task, TaskStatus
from bot.identity.directory import Directory, Identity
from bot.metrics import Observe
from bot.settings.sections import Project
from bot.verbs.grammar import TASK_ID

_LISTS = {"list", "url_list"}
_DRIVERS = {"GROUP_TASK": "task group", "SYNC_TASK": "sync task"}


class NoSuchTask(Exception):  # noqa: N818  # reads as what happened
    """No task has exactly this name; `closest` are names that resemble it."""

    def __init__(self, closest: list[str]) -> None:
        super().__init__("no task has this name")
        self.closest = closest


class AmbiguousName(Exception):  # noqa: N818  # reads as what happened
    """Several tasks have this name; names need not be unique in OMS."""

    def __init__(self, ids: list[str]) -> None:
        super().__init__("several tasks have this name")
        self.ids = ids


class Tasks:
    """Reads and pauses tasks. Each method raises `HuaweiError` too, as `OmsClient` does."""

    def __init__(
        self, http: httpx.AsyncClient, directory: Directory, *, clock: Callable[[], float], observe: Observe
    ) -> None:
        self._http = http
        self._directory = directory
        self._clock = clock
        self._observe = observe

    async def find(self, identity: Identity, project: Project, typed: str) -> Snapshot:
        """Return the task that *typed* means: an id, or the exact name of one task.

        Raises:
            NoSuchTask: nothing has that name.
            AmbiguousName: several have.
        """
        if TASK_ID.fullmatch(typed):
            return await self.read(identity, project, typed)
        client = self._client(identity, project)
        found = _named(await client.list_tasks(name=spelling.unwrap(typed) or typed), typed, exactly=True)
        if not found:  # a phone may have spelt it otherwise, which OMS's own search does not forgive
            everything = await client.list_tasks()
            found = _named(everything, typed)
        match found:
            case [task]:
                return self._snapshot(task)
            case []:
                names = [task.name for task in everything if task.name]
                raise NoSuchTask(spelling.closest_names(typed, names))
            case _:
                raise AmbiguousName([task.id or "" for task in found])

    async def read(self, identity: Identity, project: Project, task_id: str) -> Snapshot:
        """Return the task as it is now."""
        return self._snapshot(await self._client(identity, project).show_task(task_id), task_id)

    async def migrating(self, identity: Identity, project: Project) -> list[Snapshot]:
        """Return the tasks that can be paused: those in status 2."""
        tasks = await self._client(identity, project).list_tasks(status=TaskStatus.MIGRATING)
        return [self._snapshot(task) for task in tasks if task.status == TaskStatus.MIGRATING]

    async def count_waiting(self, identity: Identity, project: Project) -> int | None:
        """Return how many tasks wait for a slot, or None if that can't be told: it is only a hint."""
        try:
            async with asyncio.timeout(3):
                return await self._client(identity, project).count_tasks(status=TaskStatus.WAITING)
        except (HuaweiError, TimeoutError):
            return None

    async def probe(self, identity: Identity, project: Project) -> None:
        """Log in and read as little as possible."""
        await self._client(identity, project).count_tasks(status=TaskStatus.MIGRATING)

    async def pause(self, identity: Identity, project: Project, task_id: str) -> Accepted:
        """Ask OMS to pause a task: one POST, never repeated. Accepted is not paused."""
        return await self._client(identity, project).stop_task(task_id)

    def _client(self, identity: Identity, project: Project) -> OmsClient:
        return OmsClient(
            self._http,
            endpoint=project.endpoint_for_oms(),
            project_id=project.id,
            auth=self._directory.auth(identity, project),
            observe=self._observe,
        )

    def _snapshot(self, task: Task, asked: str = "") -> Snapshot:
        source, target = task.src_node, task.dst_node
        return Snapshot(
            task_id=task.id or asked,
            name=(task.name or "").strip() or task.id or asked,
            status=task.status,
            read_at=self._clock(),
            progress=task.progress,
            bytes_total=task.total_size,
            bytes_done=task.complete_size,
            speed=task.migrate_speed,
            seconds_left=task.seconds_left,
            source=" ".join(filter(None, (source.cloud_type, source.bucket))) if source else "",
            destination=(target.bucket or "") if target else "",
            restores_archives=bool(task.enable_restore),
            group=_DRIVERS.get(task.group_type or "", "task group" if task.group_id else None),
            error_code=task.error_reason.error_code if task.error_reason else None,
            by_objects=task.task_type in _LISTS,
        )


def _named(tasks: list[Task], typed: str, *, exactly: bool = False) -> list[Task]:
    meant = spelling.meant(typed, [task.name or "" for task in tasks], exactly=exactly)
    return [task for task in tasks if task.name in meant]


def fault_of(error: HuaweiError) -> Fault:
    """Return what people may read of an error."""
    return Fault(
        kind=type(error).__name__,
        source=error.source,
        code=error.code,
        message=error.message,
        request_id=error.request_id,
        status=error.status,
        may_pass=error.may_pass,
    )
