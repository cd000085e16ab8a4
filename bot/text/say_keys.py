"""Which keys a resume hands to OMS: by name, whatever the language. Pure."""

from __future__ import annotations

from bot.conversation.values import Card, KeyNames
from bot.text.figures import listed
from bot.text.format import inert
from bot.text.languages import Language
from bot.text.words import words_of

_AGENCY = "agency:"
_WHOLE = 50  # columns, from which on nothing is left out


def keys(language: Language, names: KeyNames, limit: int = 80) -> str:
    """Name the keys, in at most so many columns."""
    words = words_of(language).keys
    if limit < _WHOLE:
        return _shortly(language, names, limit)
    if not names.source or names.source == names.destination:
        return _key(language, names.destination, limit)
    half = (limit - 3) // 2
    source, destination = _key(language, names.source, half), _key(language, names.destination, half)
    return words.both.format(source=source, destination=destination)


def all_keys(language: Language, card: Card) -> str:
    """Name the keys of everything that a card is about; empty if it takes none."""
    names = dict.fromkeys((*card.many_keys, *([card.keys] if card.keys else ())))
    return listed(language, (keys(language, one) for one in names))


def _shortly(language: Language, names: KeyNames, limit: int) -> str:
    """Name them as a line of a card has room for it: an agency needs no name there, as it is the reader's own."""
    words = words_of(language).keys
    half = (limit - 3) // 2 if names.source and names.source != names.destination else limit
    short = [
        words.your_agency if name.startswith(_AGENCY) else inert(name, half)
        for name in dict.fromkeys((names.source, names.destination))
        if name
    ]
    return words.both.format(source=short[0], destination=short[1]) if len(short) > 1 else short[0]


def are_lent(names: KeyNames) -> bool:
    """Tell whether one of them is an agency's, for a while."""
    return any(name.startswith(_AGENCY) for name in (names.source, names.destination))


def _key(language: Language, name: str, limit: int) -> str:
    if not name.startswith(_AGENCY):
        return inert(name, limit)
    return words_of(language).keys.agency.format(name=inert(name.removeprefix(_AGENCY), limit))
