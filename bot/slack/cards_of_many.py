"""Block Kit for one decision on many targets: values in, blocks out. Pure."""

from __future__ import annotations

from typing import Final

from bot.conversation.outcomes import OfTarget, Outcome, Several, is_retryable
from bot.conversation.values import Card
from bot.conversation.verdicts import Verdict
from bot.slack import cards
from bot.slack.blocks import Blocks, action_blocks, lines_of, section, small_print
from bot.slack.cards import Ending, Message
from bot.text import say_answered, say_cards, say_consent, say_many
from bot.text.languages import Language
from bot.text.say_endings import Told

MOST_IN_SECTION: Final = 3000  # characters. Source: Slack, "Section block", text


def acting(language: Language, card: Card, verdict: Verdict, so_far: Several) -> Message:
    """Show how far it is, without buttons."""
    title = say_answered.title_acting(language, card)
    confirmed = say_answered.acting_now(language, card.verb, verdict.user_id, verdict.at)
    return cards.answered(
        language, card, lines_of(title, confirmed, *say_many.so_far(language, card, so_far))
    )


def ending_of(
    language: Language,
    card: Card,
    outcome: Outcome,
    *,
    at: float,
    confirm_within: float,
    newer: str = "",
    alone: str = "",
) -> Ending:
    """Render an ending, be it of one target or of many."""
    if isinstance(outcome, Several):
        return ended(language, card, outcome, at=at, alone=alone)
    return cards.ended(
        language, card, outcome, at=at, confirm_within=confirm_within, newer=newer, alone=alone
    )


def ended(language: Language, card: Card, outcome: Several, *, at: float, alone: str = "") -> Ending:
    """Render the endings: the sum on the card, all of them in its thread. *at* is when it was decided."""
    told = say_many.ending_of_all(language, card, outcome, at=at)
    told += [Told(line) for line in say_consent.went_alone(language, card, alone)]
    text = "\n".join(one.text for one in told)
    shown = lines_of(*(one.title for one in told))
    retry = cards.try_again(language, card.wish) if is_retryable(outcome) else None
    blocks: Blocks = [block for one in told for block in _section_of(one)]
    blocks += small_print(say_cards.operation(language, card.operation_id))
    blocks += action_blocks(*([retry] if retry else []))
    return Ending(text, cards.answered(language, card, shown, text=text), Message(text, blocks))


def later(language: Language, card: Card, verdict: Verdict, ending: OfTarget) -> Message:
    """Say in the thread how one of them ended after all."""
    told = say_many.ending_of_one(language, card, ending, at=verdict.at)
    return cards.told(told, small=[say_cards.operation_in(language, card)])


def _section_of(told: Told) -> Blocks:
    """Fill as few blocks as it takes: a list of names may fill one."""
    texts = [""]
    for line in (told.title, *told.lines, told.next):
        together = lines_of(texts[-1], line)
        if len(together) <= MOST_IN_SECTION:
            texts[-1] = together
        else:
            texts.append(line)
    return [*map(section, texts), *small_print(told.codes)]
