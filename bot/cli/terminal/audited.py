"""What somebody does at a terminal, in the bot's own audit."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final, Literal

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from bot.audit import Audit, Event
from bot.cli.ends import refusing
from bot.cli.terminal.record import Record
from bot.conversation import outcomes
from bot.conversation.freezes import Freezes
from bot.conversation.names import ending_name
from bot.conversation.outcomes import Outcome
from bot.conversation.ports import Verb
from bot.conversation.snapshots import Freeze
from bot.conversation.values import Card, Request, Wish
from bot.conversation.verdicts import Verdict
from bot.preparation import bring_up_to_date
from bot.settings.load import Settings
from bot.store import database

log = structlog.get_logger(__name__)

TERMINAL: Final = "terminal"
"""Where it happens, in place of a channel of Slack."""


class AuditedRecord(Record):
    """One thing done at a terminal by *user*, recorded as what people do in Slack."""

    audited = True

    def __init__(self, engine: sa.Engine, user: str) -> None:
        super().__init__()
        self._audit = Audit(engine, time.time)
        self._freezes = Freezes(engine)
        self._user = user

    @override
    async def asked(self, wish: Wish) -> None:
        request = Request(
            id=self.id,
            team_id="",
            user_id=self._user,
            channel_id=TERMINAL,
            project=wish.project,
            task=None,
            reason=wish.reason,
            at=time.time(),
            verb=wish.verb,
            targets=wish.targets,
            terms=wish.terms,
        )
        await self._audit.append(Event.ASKED, self.id, **asdict(request))

    @override
    async def shown(self, card: Card) -> None:
        await self._audit.append(Event.SHOWN, self.id, channel=TERMINAL, message=None, card=asdict(card))

    @override
    async def decided(self, kind: Literal["confirm", "cancel"], at: float) -> None:
        verdict = Verdict(operation_id=self.id, kind=kind, user_id=self._user, message_ts=None, at=at)
        await self._audit.append(Event.DECIDED, self.id, **asdict(verdict))

    @override
    async def calling(self, card: Card, target: str) -> None:
        about = {"verb": card.verb, "task": target, "project": card.project, "project_id": card.project_id}
        who = {"user": self._user, "principal": card.principal}
        once = _once(card, target)
        await self._audit.append(Event.CALLING, self.id, once=once, on_disk=True, attempt=1, **about, **who)

    @override
    async def called(self, card: Card, target: str, answer: dict[str, Any]) -> None:
        about: dict[str, Any] = {"attempt": 1, **({"task": target} if card.many else {})}
        try:
            await self._audit.append(Event.CALLED, self.id, once=_once(card, target), **about, **answer)
        except SQLAlchemyError:
            log.exception("call_not_recorded", **about, **answer)

    @override
    async def ended_of(self, card: Card, target: str, outcome: Outcome, verb: Verb) -> None:
        if card.many:
            await self._end(outcome, verb, once=target, target=target)

    @override
    async def ended(self, outcome: Outcome, verb: Verb) -> None:
        await self._end(outcome, verb)

    async def _end(self, outcome: Outcome, verb: Verb, *, once: str = "", **about: str) -> None:
        ending = ending_name(outcome, verb)
        details = {"ending": ending, "verb": verb.name, **about, **outcomes.dump(outcome)}
        try:
            await self._audit.append(Event.ENDED, self.id, once=once, **details)
        except SQLAlchemyError:
            log.exception("ending_not_recorded", ending=ending)

    @override
    async def freeze_of(self, project_id: str) -> Freeze | None:
        return await self._freezes.of(project_id)


def _once(card: Card, target: str) -> str:
    """Return what the first attempt, which is the only one, is recorded under."""
    return f"{target}:1" if card.many else "1"


@contextlib.contextmanager
def audited_record(settings: Settings, user: str) -> Iterator[AuditedRecord]:
    """Open the record; end with the sentence that `serve` has for a database that can't be used."""
    with refusing():
        bring_up_to_date(settings)
    engine = database.create_engine(settings.database_url.get_secret_value())
    try:
        yield AuditedRecord(engine, user)
    except SQLAlchemyError:
        with refusing():
            raise
    finally:
        engine.dispose()
