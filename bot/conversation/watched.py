"""Watches as values: a task that is shown in one message as it goes on, and what was seen of it. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.conversation.snapshots import Snapshot
from bot.huawei.oms.models import TaskStatus

LASTS: Final = 3600.0  # seconds
ENDED: Final = (TaskStatus.SUCCEEDED, TaskStatus.FAILED)
"""What has one of these statuses does not go on."""

HowOver = Literal["finished", "stopped", "over", "unread", "lost"]
"""The task ended; somebody stopped it; the hour is over; the task can't be read any more; Slack shows it nowhere."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was seen of a task at a moment (Unix seconds): `speed` in bytes a second, 0 unless it migrates."""

    at: float
    speed: int
    status: int | None = None

    @classmethod
    def of(cls, task: Snapshot) -> Sample:
        """Return what *task* shows. OMS goes on telling the last speed of what is paused."""
        moves = task.status in (TaskStatus.MIGRATING, TaskStatus.PAUSING)
        return cls(at=task.read_at, speed=(task.speed or 0) if moves else 0, status=task.status)


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A task as it was read just now, and as whom. `found_in` and `locale` are the reader's."""

    task: Snapshot
    principal: str
    found_in: str = ""
    locale: str = ""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One watch: for whom, where, of what, and all that was seen. Times are Unix seconds."""

    id: str
    team_id: str
    user_id: str
    channel_id: str
    project: str
    task_id: str
    name: str
    locale: str
    found_in: str
    begun_at: float
    until: float
    thread_ts: str | None = None
    message_ts: str | None = None
    samples: tuple[Sample, ...] = ()
    over: HowOver | None = None
    over_at: float | None = None
    stopped_by: str | None = None


def thinned(samples: Sequence[Sample], most: int) -> list[Sample]:
    """Return at most so many of *samples*, evenly spread, each in the place of its neighbours.

    It has their mean speed; but none if one of them had none, so that a pause shows however short it was.
    """
    if len(samples) <= most:
        return list(samples)
    edges = [len(samples) * number // most for number in range(most + 1)]
    return [_together(samples[start:end]) for start, end in itertools.pairwise(edges)]


def _together(samples: Sequence[Sample]) -> Sample:
    last, speeds = samples[-1], [sample.speed for sample in samples]
    speed = sum(speeds) // len(speeds) if all(speeds) else 0
    return Sample(at=last.at, speed=speed, status=last.status)
