"""Task groups: what a big migration is, whose tasks it makes, starts and pauses by itself.

Statuses: 0 waiting · 1 creating · 2 monitoring · 3 paused · 4 creation failed · 5 migration failed · 6 completed ·
7 pausing · 8 waiting for deletion · 9 deleting (platforms.md, Groups and synchronisation tasks).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from bot.sandbox.huawei.oms_bandwidth import Policy
from bot.sandbox.huawei.oms_tasks import AT_REST, FINISHED, Task
from bot.sandbox.huawei.oms_tasks import FAILED as TASK_FAILED

WAITING, CREATING, MONITORING, PAUSED, CREATION_FAILED, FAILED, COMPLETED, PAUSING, TO_DELETE, DELETING = (
    range(10)
)
PAUSABLE, RESTARTABLE = {CREATING, MONITORING}, {CREATION_FAILED, FAILED}
LIVE = {
    WAITING,
    CREATING,
    MONITORING,
    PAUSED,
    PAUSING,
}  # one of these may migrate again by itself or by a start


@dataclass(kw_only=True)
class Group:
    """One task group. Its tasks are those of the board with its id as `group_id`; its figures are theirs, added up.

    `fields` overrides any field of the body as OMS shows it, whatever the state.
    """

    project_id: str
    id: str
    status: int = MONITORING
    description: str = ""
    task_type: str = "PREFIX"
    enable_restore: bool = False
    src_bucket: str = "media-src"
    src_cloud: str = "AWS"
    src_region: str = "us-east-1"
    dst_bucket: str = "media-dst"
    dst_region: str = "ap-southeast-3"
    started_at: float
    bandwidth: Policy = ()
    error: tuple[str, str] = ("TRF.0001", "Internal system error.")
    fields: Mapping[str, Any] = field(default_factory=dict)

    def settle(self, children: Sequence[Task]) -> None:
        """Let the group be what its tasks make of it: paused once none moves, over once each of them is."""
        if not children or any(child.status not in AT_REST for child in children):
            return
        statuses = {child.status for child in children}
        if statuses == {FINISHED} and self.status in {MONITORING, PAUSING}:
            self.status = COMPLETED
        elif self.status == PAUSING:
            self.status = PAUSED
        elif self.status == MONITORING and statuses <= {FINISHED, TASK_FAILED}:
            self.status = FAILED


class GroupDetails(TypedDict, total=False):
    """What `add_group` passes on to `Group` as it is."""

    status: int
    description: str
    task_type: str
    enable_restore: bool
    src_bucket: str
    src_cloud: str
    src_region: str
    dst_bucket: str
    dst_region: str
    bandwidth: Policy
    error: tuple[str, str]
    fields: Mapping[str, Any]
