"""The steps of asking: what is it about, and the card that asks. Each returns JSON values and is safe to run again."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.audit import Audit, Event
from bot.conversation import asked
from bot.conversation.answers import Answer, AskedBefore, OwnFault, concerns_all
from bot.conversation.asked import Answered, Waiting
from bot.conversation.authority import Authority
from bot.conversation.due import Due, Kind, Work
from bot.conversation.operations import Operations
from bot.conversation.policy import Refused
from bot.conversation.ports import Cloud, Teller
from bot.conversation.preview import Preview
from bot.conversation.values import CannotTell, Card, Operation, Request, card_from
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
        due: Due,
        audit: Audit,
        authority: Authority,
        cloud: Cloud,
    ) -> None:
        self._preview = preview
        self._teller = teller
        self._operations = operations
        self._due = due
        self._audit = audit
        self._authority = authority
        self._cloud = cloud

    async def ask(self, request: Request) -> dict[str, Any]:
        """Post the card, or find what to answer instead. Return what `asked.dump` makes of it."""
        async with self._teller.working(request):
            return asked.dump(await self._ask(request))

    async def _ask(self, request: Request) -> asked.Asked:
        entry = self._audit.entry(Event.ASKED, request.id, **asdict(request))
        try:
            found = await self._preview.of(request)
        except Exception:
            log.exception("own_fault", step="preview")
            found = OwnFault()
        if not isinstance(found, Card):
            # Cut off after this step had opened it, its card may stand, and be answered: that is how it ends.
            before = await self._operations.get(request.id)
            if before:
                return Waiting.at(before.message_ts, before)
            await self._audit.append_all(entry)
            return Answered(answer=found)
        opened = await self._operations.open(
            _operation(request, found), entry, anyway=request.anyway, over=request.over
        )
        if opened.before:
            return Answered(answer=_asked_before(request, opened.before))
        operation = opened.operation
        if alone_after := operation.card.get("break_glass"):
            about = {"operation_id": operation.id, "target": operation.task_id}
            await self._due.plan(
                Work(kind=Kind.BREAK_GLASS, at=operation.asked_at + alone_after * 60, **about)
            )
        if operation.message_ts:
            posted: asked.Asked = Waiting.at(operation.message_ts, operation)
        else:
            posted = await self._teller.post_card(request, operation)
        return await self._among_own(operation, posted, opened.taken)

    async def _among_own(
        self, operation: Operation, posted: asked.Asked, taken: Operation | None = None
    ) -> asked.Asked:
        """Note which cards a posted one replaces, and which newer one replaces it: one stays open."""
        if not isinstance(posted, Waiting):
            return posted
        older, newer = await self._operations.own_beside(operation)
        replaced = [*older, taken] if taken else older
        return replace(
            posted,
            replaces=tuple((old.id, old.message_ts) for old in replaced),
            # Where a card is not known to stand, its buttons can't be taken away: a click on it says where.
            newer=(newer.id, newer.asked_at) if newer and posted.ts else None,
        )

    async def post_at_last(self, request: Request) -> dict[str, Any]:
        """Post the card that Slack did not take, as long as it is of use."""
        operation = await self._operations.recorded(request.id)
        posted = await self._teller.post_card(request, operation, patient=True)
        return asked.dump(await self._among_own(operation, posted))

    async def answer(self, request: Request, answer: Answer) -> None:
        """Tell the requester alone, or everybody whom it concerns."""
        if concerns_all(answer):
            await self._teller.announce(request, answer)
        else:
            await self._teller.whisper(request, answer)

    async def card_of(self, request: Request) -> dict[str, Any]:
        """Return where a card stands that another version posted; if there is none, that this failed."""
        operation = await self._operations.get(request.id)
        if operation is None:
            return asked.dump(Answered(answer=OwnFault()))
        return asked.dump(Waiting.at(operation.message_ts, operation))

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


def _asked_before(request: Request, before: Operation) -> AskedBefore:
    return AskedBefore(
        wish=request.wish,
        user_id=before.user_id,
        seconds=max(0.0, request.at - before.asked_at),
        channel_id=before.channel_id,
        ts=before.message_ts,
        approved_by_others=card_from(before.card).approvals > 0,
    )


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
        awaited_by=request.awaited_by or None,
    )
