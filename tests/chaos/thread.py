"""What people read: the cards, and what is told in their threads. Nothing is known here of how the bot works."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Literal

from bot.sandbox.slack.objects import Message
from bot.sandbox.slack.world import Change, World
from tests.scenario.conftest import is_card, said

Told = Literal["done", "already", "not", "still", "unclear", "replaced", "unknown"]
FINAL: Final = ("done", "already", "not", "replaced", "unknown")
_TITLE: Final = re.compile(
    r"\*([^*]+)\*|What happened in [^:]+: (.+)"
)  # on cards and in threads; or directly
_TASK: Final = re.compile(r"\btask-(\d+)\b")
_NAME: Final = re.compile(r"\b(?:media|group|many)-\d+\b")
_SAYS: Final[dict[str, Told]] = {  # how a title begins, the longer before the shorter
    "Paused": "done",
    "Resumed, waiting for a slot:": "still",
    "Resumed": "done",  # also if it has finished or failed since
    "Slowed": "done",
    "Raised the limit": "done",
    "Put the limit back": "done",
    "Already": "already",
    "Request replaced:": "replaced",
    "Taken over:": "replaced",
    "Still": "still",
    "Not limited yet": "still",
    "Not sure yet": "unclear",
    "Not": "not",
}
_LAST_WORD: Final = "I no longer check it."
"""Beside what is not known, or not over, and will not be by the bot."""


def told(message: Message) -> Told | None:
    """Return which ending a message tells; None if it tells none."""
    words = said(message)
    meanings = (_meant(bold or direct) for bold, direct in _TITLE.findall(words))
    meaning = next((meaning for meaning in meanings if meaning), None)
    return "unknown" if meaning in ("unclear", "still") and _LAST_WORD in words else meaning


def _meant(title: str) -> Told | None:
    return next((meaning for begins, meaning in _SAYS.items() if title.startswith(begins)), None)


def ended_first(message: Message) -> bool:
    """Tell whether a message says that OMS was asked, and the task ended before it came to that."""
    return "before it took effect" in said(message)


def told_of_each(message: Message) -> dict[str, Told]:
    """Return what a message tells of each task that it names, by the task's id."""
    found: dict[str, Told] = {}
    meaning: Told | None = None
    for line in said(message).splitlines():
        for bold, direct in _TITLE.findall(line):
            meaning = _meant(bold or direct)
        if meaning:
            found |= dict.fromkeys(_TASK.findall(line), meaning)
    return found


class Threads:
    """The messages of the bot, by what they are about and by where they stand, as they come."""

    def __init__(self, world: World) -> None:
        self.cards: defaultdict[str, list[Message]] = defaultdict(list)  # by the name in them
        self.replies: defaultdict[str, list[Message]] = defaultdict(list)  # by the message that they reply to
        self.direct: defaultdict[str, list[Message]] = defaultdict(list)  # by the name in them
        self.whispers: defaultdict[str, list[Message]] = defaultdict(list)  # by whom they are for
        world.subscribe(self._note)

    def _note(self, change: Change) -> None:
        if change.kind not in ("message.posted", "message.ephemeral"):
            return
        message: Message = change.subject
        if message.ephemeral_to:
            self.whispers[message.ephemeral_to].append(message)
        elif is_card(message) or message.channel.startswith("D"):
            place = self.direct if message.channel.startswith("D") else self.cards
            for name in set(_NAME.findall(said(message))):
                place[name].append(message)
        elif message.thread_ts:
            self.replies[message.thread_ts].append(message)

    def endings(self, cards: Iterable[Message]) -> list[tuple[Told, Message]]:
        """Return what was told of how it ended in the threads of these cards, oldest first."""
        replies = sorted((one for card in cards for one in self.replies[card.ts]), key=lambda one: one.ts)
        return [(meaning, reply) for reply in replies if (meaning := told(reply))]


def operation_of(card: Message) -> str:
    """Return which operation a card speaks for: cards posted twice speak for the same."""
    first = card.versions[0] if card.versions else card
    values = [element.get("value", "") for _, element in first.elements() if element["type"] == "button"]
    return values[0] if values else card.ts


def is_open(card: Message) -> bool:
    """Tell whether a card still has a button that decides."""
    return any(element.get("action_id") == "oms_confirm" for _, element in card.elements())
