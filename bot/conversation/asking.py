"""The steps of asking: what is it about, and the card that asks. Each returns JSON values and is safe to run again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import structlog

from bot.audit import Audit
from bot.conversation import answers
from bot.conversation.answers import OwnFault
from bot.conversation.operations import Operations
from bot.conversation.ports import Teller
from bot.conversation.preview import Preview
from bot.conversation.values import Card, Operation, Request, card_from

log = structlog.get_logger(__name__)


class Asking:
    """Asks."""

    def __init__(
        self,
        *,
        preview: Preview,
        teller: Teller,
        operations: Operations,
        audit: Audit,
    ) -> None:
        self._preview = preview
        self._teller = teller
        self._operations = operations
        self._audit = audit

    async def ask(self, request: Request) -> dict[str, Any]:
        """Post the card. Return where it stands (`ts`) and until when, or that it `waits`, or an ``answer`` instead."""
        entry = self._audit.entry("asked", request.id, **asdict(request))
        try:
            found = await self._preview.of(request)
        except Exception:
            log.exception("own_fault", step="preview")
            found = {"answer": answers.dump(OwnFault())}
        if "answer" in found:
            await self._audit.append_all(entry)
            return found
        operation = await self._operations.open(_operation(request, card_from(found["card"])), entry)
        if operation.message_ts:
            return _waiting(operation, {"ts": operation.message_ts})
        return await self._post(request, operation, patient=False)

    async def post_at_last(self, request: Request) -> dict[str, Any]:
        """Post the card that Slack did not take, as long as it is of use."""
        operation = await self._operations.recorded(request.id)
        return await self._post(request, operation, patient=True)

    async def _post(self, request: Request, operation: Operation, *, patient: bool) -> dict[str, Any]:
        posted = await self._teller.post_card(request, operation, patient=patient)
        return _waiting(operation, posted) if posted else {}

    async def answer(self, request: Request, answer: dict[str, Any]) -> None:
        """Tell the requester alone."""
        await self._teller.whisper(request, answers.load(answer))

    async def card_of(self, request: Request) -> dict[str, Any]:
        """Return where a card stands that another version posted, and until when; nothing if there is none."""
        operation = await self._operations.get(request.id)
        return _waiting(operation, {"ts": operation.message_ts}) if operation else {}


def _waiting(operation: Operation, posted: dict[str, Any]) -> dict[str, Any]:
    """Return what a card waits for: until when, which is how many seconds after it was asked for."""
    within = operation.expires_at - operation.asked_at
    return {"expires_at": operation.expires_at, "within": within, **posted}


def _operation(request: Request, card: Card) -> Operation:
    return Operation(
        id=request.id,
        team_id=request.team_id,
        user_id=request.user_id,
        channel_id=request.channel_id,
        project=card.project,
        task_id=card.task.task_id,
        card=asdict(card),
        asked_at=request.at,
        thread_ts=request.thread_ts,
        expires_at=card.expires_at,
        verb=card.verb,
        targets=list(card.targets),
    )
