"""What comes of itself after a pause: it is resumed at the time that its card named; people are reminded.

A timed resume is an operation of its own, which follows the pause. It is asked about in the thread, ten minutes before:
whoever may act there can keep things as they are, which is its decision then. Else the clock confirms it, and all goes
as with any other: again who? may? what? then act, verify, tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Final

import structlog

from bot.audit import Audit, Event
from bot.conversation import outcomes
from bot.conversation.acting import Acting, Deed
from bot.conversation.authority import Authority
from bot.conversation.due import Due, Kind, Work
from bot.conversation.operations import Operations
from bot.conversation.outcomes import Outcome
from bot.conversation.policy import Refused
from bot.conversation.ports import Cloud, Reminder
from bot.conversation.reminders import FailedSince, StillPaused, StillWaiting, WaitsFrozen
from bot.conversation.sealing import sealed_fields
from bot.conversation.snapshots import Snapshot
from bot.conversation.sums import sum_of
from bot.conversation.values import RESUME, CannotTell, Operation, Request, card_from
from bot.conversation.verdicts import Verdict
from bot.conversation.waiting import DAY
from bot.huawei.errors import HuaweiError
from bot.huawei.oms.models import TaskStatus
from bot.identity.seals import Seals

log = structlog.get_logger(__name__)

ANNOUNCED_BEFORE: Final = 10 * 60.0
STILL_PAUSED_DAYS: Final = 7
WAITING_DAYS: Final = 30
"""After which OMS fails a task and forgets its keys. Source: platforms.md, Resuming a task."""
_WAITED_DAYS: Final = 25
_WITHIN: Final = 600.0  # seconds after its time in which a resume may still be begun, as after a click
_FAILS_WITHIN: Final = 60.0  # seconds in which a wrong key shows, if OMS did not refuse it at once
_FROZEN_LOOK: Final = 15.0  # seconds between two looks whether a project is still frozen
_CHANGED_IT: Final = ("paused", "resumed")


class Planned:
    """Plans it, and carries it out when it is due. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        due: Due,
        operations: Operations,
        acting: Acting,
        authority: Authority,
        cloud: Cloud,
        reminder: Reminder,
        audit: Audit,
        seals: Seals,
        settle: Callable[[Verdict], Awaitable[None]],
        remind: Callable[[Work], Awaitable[None]],
        unreviewed: Callable[[Work], Awaitable[float | None]],
        clock: Callable[[], float],
    ) -> None:
        self._due = due
        self._operations = operations
        self._acting = acting
        self._authority = authority
        self._cloud = cloud
        self._reminder = reminder
        self._audit = audit
        self._seals = seals
        self._start_settle = settle
        self._start_remind = remind
        self._unreviewed = unreviewed
        self._clock = clock

    # --- planning -------------------------------------------------------------------------------------------------

    async def after(self, operation: Operation, outcome: Outcome) -> None:
        """Note what an ending leads to, before it is told."""
        await self._due.plan(*self._works(operation, outcome))

    def _works(self, operation: Operation, outcome: Outcome) -> list[Work]:
        def work(kind: Kind, at: float) -> Work:
            return Work(kind=kind, operation_id=operation.id, target=operation.task_id, at=at)

        match operation.verb, outcome:
            case "pause", outcomes.Done(seen_at=paused_at) | outcomes.Several(at=paused_at):
                if isinstance(outcome, outcomes.Several) and not outcome.done:
                    return []
                works = [work(Kind.STILL_PAUSED, paused_at + STILL_PAUSED_DAYS * DAY)]
                card = card_from(operation.card)
                if card.resumes_at:
                    works.append(work(Kind.RESUMES_SOON, _announced_at(paused_at, card.resumes_at)))
                if card.task.waiting_tasks:
                    works.append(work(Kind.STILL_WAITING, paused_at + _WAITED_DAYS * DAY))
                return works
            case "resume", outcomes.Done(seen_at=resumed_at):
                return [work(Kind.FAILED_SINCE, resumed_at + _FAILS_WITHIN)]
            case "resume", outcomes.StillMoving(task=Snapshot(status=TaskStatus.WAITING, read_at=at)):
                return [work(Kind.STILL_WAITING, at + _WAITED_DAYS * DAY)]
            case _:
                return []

    # --- when it is due -------------------------------------------------------------------------------------------

    async def begin(self, work: Work) -> float | None:
        """Begin what is due, once however often; return until when it must wait, if it must."""
        if work.kind is Kind.NOT_REVIEWED:
            return await self._unreviewed(work)
        if work.kind is not Kind.RESUMES:
            await self._start_remind(work)
            return None
        planned = await self._operations.get(work.operation_id)
        if planned is None or planned.ended_at is not None:
            return None
        if await self._authority.is_frozen(planned):
            await self._due.plan(replace(work, kind=Kind.WAITS_FROZEN, at=self._clock()))
            return self._clock() + _FROZEN_LOOK
        await self._start_settle(await self._decision_of_the_clock(planned))
        return None

    async def _decision_of_the_clock(self, planned: Operation) -> Verdict:
        """Confirm, as was asked for with the pause; unless somebody has paused or resumed it since."""
        since = await self._dealt_with_since(planned, planned.task_id)
        return self._seals.sealed(
            Verdict(
                operation_id=planned.id,
                kind="replace" if since else "confirm",
                user_id=since.user_id if since else "",
                message_ts=planned.message_ts,
                at=self._clock(),
                approved_by=() if since else tuple(await self._operations.agreed(planned.id)),
            )
        )

    async def _dealt_with_since(self, operation: Operation, target: str) -> Operation | None:
        """Return the last operation that has paused or resumed it after the pause that this is, or follows."""
        pause = await self._operations.get(operation.follows) if operation.follows else operation
        if pause is None or pause.ended_at is None:
            return None
        found = await self._operations.last(
            pause.team_id, pause.project, target, _CHANGED_IT, since=pause.ended_at, beside=pause.id
        )
        return next(iter(found), None)

    async def carry_out(self, work: Work) -> None:
        """Tell what is due. After a crash it is done again, so something may be told twice."""
        operation = await self._operations.get(work.operation_id)
        if operation is None:
            return
        match work.kind:
            case Kind.RESUMES_SOON:
                await self._announce(operation)
            case Kind.FAILED_SINCE:
                await self._tell_if_failed(operation)
            case Kind.STILL_PAUSED:
                await self._remind_of_pause(operation)
            case Kind.STILL_WAITING:
                await self._remind_of_waiting(operation)
            case Kind.WAITS_FROZEN:
                await self._reminder.remind(operation, WaitsFrozen(task=card_from(operation.card).task))
            case Kind.RESUMES | Kind.BREAK_GLASS | Kind.NOT_REVIEWED:
                pass  # a decision, which `begin` starts; or of consent, or of a workflow's step

    async def _announce(self, pause: Operation) -> None:
        """Plan the resume, and tell that it comes; not if the task goes on already."""
        left = await self._still_paused(pause)
        if not left:
            return
        at = card_from(pause.card).resumes_at
        planned = self._resume_after(pause, left)
        request = _request(planned)
        asked = self._audit.entry(Event.ASKED, planned.id, **asdict(request), follows=pause.id)
        planned = (await self._operations.open(planned, asked, anyway=True)).operation
        for person in await self._operations.agreed(pause.id):  # who agreed to the pause, agreed to its end
            await self._operations.approve(planned.id, person, self._clock())
        if not planned.message_ts:
            ts = await self._reminder.announce(planned, at)
            channel, card = planned.channel_id, planned.card
            shown = self._audit.entry(Event.SHOWN, planned.id, channel=channel, message=ts, card=card)
            await self._operations.place(planned.id, ts, shown)
        await self._due.plan(Work(kind=Kind.RESUMES, operation_id=planned.id, target=planned.task_id, at=at))

    def _resume_after(self, pause: Operation, left: list[Snapshot]) -> Operation:
        """Return the operation that takes *pause* back, as far as it is *left* paused."""
        shown = card_from(pause.card)
        many = tuple(left) if pause.is_many else ()
        targets = tuple(task.task_id for task in many) or shown.targets
        keys = tuple(names for task in many if (names := shown.keys_of(task.task_id)))
        planned_id = hashlib.blake2b(f"{pause.id}:{RESUME}".encode(), digest_size=12).hexdigest()
        card = replace(
            shown,
            operation_id=planned_id,
            task=sum_of(many) if many else left[0],
            many=many,
            many_keys=keys,
            left_out=(),
            targets=targets,
            verb=RESUME,
            terms="",
            expires_at=shown.resumes_at + _WITHIN,
            resumes_at=0,
            follows=pause.id,
            seal="",
        )
        seal = self._seals.seal("card", sealed_fields(asdict(card), pause.team_id, pause.channel_id))
        return replace(
            pause,
            id=planned_id,
            card=asdict(replace(card, seal=seal)),
            asked_at=self._clock(),
            expires_at=card.expires_at,
            message_ts=None,
            reposted=False,
            ending=None,
            ended_at=None,
            thread_ts=pause.thread_ts or pause.message_ts,
            verb=RESUME,
            targets=list(targets),
            follows=pause.id,
            awaited_by=None,
        )

    async def _tell_if_failed(self, resume: Operation) -> None:
        read = await self._acting.read_anew(Deed(resume, resume.task_id))
        if isinstance(read, Snapshot) and read.status == TaskStatus.FAILED:
            await self._reminder.remind(resume, FailedSince(task=read))

    async def _remind_of_pause(self, pause: Operation) -> None:
        left = [task for task in await self._still_paused(pause) if task.status == TaskStatus.PAUSED]
        if left:
            task = sum_of(left) if len(left) > 1 else left[0]
            told = StillPaused(task=task, days=STILL_PAUSED_DAYS, number=len(left))
            await self._reminder.remind(pause, told)

    async def _still_paused(self, pause: Operation) -> list[Snapshot]:
        """Return what it has paused, as far as that is so still, and nobody is known to have dealt with it since."""
        return [task for one in await self._paused_by(pause) if (task := await self._as_left(pause, one))]

    async def _paused_by(self, pause: Operation) -> list[Snapshot]:
        """Return what an operation has paused, as its card showed it: of many, those that ended so."""
        card = card_from(pause.card)
        if not pause.is_many:
            return [card.task]
        endings = await self._audit.details(Event.ENDED, pause.id)
        done = {ended.get("target") for ended in endings if ended.get("kind") == outcomes.Done.kind}
        return [task for task in card.many if task.task_id in done]

    async def _as_left(self, pause: Operation, shown: Snapshot) -> Snapshot | None:
        """Return a target, if it is paused still by this; as it was shown, if it can't be read now."""
        if await self._dealt_with_since(pause, shown.task_id):
            return None
        read = await self._acting.read_anew(Deed(pause, shown.task_id))
        if not isinstance(read, Snapshot):
            return shown
        return read if read.status in (TaskStatus.PAUSED, TaskStatus.PAUSING) else None

    async def _remind_of_waiting(self, operation: Operation) -> None:
        """Tell which tasks have waited for so long that OMS will soon give up, as far as it tells since when."""
        if operation.verb == RESUME:
            waiting = await self._still_waiting(operation)
        else:
            waiting = await self._waiting_long(operation)
        if waiting:
            left = WAITING_DAYS - _WAITED_DAYS
            told = StillWaiting(tasks=tuple(waiting), days=_WAITED_DAYS, days_left=left)
            await self._reminder.remind(operation, told)

    async def _waiting_long(self, pause: Operation) -> list[Snapshot]:
        """Return what has waited for a slot as long as that, as far as OMS tells; nothing if it can't be read now."""
        since = self._clock() - (_WAITED_DAYS - 1) * DAY
        try:
            actor = await self._authority.actor_of(pause)
            if isinstance(actor, Refused):
                return []
            tasks = self._cloud.seen_by(actor.identity, actor.project)
            waiting = await tasks.listed({TaskStatus.WAITING})
        except (CannotTell, HuaweiError) as error:
            log.info("waiting_unreadable", reason=type(error).__name__)
            return []
        return [task for task in waiting if task.started_at and task.started_at <= since]

    async def _still_waiting(self, resume: Operation) -> list[Snapshot]:
        """Return the task that was resumed, if it never got a slot."""
        read = await self._acting.read_anew(Deed(resume, resume.task_id))
        if not isinstance(read, Snapshot) or read.status != TaskStatus.WAITING:
            return []
        return [read] if resume.ending == "still_resuming" else []


def _announced_at(paused_at: float, resumes_at: float) -> float:
    """Return when it is told that the resume comes: ten minutes before, or half-way if that is later."""
    left = max(0.0, resumes_at - paused_at)
    return resumes_at - min(ANNOUNCED_BEFORE, left / 2)


def _request(planned: Operation) -> Request:
    return Request(
        id=planned.id,
        team_id=planned.team_id,
        user_id=planned.user_id,
        channel_id=planned.channel_id,
        project=planned.project,
        task=planned.task_id,
        reason=planned.wish.reason,
        at=planned.asked_at,
        thread_ts=planned.thread_ts,
        verb=planned.verb,
        targets=(planned.task_id,),
    )
