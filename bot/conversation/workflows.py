"""The two durable functions that everything is about: `ask` and `settle`. They read top to bottom.

    ask     who? may? what?  → post the card → sleep until the answer is overdue → settle(expire)
    decide  may whoever clicked? asked of Slack → settle(cancel), or settle(confirm)
    settle  again: who? may? what?  → act → verify → tell        (one per operation: its id is the decision)

They are DBOS workflows. Each outside effect is a step whose result is stored, and a crash resumes at the next one; a
step that was interrupted runs again, so each is safe to repeat. Inputs and results are stored as JSON and hold no
secret: a step finds the credential itself. DBOS runs one id once: a delivery repeated is one `ask`, and of all clicks
and the expiry the first to start `settle` is the decision.

A conversation outlives an upgrade. Whose recorded steps are not those of this version goes on as `ask_anew` or
`settle_anew`, which look at what was recorded and at the task, and tell; see `bot.conversation.earlier`.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any

import structlog
from dbos import DBOS, SetWorkflowID

from bot.audit import Audit
from bot.conversation import outcomes
from bot.conversation.acting import OWN_FAULT, Approval, Pausing, Verdict
from bot.conversation.authority import Permissions
from bot.conversation.consent import Consent
from bot.conversation.decided import Decisions, verdict_id
from bot.conversation.durable import Durable
from bot.conversation.earlier import ANEW, LATER, Stock, stranded, take_stock
from bot.conversation.operations import Operation, Operations
from bot.conversation.outcomes import Outcome
from bot.conversation.pace import AT_ONCE, Pace
from bot.conversation.preview import Preview, Request
from bot.conversation.running import Running
from bot.conversation.waiting import time_left
from bot.identity.seals import Seals
from bot.slack import cards
from bot.slack.telling import SLACK_WAITS, Telling
from bot.text import en

log = structlog.get_logger(__name__)

UNCLEAR = outcomes.Unknown(fault=OWN_FAULT)


class Conversation:
    """The workflows, bound to what they talk to. One for each process, made before DBOS is launched.

    `clock` gives Unix seconds.
    """

    def __init__(
        self,
        *,
        preview: Preview,
        permissions: Permissions,
        pausing: Pausing,
        telling: Telling,
        operations: Operations,
        audit: Audit,
        pace: Pace,
        decisions: Decisions,
        clock: Callable[[], float],
        running: Running,
        seals: Seals,
    ) -> None:
        self._preview = preview
        self._pausing = pausing
        self._telling = telling
        self._operations = operations
        self._audit = audit
        self._durable = Durable(running)
        self._step = self._durable.step
        self.suspend = self._durable.suspend
        self._pace = pace
        self._decisions = decisions
        self._clock = clock
        self._acts = asyncio.Semaphore(AT_ONCE)
        self._consent = Consent(
            permissions=permissions,
            telling=telling,
            operations=operations,
            audit=audit,
            decisions=decisions,
            durable=self._durable,
            settle=self._start_settle,
            seals=seals,
        )

        @DBOS.workflow(name="ask", max_recovery_attempts=None)
        async def ask(request: dict[str, Any]) -> None:
            async with self._asking(Request(**request)) as asked:
                await self._ask(asked)

        @DBOS.workflow(name="settle", max_recovery_attempts=None)
        async def settle(verdict: dict[str, Any]) -> None:
            async with self._settling(Verdict(**verdict), anew_on_fault=True) as decided:
                await self._settle(decided)

        @DBOS.workflow(name="agree", max_recovery_attempts=None)
        async def agree(approval: dict[str, Any]) -> None:
            async with self._clicked(Approval(**approval)) as clicked:
                await self._consent.agree(clicked)

        @DBOS.workflow(name="ask_anew", max_recovery_attempts=None)
        async def ask_anew(request: dict[str, Any]) -> None:
            async with self._asking(Request(**request)) as asked:
                await self._ask_anew(asked)

        @DBOS.workflow(name="settle_anew", max_recovery_attempts=None)
        async def settle_anew(verdict: dict[str, Any]) -> None:
            async with self._settling(Verdict(**verdict)) as decided:
                await self._settle_anew(decided)

        @DBOS.workflow(name="decide", max_recovery_attempts=None)
        async def decide(click: dict[str, Any]) -> None:
            async with self._clicked(Approval(**click)) as clicked:
                await self._consent.decide(clicked)

        self.ask = ask
        self.settle = settle
        self.agree = agree
        self.decide = decide
        self._anew = {"ask": ask_anew, "settle": settle_anew}

    @contextlib.asynccontextmanager
    async def _asking(self, request: Request) -> AsyncIterator[Request]:
        async def anew() -> None:
            await self._begin_anew("ask", DBOS.workflow_id, asdict(request))

        async def failed() -> None:
            await self._telling.whisper(request, asdict(cards.note(en.own_fault(no_call=False))))

        async with self._durable.running(request.id, anew=anew, on_fault=failed):
            yield request

    @contextlib.asynccontextmanager
    async def _settling(self, verdict: Verdict, *, anew_on_fault: bool = False) -> AsyncIterator[Verdict]:
        async def anew() -> None:
            await self._begin_anew("settle", DBOS.workflow_id, asdict(verdict))

        async def failed() -> None:
            await self._telling.tell_own_fault(verdict)

        # What was found out by then need not be lost in a fault of this program: it is told from the records.
        on_fault = anew if anew_on_fault else failed
        async with self._durable.running(verdict.operation_id, anew=anew, on_fault=on_fault):
            self._decisions.note(verdict)
            yield verdict

    @contextlib.asynccontextmanager
    async def _clicked(self, click: Approval) -> AsyncIterator[Approval]:
        async def failed() -> None:
            await self._telling.refuse(click.operation_id, click, "own_fault", en.own_fault(no_call=False))

        async with self._durable.running(click.operation_id, anew=failed, on_fault=failed):
            yield click

    async def _begin_anew(self, anew: str, workflow_id: str | None, given: dict[str, Any]) -> None:
        """Start what goes on with *workflow_id*, once; outside of it, for its steps have no place for it."""

        async def begin() -> None:
            with SetWorkflowID(f"{workflow_id}{ANEW}"):
                await DBOS.start_workflow_async(self._anew[anew], given)

        await asyncio.create_task(begin(), context=contextvars.Context())

    async def take_up_stranded(self) -> None:
        """Go on with what an upgrade ended as an error because the steps were those of the version before it."""
        for name, workflow_id, given in await stranded(self._anew):
            log.warning("taking_up_stranded", workflow=workflow_id)
            await self._begin_anew(name, workflow_id, given)

    async def _ask(self, request: Request) -> None:
        async with self._pace.turn():
            preview = await self._step("preview", lambda: self._look(request))
            card = preview.get("card")
            posted = card and await self._step("post_card", lambda: self._telling.post_card(request, card))
        if answer := preview.get("answer"):
            await self._step("answer", lambda: self._telling.whisper(request, answer))
        if posted == SLACK_WAITS:  # not in its turn: others need not wait for Slack
            posted = await self._step(
                "post_card_at_last", lambda: self._telling.post_card(request, card, patient=True)
            )
        if not posted:
            return
        # Never computed from the clock: DBOS does not record a sleep of 0, and a replay must do the same steps.
        await self._expire(
            request.id, posted["ts"], card["expires_at"], after=card["expires_at"] - card["task"]["read_at"]
        )

    async def _expire(self, operation_id: str, ts: str | None, expires_at: float, *, after: float) -> None:
        """Sleep until the answer is overdue; then that is the decision, unless there was one."""
        # DBOS keeps the end of a sleep by the clock of whoever began it; no clock makes it longer than it was to be.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(after + 1):
                await DBOS.sleep_async(after)
        expiry = Verdict(operation_id=operation_id, kind="expire", message_ts=ts, at=expires_at)
        await self._start_settle(expiry)

    async def _start_settle(self, verdict: Verdict) -> None:
        with SetWorkflowID(verdict_id(verdict.operation_id)):
            await DBOS.start_workflow_async(self.settle, asdict(verdict))

    async def _ask_anew(self, request: Request) -> None:
        """Let the card that another version posted expire in its time; if there is none, say so."""
        card = await self._step("card", lambda: self._card(request))
        if card:
            await self._expire(request.id, card["ts"], card["expires_at"], after=card["after"])
        else:
            answer = asdict(cards.note(en.own_fault()))
            await self._step("answer", lambda: self._telling.whisper(request, answer))

    async def _card(self, request: Request) -> dict[str, Any] | None:
        operation = await self._operations.get(request.id)
        if operation is None:
            return None
        longest = operation.expires_at - operation.asked_at
        after = time_left(operation.expires_at, self._clock(), at_most=longest)
        return {"ts": operation.message_ts, "expires_at": operation.expires_at, "after": after}

    async def _look(self, request: Request) -> dict[str, Any]:
        recording = asyncio.create_task(self._audit.append("asked", request.id, **asdict(request)))
        try:
            return await self._preview.of(request)
        except Exception:
            log.exception("own_fault", step="preview")
            return {"answer": asdict(cards.note(en.own_fault()))}
        finally:
            await recording

    async def _settle(self, verdict: Verdict) -> None:
        operation = await self._operation(verdict)
        outcome = self._unasked(operation, verdict) or await self._pause(operation, verdict)
        await self._tell(operation, verdict, outcome)
        await self._watch(operation, verdict, outcome)

    async def _settle_anew(self, verdict: Verdict) -> None:
        """Go on where another version's steps ended: what is not known yet is read, what is not told yet is told."""
        operation = await self._operation(verdict)

        def read() -> Awaitable[dict[str, Any] | None]:
            return self._pausing.after_crash(operation)

        stock = Stock(**await self._step("stock", lambda: take_stock(verdict_id(operation.id))))
        outcome = self._unasked(operation, verdict) or stock.ending()
        if outcome is None:
            ended = None if stock.accepted else await self._step("read", read, on_fault=UNCLEAR)
            outcome = await self._verified(operation, verdict, ended)
        if not stock.told:
            await self._tell(operation, verdict, outcome, later=stock.later)
        if not stock.watched:
            await self._watch(operation, verdict, outcome)

    def _unasked(self, operation: Operation, verdict: Verdict) -> Outcome | None:
        """Return the ending of an operation that nobody confirmed, for which OMS is not asked."""
        match verdict.kind:
            case "expire":
                return outcomes.Expired()
            case "cancel":
                return self._pausing.unproved(operation, verdict) or outcomes.Cancelled(by=verdict.user_id)
            case "confirm":
                return None

    async def _operation(self, verdict: Verdict) -> Operation:
        operation = await self._operations.get(verdict.operation_id)
        assert operation is not None  # noqa: S101  # a verdict is started from an operation that was read
        return operation

    async def _pause(self, operation: Operation, verdict: Verdict) -> Outcome:
        """Again: who? may? what? Then act and verify."""
        showing: asyncio.Task[None] | None = None

        def pause() -> Awaitable[dict[str, Any] | None]:
            nonlocal showing
            # Only here: a replay after the ending was told must not put "pausing" back on the card.
            showing = asyncio.create_task(self._telling.show_pausing(operation, verdict))
            return self._pausing.pause(operation, verdict)

        try:
            async with self._acts:
                ended = await self._step("pause", pause, on_fault=UNCLEAR)
            outcome = await self._verified(operation, verdict, ended)
            if showing:
                await showing  # so that it can't overwrite the ending
        finally:
            if showing:
                showing.cancel()  # if this is stopped, the ending may be another replica's to write
        return outcome

    async def _verified(
        self, operation: Operation, verdict: Verdict, ended: dict[str, Any] | None
    ) -> Outcome:
        """Return how it ended: as the call did, or, if OMS accepted it, as the task shows."""
        if ended is None:
            ended = await self._step(
                "verify", lambda: self._pausing.verify(operation, verdict), reads_only=True
            )
        return outcomes.load(ended)

    async def _watch(self, operation: Operation, verdict: Verdict, outcome: Outcome) -> None:
        """Keep watching what is not over, and tell what comes of it."""
        if not outcomes.is_watched(outcome):
            return
        seen = await self._step(
            "watch", lambda: self._pausing.watch(operation, verdict, outcome), reads_only=True
        )
        if seen:
            await self._tell(operation, verdict, outcomes.load(seen), later=LATER)

    async def _tell(
        self, operation: Operation, verdict: Verdict, outcome: Outcome, *, later: str = ""
    ) -> None:
        """Record the ending, then write it on the card and into its thread."""

        async def tell() -> bool:
            await self._telling.record_ending(operation.id, once=later, **outcomes.dump(outcome))
            return await self._telling.write_ending(operation, verdict, outcome)

        if not await self._step(f"tell{later}", tell):
            await self._step(
                f"tell_at_last{later}",
                lambda: self._telling.write_ending(operation, verdict, outcome, patient=True),
            )
