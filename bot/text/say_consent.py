"""What is said where others must agree, beside what stands on the card, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, assert_never

from bot.conversation.values import Card
from bot.text.figures import listed
from bot.text.format import group_or_person, inert, label, mention
from bot.text.languages import Language
from bot.text.say_cards import called
from bot.text.sentences_consent import ConsentSentences, ModalSentences
from bot.text.words import words_of

Why = Literal["decline", "break_glass"]
"""What a reason is asked for."""


def because(language: Language, reason: str) -> str:
    """Say why, if that is known."""
    words = words_of(language).cards
    return words.reason.format(reason=inert(reason, 200, of_end=True)) if reason else ""


def went_alone(language: Language, card: Card, reason: str) -> tuple[str, ...]:
    """Say, in an ending's own line, that nobody else had to agree, and why; nothing without a reason."""
    line = words_of(language).consent.went_alone
    why = inert(reason, 200, of_end=True)
    return (line.format(who=mention(card.user_id), reason=why),) if reason else ()


def told_alone(language: Language, card: Card, reason: str) -> str:
    """Tell all who could have agreed."""
    people = listed(language, map(group_or_person, sorted({*card.approvers, *card.notify})))
    return " ".join(filter(None, (people, *went_alone(language, card, reason))))


def modal(language: Language) -> ConsentSentences:
    """Return the words that the modals have in common; plain text."""
    return words_of(language).consent


def needs_reason(language: Language) -> str:
    """Say that a reason is needed; plain text."""
    return words_of(language).consent.needs_reason


def own(language: Language, why: Why, card: Card) -> ModalSentences:
    """Return what a button and its modal say of a *card*: `about` is mrkdwn, the rest plain text."""
    words = _own(language, why)
    name = called(language, card)
    about = words.about.format(name=inert(name, 200), project=inert(card.project), who=mention(card.user_id))
    return replace(words, label=label(words.label, name, card.project), about=about)


def _own(language: Language, why: Why) -> ModalSentences:
    words = words_of(language).consent
    match why:
        case "decline":
            return words.decline
        case "break_glass":
            return words.break_glass
        case _:
            assert_never(why)
