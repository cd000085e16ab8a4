"""What OMS answers with: every field there is, as the official client knows them."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.sandbox.huawei import oms_groups
from bot.sandbox.huawei.oms_groups import Group
from bot.sandbox.huawei.oms_syncs import SyncTask
from bot.sandbox.huawei.oms_tasks import (
    FAILED,
    FINISHED,
    INITIALIZING,
    MIGRATING,
    PAUSED,
    PAUSING,
    RETRYING,
    WAITING,
    Task,
)

_LISTS = {"list", "url_list"}
_OBJECT = 4 * 1024 * 1024  # bytes in one object when nobody says how many objects a task has


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
        "migrate_speed": int(task.rate) if task.started_at is not None else 0,
        "left_time": _milliseconds(task.left_seconds) if task.status in {MIGRATING, PAUSING, PAUSED} else 0,
        "total_time": _milliseconds(task.ran),
        "start_time": _milliseconds(task.started_at or 0),
        "total_num": total,
        "successful_num": _objects_done(task),
        "failed_num": 1 if failed else 0,
        "skipped_num": 0,
        "error_reason": _reason(task.fails_with) if failed else None,
        "smn_info": None,
        "failed_object_record": _failed_object_record(task) if failed else None,
        **_settings(task),
    }
    return {**body, **task.fields}


def group_body(group: Group, children: Sequence[Task]) -> dict[str, Any]:
    """The group as show_task_group and list_task_group answer it: its tasks' figures, added up."""
    failed = group.status in oms_groups.RESTARTABLE
    counted = Counter(child.status for child in children)
    body = {
        "group_id": group.id,
        "status": group.status,
        "error_reason": _reason(group.error) if failed else None,
        "description": group.description,
        "src_node": {
            "bucket": group.src_bucket,
            "cloud_type": group.src_cloud.upper(),
            "region": group.src_region,
            "app_id": "",
            "object_key": [""],
            "list_file": None,
        },
        "dst_node": {"bucket": group.dst_bucket, "region": group.dst_region, "save_prefix": ""},
        "task_type": group.task_type,
        "bandwidth_policy": [window.as_json() for window in group.bandwidth],
        "smn_config": None,
        "source_cdn": None,
        "migrate_since": 0,
        "migrate_speed": int(sum(child.rate for child in children if child.moving)),
        "start_time": _milliseconds(group.started_at),
        "total_time": max((_milliseconds(child.ran) for child in children), default=0),
        "total_task_num": len(children),
        "create_task_num": len(children),
        "failed_task_num": counted[FAILED],
        "complete_task_num": counted[FINISHED],
        "paused_task_num": counted[PAUSED],
        "executing_task_num": sum(counted[status] for status in (MIGRATING, RETRYING, PAUSING)),
        "waiting_task_num": counted[INITIALIZING] + counted[WAITING],
        **_sums(children),
        "failed_object_record": None,
        "enable_failed_object_recording": True,
        "enable_metadata_migration": False,
        "enable_restore": group.enable_restore,
        "enable_requester_pays": False,
        "object_overwrite_mode": "SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE",
        "dst_storage_policy": "STANDARD",
        "consistency_check": "size_last_modified",
        "obs_system": "BUCKET",
    }
    return {**body, **group.fields}


def _sums(children: Sequence[Task]) -> dict[str, int]:
    objects, size = sum(map(_objects, children)), sum(child.total_size for child in children)
    return {
        "total_num": objects,
        "create_complete_num": objects,
        "success_num": sum(map(_objects_done, children)),
        "fail_num": sum(child.status == FAILED for child in children),
        "skip_num": 0,
        "total_size": size,
        "create_complete_size": size,
        "complete_size": sum(child.complete_size for child in children),
    }


def sync_body(sync: SyncTask, *, with_month: bool = False) -> dict[str, Any]:
    """The synchronisation task as list_sync_tasks answers it; `with_month`, as show_sync_task does."""
    objects = int(sync.objects)
    month = {
        "monthly_acceptance_request": objects,
        "monthly_success_object": objects,
        "monthly_failure_object": 0,
        "monthly_skip_object": 0,
        "monthly_size": objects * sync.object_size,
    }
    body = {
        "sync_task_id": sync.id,
        "status": sync.status,
        "src_cloud_type": sync.src_cloud,
        "src_region": sync.src_region,
        "src_bucket": sync.src_bucket,
        "dst_bucket": sync.dst_bucket,
        "dst_region": sync.dst_region,
        "create_time": _milliseconds(sync.created_at),
        "last_start_time": _milliseconds(sync.started_at),
        "description": sync.description,
        "enable_metadata_migration": False,
        "enable_restore": sync.enable_restore,
        "app_id": "",
        "object_overwrite_mode": "SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE",
        "dst_storage_policy": "STANDARD",
        "consistency_check": "size_last_modified",
    }
    return {**body, **(month if with_month else {"source_cdn": None}), **sync.fields}


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
        "bandwidth_policy": [window.as_json() for window in task.bandwidth],
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
        "task_priority": task.priority,
        "success_record_error_reason": "",
        "skip_record_error_reason": "",
    }


def object_size(task: Task) -> float:
    """The bytes in one of its objects, on average."""
    return task.total_size / max(1, _objects(task))


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


def _reason(error: tuple[str, str]) -> dict[str, str]:
    code, message = error
    return {"error_code": code, "error_msg": message}


def _failed_object_record(task: Task) -> dict[str, Any]:
    return {"result": True, "list_file_key": f"oms/taskid_{task.id}/failed_objects.txt", "error_code": None}
