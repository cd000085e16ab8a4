"""What OMS answers with: every field there is, as the official client knows them."""

import math
from typing import Any

from bot.sandbox.huawei.oms_tasks import FAILED, FINISHED, MIGRATING, PAUSED, PAUSING, Task

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
