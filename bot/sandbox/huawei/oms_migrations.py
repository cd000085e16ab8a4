"""Arranging the sandbox's OMS: what migrates, which keys open its buckets, and how fast OMS itself is."""

import itertools
import math
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Unpack

from bot.sandbox.huawei.oms_board import TaskBoard
from bot.sandbox.huawei.oms_bodies import group_body, sync_body, task_body
from bot.sandbox.huawei.oms_groups import Group, GroupDetails
from bot.sandbox.huawei.oms_keys import KeyRing, Keys
from bot.sandbox.huawei.oms_syncs import SyncDetails, SyncTask
from bot.sandbox.huawei.oms_tasks import FAILED, FINISHED, MIGRATING, PAUSING, WAITING, Task, TaskDetails


class Migrations:
    """What a cloud offers to arrange its OMS with.

    `without_sync_tasks` are the regions that have none.
    """

    _board: TaskBoard
    _keys: KeyRing
    _clock: Callable[[], float]
    _ids: "itertools.count[int]"
    without_sync_tasks: set[str]

    @property
    def pausing_seconds(self) -> float:
        """How long a task stays in status 7 before it is paused (5 s; Huawei publishes no figure)."""
        return self._board.pausing_seconds

    @pausing_seconds.setter
    def pausing_seconds(self, seconds: float) -> None:
        self._board.pausing_seconds = seconds

    @property
    def initializing_seconds(self) -> float:
        """How long a task that was started stays in status 0 (0 s; Huawei publishes no figure)."""
        return self._board.initializing_seconds

    @initializing_seconds.setter
    def initializing_seconds(self, seconds: float) -> None:
        self._board.initializing_seconds = seconds

    @property
    def max_running(self) -> int:
        """How many tasks of a user run at once in a region (platforms.md, Slots); the others wait in status 1."""
        return self._board.max_running

    @max_running.setter
    def max_running(self, tasks: int) -> None:
        self._board.advance(self._clock())
        self._board.max_running = tasks

    # Keys.

    def add_keys(
        self, *buckets: str, access_key: str | None = None, secret_key: str | None = None, **others: str
    ) -> None:
        """Let buckets be opened by these keys, and from now on by nothing else that was not added.

        `others` are a pair's `security_token`, Azure's `connection_string` or Google's `json_auth_file`.
        """
        keys = Keys(access_key=access_key, secret_key=secret_key, **others)
        for bucket in buckets:
            self._keys.keys.setdefault(bucket, set()).add(keys)

    @property
    def late_key_check(self) -> bool:
        """Whether a start with wrong keys is accepted, and the task fails a second after it began to migrate."""
        return self._keys.late

    @late_key_check.setter
    def late_key_check(self, late: bool) -> None:
        self._keys.late = late

    # Tasks.

    @property
    def tasks(self) -> dict[int, Task]:
        """Every task by id, brought up to date."""
        self._board.advance(self._clock())
        return {task.id: task for task in self._board.tasks.values()}

    def task_body(self, task_id: int) -> dict[str, Any]:
        """A task as OMS would show it now."""
        return task_body(self.tasks[task_id])

    def add_task(
        self,
        project_id: str,
        *,
        task_id: int | None = None,
        name: str | None = None,
        total_size: int = 2 * 10**12,
        complete_size: int = 0,
        speed: int = 420 * 10**6,
        status: int = MIGRATING,
        fails_after: float = math.inf,
        **details: Unpack[TaskDetails],
    ) -> Task:
        """A task, by default migrating 2 TB at 420 MB/s from the beginning.

        Sizes in bytes, `speed` in bytes a second. After `fails_after` seconds the task fails, if it moves,
        with `fails_with`, a pair of TRF code and message. `details` are other fields of `Task`. A task added
        as waiting (1) starts as soon as its owner has a slot free; one added as migrating runs even if that
        is one too many.
        """
        now = self._clock()
        self._board.advance(now)
        number = next(n for n in self._ids if n not in self.tasks) if task_id is None else task_id
        task = Task(
            project_id=project_id,
            id=number,
            name=name or f"task-{number}",
            total_size=total_size,
            speed=speed,
            status=WAITING,
            moved=complete_size,
            since=now,
            **details,
        )
        if status != WAITING:
            task.started_at = now - (complete_size / speed if speed else 0)
        self._board.tasks[project_id, number] = task
        self._become(task, status, now)
        task.fails_at = now + fails_after
        return task

    # Groups and synchronisation tasks.

    @property
    def groups(self) -> dict[str, Group]:
        """Every group by id, brought up to date."""
        self._board.advance(self._clock())
        return {group.id: group for group in self._board.groups.values()}

    def children(self, group_id: str) -> list[Task]:
        """The tasks of a group, oldest first, brought up to date."""
        return self._board.children(self.groups[group_id])

    def group_body(self, group_id: str) -> dict[str, Any]:
        """A group as OMS would show it now."""
        return group_body(self.groups[group_id], self.children(group_id))

    def add_group(
        self,
        project_id: str,
        *,
        group_id: str | None = None,
        children: Iterable[Mapping[str, Any]] = (),
        **details: Unpack[GroupDetails],
    ) -> Group:
        """A group, by default one that monitors; each of `children` is what `add_task` takes for one of its tasks.

        A child has the group's buckets and `enable_restore` unless told otherwise. `details` are other fields
        of `Group`.
        """
        now = self._clock()
        group = Group(project_id=project_id, id=group_id or str(uuid.uuid4()), started_at=now, **details)
        self._board.groups[project_id, group.id] = group
        shared = ("src_bucket", "src_cloud", "src_region", "dst_bucket", "dst_region", "enable_restore")
        for child in children:
            own = {name: getattr(group, name) for name in shared} | {"bandwidth": group.bandwidth, **child}
            self.add_task(project_id, group_id=group.id, group_type="GROUP_TASK", **own)
        return group

    @property
    def sync_tasks(self) -> dict[str, SyncTask]:
        """Every synchronisation task by id, brought up to date."""
        self._board.advance(self._clock())
        return {sync.id: sync for sync in self._board.syncs.values()}

    def sync_body(self, sync_task_id: str) -> dict[str, Any]:
        """A synchronisation task as OMS would show it now."""
        return sync_body(self.sync_tasks[sync_task_id], with_month=True)

    def add_sync_task(
        self, project_id: str, *, sync_task_id: str | None = None, **details: Unpack[SyncDetails]
    ) -> SyncTask:
        """A synchronisation task, by default one that synchronises; `details` are other fields of `SyncTask`."""
        now = self._clock()
        number = sync_task_id or str(uuid.uuid4())
        sync = SyncTask(
            project_id=project_id, id=number, since=now, created_at=now, started_at=now, **details
        )
        self._board.syncs[project_id, number] = sync
        return sync

    def start_sync_task(self, sync_task_id: str) -> None:
        """Let a synchronisation task go on, without keys."""
        self.sync_tasks[sync_task_id].start(self._clock())

    # What happens to a task without anybody asking OMS for it.

    def set_status(self, task_id: int, status: int) -> None:
        """Put a task into any status at once, whatever OMS would allow."""
        self._become(self.tasks[task_id], status, self._clock())

    def finish_task(self, task_id: int) -> None:
        """Let a task have succeeded now."""
        self.set_status(task_id, FINISHED)

    def fail_task(
        self, task_id: int, code: str = "TRF.0001", message: str = "Internal system error."
    ) -> None:
        """Let a task have failed now, for the reason given."""
        self.tasks[task_id].fails_with = (code, message)
        self.set_status(task_id, FAILED)

    def _become(self, task: Task, status: int, now: float) -> None:
        if status == PAUSING:
            self._board.pause(task, now)
        else:
            task.become(status, now)
