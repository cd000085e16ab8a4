"""Act, and find out what is true: the OMS side of a decided operation.

The call is made once and never blindly repeated. "Accepted" is not "paused": the task is read until it says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.audit import Audit
from bot.conversation import outcomes
from bot.conversation.authority import Actor, CannotTell, Permissions
from bot.conversation.operations import Operation, Operations
from bot.conversation.outcomes import Fault, Outcome, Snapshot
from bot.conversation.policy import Reason, Refused
from bot.conversation.waiting import time_left
from bot.huawei.errors import AnswerLost, HuaweiError, ServiceFault, UnexpectedAnswer, WrongState
from bot.huawei.oms.models import TaskStatus
from bot.identity.seals import Seals
from bot.settings.sections import Timing
from bot.verbs.tasks import Tasks, fault_of

log = structlog.get_logger(__name__)

DAY = 24 * 3600.0
FRESH_SECONDS = (
    3.0  # how old what was read may be when the call is made: it waits for the records, and these may wait
)
UNLINKED = outcomes.Fault(kind="Unlinked", source="bot", may_pass=True)
OWN_FAULT = outcomes.Fault(kind="OwnFault", source="bot", may_pass=True)
PROJECT_GONE = outcomes.Fault(kind="ProjectGone", source="bot", may_pass=True)
INTERRUPTED = outcomes.Fault(kind="Interrupted", source="bot", may_pass=True)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was decided on an operation: by a click (`click_id` names the delivery), or by the clock."""

    operation_id: str
    kind: Literal["confirm", "cancel", "expire"]
    user_id: str = ""
    message_ts: str | None
    click_id: str = ""
    at: float
    approved_by: tuple[str, ...] = ()
    seal: str = ""


@dataclass(frozen=True, kw_only=True)
class Approval:
    """A click that counts only when Slack has said who made it. `workspace` is where it happened.

    `team_id` is what Slack named as the clicker's own.
    `named` are the workspaces that Slack named in it; None in a record of an earlier version, which knew one of each.
    """

    operation_id: str
    workspace: str
    team_id: str
    user_id: str
    channel_id: str
    message_ts: str
    click_id: str
    at: float
    thread_ts: str | None = None
    named: tuple[str, ...] | None = None
    kind: Literal["confirm", "cancel"] = "confirm"
    seal: str = ""

    @property
    def key(self) -> str:
        """Return what the click's response_url is remembered under."""
        return f"click:{self.click_id}"


@dataclass(frozen=True)
class Ready:
    """All was as the card said when it was read: OMS may be asked as `actor`."""

    actor: Actor
    read_at: float


class Pausing:
    """The steps of a pause. Each returns JSON values and is safe to run again. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        timing: Timing,
        permissions: Permissions,
        operations: Operations,
        seals: Seals,
        tasks: Tasks,
        audit: Audit,
        prove_ownership: Callable[[], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._timing = timing
        self._permissions = permissions
        self._operations = operations
        self._seals = seals
        self._tasks = tasks
        self._audit = audit
        self._prove_ownership = prove_ownership
        self._clock = clock

    async def pause(self, operation: Operation, verdict: Verdict) -> dict[str, Any] | None:
        """Again: who? may? what? If all is as the card said, make the call, at most once.

        Return the outcome if it ends here, None if it is to be verified. That the decision was recorded before means
        that a crash came in between, and that the call may have been made.
        """
        recording = asyncio.create_task(self._audit.append("decided", operation.id, **asdict(verdict)))
        try:
            found = await self._look_again(operation, verdict)
        finally:
            first = await recording  # before any call is made
        if isinstance(found, Ready):
            attempt = await self._record_calling(operation, found.actor)
            found = await self._still_ready(operation, verdict, found)
            if isinstance(found, Ready):
                return await self._call(operation, found.actor, attempt)
            await self._record_called(operation, attempt, {"sent": False})
        return outcomes.dump(found) if first else await self.after_crash(operation)

    async def _still_ready(self, operation: Operation, verdict: Verdict, ready: Ready) -> Ready | Outcome:
        """Prove, right before the call, that it is this process's to make, wanted still, and on fresh grounds.

        The database may have been away since they were read, for any time.
        """
        confirm_within = operation.expires_at - operation.asked_at
        while True:
            await self._prove_ownership()
            now = self._clock()
            if now - verdict.at > confirm_within:
                return outcomes.Refused(reason=Reason.TOO_LATE)
            if now - ready.read_at <= FRESH_SECONDS:
                return ready
            found = await self._look_again(operation, verdict)
            if not isinstance(found, Ready):
                return found
            ready = found

    async def _look_again(self, operation: Operation, verdict: Verdict) -> Ready | Outcome:
        """Return whom to act as, or the outcome that forbids the call."""
        if forged := self.unproved(operation, verdict):
            return forged
        try:
            actor = await self._permissions.who_may(
                operation.team_id,
                operation.user_id,
                operation.channel_id,
                operation.project,
                click_id=verdict.click_id,
            )
            if isinstance(actor, Refused):
                return outcomes.Refused(reason=actor.reason)
            if changed := self._permissions.is_as_shown(operation, actor):
                return outcomes.Refused(reason=changed)
            if lacking := await self._lacks_approval(operation, verdict):
                return lacking
            task = await self._tasks.read(actor.identity, actor.project, operation.task_id)
        except HuaweiError as error:
            return outcomes.Failed(fault=fault_of(error))
        except CannotTell as error:
            return outcomes.Failed(fault=error.fault)
        match task.status:
            case TaskStatus.MIGRATING:
                return Ready(actor, task.read_at)
            case TaskStatus.PAUSED:
                return outcomes.AlreadyPaused(task=task)
            case _:
                return outcomes.NotPausable(task=task, changed=True)

    def unproved(self, operation: Operation, verdict: Verdict) -> outcomes.Refused | None:
        """Say if nothing proves that this bot recorded the decision, and the card that it is about, as they stand."""
        if self._seals.intact(verdict) and self._permissions.is_own_card(operation):
            return None
        log.error("decision_not_proved", operation=operation.id)
        return outcomes.Refused(reason=Reason.UNPROVED)

    async def _lacks_approval(self, operation: Operation, verdict: Verdict) -> outcomes.Refused | None:
        """Ask anew about all who have agreed, by the stricter rules of the card and of the settings now."""
        agreed = {*verdict.approved_by}
        if not agreed <= {*await self._operations.agreed(operation.id)}:
            return outcomes.Refused(reason=Reason.UNPROVED)
        if len(agreed) < self._permissions.rules(operation).approvals:
            return outcomes.Refused(reason=Reason.SETTINGS_CHANGED)
        for person in verdict.approved_by:
            reason = await self._permissions.may_not_approve(operation, person, beside=agreed)
            if reason is Reason.SAME_IDENTITY:
                return outcomes.Refused(reason=reason)
            if reason:
                return outcomes.Refused(reason=Reason.APPROVER_GONE, person=person)
        return None

    async def _call(self, operation: Operation, actor: Actor, attempt: int) -> dict[str, Any] | None:
        try:
            accepted = await self._tasks.pause(actor.identity, actor.project, operation.task_id)
        except HuaweiError as error:
            await self._record_called(operation, attempt, asdict(fault_of(error)))
            return await self._after_fault(operation, actor, error)
        await self._record_called(operation, attempt, {"accepted": True, "request_id": accepted.request_id})
        return None

    async def _record_calling(self, operation: Operation, actor: Actor) -> int:
        """Put on disk that OMS is about to be asked, for what, and as whom; return which attempt this is."""
        about = {
            "task": operation.task_id,
            "project": actor.project.alias,
            "project_id": actor.project.id,
            "user": operation.user_id,
            "principal": actor.identity.principal,
        }
        attempt = 1
        while not await self._audit.append(
            "calling", operation.id, once=str(attempt), on_disk=True, attempt=attempt, **about
        ):
            attempt += 1  # a crash came after the earlier one
        return attempt

    async def _record_called(self, operation: Operation, attempt: int, answer: dict[str, Any]) -> None:
        """Record what OMS answered. It is true even where that can't be recorded, so it is not lost then."""
        try:
            await self._audit.append("called", operation.id, once=str(attempt), attempt=attempt, **answer)
        except SQLAlchemyError:
            log.exception("call_not_recorded", attempt=attempt, **answer)

    async def after_crash(self, operation: Operation) -> dict[str, Any] | None:
        """The call may have been made, and must not be made now: only the task itself can tell."""
        read = await self._read_anew(operation)
        if isinstance(read, Fault):
            return outcomes.dump(outcomes.Unknown(fault=read))
        if read.status in (TaskStatus.PAUSING, TaskStatus.PAUSED):
            return None
        return outcomes.dump(outcomes.Unknown(fault=INTERRUPTED, task=read))

    async def _after_fault(
        self, operation: Operation, actor: Actor, error: HuaweiError
    ) -> dict[str, Any] | None:
        """The call gave no "accepted": find out by reading what is true. It is never simply sent again."""
        fault = fault_of(error)
        sent = error.source == "oms"
        match error:
            case AnswerLost() | ServiceFault() | UnexpectedAnswer() if sent:
                task = await self._read_until_it_moves(actor, operation.task_id)
                if task and task.status in (TaskStatus.PAUSING, TaskStatus.PAUSED):
                    return None
                return outcomes.dump(outcomes.Unknown(fault=fault, task=task))
            case WrongState() if sent:
                task = await self._read_or_none(actor, operation.task_id)
                if task and task.status in (TaskStatus.PAUSING, TaskStatus.PAUSED):
                    return None
                return outcomes.dump(outcomes.Failed(fault=fault, task=task))
            case _:
                return outcomes.dump(outcomes.Failed(fault=fault))

    async def _read_until_it_moves(self, actor: Actor, task_id: str) -> Snapshot | None:
        """Return the task as soon as it no longer migrates, or as it is after three readings."""
        task = None
        for reading in range(3):
            if reading:
                await asyncio.sleep(self._timing.verify_every)
            task = await self._read_or_none(actor, task_id) or task
            if task and task.status != TaskStatus.MIGRATING:
                break
        return task

    async def _read_or_none(self, actor: Actor, task_id: str) -> Snapshot | None:
        read = await self._read(actor, task_id)
        return read if isinstance(read, Snapshot) else None

    async def _read(self, actor: Actor, task_id: str) -> Snapshot | Fault:
        try:
            return await self._tasks.read(actor.identity, actor.project, task_id)
        except HuaweiError as error:
            log.info("task_unreadable", code=error.code, kind=type(error).__name__)
            return fault_of(error)

    async def _read_anew(self, operation: Operation) -> Snapshot | Fault:
        """Read the task as whom the requester acts as now."""
        try:
            actor = await self._permissions.actor_of(operation)
        except CannotTell as error:
            return error.fault
        if isinstance(actor, Refused):
            return PROJECT_GONE if actor.reason is Reason.PROJECT_GONE else UNLINKED
        return await self._read(actor, operation.task_id)

    async def verify(self, operation: Operation, verdict: Verdict) -> dict[str, Any]:
        """Read until the task is paused or ended, or `verify_for` is over; after a restart, at least a few times."""
        every = self._timing.verify_every
        now, longest = self._clock(), self._timing.verify_for
        until = now + max(time_left(verdict.at + longest, now, at_most=longest), 3 * every)
        try:
            seen, still = await self._poll(
                operation, verdict, until=until, wait=min(1.0, every), longest=every
            )
        except Exception:  # OMS has accepted, whatever this program does wrong afterwards
            log.exception("own_fault", step="verify")
            seconds = max(0.0, self._clock() - verdict.at)
            return outcomes.dump(outcomes.StillPausing(task=None, seconds=seconds, fault=OWN_FAULT))
        return outcomes.dump(seen or still)

    async def watch(self, operation: Operation, verdict: Verdict, told: Outcome) -> dict[str, Any] | None:
        """Go on reading, ever less often: for a day what was accepted, for `verify_for` what may not have been."""
        every = self._timing.verify_every
        doubtful = isinstance(told, outcomes.Unknown)
        read_before = isinstance(told, outcomes.Unknown) and told.task is not None
        until = self._clock() + (self._timing.verify_for if read_before else DAY)
        seen, still = await self._poll(operation, verdict, until=until, wait=every, longest=max(60.0, every))
        if seen:
            return outcomes.dump(seen)
        # What was doubtful is as doubtful as was told: nothing says that OMS accepted it.
        return None if doubtful else outcomes.dump(replace(still, watching=False))

    async def _poll(
        self, operation: Operation, verdict: Verdict, *, until: float, wait: float, longest: float
    ) -> tuple[Outcome | None, outcomes.StillPausing]:
        """Read until the task is paused or ended, or until *until*. Return that end, if seen, and how it stands."""
        task: Snapshot | None = None
        while True:
            await asyncio.sleep(wait)
            read = await self._read_anew(operation)
            now = self._clock()
            fault = read if isinstance(read, Fault) else None
            task = read if isinstance(read, Snapshot) else task
            seconds = max(0.0, now - verdict.at)
            still = outcomes.StillPausing(task=task, seconds=seconds, fault=fault)
            if task and task.status == TaskStatus.PAUSED:
                return outcomes.Paused(task=task, seen_at=now, seconds=seconds), still
            if task and task.status in (TaskStatus.SUCCEEDED, TaskStatus.FAILED):
                return outcomes.EndedInstead(task=task, seen_at=now), still
            if now >= until:
                return None, still
            wait = min(max(wait * 1.5, self._timing.verify_every), longest)
