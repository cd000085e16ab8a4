"""The durable functions that everything is about. They read top to bottom.

    ask     who? may? what?  → the card, or an answer → until the answer is overdue → settle(expire)
    agree   where others must agree: may whoever clicked? → count; the last one that is needed → settle(confirm)
    decide  may whoever clicked? asked of Slack → settle(cancel), or settle(confirm)
    settle  again: who? may? what?  → act → verify → tell        (one per operation: its id is the decision)

They are DBOS workflows. Each outside effect, and each reading that anything depends on, is in a step whose result is
stored, and a crash resumes at the next one; a step that was interrupted runs again, so each is safe to repeat. Inputs
and results are stored as JSON and hold no secret: a step finds the credential itself. DBOS runs one id once: a delivery
repeated is one `ask`, and of all clicks and the expiry the first to start `settle` is the decision.

A conversation outlives an upgrade. Whose recorded steps are not those of this version goes on as `ask_anew` or
`settle_anew`, which look at what was recorded and at the task, and tell; see `bot.conversation.earlier`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final, assert_never

import structlog
from dbos import DBOS, SetWorkflowID

from bot.conversation import asked, beside, completing, outcomes
from bot.conversation.answers import OwnFault, Watched
from bot.conversation.asked import Answered, Asked, NotAsked, Owed, Waiting
from bot.conversation.asking import Asking
from bot.conversation.completing import Completions
from bot.conversation.consent import Consent
from bot.conversation.decided import Verdicts, verdict_id
from bot.conversation.durable import Bound, Durable, Workflow, start_apart
from bot.conversation.earlier import ANEW, LATER, Stock, stranded
from bot.conversation.many import Many
from bot.conversation.operations import Operations
from bot.conversation.pace import Pace
from bot.conversation.ports import Teller
from bot.conversation.publishing import Publications
from bot.conversation.running import Running
from bot.conversation.settling import UNCLEAR, Settling
from bot.conversation.stored import known
from bot.conversation.values import Operation, Request
from bot.conversation.verdicts import Click, Verdict
from bot.conversation.waiting import time_left
from bot.huawei.fault import FaultKind, own_fault

log = structlog.get_logger(__name__)


@DBOS.workflow(name="ask", max_recovery_attempts=None)
async def ask(request: dict[str, Any]) -> None:
    """Post the card and wait for its answer, or say why there is none."""
    async with _here().asking(known(Request, request)) as (here, request_):
        async with here.pace.turn():
            found = asked.load(await here.step("ask", lambda: here.steps_of_asking.ask(request_)))
        if isinstance(found, Owed):  # not in its turn: others need not wait for Slack
            posted = await here.step("post_at_last", lambda: here.steps_of_asking.post_at_last(request_))
            found = asked.load(posted)
        await here.conclude(request_, found)


@DBOS.workflow(name="ask_anew", max_recovery_attempts=None)
async def ask_anew(request: dict[str, Any]) -> None:
    """Let the card that another version posted expire in its time; if there is none, say so."""
    async with _here().asking(known(Request, request)) as (here, request_):
        found = await here.step("card", lambda: here.steps_of_asking.card_of(request_))
        await here.conclude(request_, asked.load(found))


@DBOS.workflow(name="settle", max_recovery_attempts=None)
async def settle(verdict: dict[str, Any]) -> None:
    """Carry a decision out, and tell how it ended."""
    async with _here().settling(known(Verdict, verdict), anew_on_fault=True) as (here, decided):
        if operation := await here.on_many(decided):
            await here.settle_many(operation, decided)
            return
        ended = None
        if decided.kind == "confirm":
            steps = here.steps_of_settling
            ended = await here.step("act", lambda: steps.act_and_tell(decided), on_fault=UNCLEAR)
        await here.tell(decided, ended)
        await beside.watch_slot(decided.operation_id, ended)
        await here.watch(decided, ended)


@DBOS.workflow(name="settle_anew", max_recovery_attempts=None)
async def settle_anew(verdict: dict[str, Any]) -> None:
    """Go on where another version's steps ended: what is not known yet is read, what is not told yet is told."""
    async with _here().settling(known(Verdict, verdict)) as (here, decided):
        if operation := await here.on_many(decided):
            await here.settle_many(operation, decided)
            return
        stock = known(Stock, await here.step("stock", lambda: here.steps_of_settling.stock(decided)))
        ended = await here.step(
            "find_out", lambda: here.steps_of_settling.find_out(decided, stock), on_fault=UNCLEAR
        )
        if not stock.told:
            await here.tell(decided, ended, later=stock.later)
        if not stock.watched:
            await here.watch(decided, ended)


@DBOS.workflow(name="agree", max_recovery_attempts=None)
async def agree(click: dict[str, Any]) -> None:
    """Count an agreement."""
    async with _here().clicked(known(Click, click)) as (here, clicked):
        await here.consent.agree(clicked)


@DBOS.workflow(name="decide", max_recovery_attempts=None)
async def decide(click: dict[str, Any]) -> None:
    """Decide, if Slack says that whoever clicked may."""
    async with _here().clicked(known(Click, click)) as (here, clicked):
        await here.consent.decide(clicked)


@DBOS.workflow(name="accept", max_recovery_attempts=None)
async def start_all(starts: list[dict[str, Any]]) -> None:
    """Start what was delivered together; see `bot.conversation.intake`."""
    here = _here()
    with here.running.here():
        for start in starts:
            if start["workflow"] == "ask":
                await here.pace.calm()
            # Not as steps of this: to start them again is to find them, and a child is twice as dear to start.
            await start_apart(STARTED[start["workflow"]], start["id"], start["input"])


STARTED: Final[Mapping[str, Workflow]] = {
    "ask": ask,
    "settle": settle,
    "agree": agree,
    "decide": decide,
    "propose": completing.propose,
    "complete": completing.complete,
}
_ANEW: Final[Mapping[str, Workflow]] = {"ask": ask_anew, "settle": settle_anew}


class Conversation:
    """What the workflows of this process work with. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        asking: Asking,
        settling: Settling,
        many: Many,
        publications: Publications | None,
        completions: Completions,
        operations: Operations,
        consent: Consent,
        teller: Teller,
        verdicts: Verdicts,
        durable: Durable,
        running: Running,
        pace: Pace,
        clock: Callable[[], float],
    ) -> None:
        self.steps_of_asking = asking
        self.steps_of_settling = settling
        self.consent = consent
        self._many = many
        self._publications = publications
        self._completions = completions
        self._operations = operations
        self.pace = pace
        self.running = running
        self.step = durable.step
        self._teller = teller
        self._verdicts = verdicts
        self._durable = durable
        self._clock = clock

    @contextlib.asynccontextmanager
    async def asking(self, request: Request) -> AsyncIterator[tuple[Conversation, Request]]:
        """Surround an `ask`."""

        async def anew() -> None:
            await _begin_anew("ask", DBOS.workflow_id, asdict(request))

        async def failed() -> None:
            await self._teller.whisper(request, OwnFault(called=True))
            await self._completions.answered(request, OwnFault(called=True))

        async with self._durable.running(request.id, anew=anew, on_fault=failed):
            yield self, request

    @contextlib.asynccontextmanager
    async def settling(
        self, verdict: Verdict, *, anew_on_fault: bool = False
    ) -> AsyncIterator[tuple[Conversation, Verdict]]:
        """Surround a `settle`."""

        async def anew() -> None:
            await _begin_anew("settle", DBOS.workflow_id, asdict(verdict))

        async def failed() -> None:
            await self.steps_of_settling.tell_own_fault(verdict)
            await self._complete(verdict, replace(UNCLEAR, watching=False))

        # What was found out by then need not be lost in a fault of this program: it is told from the records.
        on_fault = anew if anew_on_fault else failed
        async with self._durable.running(verdict.operation_id, anew=anew, on_fault=on_fault):
            self._verdicts.note(verdict)
            yield self, verdict

    @contextlib.asynccontextmanager
    async def clicked(self, click: Click) -> AsyncIterator[tuple[Conversation, Click]]:
        """Surround what a click has started that is no decision yet."""

        async def failed() -> None:
            await self._teller.refuse(None, click, own_fault(FaultKind.OWN_FAULT))

        async with self._durable.running(click.operation_id, anew=failed, on_fault=failed):
            yield self, click

    async def conclude(self, request: Request, found: Asked) -> None:
        """Say the answer; or wait for the card's, and if there is none in time, let that be the decision."""
        match found:
            case Answered(answer=Watched(task=task)):
                await beside.start_watch(request, task)
            case Answered(answer=answer):
                await self.step("answer", lambda: self.steps_of_asking.answer(request, answer))
                await self._completions.answered(request, answer)
            case Waiting():
                for operation_id, ts in found.replaces:
                    await self.consent.replace(request, operation_id, ts)
                if found.newer:
                    await self.consent.give_way(request, found.ts, *found.newer)
                else:
                    await self._expire(request, found)
            case Owed() | NotAsked():  # a card that was owed for as long as it was of use is of none now
                await self._completions.not_asked(request)
            case _:
                assert_never(found)

    async def _expire(self, request: Request, card: Waiting) -> None:
        """Wait until the answer is overdue; then that is the decision, unless there was one."""
        # Not DBOS's sleep, which takes a step: when the wait ends is stored already.
        now = asyncio.get_running_loop().time
        until = now() + time_left(card.expires_at, self._clock(), at_most=card.within)
        # Ends with the wait. No step: nothing depends on it, and it is not repeated after a crash.
        detailing = asyncio.create_task(self._teller.show_details(request.id))
        try:
            while now() < until:
                ready_for = await self.steps_of_asking.keep_ready(request)
                if await self._verdicts.made_here(request.id, within_seconds=min(until - now(), ready_for)):
                    return
        finally:
            detailing.cancel()
        expiry = Verdict(operation_id=request.id, kind="expire", message_ts=card.ts, at=card.expires_at)
        await start_settle(expiry)

    async def on_many(self, verdict: Verdict) -> Operation | None:
        """Return the operation on many targets that is confirmed, if it is one."""
        if verdict.kind != "confirm":
            return None
        operation = await self._operations.get(verdict.operation_id)
        return operation if operation and operation.is_many else None

    async def settle_many(self, operation: Operation, verdict: Verdict) -> None:
        """Carry a decision on many targets out, tell how each ended, and watch what is not over."""
        ended = await self._many.carry_out(operation, verdict)
        await self.tell(verdict, outcomes.dump(ended))
        await self._many.watch(operation, verdict, ended)

    async def tell(self, verdict: Verdict, ended: dict[str, Any] | None, later: str = "") -> None:
        """Tell how it ended, unless the step that found out has; if Slack does not take it now, as soon as it does."""
        steps = self.steps_of_settling
        told = (ended or {}).get(outcomes.TOLD)
        if told is None:
            told = await self.step(f"tell{later}", lambda: steps.tell(verdict, ended, later))
        if not told:
            await self.step(f"tell_at_last{later}", lambda: steps.tell_at_last(verdict, ended))
        ending = await steps.ending(verdict, ended)
        if self._publications:
            await self._publications.start(verdict, ending, later)
        await self._complete(verdict, ending)

    async def _complete(self, verdict: Verdict, ending: outcomes.Outcome) -> None:
        """Let a workflow's step in Slack know how it ended, if one awaits it."""
        if operation := await self._operations.get(verdict.operation_id):
            await self._completions.ended(operation, ending, at=verdict.at)

    async def watch(self, verdict: Verdict, ended: dict[str, Any] | None) -> None:
        """Keep watching what is not over, and tell what comes of it."""
        if ended is None or not outcomes.is_watched(outcomes.load(ended)):
            return
        seen = await self.step("watch", lambda: self.steps_of_settling.watch(verdict, ended))
        if seen:
            await self.tell(verdict, seen, later=LATER)


_here: Bound[Conversation] = Bound()
bind = _here.bind


async def start_settle(verdict: Verdict) -> None:
    """Start a decision; once, whoever else starts one on the same operation."""
    with SetWorkflowID(verdict_id(verdict.operation_id)):
        await DBOS.start_workflow_async(settle, asdict(verdict))


async def take_up_stranded() -> None:
    """Go on with what an upgrade ended as an error because the steps were those of the version before it."""
    for name, workflow_id, given in await stranded(_ANEW):
        log.warning("taking_up_stranded", workflow=workflow_id)
        await _begin_anew(name, workflow_id, given)


async def _begin_anew(name: str, workflow_id: str | None, given: dict[str, Any]) -> None:
    """Start what goes on with *workflow_id*, once; apart from it, for its steps have no place for it."""
    await start_apart(_ANEW[name], f"{workflow_id}{ANEW}", given)
