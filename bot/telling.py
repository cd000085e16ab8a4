"""The Slack side of an operation: its card, what only the requester is told, and the ending in the thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import structlog

from bot import outcomes
from bot.audit import Audit
from bot.metrics import Metrics
from bot.outcomes import Outcome, Snapshot
from bot.pausing import DAY, Verdict
from bot.preview import Request
from bot.slack import cards
from bot.slack.cards import Card, Message
from bot.slack.chat import CannotDeliver, Chat, Doubtful, SlackError, Unavailable, deliver
from bot.store.operations import Operation, Operations
from bot.text import en

log = structlog.get_logger(__name__)


class Telling:
    """What people are shown. Each step is safe to run again. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        chat: Chat,
        operations: Operations,
        audit: Audit,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._chat = chat
        self._operations = operations
        self._audit = audit
        self._metrics = metrics
        self._clock = clock

    async def post_card(self, request: Request, card: dict[str, Any]) -> dict[str, Any] | None:
        """Post the card and return where it stands, or None if it can't be posted and the requester was told."""
        operation = Operation(
            id=request.id,
            team_id=request.team_id,
            user_id=request.user_id,
            channel_id=request.channel_id,
            project=card["project"],
            task_id=card["task"]["task_id"],
            card=card,
            asked_at=request.at,
            expires_at=card["expires_at"],
        )
        await self._operations.open(operation)
        message = cards.asked(_card(card))
        try:
            ts = await deliver(
                lambda: self._chat.post(request.channel_id, message),
                within_seconds=max(1.0, card["expires_at"] - self._clock()),
                repeatable=False,
            )
        except Doubtful:
            ts = None  # it may stand there; a click on it will say where
        except (CannotDeliver, Unavailable) as error:
            await self._not_posted(request, card, error)
            return None
        if ts:
            await self._operations.place(request.id, ts)
        await self._audit.append("shown", request.id, channel=request.channel_id, message=ts, card=card)
        return {"ts": ts}

    async def _not_posted(self, request: Request, card: dict[str, Any], error: SlackError) -> None:
        what = card["task"]["name"]
        unavailable = isinstance(error, Unavailable)
        text = en.slack_unavailable(what) if unavailable else en.invite_me(what, error.error)
        retry = cards.try_again(card["project"], card["task"]["task_id"], request.reason)
        await self.whisper(request, asdict(cards.note(text, retry)))
        await self.record_ending(request.id, "not_posted", error=error.error)

    async def whisper(self, request: Request, message: dict[str, Any]) -> None:
        """Tell the requester alone. If Slack takes it nowhere, the audit has it."""
        try:
            await deliver(
                lambda: self._chat.whisper(
                    request.id, request.channel_id, request.user_id, Message(**message)
                ),
                within_seconds=DAY,
                repeatable=False,
            )
        except SlackError as error:
            await self._audit.append("undelivered", request.id, text=message["text"], error=error.error)
        else:
            await self._audit.append("answered", request.id, text=message["text"])

    async def show_pausing(self, operation: Operation, verdict: Verdict) -> None:
        """Show on the card who confirmed. Only a courtesy, so it is tried once and never holds up the pause."""
        if verdict.message_ts:
            message = cards.pausing(_card(operation.card), verdict.user_id, verdict.at)
            try:
                await self._chat.update(operation.channel_id, verdict.message_ts, message)
            except SlackError as error:
                log.info("pausing_not_shown", error=error.error)

    async def record_ending(self, operation_id: str, kind: str, *, once: str = "", **details: Any) -> None:  # noqa: ANN401
        """Record how an operation ended, before it is told; *once* sets a later, better ending apart."""
        await self._operations.close(operation_id, kind, self._clock())
        await self._audit.append("ended", operation_id, once=once, ending=kind, **details)
        self._metrics.operations.labels(kind).inc()
        log.info("ended", ending=kind)

    async def write_ending(self, operation: Operation, verdict: Verdict, outcome: Outcome) -> None:
        """Write the ending on the card and into its thread; if that can't be done, tell the requester directly."""
        card = _card(operation.card)
        ending = en.ending(
            outcome,
            project=card.project,
            principal=card.principal,
            confirm_within=operation.expires_at - operation.asked_at,
        )
        retry = cards.try_again(card.project, operation.task_id, card.reason)
        note = cards.note(ending, retry if outcomes.is_retryable(outcome) else None)
        ts = verdict.message_ts
        try:
            if ts is None:
                raise CannotDeliver("chat.postMessage", "card_not_found")
            await self._update_card(operation.channel_id, ts, cards.ended(card, outcome, ending))
            await deliver(
                lambda: self._chat.post(operation.channel_id, note, thread_ts=ts),
                within_seconds=DAY,
                repeatable=False,
            )
        except SlackError as error:
            log.warning("thread_not_written", error=error.error)
            await self._tell_directly(operation, en.lost_thread(ending))

    async def _update_card(self, channel: str, ts: str, message: Message) -> None:
        """Write the ending on the card; that it can't be changed any more must not keep the thread from being told."""
        try:
            await deliver(
                lambda: self._chat.update(channel, ts, message), within_seconds=DAY, repeatable=True
            )
        except SlackError as error:
            log.warning("card_not_updated", error=error.error)

    async def _tell_directly(self, operation: Operation, text: str) -> None:
        try:
            await deliver(
                lambda: self._chat.post(operation.user_id, cards.note(text)),
                within_seconds=DAY,
                repeatable=False,
            )
        except SlackError as error:
            await self._audit.append("undelivered", operation.id, text=text, error=error.error)


def _card(record: Mapping[str, Any]) -> Card:
    return Card(**{**record, "task": Snapshot(**record["task"])})
