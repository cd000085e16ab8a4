"""What stands in the modal that puts a command together, whatever the language. Pure."""

from __future__ import annotations

from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Snapshot
from bot.text.format import plain
from bot.text.languages import Language
from bot.text.say import status_word
from bot.text.say_refusals import refusal
from bot.text.sentences_modal import ModalSentences
from bot.text.words import verbs_of, words_of

_LONGEST = 75  # characters of an option. Source: Slack, "Option object"


def words(language: Language) -> ModalSentences:
    """Return what depends on nothing."""
    return words_of(language).modal


def verb(language: Language, name: str) -> str:
    """Name a verb in the menu of them."""
    return verbs_of(language)[name].button


def task(task: Snapshot) -> str:
    """Name a task in the menu of them."""
    return plain(task.name or task.task_id, _LONGEST)[:_LONGEST]


def about_task(language: Language, task: Snapshot) -> str:
    """Say below its name what tells a task from its like."""
    return f"{plain(task.task_id)} · {status_word(language, task.status)}"[:_LONGEST]


def as_typed(language: Language, typed: str) -> str:
    """Offer what was typed as it is."""
    return words(language).as_typed.format(typed=plain(typed, 50))[:_LONGEST]


def unclear_length(language: Language, typed: str) -> str:
    """Say that a time can't be understood, or not kept."""
    return words(language).unclear_length.format(typed=plain(typed))


def not_opened(language: Language, verb_: str) -> str:
    """Say that Slack took no modal, and what does the same."""
    return words(language).not_opened.format(usage=verbs_of(language)[verb_].usage)


def elsewhere(language: Language, project: str) -> str:
    """Say that a project can't be used in the conversation that was chosen."""
    return refusal(language, Reason.WRONG_CHANNEL, project=project)


def refused(text: str) -> str:
    """Return a sentence as a modal can show it beside an input: without marks."""
    return plain(text.replace("`", "").replace("*", ""), 500)
