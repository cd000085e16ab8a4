"""How it ended, as values. Pure. The same for every verb: "done" is what the verb wanted.

They are stored by the durable workflows, so each is a frozen dataclass that survives JSON; `text` has the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Freeze, Snapshot, Standing
from bot.huawei.fault import Fault
from bot.huawei.oms.models import TaskStatus


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was wanted was seen at the target."""

    kind: Literal["done"] = "done"
    task: Snapshot
    seen_at: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class AlreadyDone:
    """There was nothing to do; no call was made, or it came too late. `by` is who had it done, if that was here."""

    kind: Literal["already_done"] = "already_done"
    task: Snapshot
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class NotReady:
    """The task's status does not permit it; no call was made, or it was refused for that.

    `changed`: it did when the card was shown. `by` is who had it changed, if that was here.
    """

    kind: Literal["not_ready"] = "not_ready"
    task: Snapshot
    changed: bool = False
    standing: Standing | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class EndedInstead:
    """The request was accepted, but the task finished or failed first."""

    kind: Literal["ended_instead"] = "ended_instead"
    task: Snapshot
    seen_at: float


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The person may not do this; no call was made."""

    kind: Literal["refused"] = "refused"
    reason: Reason
    person: str = ""
    channels: tuple[str, ...] = ()  # where it may be done
    freeze: Freeze | None = None  # because of which it may not


@dataclass(frozen=True, kw_only=True)
class Failed:
    """It did not happen: Huawei Cloud said no, or could not be asked. `task` is what was read right before or after."""

    kind: Literal["failed"] = "failed"
    fault: Fault
    task: Snapshot | None = None
    standing: Standing | None = None


@dataclass(frozen=True, kw_only=True)
class StillMoving:
    """Accepted, but not done when the time was over; `watching`: the bot goes on looking, and tells."""

    kind: Literal["still_moving"] = "still_moving"
    task: Snapshot | None
    seconds: float
    watching: bool = True
    fault: Fault | None = None  # why the last reading failed, if it did
    standing: Standing | None = None


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Whether OMS took the request can't be told. `task` is what was read afterwards, and what that means.

    `watching`: the bot goes on looking, and tells.
    """

    kind: Literal["unknown"] = "unknown"
    fault: Fault
    task: Snapshot | None = None
    standing: Standing | None = None
    watching: bool = True


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """Somebody who may decide said no, perhaps for a `reason`."""

    kind: Literal["cancelled"] = "cancelled"
    by: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Expired:
    """Nobody answered in time."""

    kind: Literal["expired"] = "expired"


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """Somebody has asked for the same again: the requester, or *by* whom it was taken over. The `newer` card counts.

    `by` without a newer card: it was planned, and this person has paused or resumed the task since.
    """

    kind: Literal["replaced"] = "replaced"
    by: str = ""
    newer: str = ""  # its operation


@dataclass(frozen=True, kw_only=True)
class Kept:
    """It was planned, and somebody wants things to stay as they are."""

    kind: Literal["kept"] = "kept"
    by: str


OfOne = Annotated[
    Done
    | AlreadyDone
    | NotReady
    | EndedInstead
    | Refused
    | Failed
    | StillMoving
    | Unknown
    | Cancelled
    | Expired
    | Replaced
    | Kept,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, kw_only=True)
class OfTarget:
    """How it ended for one of many targets; `task` is as it was shown."""

    task: Snapshot
    outcome: OfOne

    @property
    def is_done(self) -> bool:
        """Whether it is as was wished, by whomever."""
        return isinstance(self.outcome, Done | AlreadyDone)


@dataclass(frozen=True, kw_only=True)
class Several:
    """One decision on many targets: each has its own ending. All was over at `at`, after `seconds`."""

    kind: Literal["several"] = "several"
    endings: tuple[OfTarget, ...]
    at: float
    seconds: float

    @property
    def done(self) -> int:
        """How many are as was wished."""
        return sum(ending.is_done for ending in self.endings)


Outcome = Annotated[
    Done
    | AlreadyDone
    | NotReady
    | EndedInstead
    | Refused
    | Failed
    | StillMoving
    | Unknown
    | Cancelled
    | Expired
    | Replaced
    | Kept
    | Several,
    Field(discriminator="kind"),
]

# Built when it is first used; see `bot.warming`.
_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome, config=ConfigDict(defer_build=True))

TOLD: Final = "told"
"""In the record of an ending that was told in the same step: whether that is done, or still owed. Else it lacks."""


# What releases called these when there was one verb. Stored, so known for good.
_OF_THE_PAUSE: Final = {
    "paused": "done",
    "already_paused": "already_done",
    "not_pausable": "not_ready",
    "still_pausing": "still_moving",
}
_WITH_STANDING: Final = ("not_ready", "failed", "still_moving", "unknown")
_STANDINGS_OF_THE_PAUSE: Final = {2: Standing.READY, 3: Standing.DONE, 7: Standing.MOVING}


def dump(outcome: Outcome) -> dict[str, Any]:
    """Return *outcome* as JSON values, for the workflow's record."""
    record: dict[str, Any] = _OUTCOME.dump_python(outcome, mode="json")
    return record


def load(record: Mapping[str, Any]) -> Outcome:
    """Return the outcome that `dump` made *record* of, in this release or an earlier one."""
    kind = str(record.get("kind"))
    known = {**record, "kind": _OF_THE_PAUSE.get(kind, kind)}
    if known["kind"] in _WITH_STANDING and "standing" not in record and record.get("task"):
        known["standing"] = _STANDINGS_OF_THE_PAUSE.get(record["task"]["status"], Standing.NOT)
    return _OUTCOME.validate_python(known)


def is_watched(outcome: Outcome) -> bool:
    """Tell whether the bot goes on looking at the task after telling *outcome*."""
    match outcome:
        case StillMoving(watching=watching):
            return watching
        case Unknown(watching=False):
            return False
        case Unknown(task=task, standing=standing):
            if task is None or task.status == TaskStatus.INITIALIZING:
                return True
            return standing in (Standing.READY, Standing.MOVING)
        case _:
            return False


def is_retryable(outcome: Outcome) -> bool:
    """Tell whether asking once more may end differently, so that a "Try again" button makes sense.

    What is not known yet is none of that: the request may have arrived.
    """
    match outcome:
        case Failed(fault=fault):
            return fault.may_pass
        case Refused(reason=reason):
            return reason in (Reason.NOT_LINKED, Reason.TOO_LATE)
        case Several(endings=endings):  # all are read anew then, so what was in doubt may be asked for again
            return any(
                isinstance(ending.outcome, Unknown) or is_retryable(ending.outcome) for ending in endings
            )
        case _:
            return False
