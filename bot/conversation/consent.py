"""Clicks that count only when Slack has said who made them: the approvals of others, and every withdrawal.

agree   may this person approve? → count; the last one that is needed decides
decide  may this person decide alone? → the decision

And a newer card, which decides on the older ones that it replaces: the requester's own, and one that they take over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any
from weakref import WeakValueDictionary

from bot.audit import Audit, Event
from bot.conversation.answers import DecidedBefore
from bot.conversation.authority import Authority
from bot.conversation.decided import Verdicts
from bot.conversation.durable import Durable
from bot.conversation.operations import Operations
from bot.conversation.policy import Rules, may_not_go_alone
from bot.conversation.ports import Reminder, Teller
from bot.conversation.reasons import Reason
from bot.conversation.reminders import WentAlone
from bot.conversation.stored import known
from bot.conversation.values import CannotTell, Operation, Request
from bot.conversation.verdicts import Click, TooLate, Verdict
from bot.identity.seals import Seals


class Consent:
    """What happens after such a click. `settle` starts a decision, once."""

    def __init__(
        self,
        *,
        authority: Authority,
        teller: Teller,
        reminder: Reminder,
        operations: Operations,
        audit: Audit,
        verdicts: Verdicts,
        durable: Durable,
        settle: Callable[[Verdict], Awaitable[None]],
        seals: Seals,
    ) -> None:
        self._authority = authority
        self._teller = teller
        self._reminder = reminder
        self._operations = operations
        self._audit = audit
        self._verdicts = verdicts
        self._step = durable.step
        self._start_settle = settle
        self._seals = seals
        self._deciding: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def agree(self, click: Click) -> None:
        """Where others must agree: may this person? Count them, and let the last one needed decide."""
        operation = await self._operations.recorded(click.operation_id)
        if decided := await self._step("decided", lambda: self._decided(operation.id)):
            await self._step("too_late", lambda: self._too_late(operation, click, decided))
            return
        agreed = await self._step("approve", lambda: self._approve(operation, click))
        if not agreed:
            return
        rules = self._authority.rules(operation)
        if len(agreed) < rules.approvals:
            await self._step("show_agreed", lambda: self._show_agreed(operation, click, agreed, rules))
            return
        await self._start_settle(self._seals.sealed(click.verdict(approved_by=tuple(agreed))))

    async def _show_agreed(self, operation: Operation, click: Click, agreed: list[str], rules: Rules) -> None:
        alone = not may_not_go_alone(operation.user_id, operation, rules, now=click.at)
        await self._teller.show_agreed(
            operation, click.message_ts, agreed, needed=rules.approvals, alone=alone
        )

    async def _too_late(self, operation: Operation, click: Click, decided: dict[str, Any]) -> None:
        await self._teller.refuse(operation, click, known(TooLate, decided))
        if won := await self._verdicts.of(operation.id):
            await self._teller.close_stale(operation, click, won)

    async def decide(self, click: Click) -> None:
        """Where Slack must be asked who clicked before that counts: one at a time, in the order of the clicks."""
        operation = await self._operations.recorded(click.operation_id)
        async with self._deciding.setdefault(operation.id, asyncio.Lock()):
            if not await self._step("may_decide", lambda: self._may_decide(operation, click)):
                return
            await self._start_settle(self._seals.sealed(click.verdict()))
        if click.kind == "break_glass":
            await self._step("tell_alone", lambda: self._tell_alone(operation, click))

    async def offer_alone(self, operation_id: str) -> None:
        """Let who asked go ahead alone from now on, if the card still waits for others."""
        operation = await self._operations.get(operation_id)
        if operation is None or operation.ended_at is not None or await self._decided(operation.id):
            return
        rules = self._authority.rules(operation)
        if rules.break_glass and operation.message_ts:
            agreed = await self._operations.agreed(operation.id)
            await self._teller.show_agreed(
                operation, operation.message_ts, agreed, needed=rules.approvals, alone=True
            )

    async def _tell_alone(self, operation: Operation, click: Click) -> None:
        """Record that somebody went ahead alone, and tell all who could have agreed; unless they were too late."""
        won = await self._verdicts.of(operation.id)
        if won is None or won.click_id != click.click_id:
            return
        agreed = await self._operations.agreed(operation.id)
        await self._audit.append(
            Event.BROKE_GLASS,
            operation.id,
            once=click.click_id,
            user=click.user_id,
            reason=click.reason,
            agreed=agreed,
        )
        await self._reminder.remind(operation, WentAlone(reason=click.reason))

    async def replace(self, request: Request, operation_id: str, ts: str | None) -> None:
        """Let a newer card count in place of one; if that was somebody else's, and decided by now, say so."""
        taken = operation_id == request.over
        verdict = Verdict(
            operation_id=operation_id,
            kind="replace",
            user_id=request.user_id if taken else "",
            message_ts=ts,
            at=request.at,
            newer=request.id,
        )
        await self._start_settle(verdict)
        if taken:
            await self._step("tell_loser", lambda: self._tell_loser(request, operation_id))

    async def give_way(self, request: Request, ts: str | None, newer: str, at: float) -> None:
        """Let the requester's own newer card count, which was posted before this one at *ts* was."""
        await self._start_settle(
            Verdict(operation_id=request.id, kind="replace", message_ts=ts, at=at, newer=newer)
        )

    async def _tell_loser(self, request: Request, operation_id: str) -> None:
        won = await self._verdicts.of(operation_id)
        if won and won.newer != request.id:
            await self._teller.whisper(request, DecidedBefore(how=won.kind, by=won.user_id))

    async def _may_decide(self, operation: Operation, click: Click) -> bool:
        match click.kind:
            case "keep":
                may_not = self._authority.may_not_keep
            case "break_glass":
                may_not = self._authority.may_not_go_alone
            case _:
                may_not = self._authority.may_not_decide

        def objection() -> Awaitable[Reason | None]:
            return may_not(operation, click.user_id, named=click.named or ())

        return await self._is_welcome(operation, click, objection)

    async def _is_welcome(
        self, operation: Operation, click: Click, objection: Callable[[], Awaitable[Reason | None]]
    ) -> bool:
        """Tell whether nothing stands against a click; if something does, or can't be known, say so to its clicker."""
        try:
            reason = await objection() if self._seals.intact(click) else Reason.UNPROVED
        except CannotTell as error:
            await self._teller.refuse(operation, click, error.fault)
            return False
        if reason:
            await self._teller.refuse(operation, click, reason)
        return not reason

    async def _decided(self, operation_id: str) -> dict[str, str] | None:
        won = await self._verdicts.of(operation_id)
        return asdict(TooLate.after(won)) if won else None

    async def _approve(self, operation: Operation, click: Click) -> list[str]:
        """Return all who have agreed, this person included; an empty list if they may not."""
        agreed = await self._operations.agreed(operation.id)

        def objection() -> Awaitable[Reason | None]:
            return self._authority.may_not_approve(
                operation, click.user_id, named=click.named or (), beside=agreed
            )

        if not await self._is_welcome(operation, click, objection):
            return []
        first = await self._audit.append(Event.AGREED, operation.id, once=click.user_id, **asdict(click))
        agreed = await self._operations.approve(operation.id, click.user_id, click.at)
        if not first and not await self._decides(operation, click, agreed):
            await self._teller.refuse(operation, click, Reason.APPROVED_BEFORE)
        return agreed

    async def _decides(self, operation: Operation, click: Click, agreed: list[str]) -> bool:
        """Tell whether a click brings something, though its person had *agreed* before.

        It may be that very one again, after a crash; and fewer may be needed by now.
        """
        enough = len(agreed) >= self._authority.rules(operation).approvals
        return enough or await self._audit.has(Event.AGREED, operation.id, click_id=click.click_id)
