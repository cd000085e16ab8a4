"""What OMS says about a target, as the bot's own value: all kinds in the terms of a task. Pure."""

from __future__ import annotations

from typing import Final

from bot.conversation.drivers import SYNC_TASK, TASK_GROUP
from bot.conversation.snapshots import Kind, Snapshot
from bot.huawei.oms.models import ErrorReason, SyncTask, Task, TaskGroup, TaskStatus
from bot.huawei.redaction import redact
from bot.verbs.targets import Target

_LISTS = {"list", "url_list"}
_DRIVERS = {"GROUP_TASK": TASK_GROUP, "SYNC_TASK": SYNC_TASK}
_CLOUDS: Final = (
    "AWS", "Azure", "Aliyun", "Tencent", "HuaweiCloud", "QingCloud", "KingsoftCloud", "Baidu", "Google", "Qiniu",
    "URLSource", "UCloud",
)  # fmt: skip
_CLOUD_NAMES: Final = {cloud.casefold(): cloud for cloud in _CLOUDS}  # groups have theirs in capitals
_CREATING: Final = 1
_GROUP_STATUSES: Final = {
    0: TaskStatus.WAITING,
    _CREATING: TaskStatus.MIGRATING,
    2: TaskStatus.MIGRATING,
    3: TaskStatus.PAUSED,
    4: TaskStatus.FAILED,
    5: TaskStatus.FAILED,
    6: TaskStatus.SUCCEEDED,
    7: TaskStatus.PAUSING,
    8: TaskStatus.DELETING,
    9: TaskStatus.DELETED,
}
_SYNC_STATUSES: Final = {"SYNCHRONIZING": TaskStatus.MIGRATING, "STOPPED": TaskStatus.PAUSED}


def of_task(task: Task, *, at: float, asked: str = "") -> Snapshot:
    """Return a task as it was read *at* that moment; *asked* is its id if OMS does not say it."""
    source, target = task.src_node, task.dst_node
    bucket, cloud = (source.bucket or "", _cloud(source.cloud_type)) if source else ("", "")
    return Snapshot(
        task_id=task.id or asked,
        name=(task.name or "").strip() or task.id or asked,
        status=task.status,
        read_at=at,
        progress=task.progress,
        bytes_total=task.total_size,
        bytes_done=task.complete_size,
        speed=task.migrate_speed,
        seconds_left=task.seconds_left,
        source=_place(cloud, bucket),
        destination=(target.bucket or "") if target else "",
        restores_archives=bool(task.enable_restore),
        group=_DRIVERS.get(task.group_type or "", TASK_GROUP if task.group_id else None),
        by_objects=_is_list(task.task_type),
        source_bucket=bucket,
        source_cloud=cloud,
        of_urls=_is_of_urls(task.task_type, cloud),
        bandwidth=tuple(map(str, task.bandwidth_policy)),
        driver_id=task.group_id or "",
        objects_total=task.total_num,
        objects_done=task.successful_num,
        objects_skipped=task.skipped_num,
        objects_failed=task.failed_num,
        started_at=_seconds(task.start_time),
        priority=task.task_priority or "",
        error_code=task.error_reason.error_code if task.error_reason else None,
        error_message=_message(task.error_reason),
    )


def of_group(group: TaskGroup, *, at: float, asked: str = "") -> Snapshot:
    """Return a task group as it was read *at* that moment. It has no name: its description stands for one."""
    source, target = group.src_node, group.dst_node
    bucket, cloud = (source.bucket or "", _cloud(source.cloud_type)) if source else ("", "")
    total, done = (group.total_num, _of_objects(group)) if _is_list(group.task_type) else _of_bytes(group)
    growing = group.status == _CREATING or not total or done is None
    left = (group.total_size or 0) - (group.complete_size or 0)
    return Snapshot(
        task_id=str(Target(Kind.GROUP, group.id or asked)),
        kind=Kind.GROUP,
        name=(group.description or "").strip() or group.id or asked,
        status=_GROUP_STATUSES.get(group.status, group.status) if group.status is not None else None,
        read_at=at,
        progress=None if growing else min(1.0, (done or 0) / (total or 1)),
        bytes_total=group.total_size,
        bytes_done=group.complete_size,
        speed=group.migrate_speed,
        seconds_left=left / group.migrate_speed
        if group.migrate_speed and left >= 0 and not growing
        else None,
        source=_place(cloud, bucket),
        destination=(target.bucket or "") if target else "",
        restores_archives=bool(group.enable_restore),
        by_objects=_is_list(group.task_type),
        source_bucket=bucket,
        source_cloud=cloud,
        of_urls=_is_of_urls(group.task_type, cloud),
        bandwidth=tuple(map(str, group.bandwidth_policy)),
        children=group.total_task_num,
        children_migrating=group.executing_task_num,
        children_waiting=group.waiting_task_num,
        children_failed=group.failed_task_num,
        objects_total=group.total_num,
        objects_done=group.success_num,
        objects_skipped=group.skip_num,
        objects_failed=group.fail_num,
        started_at=_seconds(group.start_time),
        error_code=group.error_reason.error_code if group.error_reason else None,
        error_message=_message(group.error_reason),
    )


def of_sync_task(task: SyncTask, *, at: float, asked: str = "") -> Snapshot:
    """Return a sync task as it was read *at* that moment; it has no end, so no progress either."""
    bucket, cloud = task.src_bucket or "", _cloud(task.src_cloud_type)
    return Snapshot(
        task_id=str(Target(Kind.SYNC, task.id or asked)),
        kind=Kind.SYNC,
        name=(task.description or "").strip() or task.id or asked,
        status=_SYNC_STATUSES.get((task.status or "").upper()),
        read_at=at,
        source=_place(cloud, bucket),
        destination=task.dst_bucket or "",
        restores_archives=bool(task.enable_restore),
        source_bucket=bucket,
        source_cloud=cloud,
    )


def _cloud(name: str | None) -> str:
    return _CLOUD_NAMES.get((name or "").casefold(), name or "")


def _place(cloud: str, bucket: str) -> str:
    return " ".join(filter(None, (cloud, bucket)))


def _is_list(task_type: str | None) -> bool:
    return (task_type or "").casefold() in _LISTS


def _is_of_urls(task_type: str | None, cloud: str) -> bool:
    return (task_type or "").casefold() == "url_list" or cloud == "URLSource"


def _of_objects(group: TaskGroup) -> int | None:
    counts = [group.success_num, group.skip_num, group.fail_num]
    return None if counts == [None] * 3 else sum(filter(None, counts))


def _of_bytes(group: TaskGroup) -> tuple[int | None, int | None]:
    return group.total_size, group.complete_size


def _seconds(milliseconds: int | None) -> float | None:
    return milliseconds / 1000 if milliseconds else None


def _message(reason: ErrorReason | None) -> str | None:
    return redact(reason.error_msg) if reason and reason.error_msg else None
