"""Migration tasks as a person with an identity sees them: OMS's answers as values of this bot."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

import httpx

from bot import spelling
from bot.conversation.answers import AmbiguousTask, NoSuchTask
from bot.conversation.outcomes import Snapshot
from bot.huawei.errors import HuaweiError
from bot.huawei.iam.renewed import Renewed
from bot.huawei.oms.client import Accepted, OmsClient
from bot.huawei.oms.models import Task, TaskStatus
from bot.huawei.oms.tasks import TaskCalls
from bot.identity.directory import Directory, Identity
from bot.metrics import Observe
from bot.settings.sections import Project
from bot.verbs.parsing import TASK_ID

_LONGEST_NAME = 255  # characters. Source: API page "Query Migration Tasks", task_name
_LISTS = {"list", "url_list"}
_DRIVERS = {"GROUP_TASK": "task group", "SYNC_TASK": "sync task"}


class Oms:
    """The way to OMS. `clock` gives Unix seconds."""

    def __init__(
        self, http: httpx.AsyncClient, directory: Directory, *, clock: Callable[[], float], observe: Observe
    ) -> None:
        self._http = http
        self._directory = directory
        self._clock = clock
        self._observe = observe

    def seen_by(self, identity: Identity, project: Project) -> ProjectTasks:
        """Return the project's tasks, as they are read and acted on with this identity."""
        auth = self._directory.auth(identity, project)
        client = OmsClient(
            self._http,
            endpoint=project.endpoint_for_oms(),
            project_id=project.id,
            auth=auth,
            observe=self._observe,
        )
        return ProjectTasks(client, auth, project.alias, self._clock)


class ProjectTasks:
    """Reads and pauses the tasks of one project. Each method raises `HuaweiError`, as `OmsClient` does."""

    def __init__(self, client: OmsClient, auth: httpx.Auth, project: str, clock: Callable[[], float]) -> None:
        self._tasks = TaskCalls(client)
        self._auth = auth
        self._project = project
        self._clock = clock

    async def find(self, typed: str) -> Snapshot | NoSuchTask | AmbiguousTask:
        """Return the task that *typed* means: an id, or the exact name of one task."""
        if TASK_ID.fullmatch(typed):
            return await self.read(typed)
        if len(typed) > _LONGEST_NAME:
            return NoSuchTask(project=self._project, task=typed, closest=())
        found = _named(await self._tasks.all(name=spelling.unwrap(typed) or typed), typed, exactly=True)
        if not found:  # a phone may have spelt it otherwise, which OMS's own search does not forgive
            everything = await self._tasks.all()
            found = _named(everything, typed)
        match found:
            case [task]:
                return self._snapshot(task)
            case []:
                names = [task.name for task in everything if task.name]
                closest = tuple(spelling.closest_names(typed, names))
                return NoSuchTask(project=self._project, task=typed, closest=closest)
            case _:
                ids = tuple(task.id or "" for task in found)
                return AmbiguousTask(project=self._project, task=typed, ids=ids)

    async def read(self, task_id: str) -> Snapshot:
        """Return the task as it is now."""
        return self._snapshot(await self._tasks.show(task_id), task_id)

    async def migrating(self) -> list[Snapshot]:
        """Return the tasks that can be paused: those in status 2."""
        tasks = await self._tasks.all(status=TaskStatus.MIGRATING)
        return [self._snapshot(task) for task in tasks if task.status == TaskStatus.MIGRATING]

    async def count_waiting(self) -> int | None:
        """Return how many tasks wait for a slot, or None if that can't be told: it is only a hint."""
        try:
            async with asyncio.timeout(3):
                return await self._tasks.count(status=TaskStatus.WAITING)
        except (HuaweiError, TimeoutError):
            return None

    async def probe(self) -> None:
        """Log in and read as little as possible."""
        await self._tasks.count(status=TaskStatus.MIGRATING)

    async def keep_ready(self) -> float:
        """Renew what requests are signed with, if that is due; return for how many seconds it will do."""
        return await self._auth.keep_ready() if isinstance(self._auth, Renewed) else math.inf

    async def pause(self, task_id: str) -> Accepted:
        """Ask OMS to pause a task: one POST, never repeated. Accepted is not paused."""
        return await self._tasks.stop(task_id)

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
