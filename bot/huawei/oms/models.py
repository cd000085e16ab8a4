"""What OMS says about a task. Everything is optional: an odd answer must not hide the part that matters.

The fields are those of ShowTask and ListTasks in the OMS v2 reference. Null, "", a missing field, a number
sent as a string and a sub-object of another shape all become either the value or None.
"""

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)


class TaskStatus(IntEnum):
    """A task's status, as numbered by OMS. 0 and 6 are sent but hardly documented."""

    INITIALIZING = 0
    WAITING = 1
    MIGRATING = 2
    PAUSED = 3
    FAILED = 4
    SUCCEEDED = 5
    RETRYING = 6
    PAUSING = 7


def _or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    if value is None or value == "":
        return None
    try:
        return handler(value)
    except ValidationError:
        return None


def _only_objects(value: object) -> object:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else ()


def _storable(text: str | None) -> str | None:
    # JSON may carry half of a surrogate pair, which no database stores and Slack does not take.
    return text.encode("utf-8", "replace").decode() if text else text


_lenient = WrapValidator(_or_none)
Text = Annotated[str | None, _lenient, AfterValidator(_storable)]
Int = Annotated[Annotated[int, Field(ge=-(2**63), lt=2**63)] | None, _lenient]  # a Long
Float = Annotated[float | None, _lenient]
Flag = Annotated[bool | None, _lenient]


class _Tolerant(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, allow_inf_nan=False)


class ObjectListFile(_Tolerant):
    """A file in OBS that lists the objects (or URLs) to migrate."""

    list_file_key: Text = None
    obs_bucket: Text = None
    list_file_num: Text = None


class Source(_Tolerant):
    """Where the objects come from. `cloud_type` is a name such as AWS, HuaweiCloud or URLSource."""

    bucket: Text = None
    cloud_type: Text = None
    region: Text = None
    app_id: Text = None
    object_key: Annotated[tuple[str, ...] | None, _lenient] = None
    list_file: Annotated[ObjectListFile | None, _lenient] = None


class Destination(_Tolerant):
    """Where they go: an OBS bucket."""

    bucket: Text = None
    region: Text = None
    save_prefix: Text = None


class ErrorReason(_Tolerant):
    """Why a task failed; the codes are TRF.xxxx."""

    error_code: Text = None
    error_msg: Text = None


class BandwidthPolicy(_Tolerant):
    """A speed limit, in bytes per second, between two times of day ("hh:mm")."""

    start: Text = None
    end: Text = None
    max_bandwidth: Int = None


class FailedObjectRecord(_Tolerant):
    """Where the list of objects that failed was written."""

    result: Flag = None
    list_file_key: Text = None
    error_code: Text = None


class Notification(_Tolerant):
    """What became of the SMN message about the task's end."""

    notify_result: Flag = None
    notify_error_message: Text = None
    topic_name: Text = None


class SourceCdn(_Tolerant):
    """The CDN the source is read through."""

    domain: Text = None
    protocol: Text = None
    authentication_type: Text = None


def _unless_blank(reason: ErrorReason | None) -> ErrorReason | None:
    return reason if reason and (reason.error_code or reason.error_msg) else None


class Task(_Tolerant):
    """A migration task, as sent: sizes in bytes, speeds in bytes per second, `*_time` in milliseconds."""

    id: Text = None
    name: Text = None
    status: Int = None
    task_type: Text = None
    group_type: Text = None
    group_id: Text = None
    description: Text = None
    src_node: Annotated[Source | None, _lenient] = None
    dst_node: Annotated[Destination | None, _lenient] = None
    progress: Float = None
    total_size: Int = None
    complete_size: Int = None
    real_size: Int = None
    migrate_speed: Int = None
    total_num: Int = None
    successful_num: Int = None
    failed_num: Int = None
    skipped_num: Int = None
    start_time: Int = None
    left_time: Int = None
    total_time: Int = None
    migrate_since: Int = None
    is_query_over: Flag = None
    error_reason: Annotated[ErrorReason | None, _lenient, AfterValidator(_unless_blank)] = None
    bandwidth_policy: Annotated[tuple[BandwidthPolicy, ...], BeforeValidator(_only_objects)] = ()
    failed_object_record: Annotated[FailedObjectRecord | None, _lenient] = None
    smn_info: Annotated[Notification | None, _lenient] = None
    source_cdn: Annotated[SourceCdn | None, _lenient] = None
    enable_failed_object_recording: Flag = None
    enable_metadata_migration: Flag = None
    enable_restore: Flag = None
    enable_requester_pays: Flag = None
    enable_kms: Flag = None
    object_overwrite_mode: Text = None
    dst_storage_policy: Text = None
    consistency_check: Text = None
    obs_system: Text = None
    task_priority: Text = None
    success_record_error_reason: Text = None
    skip_record_error_reason: Text = None

    @property
    def known_status(self) -> TaskStatus | None:
        """The status by name, or None for a number OMS had not documented in 2026."""
        try:
            return TaskStatus(self.status) if self.status is not None else None
        except ValueError:
            return None

    @property
    def bytes_left(self) -> int | None:
        """Bytes still to move; it will grow while the source is being listed (`is_query_over` is false)."""
        if self.total_size is None or self.complete_size is None:
            return None
        return max(0, self.total_size - self.complete_size)

    @property
    def seconds_left(self) -> float | None:
        """OMS's own estimate, in seconds."""
        return self.left_time / 1000 if self.left_time is not None and self.left_time >= 0 else None

    @property
    def started_at(self) -> datetime | None:
        """When it started, in UTC, or None if it has not or the number makes no date."""
        if self.start_time is None or self.start_time <= 0:
            return None
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.start_time)
        except OverflowError:
            return None


class TaskList(_Tolerant):
    """One page of tasks; `count` is how many there are on all pages."""

    tasks: Annotated[tuple[Task, ...], BeforeValidator(_only_objects)] = ()
    count: Int = None
