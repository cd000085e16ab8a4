"""Modals that ask why, before somebody decides on a card. Values in, views out. Pure.

What they carry comes back with the reason, and is trusted no more than a click that names a card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bot.conversation.values import Card
from bot.slack import modals
from bot.slack.blocks import button, plain_text, section, text_input
from bot.text import say_consent
from bot.text.languages import Language
from bot.text.say_consent import Why

REASON: Final = "oms_reason"
"""The input's block_id and its action_id alike."""
LONGEST: Final = 300  # characters


@dataclass(frozen=True, kw_only=True)
class Place:
    """The card that is decided on, and where it stands."""

    operation: str
    channel: str
    message: str
    thread: str = ""


def action(why: Why) -> str:
    """Return the action_id of the button that opens the modal."""
    return f"oms_{why}"


def callback(why: Why) -> str:
    """Return the modal's callback id."""
    return f"oms_{why}_modal"


def opener(language: Language, why: Why, card: Card) -> dict[str, Any]:
    """Return the button of a card that opens the modal."""
    words = say_consent.own(language, why, card)
    return button(action(why), words.button, card.operation_id, words.label)


def ask(language: Language, why: Why, card: Card, place: Place) -> dict[str, Any]:
    """Ask for the reason."""
    own, words = say_consent.own(language, why, card), say_consent.modal(language)
    return {
        "type": "modal",
        "callback_id": callback(why),
        "private_metadata": modals.dumped(place),
        "title": plain_text(own.title),
        "submit": plain_text(own.submit),
        "close": plain_text(words.close),
        "blocks": [
            section(own.about),
            text_input(REASON, words.why, words.why_hint, max_length=LONGEST, focused=True),
        ],
    }
