"""OMS's side of the world: migration tasks whose state is computed from the clock, never by a thread.

Statuses: 0 initialising · 1 waiting · 2 migrating · 3 paused · 4 failed · 5 finished · 6 retrying · 7 pausing
(platforms.md, Tasks and their statuses).
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

INITIALIZING, WAITING, MIGRATING, PAUSED, FAILED, FINISHED, RETRYING, PAUSING = range(8)
_AT_REST = {PAUSED, FAILED, FINISHED}  # nothing happens to it until somebody does something
_LISTS = {"list", "url_list"}

_OBJECT = 4 * 1024 * 1024  # bytes in one object when nobody says how many objects a task has


@dataclass(kw_only=True)
class Task:
    """One migration task. Sizes in bytes, `speed` in bytes a second, times in Unix seconds.

    A task moves bytes while migrating and while pausing (what is in flight is finished first), so it may end
    before it is paused: 5, or 4 at `fails_at`. `owner` is the IAM user whose slots it takes.
    `pause_takes` None means the cloud's `pausing_seconds`;
    `math.inf` never pauses. `fields` overrides any field of the body as OMS shows it, whatever the state.
    One that is `endless` begins anew where it would finish.
    """

    project_id: str
    id: int
    name: str
    total_size: int
    speed: int
    status: int
    moved: float
    since: float
    pause_takes: float | None = None
    paused_at: float = math.inf
    waits_at: float = math.inf
    owner: str = ""
    fails_at: float = math.inf
    fails_with: tuple[str, str] = ("TRF.0001", "Internal system error.")
    started_at: float | None = None
    ran: float = 0.0
    group_id: str = ""
    group_type: str = "NORMAL_TASK"
    task_type: str = "prefix"
    enable_restore: bool = False
    description: str = ""
    src_bucket: str = "media-src"
    src_cloud: str = "AWS"
    src_region: str = "us-east-1"
    dst_bucket: str = "media-dst"
    dst_region: str = "ap-southeast-3"
    objects: int | None = None
    endless: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moving(self) -> bool:
        """Whether bytes are being moved."""
        return self.status in {MIGRATING, PAUSING}

    @property
    def takes_slot(self) -> bool:
        """Whether it counts against the tasks that may run at once."""
        return self.status in {MIGRATING, RETRYING, PAUSING}

    @property
    def complete_size(self) -> int:
        """Bytes moved so far."""
        return int(self.moved)

    @property
    def left_seconds(self) -> float:
        """How long the rest takes at this speed."""
        if self.moved >= self.total_size:
            return 0.0
        return (self.total_size - self.moved) / self.speed if self.speed else math.inf

    def next_change(self) -> tuple[float, int]:
        """When the task changes its status by itself, and to which; at infinity when it does not."""
        if self.status == INITIALIZING:
            return self.waits_at, WAITING
        if not self.moving:
            return math.inf, self.status
        paused_at = self.paused_at if self.status == PAUSING else math.inf
        # At the same instant the end wins: a task with nothing left to do has ended, not paused.
        finished_at = math.inf if self.endless else self.since + self.left_seconds
        return min((finished_at, FINISHED), (self.fails_at, FAILED), (paused_at, PAUSED))

    def move(self, now: float) -> None:
        """Account for the time until `now`."""
        elapsed = max(0.0, now - self.since)
        if self.moving:
            moved = self.moved + elapsed * self.speed
            self.moved = moved % self.total_size if self.endless else min(self.total_size, moved)
            self.ran += elapsed
        self.since = max(now, self.since)

    def become(self, status: int, now: float) -> None:
        """Change the status at `now`, with what the status implies for size, start and failure."""
        self.move(now)
        self.status = status
        if status == FINISHED:
            self.moved = self.total_size
        if status in {MIGRATING, PAUSING} and self.started_at is None:
            self.started_at = now
        if status not in {MIGRATING, PAUSING}:
            self.fails_at = math.inf
        if status != PAUSING:
            self.paused_at = math.inf


class TaskDetails(TypedDict, total=False):
    """What `add_task` passes on to `Task` as it is."""

    owner: str
    pause_takes: float | None
    fails_with: tuple[str, str]
    group_id: str
    group_type: str
    task_type: str
    enable_restore: bool
    description: str
    src_bucket: str
    src_cloud: str
    src_region: str
    dst_bucket: str
    dst_region: str
    objects: int | None
    endless: bool
    fields: Mapping[str, Any]


class TaskBoard:
    """All tasks of all projects, brought up to date whenever somebody looks."""

    def __init__(self, region_of: Callable[[str], str] = str) -> None:
        self.tasks: dict[tuple[str, int], Task] = {}
        self.pausing_seconds = 5.0
        self.initializing_seconds = 0.0
        self.max_running = 5  # for each user and region: platforms.md, Slots
        self._region_of = region_of

    def of_project(self, project_id: str) -> list[Task]:
        """The project's tasks, oldest first."""
        return [task for task in self.tasks.values() if task.project_id == project_id]

    def advance(self, now: float) -> None:
        """Let everything happen that happens until `now`, in order: a slot freed at noon is taken at noon."""
        live = [task for task in self.tasks.values() if task.status not in _AT_REST]
        while due := list(self._due(live, now)):
            at, status, task = min(due, key=lambda change: change[0])
            for each in live:
                each.move(at)
            task.become(status, at)
        for task in live:
            task.move(now)

    def pause(self, task: Task, now: float) -> None:
        """Begin to pause: status 7 now, 3 after `pause_takes`."""
        task.become(PAUSING, now)
        task.paused_at = now + (self.pausing_seconds if task.pause_takes is None else task.pause_takes)

    def start(self, task: Task, now: float) -> None:
        """Begin again: status 0 now, 1 after `initializing_seconds`, 2 when there is a slot."""
        task.become(INITIALIZING, now)
        task.waits_at = now + self.initializing_seconds

    def _due(self, live: list[Task], now: float) -> Iterator[tuple[float, int, Task]]:
        for task in live:
            at, status = task.next_change()
            if at <= now:
                yield at, status, task
        for task in self._startable(live):
            yield task.since, MIGRATING, task

    def _startable(self, live: list[Task]) -> Iterator[Task]:
        """The first waiting task of every user who has a slot free in its region."""
        taken: dict[tuple[str, str], int] = {}
        waiting: dict[tuple[str, str], Task] = {}
        for task in live:
            whose = (task.owner, self._region_of(task.project_id))
            taken[whose] = taken.get(whose, 0) + task.takes_slot
            if task.status == WAITING:
                waiting.setdefault(whose, task)
        yield from (task for whose, task in waiting.items() if taken[whose] < self.max_running)


def task_body(task: Task) -> dict[str, Any]:
    """The task as show_task and list_tasks answer it: every field there is."""
    total = _objects(task)
    failed = task.status == FAILED
    body = {
        "id": task.id,
        "name": task.name,
        "status": task.status,
        "progress": round(_progress(task), 4),
        "total_size": task.total_size,
        "complete_size": task.complete_size,
        "real_size": task.complete_size,
        # A paused task keeps its last speed, as in the documentation's sample.
        "migrate_speed": task.speed if task.started_at is not None else 0,
        "left_time": _milliseconds(task.left_seconds) if task.status in {MIGRATING, PAUSING, PAUSED} else 0,
        "total_time": _milliseconds(task.ran),
        "start_time": _milliseconds(task.started_at or 0),
        "total_num": total,
        "successful_num": _objects_done(task),
        "failed_num": 1 if failed else 0,
        "skipped_num": 0,
        "error_reason": _error_reason(task) if failed else None,
        "smn_info": None,
        "failed_object_record": _failed_object_record(task) if failed else None,
        **_settings(task),
    }
    return {**body, **task.fields}


def _settings(task: Task) -> dict[str, Any]:
    """The fields that a task is created with and keeps."""
    return {
        "task_type": task.task_type,
        "group_type": task.group_type,
        "group_id": task.group_id,
        "description": task.description,
        "migrate_since": 0,
        "is_query_over": True,
        "src_node": {
            "bucket": task.src_bucket,
            "cloud_type": task.src_cloud,
            "region": task.src_region,
            "app_id": "",
            "object_key": [""],
            "list_file": None,
        },
        "dst_node": {"bucket": task.dst_bucket, "region": task.dst_region, "save_prefix": ""},
        "bandwidth_policy": [],
        "source_cdn": None,
        "enable_failed_object_recording": True,
        "enable_metadata_migration": False,
        "enable_restore": task.enable_restore,
        "enable_requester_pays": False,
        "enable_kms": False,
        "object_overwrite_mode": "SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE",
        "dst_storage_policy": "STANDARD",
        "consistency_check": "size_last_modified",
        "obs_system": "BUCKET",
        "task_priority": "MEDIUM",
        "success_record_error_reason": "",
        "skip_record_error_reason": "",
    }


def _progress(task: Task) -> float:
    total = _objects(task)
    # Of objects for lists, else of bytes: platforms.md, Tasks and their statuses.
    if task.task_type in _LISTS and total:
        return _objects_done(task) / total
    return _share(task)


def _share(task: Task) -> float:
    if task.status == FINISHED:
        return 1.0
    return task.moved / task.total_size if task.total_size else 0.0


def _objects_done(task: Task) -> int:
    return int(_objects(task) * _share(task))


def _objects(task: Task) -> int:
    return math.ceil(task.total_size / _OBJECT) if task.objects is None else task.objects


def _milliseconds(seconds: float) -> int:
    return 0 if math.isinf(seconds) else round(seconds * 1000)


def _error_reason(task: Task) -> dict[str, str]:
    code, message = task.fails_with
    return {"error_code": code, "error_msg": message}


def _failed_object_record(task: Task) -> dict[str, Any]:
    return {"result": True, "list_file_key": f"oms/taskid_{task.id}/failed_objects.txt", "error_code": None}
