"""Clicks that decide: which may count, so far as the card and the settings tell, and in which order. Nothing waits.

What only Slack can tell, such as who is in a user group, is asked after the acknowledgement, by a durable workflow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final, assert_never

import structlog
from cachetools import TTLCache

from bot.conversation import policy
from bot.conversation.authority import rules_of
from bot.conversation.decided import Verdicts, verdict_id
from bot.conversation.intake import Start
from bot.conversation.operations import Operations
from bot.conversation.policy import Rules
from bot.conversation.reasons import Reason
from bot.conversation.values import CannotTell, Operation
from bot.conversation.verdicts import Click, ClickKind, TooLate, Verdict
from bot.identity.seals import Seals
from bot.settings.sections import Project
from bot.slack import cards
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.payloads import Heard, Pressed
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.telling import Telling
from bot.text import say

log = structlog.get_logger(__name__)

DOUBLE_TAP_SECONDS: Final = 3
# Of a click on the card itself, by a colleague: if that was decided, this is the truer answer.
_ON_THE_CARD: Final = frozenset(
    {Reason.EXPIRED, Reason.NOT_REQUESTER, Reason.OWN_APPROVAL, Reason.NOT_APPROVER}
)
_ASKING_SECONDS: Final = 30  # in which Slack has certainly said who clicked, or has not


class Deciding:
    """Takes the clicks on cards. `clock` gives Unix seconds."""

    def __init__(
        self,
        door: Door,
        *,
        projects: Mapping[str, Project],
        verbs: Collection[str],
        operations: Operations,
        people: People,
        readers: Readers,
        telling: Telling,
        verdicts: Verdicts,
        seals: Seals,
        clock: Callable[[], float],
    ) -> None:
        self._door = door
        self._projects = projects
        self._verbs = verbs
        self._operations = operations
        self._people = people
        self._readers = readers
        self._telling = telling
        self._verdicts = verdicts
        self._seals = seals
        self._clock = clock
        self._being_decided: TTLCache[str, bool] = TTLCache(10_000, _ASKING_SECONDS)

    async def decide(self, ack: Ack, pressed: Pressed, kind: ClickKind) -> None:
        """Record a click if it may count, and acknowledge it in the time that Slack gives."""
        await self.take(ack, pressed.click(kind, self._clock()), pressed.heard(), in_home=pressed.in_home)

    async def take(self, ack: Ack, click: Click, heard: Heard, *, in_home: bool = False) -> None:
        """Do so with one that was *heard* in whatever way."""
        deadline = self._door.deadline()
        self._door.remember(click.key, heard.response_url)
        try:
            async with asyncio.timeout_at(deadline):
                operation = await self._operations.get(click.operation_id)
        except Exception:
            log.exception("operation_unreadable")
            await ack()
            self._door.later(self._busy(heard))
            return
        if in_home:
            click = _on_the_card(click, operation)
        answer = self._judged(click, operation)
        if isinstance(answer, policy.Refused):
            await ack()
            self._door.later(self._refuse(click, operation, answer.reason))
            return
        assert operation is not None  # noqa: S101  # none is refused
        recorded = await self._door.record(self._start(click, operation, answer), deadline)
        await ack()
        if not recorded:
            self._door.later(self._busy(heard))
        elif not isinstance(answer, policy.NeedsApproval):
            self._door.later(self._tell_loser(click))

    async def open_to(self, pressed: Pressed, kind: ClickKind) -> tuple[Operation, Click] | None:
        """Return the operation that a click may count for once it comes with a reason; else say why there is none."""
        click, heard = pressed.click(kind, self._clock()), pressed.heard()
        self._door.remember(click.key, heard.response_url)
        try:
            operation = await self._operations.get(click.operation_id)
            won = await self._verdicts.of(operation.id) if operation else None
        except Exception:
            log.exception("operation_unreadable")
            await self._busy(heard)
            return None
        if pressed.in_home:
            click = _on_the_card(click, operation)
        answer = self._judged(click, operation)
        if isinstance(answer, policy.Refused):
            await self._refuse(click, operation, answer.reason)
        elif operation and won:
            await self._lost(operation, click, won)
        elif operation:
            return operation, click
        return None

    def _judged(self, click: Click, operation: Operation | None) -> policy.Decision:
        """Decide whether a click may count, so far as the card and the settings tell."""
        if operation and operation.verb not in self._verbs:  # a newer version beside this one posted it
            return policy.Refused(Reason.NEWER_VERB)
        rules = rules_of(operation, self._projects) if operation else Rules()
        answer = policy.may_decide(click, operation, rules, now=click.at)
        if isinstance(answer, policy.Allowed) and click.operation_id in self._being_decided:
            answer = policy.NeedsProof()  # in its turn: a click before it may decide
        return answer

    def _start(
        self,
        click: Click,
        operation: Operation,
        answer: policy.NeedsApproval | policy.NeedsProof | policy.Allowed,
    ) -> Start:
        """Return what a click that may count starts."""
        match answer:
            case policy.NeedsApproval():
                return Start(
                    "agree", f"{operation.id}:agree:{click.click_id}", vars(self._seals.sealed(click))
                )
            case policy.NeedsProof():
                self._being_decided[operation.id] = True
                return Start(
                    "decide", f"{operation.id}:decide:{click.click_id}", vars(self._seals.sealed(click))
                )
            case policy.Allowed():
                self._people.expect(operation.team_id, click.user_id, click.click_id)
                return Start("settle", verdict_id(operation.id), vars(self._seals.sealed(click.verdict())))
            case _:
                assert_never(answer)

    async def _busy(self, heard: Heard) -> None:
        await self._door.whisper(heard, cards.note(say.busy(self._readers.language(heard.user_id))))

    async def _refuse(self, click: Click, operation: Operation | None, reason: Reason) -> None:
        won = await self._verdicts.of(operation.id) if operation and reason in _ON_THE_CARD else None
        if reason is Reason.NOT_REQUESTER and not won:
            reason = await self._outsider(click) or reason  # whom nothing else is offered
        if operation and won:
            await self._lost(operation, click, won)
        else:
            await self._telling.refuse(operation, click, reason)

    async def _lost(self, operation: Operation, click: Click, won: Verdict) -> None:
        """Say who was first, and take the buttons off a card that still has them."""
        await self._telling.refuse(operation, click, TooLate.after(won))
        await self._telling.close_stale(operation, click, won)

    async def _outsider(self, click: Click) -> Reason | None:
        """Say why somebody may not deal with the bot at all; None if they may, or if Slack does not say."""
        try:
            return await self._people.may_not_join(click.workspace, click.user_id, click.named or ())
        except CannotTell:
            return None

    async def _tell_loser(self, click: Click) -> None:
        """If another decision came first, say who won. A double tap needs no words."""
        won = await self._verdicts.soon_of(click.operation_id)
        if won is None or won.click_id == click.click_id:
            return
        same = (won.kind, won.user_id) == (click.kind, click.user_id)
        if same and click.at - won.at < DOUBLE_TAP_SECONDS:
            return
        if operation := await self._operations.get(click.operation_id):
            await self._lost(operation, click, won)


def _on_the_card(click: Click, operation: Operation | None) -> Click:
    """Return a click in somebody's App Home as one on the card itself: there is only the one that is shown."""
    if operation is None or operation.message_ts is None or operation.team_id != click.workspace:
        return click
    return replace(
        click,
        channel_id=operation.channel_id,
        message_ts=operation.message_ts,
        thread_ts=operation.thread_ts,
    )
