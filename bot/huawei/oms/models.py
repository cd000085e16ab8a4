"""What OMS says about tasks, task groups and sync tasks. All is optional: an odd answer must not hide what matters.

The fields are some of ShowTask's, ShowTaskGroup's and ShowSyncTask's in the OMS v2 reference. Null, "", a missing
field, a number sent as a string and a sub-object of another shape all become either the value or None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Annotated, Any, Generic, Self, TypeVar

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
    """A task's status, as numbered by OMS. 0 and 6 are sent but hardly documented; 8 and 9 are of task groups only."""

    INITIALIZING = 0
    WAITING = 1
    MIGRATING = 2
    PAUSED = 3
    FAILED = 4
    SUCCEEDED = 5
    RETRYING = 6
    PAUSING = 7
    DELETING = 8
    DELETED = 9


def _or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    if value is None or value == "":
        return None
    try:
        return handler(value)
    except ValidationError:
        return None


def _only_objects(value: object) -> Sequence[object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else ()


def _storable(text: str | None) -> str | None:
    # JSON may carry half of a surrogate pair, which no database stores and Slack does not take.
    return text.encode("utf-8", "replace").decode() if text else text


_TIME = re.compile(r"^([01][0-9]|2[0-4]):[0-5][0-9]$")

_lenient = WrapValidator(_or_none)
Text = Annotated[str | None, _lenient, AfterValidator(_storable)]
Int = Annotated[Annotated[int, Field(ge=-(2**63), lt=2**63)] | None, _lenient]  # a Long
Float = Annotated[float | None, _lenient]
Flag = Annotated[bool | None, _lenient]


class _Tolerant(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
        defer_build=True,  # those that others consist of are never built on their own; see `bot.warming`
    )


class Source(_Tolerant):
    """Where the objects come from. `cloud_type` is a name such as AWS, HuaweiCloud or URLSource."""

    bucket: Text = None
    cloud_type: Text = None
    region: Text = None


class Destination(_Tolerant):
    """Where they go: an OBS bucket."""

    bucket: Text = None
    region: Text = None


class BandwidthWindow(_Tolerant):
    """From `start` to `end` ("hh:mm") no more than `max_bandwidth` bytes a second."""

    start: Annotated[str, Field(pattern=_TIME)]
    end: Annotated[str, Field(pattern=_TIME)]
    max_bandwidth: int

    def __str__(self) -> str:
        return f"{self.start}-{self.end} {self.max_bandwidth}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the window that was written as *text*.

        Raises:
            ValueError: it was not.
        """
        hours, _, limit = text.partition(" ")
        start, _, end = hours.partition("-")
        return cls.model_validate({"start": start, "end": end, "max_bandwidth": limit})


def policy_of(windows: Sequence[BandwidthWindow]) -> dict[str, Any]:
    """Return the JSON that sets a bandwidth policy."""
    return {"bandwidth_policy": [window.model_dump() for window in windows]}


def _readable_windows(value: object) -> object:
    return [read for item in _only_objects(value) if (read := _window_or_none(item))]


def _window_or_none(item: object) -> BandwidthWindow | None:
    try:
        return BandwidthWindow.model_validate(item)
    except ValidationError:
        return None


Windows = Annotated[tuple[BandwidthWindow, ...], BeforeValidator(_readable_windows)]


class ErrorReason(_Tolerant):
    """Why a task failed; the codes are TRF.xxxx."""

    error_code: Text = None
    error_msg: Text = None


def _unless_blank(reason: ErrorReason | None) -> ErrorReason | None:
    return reason if reason and (reason.error_code or reason.error_msg) else None


Reason = Annotated[ErrorReason | None, _lenient, AfterValidator(_unless_blank)]


class Task(_Tolerant):
    """What the bot reads of a task, as sent: sizes in bytes, speeds in bytes per second, `*_time` in milliseconds."""

    id: Text = None
    name: Text = None
    status: Int = None
    task_type: Text = None
    group_type: Text = None
    group_id: Text = None
    src_node: Annotated[Source | None, _lenient] = None
    dst_node: Annotated[Destination | None, _lenient] = None
    progress: Float = None
    total_size: Int = None
    complete_size: Int = None
    migrate_speed: Int = None
    left_time: Int = None
    total_num: Int = None
    successful_num: Int = None
    skipped_num: Int = None
    failed_num: Int = None
    start_time: Int = None
    error_reason: Reason = None
    enable_restore: Flag = None
    bandwidth_policy: Windows = ()
    task_priority: Text = None

    @property
    def seconds_left(self) -> float | None:
        """OMS's own estimate, in seconds."""
        return self.left_time / 1000 if self.left_time is not None and self.left_time >= 0 else None


class TaskGroup(_Tolerant):
    """What the bot reads of a task group. It has no name, only a description; `*_task_num` count its tasks.

    `status` is numbered otherwise than a task's: 0 waiting, 1 creating tasks, 2 watching them, 3 paused, 4 creation
    failed, 5 migration failed, 6 completed, 7 pausing, 8 waiting for deletion, 9 deleting or deleted.
    """

    id: Annotated[Text, Field(alias="group_id")] = None
    description: Text = None
    status: Int = None
    task_type: Text = None
    src_node: Annotated[Source | None, _lenient] = None
    dst_node: Annotated[Destination | None, _lenient] = None
    total_size: Int = None
    complete_size: Int = None
    migrate_speed: Int = None
    total_num: Int = None
    success_num: Int = None
    skip_num: Int = None
    fail_num: Int = None
    start_time: Int = None
    total_task_num: Int = None
    executing_task_num: Int = None
    waiting_task_num: Int = None
    paused_task_num: Int = None
    complete_task_num: Int = None
    failed_task_num: Int = None
    error_reason: Reason = None
    enable_restore: Flag = None
    bandwidth_policy: Windows = ()


class SyncTask(_Tolerant):
    """What the bot reads of a sync task. `status` is SYNCHRONIZING or STOPPED; figures are of the month asked about."""

    id: Annotated[Text, Field(alias="sync_task_id")] = None
    description: Text = None
    status: Text = None
    src_cloud_type: Text = None
    src_region: Text = None
    src_bucket: Text = None
    dst_bucket: Text = None
    dst_region: Text = None
    enable_restore: Flag = None
    monthly_size: Int = None
    monthly_success_object: Int = None
    monthly_failure_object: Int = None
    monthly_skip_object: Int = None


Item = TypeVar("Item")
Items = Annotated[tuple[Item, ...], BeforeValidator(_only_objects)]


class Page(_Tolerant, Generic[Item]):
    """One page of a list; `count` is how many there are on all pages."""

    items: Items[Item] = ()
    count: Int = None


class TaskPage(Page[Task]):
    """One page of tasks."""

    items: Items[Task] = Field((), alias="tasks")


class TaskGroupPage(Page[TaskGroup]):
    """One page of task groups."""

    items: Items[TaskGroup] = Field((), alias="taskgroups")


class SyncTaskPage(Page[SyncTask]):
    """One page of sync tasks."""

    items: Items[SyncTask] = Field((), alias="tasks")
