"""Clicks that decide: which may count, so far as the card and the settings tell, and in which order. Nothing waits.

What only Slack can tell, such as who is in a user group, is asked after the acknowledgement, by a durable workflow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Literal, assert_never

import structlog
from cachetools import TTLCache

from bot.conversation import policy
from bot.conversation.acting import Verdict
from bot.conversation.authority import rules_of
from bot.conversation.decided import Decisions, verdict_id
from bot.conversation.intake import Start
from bot.conversation.operations import Operation, Operations
from bot.identity.seals import Seals
from bot.settings.sections import Project
from bot.slack import cards
from bot.slack.cards import Message
from bot.slack.chat import ResponseUrls
from bot.slack.payloads import Click, Heard
from bot.slack.people import People
from bot.slack.telling import Telling
from bot.text import en
from bot.text.en_refusals import refusal

log = structlog.get_logger(__name__)

Ack = Callable[..., Awaitable[Any]]
DOUBLE_TAP_SECONDS = 3
# Of a click on the card itself, by a colleague: if that was decided, this is the truer answer.
_ON_THE_CARD = frozenset(
    {
        policy.Reason.EXPIRED,
        policy.Reason.NOT_REQUESTER,
        policy.Reason.OWN_APPROVAL,
        policy.Reason.NOT_APPROVER,
    }
)
_ASKING_SECONDS = 30  # in which Slack has certainly said who clicked, or has not


class Clicks:
    """Takes the clicks on cards. `clock` gives Unix seconds; `record`, `whisper` and `later` are the listeners' own."""

    def __init__(
        self,
        *,
        projects: Mapping[str, Project],
        operations: Operations,
        people: People,
        response_urls: ResponseUrls,
        telling: Telling,
        decisions: Decisions,
        clock: Callable[[], float],
        seals: Seals,
        record: Callable[[Start, float], Awaitable[bool]],
        whisper: Callable[[Heard, Message], Coroutine[Any, Any, None]],
        later: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._projects = projects
        self._operations = operations
        self._people = people
        self._response_urls = response_urls
        self._telling = telling
        self._decisions = decisions
        self._clock = clock
        self._seals = seals
        self._record = record
        self._whisper = whisper
        self._later = later
        self._being_decided: TTLCache[str, bool] = TTLCache(10_000, _ASKING_SECONDS)

    async def decide(
        self, ack: Ack, click: Click, kind: Literal["confirm", "cancel"], deadline: float
    ) -> None:
        """Record *click* if it may count, and acknowledge it before *deadline*, by the event loop's clock."""
        try:
            async with asyncio.timeout_at(deadline):
                operation = await self._operations.get(click.value)
        except Exception:
            log.exception("operation_unreadable")
            await ack()
            self._later(self._whisper(click.heard(), cards.note(en.busy())))
            return
        answer = policy.may_decide(click.facts(), self._asked(operation), kind, now=self._clock())
        if isinstance(answer, policy.Allowed) and click.value in self._being_decided:
            answer = policy.NeedsProof()  # in its turn: a click before it may decide
        match answer:
            case policy.Refused(reason=reason):
                await ack()
                self._later(self._refuse(click, operation, reason))
            case policy.NeedsApproval():
                approval = self._seals.sealed(click.approval(self._clock()))
                start = Start("agree", f"{click.value}:agree:{click.id}", vars(approval))
                await self._settle(ack, click, start, None, deadline)
            case policy.NeedsProof():
                self._being_decided[click.value] = True
                wish = self._seals.sealed(click.approval(self._clock(), kind))
                start = Start("decide", f"{click.value}:decide:{click.id}", vars(wish))
                await self._settle(ack, click, start, click.verdict(kind, wish.at), deadline)
            case policy.Allowed():
                assert operation is not None  # noqa: S101  # none is refused
                self._people.expect(operation.team_id, click.user_id, click.id)
                verdict = self._seals.sealed(click.verdict(kind, self._clock()))
                start = Start("settle", verdict_id(click.value), vars(verdict))
                await self._settle(ack, click, start, verdict, deadline)
            case _:
                assert_never(answer)

    def _asked(self, operation: Operation | None) -> policy.Asked | None:
        if operation is None:
            return None
        return policy.Asked(
            team_id=operation.team_id,
            user_id=operation.user_id,
            channel_id=operation.channel_id,
            message_ts=None if operation.reposted else operation.message_ts,
            expires_at=operation.expires_at,
            rules=rules_of(operation, self._projects),
        )

    async def _settle(
        self, ack: Ack, click: Click, start: Start, verdict: Verdict | None, deadline: float
    ) -> None:
        """Record a click that counts, acknowledge it, and tell its clicker if another one had decided before."""
        self._response_urls.remember(click.key, click.response_url)
        recorded = await self._record(start, deadline)
        await ack()
        if not recorded:
            self._later(self._whisper(click.heard(), cards.note(en.busy())))
        elif verdict:
            self._later(self._tell_loser(click, verdict))

    async def _refuse(self, click: Click, operation: Operation | None, reason: policy.Reason) -> None:
        won = await self._decisions.of(operation.id) if operation and reason in _ON_THE_CARD else None
        text = (
            en.too_late(won.kind, won.user_id)
            if won
            else refusal(
                reason,
                project=operation.project if operation else "",
                requester=operation.user_id if operation else "",
                task_id=operation.task_id if operation else "",
            )
        )
        self._response_urls.remember(click.key, click.response_url)
        operation_id = operation.id if operation else "unknown"
        wish = click.approval(self._clock())
        await self._telling.refuse(operation_id, wish, reason.value, text)
        if operation and won:
            await self._telling.close_stale(operation, wish, won)

    async def _tell_loser(self, click: Click, mine: Verdict) -> None:
        """If another decision came first, say who won. A double tap needs no words."""
        won = await self._decisions.soon_of(mine.operation_id)
        if won is None or won.click_id == mine.click_id:
            return
        same = (won.kind, won.user_id) == (mine.kind, mine.user_id)
        if same and mine.at - won.at < DOUBLE_TAP_SECONDS:
            return
        text = en.too_late(won.kind, won.user_id)
        wish = click.approval(mine.at)
        await self._telling.refuse(mine.operation_id, wish, "decided", text)
        if operation := await self._operations.get(mine.operation_id):
            await self._telling.close_stale(operation, wish, won)
