"""The steps of asking: what is it about, and the card that asks. Each returns JSON values and is safe to run again."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.audit import Audit
from bot.conversation import answers
from bot.conversation.answers import OwnFault
from bot.conversation.authority import Authority
from bot.conversation.operations import Operations
from bot.conversation.policy import Refused
from bot.conversation.ports import Cloud, Teller
from bot.conversation.preview import Preview
from bot.conversation.values import CannotTell, Card, Operation, Request
from bot.huawei.errors import HuaweiError

log = structlog.get_logger(__name__)

_SHORTEST_LOOK: Final = 1.0  # seconds


class Asking:
    """Asks."""

    def __init__(
        self,
        *,
        preview: Preview,
        teller: Teller,
        operations: Operations,
        audit: Audit,
        authority: Authority,
        cloud: Cloud,
    ) -> None:
        self._preview = preview
        self._teller = teller
        self._operations = operations
        self._audit = audit
        self._authority = authority
        self._cloud = cloud

    async def ask(self, request: Request) -> dict[str, Any]:
        """Post the card. Return where it stands (`ts`) and until when, or that it `waits`, or an ``answer`` instead."""
        entry = self._audit.entry("asked", request.id, **asdict(request))
        try:
            found = await self._preview.of(request)
        except Exception:
            log.exception("own_fault", step="preview")
            found = OwnFault()
        if not isinstance(found, Card):
            await self._audit.append_all(entry)
            return {"answer": answers.dump(found)}
        operation = await self._operations.open(_operation(request, found), entry)
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

    async def keep_ready(self, request: Request) -> float:
        """Renew the requester's token while their card waits, so that no click waits for it.

        Return after how many seconds to look again. It is no step: nothing depends on it, so nobody hears if it fails.
        """
        try:
            actor = await self._authority.actor_of(await self._operations.recorded(request.id))
            if isinstance(actor, Refused):
                return math.inf
            ready = await self._cloud.seen_by(actor.identity, actor.project).keep_ready()
            return max(ready, _SHORTEST_LOOK)
        except (CannotTell, HuaweiError, LookupError, SQLAlchemyError) as error:
            log.info("not_kept_ready", reason=type(error).__name__)
        except Exception:  # the card must expire all the same
            log.exception("own_fault", step="keep_ready")
        return math.inf


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
