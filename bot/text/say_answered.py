"""What stands on a card that was answered and has not ended, or never will. Pure."""

from __future__ import annotations

from bot.conversation.values import Card
from bot.text.format import mention, moment
from bot.text.languages import Language
from bot.text.say_cards import called, short
from bot.text.say_limits import words_of_card
from bot.text.words import verbs_of, words_of


def title_acting(language: Language, card: Card) -> str:
    """Head a card whose call is under way."""
    return words_of_card(language, card).title_acting.format(name=short(called(language, card)))


def acting_now(language: Language, verb: str, user_id: str, confirmed_at: float) -> str:
    """Say who confirmed, while it is under way."""
    if not user_id:
        return verbs_of(language)[verb].begun_by_itself
    at = moment(confirmed_at, seconds=True)
    return verbs_of(language)[verb].confirmed.format(who=mention(user_id), at=at)


def title_stale(language: Language, card: Card) -> str:
    """Head a second card of one request, which can't be answered any more."""
    return words_of(language).cards.no_longer_open.format(name=short(called(language, card)))
