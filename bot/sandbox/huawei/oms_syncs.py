"""Synchronisation tasks: what arrives at the source is copied, until somebody stops it.

platforms.md, Groups and synchronisation tasks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

SYNCHRONIZING, STOPPED = "SYNCHRONIZING", "STOPPED"


@dataclass(kw_only=True)
class SyncTask:
    """One synchronisation task. Times in Unix seconds, `objects` are those of this month.

    While it synchronises, `objects_per_second` objects of `object_size` bytes arrive and are copied. Stopping it
    works at once. `fields` overrides any field of the body as OMS shows it.
    """

    project_id: str
    id: str
    status: str = SYNCHRONIZING
    since: float
    objects: float = 0.0
    objects_per_second: float = 3.0
    object_size: int = 4 * 1024**2
    description: str = ""
    enable_restore: bool = False
    src_bucket: str = "uploads-src"
    src_cloud: str = "Aliyun"
    src_region: str = "oss-cn-hangzhou"
    dst_bucket: str = "uploads-dst"
    dst_region: str = "cn-north-4"
    created_at: float
    started_at: float
    fields: Mapping[str, Any] = field(default_factory=dict)

    def move(self, now: float) -> None:
        """Account for the time until `now`."""
        if self.status == SYNCHRONIZING:
            self.objects += max(0.0, now - self.since) * self.objects_per_second
        self.since = max(now, self.since)

    def stop(self, now: float) -> None:
        """Stop: objects that arrive from now on are not copied."""
        self.move(now)
        self.status = STOPPED

    def start(self, now: float) -> None:
        """Go on; what arrived meanwhile is not made up for."""
        self.move(now)
        self.status, self.started_at = SYNCHRONIZING, now


class SyncDetails(TypedDict, total=False):
    """What `add_sync_task` passes on to `SyncTask` as it is."""

    status: str
    objects: float
    objects_per_second: float
    object_size: int
    description: str
    enable_restore: bool
    src_bucket: str
    src_cloud: str
    src_region: str
    dst_bucket: str
    dst_region: str
    fields: Mapping[str, Any]
