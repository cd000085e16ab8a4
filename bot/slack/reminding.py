"""What is told in a pause's thread long after: that it resumes by itself soon, that it is still paused."""

from __future__ import annotations

from typing import Any

import structlog

from bot.audit import Audit
from bot.conversation.reminders import FailedSince, Reminding, StillPaused, StillWaiting
from bot.conversation.values import RESUME, Card, Operation, Wish, card_from
from bot.slack import cards
from bot.slack.blocks import action_blocks, button, lines_of, section, small_print
from bot.slack.cards import Message
from bot.slack.readers import Readers
from bot.slack.threads import Threads
from bot.slack.workspaces.one import Workspaces
from bot.text import say_cards, say_planned
from bot.text.format import spoken
from bot.text.languages import Language

log = structlog.get_logger(__name__)


class Reminders:
    """Posts them."""

    def __init__(self, workspaces: Workspaces, readers: Readers, audit: Audit) -> None:
        self._threads = Threads(workspaces, audit)
        self._readers = readers

    async def announce(self, planned: Operation, at: float) -> str | None:
        """Tell that it comes then, with ways to have it otherwise. Return where that stands, if known."""
        card = card_from(planned.card)
        message = announced(self._readers.of(card.locale), card, at)
        return await self._threads.tell(planned, message, once="reminder")

    async def remind(self, operation: Operation, reminder: Reminding) -> None:
        """Tell what is still so."""
        card = card_from(operation.card)
        message = reminded(self._readers.of(card.locale), card, reminder)
        await self._threads.tell(operation, message, once="reminder")
        log.info("reminded", kind=type(reminder).__name__)


def announced(language: Language, card: Card, at: float) -> Message:
    """Say that it resumes by itself then, with a button that keeps it paused and one that asks to resume it now."""
    title, why = say_planned.soon(language, card, at)
    buttons = [
        button(
            cards.KEEP,
            say_planned.keep(language),
            card.operation_id,
            say_planned.keep_label(language, card),
        ),
    ]
    if not card.many:  # which there is no one command to resume
        now = Wish(verb=RESUME, project=card.project, targets=(card.task.task_id,), anyway=True)
        buttons.append(
            cards.run_button(
                say_planned.resume_now(language),
                cards.command_of(now),
                spoken=say_planned.resume_now_label(language, card),
            )
        )
    small = say_cards.operation_in(language, card)
    return Message(
        spoken(lines_of(title, why)),
        [section(lines_of(title, why)), *small_print(small), *action_blocks(*buttons)],
    )


def reminded(language: Language, card: Card, told: Reminding) -> Message:
    """Say what is still so, with a button where the bot can do something about it."""
    text = say_planned.reminder(language, told, card)
    small = say_cards.operation_in(language, card)
    return cards.note(spoken(text), _way_out(language, card, told), marked=text, small=[small])


def _way_out(language: Language, card: Card, told: Reminding) -> dict[str, Any] | None:
    match told:
        case FailedSince():
            return cards.ask_button(language, RESUME, card.project, card.task)
        case StillPaused() if card.keys:
            return cards.ask_button(language, RESUME, card.project, card.task)
        case StillWaiting():
            return cards.wish_button(
                say_planned.list_button(language), Wish(verb="list", project=card.project)
            )
        case _:
            return None
