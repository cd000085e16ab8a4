"""What was seen and how it ended, as values. Pure.

They are stored by the durable workflows, so each is a frozen dataclass that survives JSON; `text` has the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A task as OMS described it at `read_at` (Unix seconds). Sizes are bytes, speed is bytes a second."""

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


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a call to Huawei Cloud did not give what was wanted, as far as people may read it."""

    kind: str  # the name of an exception class of `oms.errors`
    source: str = "oms"
    code: str | None = None
    message: str = ""
    request_id: str | None = None
    status: int | None = None
    may_pass: bool = False


@dataclass(frozen=True, kw_only=True)
class Paused:
    """Status 3 was seen."""

    kind: Literal["paused"] = "paused"
    task: Snapshot
    seen_at: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class AlreadyPaused:
    """There was nothing to do; no call was made."""

    kind: Literal["already_paused"] = "already_paused"
    task: Snapshot


@dataclass(frozen=True, kw_only=True)
class NotPausable:
    """The task's status does not permit a pause; no call was made. `changed`: it did when the card was shown."""

    kind: Literal["not_pausable"] = "not_pausable"
    task: Snapshot
    changed: bool = False


@dataclass(frozen=True, kw_only=True)
class EndedInstead:
    """The pause was accepted, but the task finished or failed first."""

    kind: Literal["ended_instead"] = "ended_instead"
    task: Snapshot
    seen_at: float


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The person may not do this; no call was made."""

    kind: Literal["refused"] = "refused"
    reason: str
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The pause did not happen: Huawei Cloud said no, or could not be asked."""

    kind: Literal["failed"] = "failed"
    fault: Fault
    task: Snapshot | None = None


@dataclass(frozen=True, kw_only=True)
class StillPausing:
    """Accepted, but not paused when the time was over; `watching`: the bot goes on looking, and tells."""

    kind: Literal["still_pausing"] = "still_pausing"
    task: Snapshot | None
    seconds: float
    watching: bool = True
    fault: Fault | None = None  # why the last reading failed, if it did


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Whether OMS took the request can't be told. `task` is what was read afterwards, if it could be read."""

    kind: Literal["unknown"] = "unknown"
    fault: Fault
    task: Snapshot | None = None


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """Somebody who may decide said no."""

    kind: Literal["cancelled"] = "cancelled"
    by: str


@dataclass(frozen=True, kw_only=True)
class Expired:
    """Nobody answered in time."""

    kind: Literal["expired"] = "expired"


Outcome = Annotated[
    Paused
    | AlreadyPaused
    | NotPausable
    | EndedInstead
    | Refused
    | Failed
    | StillPausing
    | Unknown
    | Cancelled
    | Expired,
    Field(discriminator="kind"),
]

_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)


def dump(outcome: Outcome) -> dict[str, Any]:
    """Return *outcome* as JSON values, for the workflow's record."""
    record: dict[str, Any] = _OUTCOME.dump_python(outcome, mode="json")
    return record


def load(record: dict[str, Any]) -> Outcome:
    """Return the outcome that `dump` made *record* of."""
    return _OUTCOME.validate_python(record)


def is_watched(outcome: Outcome) -> bool:
    """Tell whether the bot goes on looking at the task after telling *outcome*."""
    match outcome:
        case StillPausing(watching=watching):
            return watching
        case Unknown(task=task):
            return task is None or task.status in (0, 2, 7)
        case _:
            return False


def is_retryable(outcome: Outcome) -> bool:
    """Tell whether asking once more may end differently, so that a "Try again" button makes sense."""
    match outcome:
        case Failed(fault=fault):
            return fault.may_pass
        case Unknown(task=task):
            return task is not None and task.status == 2
        case Refused(reason=reason):
            return reason in ("not_linked", "too_late")
        case _:
            return False
