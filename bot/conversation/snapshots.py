"""What was seen: a target as OMS described it, what that means for a verb, and a project's freeze. Pure.

The durable workflows store them. So a field is never renamed, reordered or removed, and a new one has a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.conversation.stored import known


class Kind(StrEnum):
    """What a target is. Stored, and typed before a colon."""

    TASK = "task"
    GROUP = "group"
    SYNC = "sync"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A target as OMS described it at `read_at` (Unix seconds). Sizes are bytes, speed is bytes a second.

    `task_id` is the target as it is stored: a task's id, ``group:<id>`` or ``sync:<id>``. `status` is in the terms of a
    task, whatever it is. `group` is what drives a task, `driver_id` its id if it is a task group.
    """

    task_id: str
    name: str
    status: int | None
    read_at: float
    progress: float | None = None
    bytes_total: int | None = None
    bytes_done: int | None = None
    speed: int | None = None
    seconds_left: float | None = None
    source: str = ""
    destination: str = ""
    restores_archives: bool = False
    group: str | None = None
    waiting_tasks: int | None = None
    error_code: str | None = None
    by_objects: bool = False  # what `progress` counts: objects (of a list), or bytes
    kind: Kind = Kind.TASK
    source_bucket: str = ""
    source_cloud: str = ""
    of_urls: bool = False  # the source is a list of URLs, which needs no keys
    bandwidth: tuple[str, ...] = ()  # its policy, as `BandwidthWindow` writes it
    driver_id: str = ""
    children: int | None = None
    children_migrating: int | None = None
    children_waiting: int | None = None
    children_failed: int | None = None
    objects_total: int | None = None
    objects_done: int | None = None
    objects_skipped: int | None = None
    objects_failed: int | None = None
    started_at: float | None = None  # Unix seconds
    priority: str = ""
    error_message: str | None = None


def snapshot_from(record: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot that ``dataclasses.asdict`` made *record* of, as stored by the workflows."""
    kind, bandwidth = Kind(record.get("kind", Kind.TASK)), tuple(record.get("bandwidth", ()))
    return known(Snapshot, {**record, "kind": kind, "bandwidth": bandwidth})


@dataclass(frozen=True, kw_only=True)
class Freeze:
    """That nothing is to be resumed or sped up in a project: who said so, where, when (Unix seconds), why."""

    team_id: str
    user_id: str
    at: float
    reason: str = ""

    def seen_from(self, team_id: str) -> Freeze:
        """Return it as a workspace may know it: who and why is for those where it was said."""
        return self if team_id == self.team_id else Freeze(team_id="", user_id="", at=self.at)


class Standing(StrEnum):
    """What a reading of the target means for a verb. Stored with what is not known yet."""

    READY = "ready"  # OMS can be asked
    MOVING = "moving"  # OMS was asked, by whomever, and is at it
    DONE = "done"
    ENDED = "ended"  # it can't come to it any more
    NOT = "not"  # OMS would not take the request now
