"""The two durable functions that everything is about: `ask` and `settle`. They read top to bottom.

    ask     who? may? what?  → post the card → sleep until the answer is overdue → settle(expire)
    settle  again: who? may? what?  → act → verify → tell        (one per operation: its id is the decision)

They are DBOS workflows. Each outside effect is a step whose result is stored, and a crash resumes at the next one; a
step that was interrupted runs again, so each is safe to repeat. Inputs and results are stored as JSON and hold no
secret: a step finds the credential itself. DBOS runs one id once: a delivery repeated is one `ask`, and of all clicks
and the expiry the first to start `settle` is the decision.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from typing import Any

import structlog
from dbos import DBOS, SetWorkflowID
from dbos import error as dbos_error

from bot import outcomes
from bot.audit import Audit
from bot.decisions import Decisions, verdict_id
from bot.outcomes import Outcome
from bot.pace import AT_ONCE, Pace
from bot.pausing import Approval, Pausing, Verdict
from bot.preview import CannotTell, Preview, Request
from bot.slack import cards
from bot.store.operations import Operation, Operations
from bot.telling import SLACK_WAITS, Telling
from bot.text import en
from bot.text.en_faults import fault_text

log = structlog.get_logger(__name__)

OWN_FAULT = outcomes.Fault(kind="OwnFault", source="bot", may_pass=True)


class Conversation:
    """The workflows, bound to what they talk to. One for each process, made before DBOS is launched."""

    def __init__(
        self,
        *,
        preview: Preview,
        pausing: Pausing,
        telling: Telling,
        operations: Operations,
        audit: Audit,
        pace: Pace,
        decisions: Decisions,
    ) -> None:
        self._preview = preview
        self._pausing = pausing
        self._telling = telling
        self._operations = operations
        self._audit = audit
        self._running: set[asyncio.Task[Any]] = set()
        self._pace = pace
        self._decisions = decisions
        self._acts = asyncio.Semaphore(AT_ONCE)

        @DBOS.workflow(name="ask", max_recovery_attempts=None)
        async def ask(request: dict[str, Any]) -> None:
            with self._running_here(request["id"]):
                try:
                    await self._ask(Request(**request))
                except dbos_error.DBOSException:
                    raise  # DBOS's own way to say that another process runs this workflow
                except Exception:
                    log.exception("ask_failed")
                    await self._telling.whisper(
                        Request(**request), asdict(cards.note(en.own_fault(no_call=False)))
                    )

        @DBOS.workflow(name="settle", max_recovery_attempts=None)
        async def settle(verdict: dict[str, Any]) -> None:
            with self._running_here(verdict["operation_id"]):
                self._decisions.note(Verdict(**verdict))
                try:
                    await self._settle(Verdict(**verdict))
                except dbos_error.DBOSException:
                    raise
                except Exception:
                    log.exception("settle_failed")
                    await self._telling.tell_own_fault(Verdict(**verdict))

        @DBOS.workflow(name="agree", max_recovery_attempts=None)
        async def agree(approval: dict[str, Any]) -> None:
            with self._running_here(approval["operation_id"]):
                await self._agree(Approval(**approval))

        self.ask = ask
        self.settle = settle
        self.agree = agree

    async def _ask(self, request: Request) -> None:
        async with self._pace.turn():
            preview = await _step("preview", lambda: self._look(request))
            card = preview.get("card")
            posted = card and await _step("post_card", lambda: self._telling.post_card(request, card))
        if answer := preview.get("answer"):
            await _step("answer", lambda: self._telling.whisper(request, answer))
        if posted == SLACK_WAITS:  # not in its turn: others need not wait for Slack
            posted = await _step(
                "post_card_at_last", lambda: self._telling.post_card(request, card, patient=True)
            )
        if not posted:
            return
        # Never computed from the clock: DBOS does not record a sleep of 0, and a replay must do the same steps.
        await DBOS.sleep_async(card["expires_at"] - card["task"]["read_at"])
        expiry = Verdict(
            operation_id=request.id, kind="expire", message_ts=posted["ts"], at=card["expires_at"]
        )
        with SetWorkflowID(verdict_id(request.id)):
            await DBOS.start_workflow_async(self.settle, asdict(expiry))

    async def _look(self, request: Request) -> dict[str, Any]:
        recording = asyncio.create_task(self._audit.append("asked", request.id, **asdict(request)))
        try:
            return await self._preview.of(request)
        except Exception:
            log.exception("own_fault", step="preview")
            return {"answer": asdict(cards.note(en.own_fault()))}
        finally:
            await recording

    async def _agree(self, approval: Approval) -> None:
        """Where others must agree: may this person? Count them, and let the last one needed decide."""
        operation = await self._operations.get(approval.operation_id)
        assert operation is not None  # noqa: S101  # an approval is started from an operation that was read
        if decided := await _step("decided", lambda: self._decided(operation.id)):
            text = en.too_late(**decided)
            await _step("too_late", lambda: self._telling.refuse(operation.id, approval, "decided", text))
            return
        agreed = await _step("approve", lambda: self._approve(operation, approval))
        if len(agreed) < operation.card["approvals"]:
            if agreed:
                ts = approval.message_ts
                await _step("show_agreed", lambda: self._telling.show_agreed(operation, ts, agreed))
            return
        verdict = Verdict(
            operation_id=operation.id,
            kind="confirm",
            user_id=approval.user_id,
            message_ts=approval.message_ts,
            click_id=approval.click_id,
            at=approval.at,
            approved_by=agreed,
        )
        with SetWorkflowID(verdict_id(operation.id)):
            await DBOS.start_workflow_async(self.settle, asdict(verdict))

    async def _decided(self, operation_id: str) -> dict[str, str] | None:
        won = await self._decisions.of(operation_id)
        return {"kind": won.kind, "by": won.user_id} if won else None

    async def _approve(self, operation: Operation, approval: Approval) -> list[str]:
        """Return all who have agreed, this person included; an empty list if they may not."""
        try:
            reason = await self._preview.may_not_approve(operation, approval.user_id)
        except CannotTell as error:
            text = fault_text(error.fault, project=operation.project, principal="")
            await self._telling.refuse(operation.id, approval, error.fault.kind, text)
            return []
        if reason:
            text = en.refusal(reason, project=operation.project, requester=operation.user_id)
            await self._telling.refuse(operation.id, approval, reason.value, text)
            return []
        await self._audit.append("agreed", operation.id, once=approval.user_id, **asdict(approval))
        return await self._operations.approve(operation.id, approval.user_id, approval.at)

    async def _settle(self, verdict: Verdict) -> None:
        operation = await self._operations.get(verdict.operation_id)
        assert operation is not None  # noqa: S101  # a verdict is started from an operation that was read
        match verdict.kind:
            case "expire":
                await self._tell(operation, verdict, outcomes.Expired())
            case "cancel":
                await self._tell(operation, verdict, outcomes.Cancelled(by=verdict.user_id))
            case "confirm":
                await self._pause(operation, verdict)

    async def _pause(self, operation: Operation, verdict: Verdict) -> None:
        """Again: who? may? what? Then act, verify, tell; and keep watching what is not over."""
        showing: asyncio.Task[None] | None = None

        def pause() -> Awaitable[dict[str, Any] | None]:
            nonlocal showing
            # Only here: a replay after the ending was told must not put "pausing" back on the card.
            showing = asyncio.create_task(self._telling.show_pausing(operation, verdict))
            return self._pausing.pause(operation, verdict)

        async with self._acts:
            ended = await _step("pause", pause, on_fault=outcomes.Unknown(fault=OWN_FAULT))
        if ended is None:
            ended = await _step(
                "verify",
                lambda: self._pausing.verify(operation, verdict),
                on_fault=outcomes.Unknown(fault=OWN_FAULT),
            )
        if showing:
            await showing  # so that it can't overwrite the ending
        outcome = outcomes.load(ended)
        await self._tell(operation, verdict, outcome)
        if outcomes.is_watched(outcome):
            seen = await _step("watch", lambda: self._pausing.watch(operation, verdict, outcome))
            if seen:
                await self._tell(operation, verdict, outcomes.load(seen), later="_later")

    async def _tell(
        self, operation: Operation, verdict: Verdict, outcome: Outcome, *, later: str = ""
    ) -> None:
        """Record the ending, then write it on the card and into its thread."""

        async def tell() -> bool:
            await self._telling.record_ending(operation.id, once=later, **outcomes.dump(outcome))
            return await self._telling.write_ending(operation, verdict, outcome)

        if not await _step(f"tell{later}", tell):
            await _step(
                f"tell_at_last{later}",
                lambda: self._telling.write_ending(operation, verdict, outcome, patient=True),
            )

    async def suspend(self) -> None:
        """Stop every workflow where it stands; the next start resumes it at the step that was not finished."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @contextlib.contextmanager
    def _running_here(self, operation_id: str) -> Iterator[None]:
        """Put the operation on every log line, and let `suspend` find this task."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # workflows are coroutines of the one event loop
        self._running.add(task)
        try:
            with structlog.contextvars.bound_contextvars(operation=operation_id):
                yield
        finally:
            self._running.discard(task)


async def _step(
    name: str,
    function: Callable[[], Awaitable[Any]],
    *,
    on_fault: Outcome | None = None,
) -> Any:  # noqa: ANN401  # any JSON
    """Run *function* as a durable step: its result is stored, and a step that has one never runs again.

    A fault of this program ends in *on_fault*, if given, so that even then somebody is told.
    """

    async def run() -> Any:  # noqa: ANN401  # any JSON
        try:
            return await function()
        except Exception:
            if on_fault is None:
                raise
            log.exception("own_fault", step=name)
            return outcomes.dump(on_fault)

    return await DBOS.run_step_async({"name": name}, run)
