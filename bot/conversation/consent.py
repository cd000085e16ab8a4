"""Clicks that count only when Slack has said who made them: the approvals of others, and every withdrawal.

agree   may this person approve? → count; the last one that is needed decides
decide  may this person decide alone? → the decision
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Literal
from weakref import WeakValueDictionary

from bot.audit import Audit
from bot.conversation.acting import Approval, Verdict
from bot.conversation.authority import CannotTell, Permissions
from bot.conversation.decided import Decisions
from bot.conversation.durable import Durable
from bot.conversation.operations import Operation, Operations
from bot.conversation.policy import Reason
from bot.identity.seals import Seals
from bot.slack.telling import Telling
from bot.text import en
from bot.text.en_faults import fault_text
from bot.text.en_refusals import refusal


class Consent:
    """What happens after such a click. `settle` starts a decision, once."""

    def __init__(
        self,
        *,
        permissions: Permissions,
        telling: Telling,
        operations: Operations,
        audit: Audit,
        decisions: Decisions,
        durable: Durable,
        settle: Callable[[Verdict], Awaitable[None]],
        seals: Seals,
    ) -> None:
        self._permissions = permissions
        self._telling = telling
        self._operations = operations
        self._audit = audit
        self._decisions = decisions
        self._step = durable.step
        self._settle = settle
        self._seals = seals
        self._deciding: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def agree(self, approval: Approval) -> None:
        """Where others must agree: may this person? Count them, and let the last one needed decide."""
        operation = await self._operations.get(approval.operation_id)
        assert operation is not None  # noqa: S101  # an approval is started from an operation that was read
        if decided := await self._step("decided", lambda: self._decided(operation.id)):
            await self._step("too_late", lambda: self._too_late(operation, approval, decided))
            return
        agreed = await self._step("approve", lambda: self._approve(operation, approval))
        if not agreed:
            return
        needed = self._permissions.rules(operation).approvals
        if len(agreed) < needed:
            ts = approval.message_ts
            await self._step(
                "show_agreed", lambda: self._telling.show_agreed(operation, ts, agreed, needed=needed)
            )
            return
        await self._decided_by(approval, "confirm", approved_by=agreed)

    async def _too_late(self, operation: Operation, approval: Approval, decided: dict[str, str]) -> None:
        await self._telling.refuse(operation.id, approval, "decided", en.too_late(**decided))
        if won := await self._decisions.of(operation.id):
            await self._telling.close_stale(operation, approval, won)

    async def decide(self, click: Approval) -> None:
        """Where Slack must be asked who clicked before that counts: one at a time, in the order of the clicks."""
        operation = await self._operations.get(click.operation_id)
        assert operation is not None  # noqa: S101  # a click is recorded for an operation that was read
        async with self._deciding.setdefault(operation.id, asyncio.Lock()):
            if not await self._step("may_decide", lambda: self._may_decide(operation, click)):
                return
            await self._decided_by(click, click.kind)

    async def _decided_by(
        self, click: Approval, kind: Literal["confirm", "cancel"], *, approved_by: tuple[str, ...] = ()
    ) -> None:
        verdict = Verdict(
            operation_id=click.operation_id,
            kind=kind,
            user_id=click.user_id,
            message_ts=click.message_ts,
            click_id=click.click_id,
            at=click.at,
            approved_by=approved_by,
        )
        await self._settle(self._seals.sealed(verdict))

    async def _may_decide(self, operation: Operation, click: Approval) -> bool:
        def objection() -> Awaitable[Reason | None]:
            return self._permissions.may_not_decide(operation, click.user_id, named=click.named or ())

        return await self._is_welcome(operation, click, objection)

    async def _is_welcome(
        self, operation: Operation, click: Approval, objection: Callable[[], Awaitable[Reason | None]]
    ) -> bool:
        """Tell whether nothing stands against a click; if something does, or can't be known, say so to its clicker."""
        try:
            reason = await objection() if self._seals.intact(click) else Reason.UNPROVED
        except CannotTell as error:
            text = fault_text(error.fault, project=operation.project, principal="")
            await self._telling.refuse(operation.id, click, error.fault.kind, text)
            return False
        if reason:
            text = refusal(reason, project=operation.project, requester=operation.user_id)
            await self._telling.refuse(operation.id, click, reason.value, text)
        return not reason

    async def _decided(self, operation_id: str) -> dict[str, str] | None:
        won = await self._decisions.of(operation_id)
        return {"kind": won.kind, "by": won.user_id} if won else None

    async def _approve(self, operation: Operation, approval: Approval) -> list[str]:
        """Return all who have agreed, this person included; an empty list if they may not."""
        agreed = await self._operations.agreed(operation.id)

        def objection() -> Awaitable[Reason | None]:
            return self._permissions.may_not_approve(
                operation, approval.user_id, named=approval.named or (), beside=agreed
            )

        if not await self._is_welcome(operation, approval, objection):
            return []
        await self._audit.append("agreed", operation.id, once=approval.user_id, **asdict(approval))
        return await self._operations.approve(operation.id, approval.user_id, approval.at)
