"""What is recorded of what somebody does at a terminal: nothing, unless the bot's database is named."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any, Literal

from bot.conversation.outcomes import Outcome
from bot.conversation.ports import Verb
from bot.conversation.snapshots import Freeze
from bot.conversation.values import Card, Wish
from bot.settings.load import Settings


class Record:
    """One thing done at a terminal, of which nothing is kept, and nothing is known of others. See `AuditedRecord`."""

    audited = False

    def __init__(self) -> None:
        self.id = secrets.token_hex(12)

    async def asked(self, wish: Wish) -> None:
        """Record what is asked for."""

    async def shown(self, card: Card) -> None:
        """Record what was shown before it was confirmed."""

    async def decided(self, kind: Literal["confirm", "cancel"], at: float) -> None:
        """Record the answer."""

    async def calling(self, card: Card, target: str) -> None:
        """Put on disk that OMS is about to be asked, for what, and as whom."""

    async def called(self, card: Card, target: str, answer: dict[str, Any]) -> None:
        """Record what OMS answered. It is true even where that can't be recorded, so it is not lost then."""

    async def ended_of(self, card: Card, target: str, outcome: Outcome, verb: Verb) -> None:
        """Record how one of many targets ended; that of a single one is the operation's own."""

    async def ended(self, outcome: Outcome, verb: Verb) -> None:
        """Record how it ended, which is told all the same where that can't be done."""

    async def freeze_of(self, project_id: str) -> Freeze | None:  # noqa: ARG002  # nobody here knows
        """Return the freeze that a project is under."""
        return None


@contextlib.contextmanager
def record_of(settings: Settings, user: str, *, audited: bool) -> Iterator[Record]:
    """Open the record; end with the sentence that `serve` has for a database that can't be used."""
    if not audited:
        yield Record()
        return
    from bot.cli.terminal.audited import audited_record  # the database's libraries take a while to load

    with audited_record(settings, user) as record:
        yield record
