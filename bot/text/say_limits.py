"""Speed limits in words, and what a verb says that replaces one by another. Pure."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, assert_never

from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Card
from bot.text.figures import listed
from bot.text.format import inert, label, unmarked
from bot.text.languages import Language
from bot.text.sentences import VerbSentences
from bot.text.sentences_limits import LimitSentences
from bot.text.words import manners_of, reading_of, verbs_of, words_of
from bot.verbs import bandwidth
from bot.verbs.parsing import BadLimit


def own_words(
    language: Language, verb: str, terms: str, before: Snapshot | None, *, whole: bool = False
) -> VerbSentences:
    """Return what *language* says of a verb; of one that replaces a limit, with what by what, *whole* or cut short."""
    own = verbs_of(language)[verb]
    if not own.change:
        return own
    was, then = terms_before(before), terms.removeprefix(bandwidth.OFF).strip()
    own = manners_of(language)[verb].get(_manner(terms, was, then), own)
    has_hours = any("-" in word for word in then.split())
    filled = {
        "before": limit(language, was, whole=whole),
        "limit": limit(language, then, whole=whole),
        "hours": words_of(language).limits.hours if has_hours else "",
    }
    texts = {field.name: getattr(own, field.name) for field in fields(own)}
    return replace(own, **{name: _filled(text, filled) for name, text in texts.items()})


def words_of_card(language: Language, card: Card) -> VerbSentences:
    """Return what *language* says of a card's verb, cut short."""
    return own_words(language, card.verb, card.terms, card.task)


def terms_before(task: Snapshot | None) -> str:
    """Return the limit that a task has, as it is written."""
    return bandwidth.terms_of(bandwidth.read(task.bandwidth)) if task else ""


def _manner(terms: str, was: str, then: str) -> str:
    if terms.startswith(bandwidth.OFF):
        return "back"
    old, new = (bandwidth.limits(bandwidth.policy_of(one)) for one in (was, then))
    return "" if any(after < before for before, after in zip(old, new, strict=True)) else "faster"


def _filled(text: Any, values: dict[str, str]) -> Any:  # noqa: ANN401  # a text, or several
    if isinstance(text, tuple):
        return tuple(_filled(part, values) for part in text)
    if isinstance(text, str):
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
    return text


def limit(language: Language, terms: str, *, whole: bool = True) -> str:
    """Return a limit in words: ``20 MB/s 09:00-18:00``; unless *whole*, without the times, for which a card has no room."""
    words = words_of(language).limits
    parts: list[tuple[str, list[str]]] = []
    for word in terms.split():
        if "-" in word:
            parts[-1][1].append(word)
        else:
            parts.append((words.rate.format(rate=_megabytes(word)), []))
    if not parts:
        return words.none
    shown = [_with_times(language, rate, times, whole=whole) for rate, times in parts]
    return listed(language, shown if whole else shown[:1])


def _with_times(language: Language, rate: str, times: list[str], *, whole: bool) -> str:
    words = words_of(language).limits
    if not times:
        return rate
    return words.at_times.format(limit=rate, times=listed(language, times) if whole else "…")


def _megabytes(word: str) -> str:
    return f"{int(word.removesuffix('B')) / bandwidth.MB:.1f}" if word.endswith("B") else word


def modal(language: Language) -> LimitSentences:
    """Return the words of the modal that asks for a limit; plain text."""
    return words_of(language).limits


def modal_inputs(language: Language) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the labels and hints of the two inputs: how fast, and when."""
    words = words_of(language).limits
    return (words.rate_label, words.rate_hint), (words.hours_label, words.hours_hint)


def modal_about(language: Language, name: str, project: str) -> str:
    """Say what a limit is asked for."""
    return words_of(language).limits.about.format(name=inert(name), project=inert(project))


def slow_down(language: Language) -> str:
    """Label the button that opens the modal."""
    return words_of(language).limits.slow_down


def slow_down_label(language: Language, name: str, project: str) -> str:
    """Tell a screen reader what that button is about."""
    return label(words_of(language).limits.slow_down_label, name, project)


def bad_input(language: Language, fault: BadLimit) -> str:
    """Say what is wrong with a limit in a modal; plain text."""
    return unmarked(bad_limit(language, fault))


def bad_limit(language: Language, fault: BadLimit) -> str:
    """Say what is wrong with a limit that was typed."""
    words = words_of(language).limits
    usage, word = reading_of(language, "throttle").usage, inert(fault.word, 40)
    match fault.wrong:
        case "missing":
            return words.missing.format(usage=usage)
        case "rate":
            return words.wrong_rate.format(word=word, usage=usage)
        case "hours":
            return words.wrong_hours.format(word=word)
        case "off_hours":
            return words.off_has_no_hours.format(word=word)
        case "many":
            return words.too_many
        case "overlap":
            return words.overlap
        case _:
            assert_never(fault.wrong)
