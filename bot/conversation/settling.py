"""The steps of a decision: act, verify, tell. Each returns JSON values and is safe to run again."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from typing import Any, Final

import structlog

from bot.conversation import outcomes
from bot.conversation.acting import Acting, Deed
from bot.conversation.decided import verdict_id
from bot.conversation.durable import Durable
from bot.conversation.earlier import Stock, take_stock
from bot.conversation.operations import Operations
from bot.conversation.outcomes import Outcome
from bot.conversation.pace import AT_ONCE
from bot.conversation.planned import Planned
from bot.conversation.ports import Teller
from bot.conversation.slots import WAITED, Slots
from bot.conversation.values import Operation
from bot.conversation.verdicts import Verdict
from bot.conversation.verifying import Verifying
from bot.huawei.fault import FaultKind, own_fault

log = structlog.get_logger(__name__)

UNCLEAR: Final = outcomes.Unknown(fault=own_fault(FaultKind.OWN_FAULT))


class Settling:
    """Carries a decision out."""

    def __init__(
        self,
        *,
        acting: Acting,
        verifying: Verifying,
        planned: Planned,
        slots: Slots,
        teller: Teller,
        operations: Operations,
        durable: Durable,
    ) -> None:
        self._planned = planned
        self._slots = slots
        self._acting = acting
        self._verifying = verifying
        self._teller = teller
        self._operations = operations
        self._durable = durable
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def act_and_tell(self, verdict: Verdict) -> dict[str, Any]:
        """Act, verify, and tell in the same step: a step of its own would cost as much as all of it does at OMS.

        After a crash within it, how it ended is taken from the audit, where that is before it is told.
        """
        ended = await self.act(verdict)
        try:
            with self._durable.part("tell"):
                return {**ended, outcomes.TOLD: await self.tell(verdict, ended)}
        except Exception:
            log.exception("own_fault", step="tell")
            return ended  # the step that only tells has another try

    async def act(self, verdict: Verdict) -> dict[str, Any]:
        """Again: who? may? what? Then act and verify, and return how it ended."""
        operation = await self._operations.recorded(verdict.operation_id)
        # Only here: what follows must not put "pausing" back on the card. If a crash came after the ending was told,
        # it is told anew.
        showing = asyncio.create_task(self._show_acting(operation, verdict))
        waited = asyncio.create_task(self._waited(operation))
        try:
            async with self._at_once:
                ended = await self._acting.act(_deed(operation), verdict)
            ended = ended or await self._verify(operation, verdict)
            await showing  # so that it can't overwrite the ending
        finally:
            showing.cancel()  # if this is stopped, the ending may be another replica's to write
            beside = waited.result() if waited.done() and not waited.cancelled() else []
            waited.cancel()
            # And else it must not come after it.
            await asyncio.gather(showing, waited, return_exceptions=True)
        return outcomes.dump(ended) | ({WAITED: beside} if beside else {})

    async def _waited(self, operation: Operation) -> list[str]:
        """Return which tasks wait for the slot that is freed, if that is read before it is; no fault may matter."""
        try:
            return await self._slots.waited(operation)
        except Exception:
            log.exception("own_fault", step="waited")
            return []

    async def _show_acting(self, operation: Operation, verdict: Verdict) -> None:
        """Show who confirmed; no fault in that may hide how it ended."""
        try:
            await self._teller.show_acting(operation, verdict)
        except Exception:
            log.exception("own_fault", step="show_acting")

    async def find_out(self, verdict: Verdict, stock: Stock) -> dict[str, Any]:
        """Return how a decision ended that another version carried out: from the task, if nothing else says it."""
        operation = await self._operations.recorded(verdict.operation_id)
        known = self._unasked(operation, verdict)
        if known is None and stock.outcome is not None:
            return stock.outcome
        if known is None and not stock.accepted:
            known = await self._acting.after_crash(_deed(operation))
        return outcomes.dump(known or await self._verify(operation, verdict))

    async def stock(self, verdict: Verdict) -> dict[str, Any]:
        """Return how far another version came, as the fields of a `Stock`."""
        return asdict(await take_stock(verdict_id(verdict.operation_id)))

    async def tell(self, verdict: Verdict, ended: dict[str, Any] | None, later: str = "") -> bool:
        """Record the ending, then tell it: on the card and in its thread. False if it is still owed.

        *ended* None: nobody confirmed. *later* marks what was seen after a first ending.
        """
        operation = await self._operations.recorded(verdict.operation_id)
        outcome = self._ending(operation, verdict, ended)
        await self._planned.after(operation, outcome)
        # After a crash it may be the click alone that tells where the card stands.
        placed = replace(operation, message_ts=operation.message_ts or verdict.message_ts)
        await self._teller.record_ending(placed, outcome, once=later)
        return await self._teller.write_ending(operation, verdict, outcome)

    async def tell_at_last(self, verdict: Verdict, ended: dict[str, Any] | None) -> bool:
        """Tell what Slack did not take, as soon as it does."""
        operation = await self._operations.recorded(verdict.operation_id)
        outcome = self._ending(operation, verdict, ended)
        return await self._teller.write_ending(operation, verdict, outcome, patient=True)

    async def watch(self, verdict: Verdict, told: dict[str, Any]) -> dict[str, Any] | None:
        """Keep watching what is not over; return what comes of it."""
        operation = await self._operations.recorded(verdict.operation_id)
        async with self._durable.only_reads():
            seen = await self._verifying.watch(_deed(operation), verdict, outcomes.load(told))
        return outcomes.dump(seen) if seen else None

    async def ending(self, verdict: Verdict, ended: dict[str, Any] | None) -> Outcome:
        """Return how an operation ended, also if nobody confirmed."""
        operation = await self._operations.recorded(verdict.operation_id)
        return self._ending(operation, verdict, ended)

    async def tell_own_fault(self, verdict: Verdict) -> None:
        """Say, as a last resort, that this program failed; what became of the task can't be told."""
        if operation := await self._operations.get(verdict.operation_id):
            await self._teller.record_ending(operation, UNCLEAR, once="own_fault")
            await self._teller.write_ending(operation, verdict, UNCLEAR)

    async def _verify(self, operation: Operation, verdict: Verdict) -> Outcome:
        async with self._durable.only_reads():
            return await self._verifying.verify(_deed(operation), verdict)

    def _ending(self, operation: Operation, verdict: Verdict, ended: dict[str, Any] | None) -> Outcome:
        unasked = self._unasked(operation, verdict)
        if unasked is not None:
            return unasked
        return outcomes.load(ended) if ended else UNCLEAR

    def _unasked(self, operation: Operation, verdict: Verdict) -> Outcome | None:
        """Return the ending of an operation that nobody confirmed, for which OMS is not asked."""
        match verdict.kind:
            case "expire":
                return outcomes.Expired()
            case "replace":
                return outcomes.Replaced(by=verdict.user_id, newer=verdict.newer)
            case "keep":
                return self._acting.unproved(operation, verdict) or outcomes.Kept(by=verdict.user_id)
            case "cancel":
                said_no = outcomes.Cancelled(by=verdict.user_id, reason=verdict.reason)
                return self._acting.unproved(operation, verdict) or said_no
            case "confirm":
                return None


def _deed(operation: Operation) -> Deed:
    """Return what an operation on one target does."""
    return Deed(operation, operation.task_id)
