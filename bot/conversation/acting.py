"""Act: the step around the one call that changes something: who may, what is recorded, what is known after a crash.

The call is made once and never blindly repeated: see `bot.conversation.calling`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import structlog
from cachetools import TTLCache
from sqlalchemy.exc import SQLAlchemyError

from bot.audit import Audit, Entry, Event
from bot.conversation import outcomes
from bot.conversation.ahead import Seen, nobody, read_ahead
from bot.conversation.authority import Actor, Authority
from bot.conversation.calling import Call, changed_since_shown, not_ready
from bot.conversation.operations import Operations
from bot.conversation.outcomes import Outcome
from bot.conversation.policy import Refused, may_not_go_alone, went_alone
from bot.conversation.ports import Cloud, Verb
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import CannotTell, Operation, card_from
from bot.conversation.verdicts import Verdict
from bot.huawei.fault import Fault, FaultKind, own_fault
from bot.identity.seals import Seals
from bot.settings.sections import Timing

log = structlog.get_logger(__name__)

FRESH_SECONDS: Final = 3.0
"""How old what was read may be when the call is made, for which the records are waited for."""
_SHARED_SECONDS: Final = 5.0  # in which who may is asked once for many targets; Slack limits how often
_LATELY_SECONDS: Final = 15 * 60  # in which whoever had it done is worth naming


@dataclass(frozen=True)
class Deed:
    """One target of an operation, which is called, read and recorded by itself.

    `since` (Unix seconds) is when its turn came, if it had to wait for others.
    """

    operation: Operation
    target: str
    since: float = 0

    @property
    def about(self) -> dict[str, str]:
        """What tells its records from those of the operation's other targets."""
        return {"target": self.target} if self.operation.is_many else {}

    def once(self, attempt: int) -> str:
        """Return what an attempt at it is recorded under."""
        return ":".join((*self.about.values(), str(attempt)))


@dataclass(frozen=True)
class Ready:
    """All was as the card said when it was read: OMS may be asked as `actor`."""

    actor: Actor
    task: Snapshot


class Acting:
    """The step that acts, which is safe to run again. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        timing: Timing,
        authority: Authority,
        operations: Operations,
        seals: Seals,
        verbs: Mapping[str, Verb],
        cloud: Cloud,
        audit: Audit,
        prove_ownership: Callable[[], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._timing = timing
        self._authority = authority
        self._operations = operations
        self._seals = seals
        self._verbs = verbs
        self._cloud = cloud
        self._audit = audit
        self._prove_ownership = prove_ownership
        self._clock = clock
        self._asked: TTLCache[str, asyncio.Future[Actor | Refused]] = TTLCache(1_000, _SHARED_SECONDS)

    async def act(self, deed: Deed, verdict: Verdict) -> Outcome | None:
        """Again: who? may? what? If all is as the card said, make the call, at most once.

        Return the outcome if it ends here, None if it is to be verified. That this was decided before means that a
        crash came in between, and that the call may have been made.
        """
        decided = self._audit.entry(
            Event.DECIDED,
            deed.operation.id,
            once=":".join(deed.about.values()),
            **asdict(verdict),
            **deed.about,
        )
        found = await self._look_again(deed, verdict)
        if not isinstance(found, Ready):
            [first] = await self._audit.append_all(decided)
            return found if first else await self.after_crash(deed)
        first, attempt = await self._record_calling(deed, found.actor, decided)
        if not first and (ended := await self._ended(deed)):
            await self._record_called(deed, attempt, {"sent": False})
            return ended
        found = await self._still_ready(deed, verdict, found)
        if isinstance(found, Ready):
            return await self._call(deed, found, attempt)
        await self._record_called(deed, attempt, {"sent": False})
        return found if attempt == 1 else await self.after_crash(deed)

    async def _record_calling(self, deed: Deed, actor: Actor, decided: Entry) -> tuple[bool, int]:
        """Put on disk that OMS is about to be asked, for what, and as whom.

        Return whether no crash came in between, and which attempt this is.
        """
        operation = deed.operation
        about = {
            "verb": operation.verb,
            "task": deed.target,
            "project": actor.project.alias,
            "project_id": actor.project.id,
            "user": operation.user_id,
            "principal": actor.identity.principal,
        }
        for attempt in itertools.count(1):  # another than the first if a crash came after it
            calling = self._audit.entry(
                Event.CALLING, operation.id, once=deed.once(attempt), attempt=attempt, **about
            )
            first, new = await self._audit.append_all(decided, calling, on_disk=True)
            if new:
                return first, attempt
        raise AssertionError  # one is free

    async def _still_ready(self, deed: Deed, verdict: Verdict, ready: Ready) -> Ready | Outcome:
        """Prove, before the call, that it is this process's to make, wanted still, and on fresh grounds.

        The database may have been away since they were read, for any time. What the call itself reads first takes time
        too, so that it is this process's is proved once more when it is sent.
        """
        while True:
            if frozen := await self._frozen(deed, ready):
                return frozen
            await self._prove_ownership()
            now = self._clock()
            if now - max(verdict.at, deed.since) > deed.operation.confirm_within:
                return outcomes.Refused(reason=Reason.TOO_LATE)
            if now - ready.task.read_at <= FRESH_SECONDS:
                return ready
            found = await self._look_again(deed, verdict, ahead=False)
            if not isinstance(found, Ready):
                return found
            ready = found

    async def _look_again(self, deed: Deed, verdict: Verdict, *, ahead: bool = True) -> Ready | Outcome:
        """Return whom to act as, or the outcome that forbids the call. Not *ahead*: read when Slack has answered."""
        operation = deed.operation
        if forged := self.unproved(operation, verdict):
            return forged
        try:
            seen = await self._who_and_what(deed, verdict, ahead=ahead)
            if isinstance(seen, Refused):
                return outcomes.Refused(reason=seen.reason, person=seen.person, channels=seen.channels)
        except CannotTell as error:
            return outcomes.Failed(fault=error.fault)
        call = self._call_of(deed, seen.actor)
        task = call.permitted(seen.found)
        if not isinstance(task, Snapshot):
            return await self._with_whom(deed, task)
        if changed := changed_since_shown(card_from(operation.card), task, call):
            return outcomes.Refused(reason=changed)
        if went_alone(verdict) and self._verbs[operation.verb].loosens(task, operation.wish):
            return outcomes.Refused(reason=Reason.NEEDS_APPROVAL)
        ready = Ready(seen.actor, task)
        return await self._frozen(deed, ready) or ready

    async def _frozen(self, deed: Deed, ready: Ready) -> Outcome | None:
        """Refuse what would have more copied in a project that is frozen now."""
        operation = deed.operation
        if not self._verbs[operation.verb].loosens(ready.task, operation.wish):
            return None
        try:
            freeze = await self._authority.freeze_of(ready.actor.project, operation.team_id)
        except CannotTell as error:
            return outcomes.Failed(fault=error.fault)
        return outcomes.Refused(reason=Reason.FROZEN, freeze=freeze) if freeze else None

    async def _with_whom(self, deed: Deed, ended: Outcome) -> Outcome:
        """Add who has had the task acted on, if it was acted on, and that was here."""
        match ended:
            case outcomes.AlreadyDone() | outcomes.NotReady(standing=Standing.MOVING):
                return replace(ended, by=await self._caused_by(deed))
            case _:
                return ended

    async def _caused_by(self, deed: Deed) -> str:
        """Return who has just had the same done by an operation of their own; empty if nobody here."""
        since = self._clock() - _LATELY_SECONDS
        about_it = replace(deed.operation, task_id=deed.target)
        for other in await self._operations.lately_about_the_same(about_it, since=since):
            same = Deed(other, deed.target)
            if await self._audit.has(Event.CALLED, other.id, accepted=True, **same.about):
                return other.user_id
        return ""

    async def _who_and_what(
        self, deed: Deed, verdict: Verdict, *, ahead: bool
    ) -> Seen[Snapshot | Fault] | Refused:
        operation = deed.operation
        place = (operation.team_id, operation.user_id, operation.channel_id, operation.project)
        one = ahead and not operation.is_many
        return await read_ahead(
            self._who_may(operation, verdict),
            self._authority.likely(*place) if one else nobody(),
            lambda actor: self._call_of(deed, actor).read(),
        )

    async def _who_may(self, operation: Operation, verdict: Verdict) -> Actor | Refused:
        """Return whom to act as. Of many targets, those that come within a few seconds share what was asked for it."""
        if not operation.is_many:
            return await self._ask_who_may(operation, verdict)
        asking = self._asked.get(operation.id)
        if asking is None:
            asking = self._asked[operation.id] = asyncio.ensure_future(self._ask_who_may(operation, verdict))
        return await asyncio.shield(asking)

    async def _ask_who_may(self, operation: Operation, verdict: Verdict) -> Actor | Refused:
        """Ask anew about the requester and all who have agreed.

        Raises:
            CannotTell: that can't be known now.
        """
        place = (operation.team_id, operation.user_id, operation.channel_id, operation.project)
        actor = await self._authority.who_may(*place, click_id=verdict.click_id)
        if isinstance(actor, Refused):
            return actor
        if changed := self._authority.changed_since_shown(operation, actor):
            return Refused(changed)
        return await self._lacks_approval(operation, verdict) or actor

    def judge(self, operation: Operation, task: Snapshot) -> Standing:
        """Say what a reading of a target means for what is asked for."""
        return self._verbs[operation.verb].judge(task, operation.wish)

    def _call_of(self, deed: Deed, actor: Actor) -> Call:
        tasks = self._cloud.seen_by(actor.identity, actor.project)
        return Call(self._verbs[deed.operation.verb], tasks, deed.target, deed.operation.wish)

    def unproved(self, operation: Operation, verdict: Verdict) -> outcomes.Refused | None:
        """Say if nothing proves that this bot recorded the decision, and the card that it is about, as they stand."""
        if self._seals.intact(verdict) and self._authority.is_own_card(operation):
            return None
        log.error("decision_not_proved", operation=operation.id)
        return outcomes.Refused(reason=Reason.UNPROVED)

    async def _lacks_approval(self, operation: Operation, verdict: Verdict) -> Refused | None:
        """Ask anew about all who have agreed, by the stricter rules of the card and of the settings now."""
        rules, agreed = self._authority.rules(operation), {*verdict.approved_by}
        if went_alone(verdict):
            reason = may_not_go_alone(verdict.user_id, operation, rules, now=self._clock())
            return Refused(reason) if reason else None
        if agreed and not agreed <= {*await self._operations.agreed(operation.id)}:
            return Refused(Reason.UNPROVED)
        if len(agreed) < rules.approvals:
            return Refused(Reason.SETTINGS_CHANGED)
        for person in verdict.approved_by:
            reason = await self._authority.may_not_approve(operation, person, beside=agreed)
            if reason is Reason.SAME_IDENTITY:
                return Refused(reason)
            if reason:
                return Refused(Reason.APPROVER_GONE, person=person)
        return None

    async def _call(self, deed: Deed, ready: Ready, attempt: int) -> Outcome | None:
        async def answered(answer: dict[str, Any]) -> None:
            await self._record_called(deed, attempt, answer)

        call = self._call_of(deed, ready.actor)
        ended = await call.make(ready.task, every=self._timing.verify_every, answered=answered)
        return ended and await self._with_whom(deed, ended)

    async def _record_called(self, deed: Deed, attempt: int, answer: dict[str, Any]) -> None:
        """Record what OMS answered. It is true even where that can't be recorded, so it is not lost then."""
        about: dict[str, Any] = {"attempt": attempt, **deed.about}
        try:
            await self._audit.append(
                Event.CALLED, deed.operation.id, once=deed.once(attempt), **about, **answer
            )
        except SQLAlchemyError:
            log.exception("call_not_recorded", attempt=attempt, **deed.about, **answer)

    async def after_crash(self, deed: Deed) -> Outcome | None:
        """The call may have been made, and must not be made now: only the records, or the task itself, can tell."""
        if ended := await self._ended(deed):
            return ended
        if await self._audit.has(Event.CALLED, deed.operation.id, accepted=True, **deed.about):
            return None
        read = await self.read_anew(deed)
        if isinstance(read, Fault):
            return outcomes.Unknown(fault=read)
        standing = self.judge(deed.operation, read)
        if standing in (Standing.MOVING, Standing.DONE):
            # OMS takes one request: if another operation's was taken, this one's was not.
            by = await self._caused_by(deed)
            return replace(not_ready(read, standing), by=by) if by else None
        interrupted = own_fault(FaultKind.INTERRUPTED)
        return outcomes.Unknown(fault=interrupted, task=read, standing=standing)

    async def _ended(self, deed: Deed) -> Outcome | None:
        """Return the ending that is on record, and told perhaps: nothing else may be found out any more."""
        for ended in await self._audit.details(Event.ENDED, deed.operation.id):
            if "kind" in ended and deed.about.items() <= ended.items():
                return outcomes.load(ended)
        return None

    async def read_anew(self, deed: Deed) -> Snapshot | Fault:
        """Read the target as whom the requester acts as now."""
        try:
            actor = await self._authority.actor_of(deed.operation)
        except CannotTell as error:
            return error.fault
        if isinstance(actor, Refused):
            gone = actor.reason is Reason.PROJECT_GONE
            return own_fault(FaultKind.PROJECT_GONE if gone else FaultKind.UNLINKED)
        return await self._call_of(deed, actor).read()
