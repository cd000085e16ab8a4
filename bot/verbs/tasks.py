"""What migrates in a project as a person with an identity sees it: OMS's answers as values of this bot."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import httpx
import structlog

from bot import spelling
from bot.conversation.answers import AmbiguousTask, NoSuchTask
from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import KeyNames, LackingKeys
from bot.huawei.errors import BadRequest, HuaweiError, NotFound, PermissionDenied
from bot.huawei.iam.renewed import Renewed
from bot.huawei.oms.client import Accepted, OmsClient
from bot.huawei.oms.groups import TaskGroupCalls
from bot.huawei.oms.models import BandwidthWindow, TaskStatus
from bot.huawei.oms.sync_tasks import SyncTaskCalls
from bot.huawei.oms.tasks import TaskCalls
from bot.huawei.transport import Permit
from bot.identity.directory import Directory, Identity
from bot.metrics import Observe
from bot.settings.sections import BucketCredential, Project
from bot.verbs.keys import BucketKeys
from bot.verbs.snapshots import of_group, of_sync_task, of_task
from bot.verbs.targets import Target

log = structlog.get_logger(__name__)

_LONGEST_NAME = 255  # characters. Source: API page "Query Migration Tasks", task_name
_NEAR = 5
_MOST_SHOWN = 10  # of those that share a name
_FILTERED = frozenset({1, 2, 3, 4, 5, 7})  # by OMS itself. Source: API page "Query Migration Tasks", status


class Oms:
    """The way to OMS. `clock` gives Unix seconds; `permit` is asked right before a change is sent."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        directory: Directory,
        *,
        bucket_credentials: Mapping[str, BucketCredential] = MappingProxyType({}),
        clock: Callable[[], float],
        observe: Observe,
        permit: Permit | None = None,
    ) -> None:
        self._http = http
        self._directory = directory
        self._bucket_credentials = bucket_credentials
        self._clock = clock
        self._observe = observe
        self._permit = permit

    def seen_by(self, identity: Identity, project: Project) -> ProjectTasks:
        """Return the project's tasks, as they are read and acted on with this identity."""
        auth = self._directory.auth(identity, project)
        client = OmsClient(
            self._http,
            endpoint=project.endpoint_for_oms(),
            project_id=project.id,
            auth=auth,
            permit=self._permit,
            observe=self._observe,
        )
        keys = BucketKeys(self._bucket_credentials, self._directory, identity, project)
        return ProjectTasks(client, auth, keys, project.alias, self._clock)


class ProjectTasks:
    """Reads, and acts on, the tasks, task groups and sync tasks of one project, each named by its `Target`.

    Each method raises `HuaweiError`, as `OmsClient` does.
    """

    def __init__(
        self,
        client: OmsClient,
        auth: httpx.Auth,
        keys: BucketKeys,
        project: str,
        clock: Callable[[], float],
    ) -> None:
        self._tasks = TaskCalls(client)
        self._groups = TaskGroupCalls(client)
        self._syncs = SyncTaskCalls(client, clock=clock)
        self._auth = auth
        self._keys = keys
        self._project = project
        self._clock = clock

    async def find(self, typed: str) -> Snapshot | NoSuchTask | AmbiguousTask:
        """Return what *typed* means: an id, or the exact name of one target of that kind."""
        target = Target.of(typed)
        if target.is_id:
            return await self.read(str(replace(target, id=spelling.unwrap(target.id).lower())))
        match target.kind:
            case Kind.TASK:
                return await self._find_task(typed)
            case Kind.GROUP | Kind.SYNC:
                return self._the_one(typed, target.id, await self._all_of(target.kind))

    async def _find_task(self, typed: str) -> Snapshot | NoSuchTask | AmbiguousTask:
        if len(typed) > _LONGEST_NAME:
            return NoSuchTask(project=self._project, task=typed, closest=())
        named = await self._tasks.all(name=spelling.unwrap(typed) or typed)
        exact = spelling.meant(typed, [task.name or "" for task in named], exactly=True)
        # A phone may have spelt it otherwise, which OMS's own search does not forgive.
        found = [task for task in named if task.name in exact] or await self._tasks.all()
        return self._the_one(typed, typed, [of_task(task, at=self._clock()) for task in found])

    def _the_one(
        self, typed: str, name: str, there_are: Sequence[Snapshot]
    ) -> Snapshot | NoSuchTask | AmbiguousTask:
        """Return the one of *there_are* that *name* means, as far as it is one."""
        meant = spelling.meant(name, [one.name for one in there_are])
        match [one for one in there_are if one.name in meant]:
            case [found]:
                return found
            case []:
                near = spelling.closest_names(name, [one.name for one in there_are], _NEAR)
                kind = Target.of(typed).kind
                closest = tuple(str(Target(kind, other)) for other in near)
                return NoSuchTask(project=self._project, task=typed, closest=closest)
            case several:
                ids = tuple(one.task_id for one in several)
                first = tuple(several[:_MOST_SHOWN])
                return AmbiguousTask(project=self._project, task=typed, ids=ids, tasks=first)

    async def read(self, target: str) -> Snapshot:
        """Return the target as it is now."""
        kind, id_ = _parts(target)
        match kind:
            case Kind.TASK:
                return of_task(await self._tasks.show(id_), at=self._clock(), asked=id_)
            case Kind.GROUP:
                return of_group(await self._groups.show(id_), at=self._clock(), asked=id_)
            case Kind.SYNC:
                return of_sync_task(await self._syncs.show(id_), at=self._clock(), asked=id_)

    async def listed(self, states: Collection[int] = ()) -> list[Snapshot]:
        """Return what is in one of these *states* (or all there is), the fastest first.

        Task groups and sync tasks are left out where OMS has none, or the person may not list them.
        """
        found = await asyncio.gather(
            self._tasks_in(states), self._some_of(Kind.GROUP), self._some_of(Kind.SYNC)
        )
        fitting = [one for some in found for one in some if not states or one.status in states]
        return sorted(fitting, key=lambda one: -(one.speed or 0))

    async def _tasks_in(self, states: Collection[int]) -> list[Snapshot]:
        filters = list(states) if states and _FILTERED.issuperset(states) else [None]
        found = await asyncio.gather(*(self._tasks.all(status=status) for status in filters))
        # One that changes its state meanwhile may be in two lists.
        by_id = {task.id: of_task(task, at=self._clock()) for some in found for task in some}
        return list(by_id.values())

    async def _some_of(self, kind: Kind) -> list[Snapshot]:
        try:
            return await self._all_of(kind)
        except (BadRequest, NotFound, PermissionDenied) as error:
            log.info("not_listed", kind=kind.value, code=error.code, reason=type(error).__name__)
            return []

    async def _all_of(self, kind: Kind) -> list[Snapshot]:
        if kind is Kind.SYNC:
            return [of_sync_task(task, at=self._clock()) for task in await self._syncs.all()]
        return [of_group(group, at=self._clock()) for group in await self._groups.all()]

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

    async def pause(self, target: str) -> Accepted:
        """Ask OMS to pause: one request, never repeated. Accepted is not paused."""
        kind, id_ = _parts(target)
        return await self._calls(kind).stop(id_)

    def keys_for(self, task: Snapshot) -> KeyNames | LackingKeys:
        """Say with which keys this could be resumed, by their names. Nobody is asked."""
        return self._keys.names(task)

    async def resume(self, target: str) -> Accepted:
        """Ask OMS to go on, with the keys that there are for it: one request, never repeated.

        Accepted is not migrating. If what is lacking before it can't be had, `source` is "iam": nothing was asked.
        A group that failed has a call of its own.
        """
        kind, id_ = _parts(target)
        try:
            seen = await self.read(target)
            keys = await self._keys.of(seen)
        except HuaweiError as error:
            error.source = "iam"
            raise
        if kind is Kind.GROUP and seen.status == TaskStatus.FAILED:
            return await self._groups.retry(id_, keys)
        return await self._calls(kind).start(id_, keys)

    async def throttle(self, target: str, windows: Sequence[BandwidthWindow]) -> Accepted:
        """Replace the bandwidth policy, none being no limit: one request, never repeated."""
        kind, id_ = _parts(target)
        match kind:
            case Kind.TASK:
                return await self._tasks.throttle(id_, windows)
            case Kind.GROUP:
                return await self._groups.throttle(id_, windows)
            case Kind.SYNC:
                raise BadRequest("a sync task has no bandwidth policy")

    def _calls(self, kind: Kind) -> TaskCalls | TaskGroupCalls | SyncTaskCalls:
        match kind:
            case Kind.TASK:
                return self._tasks
            case Kind.GROUP:
                return self._groups
            case Kind.SYNC:
                return self._syncs


def _parts(stored: str) -> tuple[Kind, str]:
    target = Target.of(stored)
    return target.kind, target.id
