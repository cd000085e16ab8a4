"""Where the sentences of a language are found. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.text import en, zh
from bot.text.languages import Language
from bot.text.sentences import ReadingSentences, Sentences, VerbSentences


def words_of(language: Language) -> Sentences:
    """Return everything that *language* says, but for what depends on a verb."""
    match language:
        case Language.EN:
            return en.SENTENCES
        case Language.ZH:
            return zh.SENTENCES
        case _:
            assert_never(language)


def verbs_of(language: Language) -> dict[str, VerbSentences]:
    """Return what *language* says of each verb that acts."""
    match language:
        case Language.EN:
            return en.VERBS
        case Language.ZH:
            return zh.VERBS
        case _:
            assert_never(language)


def reading_of(language: Language, verb: str) -> ReadingSentences:
    """Return what *language* says of a verb, whether it acts or only answers."""
    match language:
        case Language.EN:
            return en.READINGS.get(verb) or en.VERBS[verb]
        case Language.ZH:
            return zh.READINGS.get(verb) or zh.VERBS[verb]
        case _:
            assert_never(language)


def help_of(language: Language) -> list[str]:
    """Return the lines that explain the verbs."""
    match language:
        case Language.EN:
            known: list[ReadingSentences] = [*en.VERBS.values(), *en.READINGS.values()]
        case Language.ZH:
            known = [*zh.VERBS.values(), *zh.READINGS.values()]
        case _:
            assert_never(language)
    return [line for verb in known for line in verb.help]
