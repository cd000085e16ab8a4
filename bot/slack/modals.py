"""Modals: what opens on top of a channel to ask for a command's words. Values in, views out. Pure.

What a modal carries in its `private_metadata` comes back with what was typed into it, and is trusted no more than that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.conversation.values import Card
from bot.slack.blocks import button, plain_text, section, text_input
from bot.spelling import quote
from bot.text import say_limits
from bot.text.languages import Language

SLOW_DOWN: Final = "oms_slow_down"
THROTTLE: Final = "oms_throttle_modal"
RATE: Final = "oms_rate"
HOURS: Final = "oms_hours"
"""An input's block_id and its action_id alike."""

Carried = TypeVar("Carried")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a modal is about, and where the answer belongs."""

    project: str
    task: str
    channel: str
    thread: str = ""


def dumped(carried: object) -> str:
    """Return a dataclass of texts as a view's `private_metadata`."""
    return json.dumps(vars(carried))


def loaded(kind: type[Carried], metadata: str) -> Carried | None:
    """Return the dataclass of texts that was dumped as *metadata*; None of anything else."""
    try:
        found = json.loads(metadata)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return None
    try:
        return kind(**found)
    except TypeError:
        return None


def slow_down_button(language: Language, card: Card) -> dict[str, Any]:
    """Return the button of a card that opens the modal for a speed limit."""
    label = say_limits.slow_down_label(language, card.task.name, card.project)
    return button(SLOW_DOWN, say_limits.slow_down(language), card.operation_id, label)


def throttle(language: Language, subject: Subject, name: str) -> dict[str, Any]:
    """Ask how fast a task may be, and when."""
    words, (rate, hours) = say_limits.modal(language), say_limits.modal_inputs(language)
    return {
        "type": "modal",
        "callback_id": THROTTLE,
        "private_metadata": dumped(subject),
        "title": plain_text(words.title),
        "submit": plain_text(words.submit),
        "close": plain_text(words.close),
        "blocks": [
            section(say_limits.modal_about(language, name, subject.project)),
            text_input(RATE, *rate, max_length=20, focused=True),
            text_input(HOURS, *hours, max_length=100, optional=True),
        ],
    }


def throttle_command(subject: Subject, rate: str, hours: str) -> str:
    """Return what the modal stands for typing, without ``/oms``."""
    return " ".join(
        filter(None, ("throttle", subject.project, quote(subject.task), rate.strip(), hours.strip()))
    )
