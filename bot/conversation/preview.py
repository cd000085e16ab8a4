"""What is it about? The card that asks, made of what Huawei Cloud says now; or why there is none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation import outcomes
from bot.conversation.ahead import Seen, read_ahead
from bot.conversation.allowance import Allowance
from bot.conversation.answers import Answer, NoCard, TaskList, TaskReport
from bot.conversation.authority import Actor, Authority
from bot.conversation.offers import offers
from bot.conversation.operations import Operations
from bot.conversation.policy import Refused
from bot.conversation.ports import Asker, Cloud, Keeping, Reading, Records, Replacing, Verb
from bot.conversation.reasons import Reason
from bot.conversation.reporting import Reporting
from bot.conversation.sealing import sealed_fields
from bot.conversation.snapshots import Freeze, Snapshot
from bot.conversation.timed import time_of
from bot.conversation.values import CannotTell, Card, Question, Request, card_from
from bot.huawei.errors import HuaweiError
from bot.huawei.fault import FaultKind, fault_of, own_fault
from bot.identity.seals import Seals
from bot.settings.sections import Project, Timing

log = structlog.get_logger(__name__)

_LOOKED_BACK: Final = 50
"""Operations on a target among which the one is looked for that set what is in force."""

_PAUSED_AT_LEAST: Final = 2 * 60.0
"""Seconds between the last moment to answer and that at which it resumes by itself; less of a shorter pause."""


class Preview:
    """Makes cards. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        timing: Timing,
        authority: Authority,
        verbs: Mapping[str, Reading | Keeping],
        records: Records,
        cloud: Cloud,
        operations: Operations,
        reporting: Reporting,
        allowance: Allowance,
        seals: Seals,
        clock: Callable[[], float],
    ) -> None:
        self._timing = timing
        self._authority = authority
        self._verbs = verbs
        self._records = records
        self._cloud = cloud
        self._operations = operations
        self._reporting = reporting
        self._allowance = allowance
        self._seals = seals
        self._clock = clock

    async def of(self, request: Request) -> Card | Answer:
        """Return the card to ask with, or the answer if there is nothing to ask."""
        verb = self._verbs[request.wish.verb]
        if isinstance(verb, Keeping):
            return await self._from_records(request, verb)
        found: Card | Answer | None = None
        try:
            found = await self._look(request, verb)
        finally:  # also if this program failed: who asks is not to pay for that
            if isinstance(verb, Verb) and not isinstance(found, Card):
                with contextlib.suppress(SQLAlchemyError):
                    await self._allowance.give_back(request.id)
        return found

    async def _from_records(self, request: Request, verb: Keeping) -> Answer:
        """Answer from the bot's own records somebody who may use the project, or all that they may use."""
        place = (request.team_id, request.user_id, request.channel_id)
        try:
            if request.project:
                may = await self._authority.who_may(*place, request.project, named=request.named)
                projects: tuple[Project, ...] | Refused = may if isinstance(may, Refused) else (may.project,)
            else:
                projects = await self._authority.usable(*place, named=request.named)
            if isinstance(projects, Refused):
                return _no_card(request, outcomes.Refused(reason=projects.reason, channels=projects.channels))
            return await verb.answer(self._records, Asker(request, projects))
        except CannotTell as error:
            return _no_card(request, outcomes.Failed(fault=error.fault))

    async def _look(self, request: Request, verb: Reading) -> Card | Answer:
        principal = ""

        async def look(actor: Actor) -> Question | Answer:
            nonlocal principal
            principal = actor.identity.principal
            found = await verb.look(self._cloud.seen_by(actor.identity, actor.project), request.wish)
            if isinstance(verb, Replacing) and isinstance(found, Question) and verb.reverts(request.wish):
                before = await self._replaced(request, verb, found.task)
                return verb.revert(request.wish, found.task, before)
            return found

        place = (request.team_id, request.user_id, request.channel_id, request.project)
        try:
            if isinstance(verb, Verb) and await self._asked_too_often(request):
                return _no_card(request, outcomes.Refused(reason=Reason.TOO_MANY))
            who_may = self._authority.who_may(*place, named=request.named)
            seen = await read_ahead(who_may, self._authority.likely(*place), look)
            if isinstance(seen, Refused):
                return _no_card(request, outcomes.Refused(reason=seen.reason, channels=seen.channels))
            freeze = await self._authority.freeze_of(seen.actor.project, request.team_id)
        except HuaweiError as error:
            return _no_card(request, outcomes.Failed(fault=fault_of(error)), principal)
        except CannotTell as error:
            return _no_card(request, outcomes.Failed(fault=error.fault))
        return await self._shown(request, verb, seen, freeze)

    async def _replaced(self, request: Request, verb: Replacing, task: Snapshot) -> Snapshot | None:
        """Return the target as it was before an operation of this bot set what is in force there."""
        place = (request.team_id, request.project, task.task_id)
        for operation in await self._operations.last(*place, {verb.done}, most=_LOOKED_BACK):
            if self._authority.is_own_card(operation) and verb.was_set_by(task, operation.wish):
                return card_from(operation.card).task
        return None

    async def _shown(
        self, request: Request, verb: Reading, seen: Seen[Question | Answer], freeze: Freeze | None
    ) -> Card | Answer:
        """Return what is shown of what was *seen* in a project that is perhaps under a *freeze*."""
        match seen.found:
            case Question(task=task) as question:
                wish = replace(request.wish, terms=question.terms or request.terms)
                if freeze and isinstance(verb, Verb) and verb.loosens(task, wish):
                    return _no_card(request, outcomes.Refused(reason=Reason.FROZEN, freeze=freeze))
                card = self._card(request, seen.actor, question, freeze)
                never_alone = card.resumes_at or (isinstance(verb, Verb) and verb.loosens(task, wish))
                return self._sealed(request, card if never_alone else self._broken_in_need(card, seen.actor))
            case TaskReport() as found:
                report = replace(found, freeze=freeze)
                return await self._reporting.complete(request, seen.actor.project, report)
            case TaskList(tasks=tasks) as found:
                offered = tuple(self._offer(task, request.project, freeze) for task in tasks)
                return replace(found, freeze=freeze, offers=offered)
            case answer:
                return answer

    def _offer(self, task: Snapshot, project: str, freeze: Freeze | None) -> str:
        """Return the verb that a list offers for a task; what something else drives is not to be acted on alone."""
        able = () if task.group else offers(self._verbs.values(), task, project, freeze)
        return next(iter(able), "")

    async def _asked_too_often(self, request: Request) -> bool:
        """Count this card, or tell that its asker is over the limit. Under whatever workspace, they are one person.

        Raises:
            CannotTell: that can't be known now.
        """
        try:
            return not await self._allowance.take(request.id, request.user_id, self._clock())
        except SQLAlchemyError:
            log.exception("limit_unknown")
            raise CannotTell(own_fault(FaultKind.DATABASE_FAULT)) from None

    def _card(self, request: Request, actor: Actor, question: Question, freeze: Freeze | None) -> Card:
        now = self._clock()
        resumes_at = time_of(request.terms, now, actor.zone)
        expires_at = now + self._timing.confirm_within
        return Card(
            operation_id=request.id,
            task=question.task,
            project=actor.project.alias,
            region=actor.project.region,
            user_id=request.user_id,
            principal=actor.identity.principal,
            reason=request.reason,
            expires_at=min(expires_at, _latest_answer(now, resumes_at)) if resumes_at else expires_at,
            link_id=actor.identity.link_id,
            found_in=actor.identity.found_in,
            acts_as=actor.identity.mark,
            project_id=actor.project.id,
            approvals=actor.project.approvals,
            approvers=tuple(sorted(actor.project.approvers)),
            notify=tuple(sorted(name for name in actor.project.notify if ":" not in name)),
            verb=request.wish.verb,
            targets=question.targets,
            locale=actor.locale,
            terms=question.terms or request.terms,
            freeze=freeze,
            many=question.many,
            left_out=question.left_out,
            many_keys=question.many_keys,
            keys=question.keys,
            resumes_at=resumes_at,
        )

    def _broken_in_need(self, card: Card, actor: Actor) -> Card:
        """Return *card* with the minutes after which who asked may go ahead alone. It waits long enough for that."""
        minutes = actor.project.break_glass if card.approvals else 0
        waits = self._timing.confirm_within
        longer = minutes * 60 if minutes * 60 >= waits else 0
        return replace(card, break_glass=minutes, expires_at=card.expires_at + longer)

    def _sealed(self, request: Request, card: Card) -> Card:
        fields = sealed_fields(asdict(card), request.team_id, request.channel_id)
        return replace(card, seal=self._seals.seal("card", fields))


def _no_card(request: Request, outcome: outcomes.OfOne, principal: str = "") -> NoCard:
    return NoCard(wish=request.wish, outcome=outcome, principal=principal)


def _latest_answer(now: float, resumes_at: float) -> float:
    return resumes_at - min(_PAUSED_AT_LEAST, (resumes_at - now) / 4)
