"""Many targets as one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.snapshots import Snapshot
from bot.conversation.values import ALL
from bot.huawei.oms.models import TaskStatus


def sum_of(tasks: Sequence[Snapshot], *, waiting: int = 0) -> Snapshot:
    """Return the sum of *tasks*, as the one thing that a card on them all is about; *waiting* wait for a slot."""
    known = [task for task in tasks if task.bytes_total and task.bytes_done is not None]
    total, done = sum(task.bytes_total or 0 for task in known), sum(task.bytes_done or 0 for task in known)
    return Snapshot(
        task_id=ALL,
        name="",
        status=TaskStatus.MIGRATING,
        read_at=min(task.read_at for task in tasks),
        progress=done / total if total and len(known) == len(tasks) else None,
        bytes_total=total or None,
        bytes_done=done if total else None,
        speed=sum(task.speed or 0 for task in tasks),
        seconds_left=max((task.seconds_left or 0 for task in tasks), default=None),
        restores_archives=any(task.restores_archives for task in tasks),
        waiting_tasks=waiting,
    )
