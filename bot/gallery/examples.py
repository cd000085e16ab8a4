"""Values that the gallery shows, and tests speak about: one task, one card, and every outcome there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.conversation import outcomes
from bot.conversation.outcomes import OfOne
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.sums import sum_of
from bot.conversation.values import Card, LeftOut
from bot.huawei.fault import Fault, FaultKind

NOW = 1_795_000_000.0
TB = 1_000_000_000_000
TASK_ID = "191297407830872"
OPERATION = "0123456789abcdef01234567"


MIGRATING = Snapshot(
    task_id=TASK_ID,
    name="media-872",
    status=2,
    read_at=NOW,
    progress=0.522,
    bytes_total=2 * TB,
    bytes_done=1_040_000_000_000,
    speed=420_000_000,
    seconds_left=2_280,
    source="AWS media-src",
    destination="media-dst",
    waiting_tasks=2,
)
PAUSING = replace(MIGRATING, status=7)
PAUSED = replace(MIGRATING, status=3, progress=0.524, speed=0, seconds_left=None)
FINISHED = replace(MIGRATING, status=5, progress=1.0, bytes_done=2 * TB)
FAILED = replace(MIGRATING, status=4, error_code="TRF.0012")
BARE = Snapshot(task_id=TASK_ID, name=TASK_ID, status=None, read_at=NOW)

DENIED = Fault(
    kind=FaultKind.PERMISSION_DENIED,
    code="OMS.0072",
    message="No permission.",
    request_id="8f3c01",
    status=400,
    may_pass=True,
)
LOST = Fault(kind=FaultKind.ANSWER_LOST, message="ReadTimeout", may_pass=True)

# Those of `policy.may_use`; a click that is refused ends nothing.
REFUSALS = (
    Reason.DELETED,
    Reason.BOT,
    Reason.STRANGER,
    Reason.GUEST,
    Reason.WRONG_CHANNEL,
    Reason.NOT_LINKED,
)

_SOME = tuple(
    replace(
        MIGRATING,
        task_id=str(number),
        name=f"media-{number}",
        speed=(20 - number) * 10**7,
        waiting_tasks=None,
    )
    for number in range(1, 13)
)


def many_card() -> Card:
    """Return a card about twelve migrations; one waits, and is not among them."""
    waiting = replace(MIGRATING, task_id="99", name="later-1", status=1, speed=0)
    return card(
        task=sum_of(_SOME, waiting=1),
        many=_SOME,
        targets=tuple(task.task_id for task in _SOME),
        left_out=(LeftOut(task=waiting, standing=Standing.NOT),),
    )


def all_done() -> outcomes.Several:
    """Return the endings of that card, if all went well."""
    done = outcomes.Done(task=PAUSED, seen_at=NOW + 20, seconds=5)
    endings = tuple(outcomes.OfTarget(task=task, outcome=done) for task in _SOME)
    return outcomes.Several(endings=endings, at=NOW + 25, seconds=25)


def several_endings() -> outcomes.Several:
    """Return the endings of that card, of which some went wrong."""
    wrong: tuple[OfOne, ...] = (
        outcomes.Failed(fault=DENIED, task=MIGRATING, standing=Standing.READY),
        outcomes.Failed(fault=replace(DENIED, request_id="77aa01"), task=MIGRATING, standing=Standing.READY),
        outcomes.NotReady(task=FINISHED, changed=True, standing=Standing.ENDED),
        outcomes.Unknown(fault=LOST, task=MIGRATING, standing=Standing.READY),
    )
    done = all_done()
    bad = tuple(
        outcomes.OfTarget(task=task, outcome=outcome) for task, outcome in zip(_SOME, wrong, strict=False)
    )
    return replace(done, endings=(*bad, *done.endings[len(bad) :]))


_ENDINGS: dict[str, OfOne] = {
    "paused": outcomes.Done(task=PAUSED, seen_at=NOW, seconds=5),
    "already paused": outcomes.AlreadyDone(task=PAUSED),
    "not pausable": outcomes.NotReady(task=FINISHED, changed=True),
    "waiting": outcomes.NotReady(task=replace(MIGRATING, status=1)),
    "failed before": outcomes.NotReady(task=FAILED),
    "pausing already": outcomes.NotReady(task=PAUSING, standing=Standing.MOVING),
    "in a new status": outcomes.NotReady(task=replace(MIGRATING, status=42)),
    "in no status": outcomes.NotReady(task=BARE),
    "finished instead": outcomes.EndedInstead(task=FINISHED, seen_at=NOW),
    "failed instead": outcomes.EndedInstead(task=FAILED, seen_at=NOW),
    "failed": outcomes.Failed(fault=DENIED),
    "failed, task read": outcomes.Failed(fault=DENIED, task=MIGRATING, standing=Standing.READY),
    "still pausing": outcomes.StillMoving(task=PAUSING, seconds=300, standing=Standing.MOVING),
    "still migrating": outcomes.StillMoving(task=MIGRATING, seconds=300, standing=Standing.READY),
    "unreadable": outcomes.StillMoving(task=None, seconds=300),
    "given up": outcomes.StillMoving(task=PAUSING, seconds=86_700, watching=False, standing=Standing.MOVING),
    "unknown": outcomes.Unknown(fault=LOST, task=MIGRATING, standing=Standing.READY),
    "unknown, task pausing": outcomes.Unknown(fault=LOST, task=PAUSING, standing=Standing.MOVING),
    "unknown, unreadable": outcomes.Unknown(fault=LOST),
    "cancelled": outcomes.Cancelled(by="U0ALICE"),
    "declined": outcomes.Cancelled(by="U0BOB", reason="customers upload until 6"),
    "expired": outcomes.Expired(),
    "replaced": outcomes.Replaced(newer="89abcdef0123456701234567"),
    "taken over": outcomes.Replaced(by="U0BOB", newer="89abcdef0123456701234567"),
    "kept": outcomes.Kept(by="U0BOB"),
}
_REFUSED: dict[str, OfOne] = {f"refused: {reason}": outcomes.Refused(reason=reason) for reason in REFUSALS}
EVERY_OUTCOME = _ENDINGS | _REFUSED


def card(**changes: Any) -> Card:
    """Return an ordinary card, with *changes*."""
    values: dict[str, Any] = {
        "operation_id": OPERATION,
        "task": MIGRATING,
        "project": "prod-sg",
        "region": "ap-southeast-3",
        "user_id": "U0ALICE",
        "principal": "IAM user alice",
        "reason": "traffic spike",
        "expires_at": NOW + 600,
    }
    return Card(**{**values, **changes})


MANY = many_card()
