"""Migration tasks whose state is computed from the clock, never by a thread.

Statuses: 0 initialising · 1 waiting · 2 migrating · 3 paused · 4 failed · 5 finished · 6 retrying · 7 pausing
(platforms.md, Tasks and their statuses).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypedDict

from bot.sandbox.huawei.oms_bandwidth import Policy, capped, next_edge

INITIALIZING, WAITING, MIGRATING, PAUSED, FAILED, FINISHED, RETRYING, PAUSING = range(8)
AT_REST = {PAUSED, FAILED, FINISHED}  # nothing happens to it until somebody does something


@dataclass(kw_only=True)
class Task:
    """One migration task. Sizes in bytes, `speed` in bytes a second, times in Unix seconds.

    A task moves bytes while migrating and while pausing (what is in flight is finished first), so it may end
    before it is paused: 5, or 4 at `fails_at`. `owner` is the IAM user whose slots it takes; a group's tasks take
    the group's. `speed` is what it would move if no `bandwidth` policy slowed it down, `rate` what it does.
    `pause_takes` None means the cloud's `pausing_seconds`; `math.inf` never pauses. With `bad_keys`, the reason
    why, it fails a second after it has begun to migrate. `fields` overrides any field of the body as OMS shows it,
    whatever the state. One that is `endless` begins anew where it would finish.
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
    bandwidth: Policy = ()
    priority: str = "MEDIUM"
    only_failed: bool = False
    bad_keys: tuple[str, str] | None = None
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
        """How long the rest takes at this rate."""
        if self.moved >= self.total_size:
            return 0.0
        return (self.total_size - self.moved) / self.rate if self.rate else math.inf

    @property
    def rate(self) -> float:
        """The bytes a second that it moves when it moves: its speed, or what its policy lets it."""
        return capped(self.speed, self.bandwidth, self.since)

    def next_change(self) -> tuple[float, int]:
        """When the task changes its status, or its rate, by itself, and to which; at infinity when it does not."""
        if self.status == INITIALIZING:
            return self.waits_at, WAITING
        if not self.moving:
            return math.inf, self.status
        paused_at = self.paused_at if self.status == PAUSING else math.inf
        # At the same instant the end wins: a task with nothing left to do has ended, not paused.
        finished_at = math.inf if self.endless else self.since + self.left_seconds
        edge = (next_edge(self.bandwidth, self.since), self.status)
        ends = ((finished_at, FINISHED), (self.fails_at, FAILED), (paused_at, PAUSED), edge)
        return min(ends, key=itemgetter(0))

    def move(self, now: float) -> None:
        """Account for the time until `now`."""
        elapsed = max(0.0, now - self.since)
        if self.moving:
            moved = self.moved + elapsed * self.rate
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
        if status == MIGRATING and self.bad_keys:
            self.fails_at, self.fails_with, self.bad_keys = now + 1, self.bad_keys, None
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
    bandwidth: Policy
    priority: str
    fields: Mapping[str, Any]
