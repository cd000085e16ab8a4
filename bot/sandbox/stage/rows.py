"""What there is to see of OMS, a line each: tasks, task groups and synchronisation tasks, as the cloud has them now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.huawei import oms_groups, oms_tasks
from bot.sandbox.huawei.cloud import HuaweiCloud, Task
from bot.sandbox.huawei.oms_bandwidth import Policy
from bot.sandbox.huawei.oms_groups import Group
from bot.sandbox.huawei.oms_syncs import SYNCHRONIZING, SyncTask

WORDS = {
    oms_tasks.INITIALIZING: "starting",
    oms_tasks.WAITING: "waiting",
    oms_tasks.MIGRATING: "migrating",
    oms_tasks.PAUSED: "paused",
    oms_tasks.FAILED: "failed",
    oms_tasks.FINISHED: "finished",
    oms_tasks.RETRYING: "retrying",
    oms_tasks.PAUSING: "pausing",
}
_GROUP_WORDS = {
    oms_groups.WAITING: "waiting",
    oms_groups.CREATING: "migrating",
    oms_groups.MONITORING: "migrating",
    oms_groups.PAUSED: "paused",
    oms_groups.CREATION_FAILED: "failed",
    oms_groups.FAILED: "failed",
    oms_groups.COMPLETED: "finished",
    oms_groups.PAUSING: "pausing",
}
_GB, _MB = 1e9, 1e6


@dataclass(frozen=True)
class Row:
    """One line. `share` is None for what has no end; `word` is its status, `speed` in bytes a second.

    `note` is what else matters: a group's tasks, a policy that slows it down.
    """

    key: str
    name: str
    word: str
    share: float | None
    figures: str
    speed: float
    note: str = ""

    @property
    def megabytes(self) -> str:
        """The speed, as it is shown."""
        return f"{self.speed / _MB:.0f} MB/s"


def rows(cloud: HuaweiCloud) -> list[Row]:
    """Return everything there is, tasks first; a group's tasks are part of its line."""
    free = [of_task(task) for task in cloud.tasks.values() if not task.group_id]
    groups = [_of_group(group, cloud.children(group.id)) for group in cloud.groups.values()]
    return [*free, *groups, *map(_of_sync, cloud.sync_tasks.values())]


def of_task(task: Task) -> Row:
    """Return a task's line. OMS itself goes on showing the last speed of one that stands still."""
    share = task.moved / task.total_size if task.total_size else 0.0
    return Row(
        key=str(task.id),
        name=task.name,
        word=WORDS.get(task.status, f"status {task.status}"),
        share=share,
        figures=_bytes(task.moved, task.total_size),
        speed=task.rate if task.moving else 0.0,
        note=_slowed(task.bandwidth),
    )


def _of_group(group: Group, children: Sequence[Task]) -> Row:
    moved, total = sum(child.moved for child in children), sum(child.total_size for child in children)
    counted = Counter(WORDS[child.status] for child in children)
    tasks = ", ".join(f"{count} {word}" for word, count in counted.items())
    notes = [f"group of {len(children)}: {tasks}", _slowed(group.bandwidth)]
    return Row(
        key=group.id,
        name=group.description or group.id,
        word=_GROUP_WORDS.get(group.status, f"status {group.status}"),
        share=moved / total if total else 0.0,
        figures=_bytes(moved, total),
        speed=sum(child.rate for child in children if child.moving),
        note=" · ".join(filter(None, notes)),
    )


def _of_sync(sync: SyncTask) -> Row:
    synchronizing = sync.status == SYNCHRONIZING
    return Row(
        key=sync.id,
        name=sync.description or sync.id,
        word="synchronizing" if synchronizing else "stopped",
        share=None,
        figures=f"{sync.objects:,.0f} objects",
        speed=sync.objects_per_second * sync.object_size if synchronizing else 0.0,
        note="sync task",
    )


def _bytes(moved: float, total: float) -> str:
    return f"{moved / _GB:.1f} of {total / _GB:.0f} GB"


def _slowed(policy: Policy) -> str:
    """Say how a policy slows something down, in the MB/s of the rest."""
    return ", ".join(f"≤ {one.max_bandwidth / _MB:.0f} MB/s {one.start}–{one.end}" for one in policy)
