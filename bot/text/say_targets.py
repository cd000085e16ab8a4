"""What a verb acts on, in words: whatever the language. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.conversation.answers import Driven
from bot.conversation.drivers import SYNC_TASK
from bot.conversation.snapshots import Kind
from bot.text.figures import joined
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.words import verbs_of, words_of


def kind_word(language: Language, kind: Kind) -> str:
    """Name a kind."""
    words = words_of(language).targets
    match kind:
        case Kind.TASK:
            return words.task
        case Kind.GROUP:
            return words.task_group
        case Kind.SYNC:
            return words.sync_task
        case _:
            assert_never(kind)


def with_kind(language: Language, kind: Kind, name: str) -> str:
    """Call a target by its name; what is no task, by its kind too. It is from outside, as the name is."""
    return name if kind is Kind.TASK else f"{kind_word(language, kind)} {name}"


def driver_word(language: Language, group: str) -> str:
    """Name what drives a task; it is stored in English."""
    return kind_word(language, Kind.SYNC if group == SYNC_TASK else Kind.GROUP)


def ask_about_driver(language: Language, answer: Driven) -> str:
    """Label the button that asks about what drives a task."""
    driver = driver_word(language, answer.task.group or "")
    return verbs_of(language)[answer.wish.verb].title_asked.format(name=driver)


def driven(language: Language, answer: Driven, command: str) -> str:
    """Say why nothing is asked about a task that something drives. *command* shows what may drive it."""
    words, driver = words_of(language).targets, driver_word(language, answer.task.group or "")
    instead = words.driven_by_this if answer.instead else words.driven_by_some
    name = inert(answer.task.name)
    return joined(
        language,
        words.driven.format(name=name, driver=driver),
        instead.format(driver=driver, command=command),
    )
