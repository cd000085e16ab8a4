"""Where the sentences of a language are found. Pure."""

from __future__ import annotations

from typing import assert_never

from bot.text import chinese, english
from bot.text.languages import Language
from bot.text.sentences import Sentences, VerbSentences


def words_of(language: Language) -> Sentences:
    """Return everything that *language* says, but for what depends on a verb."""
    match language:
        case Language.EN:
            return english.SENTENCES
        case Language.ZH:
            return chinese.SENTENCES
        case _:
            assert_never(language)


def verbs_of(language: Language) -> dict[str, VerbSentences]:
    """Return what *language* says of each verb."""
    match language:
        case Language.EN:
            return english.VERBS
        case Language.ZH:
            return chinese.VERBS
        case _:
            assert_never(language)
