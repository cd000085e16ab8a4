"""What is said of one decision on many targets: how far it is, and how each ended, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.conversation.outcomes import OfTarget, Several
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Card
from bot.text.figures import duration
from bot.text.format import inert, moment
from bot.text.languages import Language
from bot.text.say_endings import About, Told, ending
from bot.text.say_which import NAME, in_full, migrations, named
from bot.text.words import verbs_of, words_of

_MOST_CODES: Final = 5
_MOST_IN_TITLE: Final = 3
_PLACE: Final = "{name}"


def so_far(language: Language, card: Card, ended: Several) -> list[str]:
    """Say how far it is, and what was not done, each cause in a line."""
    known = words_of(language).many.so_far.format(done=ended.done, total=len(card.many))
    others = _others(language, card, ended, at=ended.at)
    return [known, *(": ".join((told.title, *told.lines[:1])) for told in others)]


def ending_of_all(language: Language, card: Card, ended: Several, *, at: float) -> list[Told]:
    """Say how it ended: the sum of it, then what was not done, each cause once with all that it kept."""
    own, words = verbs_of(language)[card.verb], words_of(language).many
    done = [ending.task for ending in ended.endings if ending.is_done]
    others = _others(language, card, ended, at=at)
    if not done:
        return [Told(own.title_not.format(name=migrations(language, len(card.many)))), *others]
    whole = migrations(language, len(card.many))
    part = words.part.format(done=len(done), whole=whole) if others else whole
    seen = words.confirmed.format(at=moment(ended.at, seconds=True), after=duration(language, ended.seconds))
    names = in_full(language, [inert(task.name, NAME) for task in done])
    return [Told(own.title_done.format(name=part), (seen, *names), own.after_done_all), *others]


def ending_of_one(language: Language, card: Card, ended: OfTarget, *, at: float) -> Told:
    """Say how one of them ended."""
    return ending(language, ended.outcome, _about(card, ended.task, at, name=ended.task.name))


def _about(card: Card, task: Snapshot, at: float, *, name: str) -> About:
    return About(
        verb=card.verb,
        project=card.project,
        principal=card.principal,
        name=name,
        requester=card.user_id,
        last=task,
        at=at,
        among_many=True,
    )


def _others(language: Language, card: Card, ended: Several, *, at: float) -> list[Told]:
    """Say why what was not done was not: each cause once, with the names of all that it kept, and their codes."""
    names: dict[Told, list[str]] = {}
    codes: dict[Told, list[str]] = {}
    for one in ended.endings:
        if one.is_done:
            continue
        # What differs from one to the other, and would make each a cause of its own, is left out.
        task = replace(one.task, speed=None, read_at=card.task.read_at)
        told = ending(language, one.outcome, _about(card, task, at, name=_PLACE))
        cause = replace(told, codes="")
        names.setdefault(cause, []).append(inert(one.task.name, NAME))
        codes.setdefault(cause, []).extend([told.codes] if told.codes else [])
    return [_of_those(language, cause, kept, codes[cause]) for cause, kept in names.items()]


def _of_those(language: Language, cause: Told, names: list[str], codes: list[str]) -> Told:
    """Say a cause of those that it kept: a few in the title, many below it."""
    few = len(names) <= _MOST_IN_TITLE
    title = cause.title.replace(_PLACE, named(language, names) if few else migrations(language, len(names)))
    below = () if few else in_full(language, names)
    return replace(cause, title=title, lines=(*cause.lines, *below), codes=" · ".join(codes[:_MOST_CODES]))
