"""What a workflow's step in Slack is told, whatever the language. Plain: no mark-up is read there. Pure."""

from __future__ import annotations

from bot.text.figures import duration, joined
from bot.text.format import plain
from bot.text.languages import Language
from bot.text.words import words_of


def not_asked(language: Language) -> str:
    """Say that Slack took no message, and what to do about it."""
    return words_of(language).runs.not_asked


def not_reviewed(language: Language, seconds: float) -> str:
    """Say that nobody has reviewed a proposal in time."""
    return words_of(language).runs.not_reviewed.format(time=duration(language, seconds))


def too_many(language: Language) -> str:
    """Say that workflows have proposed enough for a minute."""
    return words_of(language).runs.too_many


def incomplete(language: Language, field: str) -> str:
    """Say which input of the step is empty."""
    return correct(language, words_of(language).runs.incomplete.format(field=field))


def not_meant(language: Language, task: str) -> str:
    """Say that what stands for a task can be none."""
    return correct(language, words_of(language).runs.not_meant.format(task=plain(task)))


def not_there(language: Language, project: str) -> str:
    """Say that a project is not one that may be named in that channel."""
    return correct(language, words_of(language).runs.not_there.format(project=plain(project)))


def correct(language: Language, cause: str) -> str:
    """Say what is wrong with the step, and who can mend it."""
    return joined(language, cause, words_of(language).runs.correct)
