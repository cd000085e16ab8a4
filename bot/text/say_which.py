"""Which targets one decision is on: their names, and why others are not among them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import Card
from bot.text.figures import counted, joined, listed, speed
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.say import status_word
from bot.text.say_targets import driver_word, with_kind
from bot.text.words import words_of

NAME: Final = 40  # columns
_MOST_NAMED: Final = 60  # so many, with what is said of each, fit into one text of a message


def migrations(language: Language, number: int) -> str:
    """Name what a decision on many is about: ``12 migrations``."""
    return counted(language, words_of(language).many.migrations, number)


def in_full(language: Language, names: Sequence[str]) -> tuple[str, ...]:
    """Name them all, in as many texts as that takes."""
    starts = range(0, len(names), _MOST_NAMED)
    return tuple(listed(language, names[start : start + _MOST_NAMED]) for start in starts)


def named(language: Language, names: Sequence[str]) -> str:
    """Name them all, or as many as there is room for and how many more there are."""
    shown = listed(language, names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return (
        shown if more <= 0 else joined(language, shown, counted(language, words_of(language).many.more, more))
    )


def would_be(language: Language, card: Card) -> list[str]:
    """Say what would be acted on, in that order, and what would not, and why."""
    words = words_of(language).many
    lines = [words.these.format(names=named(language, [_with_speed(language, task) for task in card.many]))]
    if card.left_out:
        left = [_left_out(language, left.task) for left in card.left_out]
        lines.append(words.not_these.format(names=named(language, left)))
    return lines


def _left_out(language: Language, task: Snapshot) -> str:
    words = words_of(language).many
    name = inert(with_kind(language, task.kind, task.name), NAME)
    if task.kind is Kind.SYNC:
        return words.by_itself.format(name=name)
    if task.group:
        return words.driven.format(name=name, driver=driver_word(language, task.group))
    return words.left_out.format(name=name, status=status_word(language, task.status))


def _with_speed(language: Language, task: Snapshot) -> str:
    name = inert(with_kind(language, task.kind, task.name), NAME)
    if not task.speed:
        return name
    return words_of(language).many.with_speed.format(name=name, speed=speed(language, task.speed))
