"""Where the sentences of a language are found. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, assert_never

from bot.text import en, zh
from bot.text.languages import Language
from bot.text.sentences import ReadingSentences, Sentences, VerbSentences

_AT_ONCE: Final = frozenset({"freeze", "unfreeze"})
"""What acts without asking first, and so has no card."""


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


def readings_of(language: Language) -> dict[str, ReadingSentences]:
    """Return what *language* says of each verb that only answers."""
    match language:
        case Language.EN:
            return en.READINGS
        case Language.ZH:
            return zh.READINGS
        case _:
            assert_never(language)


def manners_of(language: Language) -> dict[str, dict[str, VerbSentences]]:
    """Return, of each verb that speaks otherwise in one of its manners, what *language* says then."""
    match language:
        case Language.EN:
            return en.MANNERS
        case Language.ZH:
            return zh.MANNERS
        case _:
            assert_never(language)


def reading_of(language: Language, verb: str) -> ReadingSentences:
    """Return what *language* says of a verb, whether it acts or only answers."""
    return readings_of(language).get(verb) or verbs_of(language)[verb]


def help_of(language: Language, without: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Return the lines that explain the verbs: those that find something out, and those that act."""
    readings = {verb: words for verb, words in readings_of(language).items() if verb not in without}
    finding = [words for verb, words in readings.items() if verb not in _AT_ONCE]
    verbs = [words for verb, words in verbs_of(language).items() if verb not in without]
    acting = [*verbs, *(readings[verb] for verb in readings if verb in _AT_ONCE)]
    return _lines(finding), _lines(acting)


def _lines(verbs: Iterable[ReadingSentences]) -> list[str]:
    return [line for verb in verbs for line in verb.help]
