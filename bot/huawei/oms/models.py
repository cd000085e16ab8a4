"""What OMS says about a task. Everything is optional: an odd answer must not hide the part that matters.

The fields are some of ShowTask's and ListTasks' in the OMS v2 reference. Null, "", a missing field, a number
sent as a string and a sub-object of another shape all become either the value or None.
"""

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


class Source(_Tolerant):
    """Where the objects come from. `cloud_type` is a name such as AWS, HuaweiCloud or URLSource."""

    bucket: Text = None
    cloud_type: Text = None


class Destination(_Tolerant):
    """Where they go: an OBS bucket."""

    bucket: Text = None


class ErrorReason(_Tolerant):
    """Why a task failed; the codes are TRF.xxxx."""

    error_code: Text = None
    error_msg: Text = None


def _unless_blank(reason: ErrorReason | None) -> ErrorReason | None:
    return reason if reason and (reason.error_code or reason.error_msg) else None


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
    error_reason: Annotated[ErrorReason | None, _lenient, AfterValidator(_unless_blank)] = None
    enable_restore: Flag = None

    @property
    def seconds_left(self) -> float | None:
        """OMS's own estimate, in seconds."""
        return self.left_time / 1000 if self.left_time is not None and self.left_time >= 0 else None


class TaskList(_Tolerant):
    """One page of tasks; `count` is how many there are on all pages."""

    tasks: Annotated[tuple[Task, ...], BeforeValidator(_only_objects)] = ()
    count: Int = None
