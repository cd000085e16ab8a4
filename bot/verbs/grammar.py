"""What people type, as values: text → a command of the registry, or what is wrong with it. Pure.

Slash commands, mentions, buttons and the command line share this grammar. It forgives what a phone does to text: smart
quotes, long dashes, capitals, stray spaces; see `bot.spelling`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from bot.conversation.values import Wish
from bot.spelling import first_word, normalise, unescape, unlinked, unwrap
from bot.verbs.help import Help
from bot.verbs.parsing import Problem, Projects, UnknownProject, UnknownVerb, closest
from bot.verbs.registry import REGISTRY, Command, Registry

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_ABOUT_PEOPLE = re.compile(r"\bhistory\b", re.IGNORECASE)  # whom a mention means, not what it is called
_OVER = re.compile(r"\s+--take-over ([0-9a-f]{24})$")  # an operation, which a button names
_CALLED_OTHERWISE = {"stop": "pause"}  # what the API calls it, and what people in a hurry type


def after_mention(text: str, bots: Collection[str] = (), registry: Registry = REGISTRY) -> str:
    """Return what follows the bot's mention in a message's *text*; *bots* are the user ids that it is known by.

    Colleagues, groups and words may stand before it. Without a known id among the mentions, any may be the bot's. Of
    several, the first is meant that a command follows.
    """
    mentions = list(_MENTION.finditer(text))
    ours = [mention for mention in mentions if mention[1] in bots] or mentions
    tails = [unescape(text[mention.end() :]) for mention in ours]
    return next(
        (tail for tail in tails if _take_word(unlinked(normalise(tail)))[0] in registry.words),
        next(iter(tails), ""),
    )


def parse(text: str, projects: Projects, registry: Registry = REGISTRY) -> Command | Problem:
    """Understand *text* (what follows ``/oms``). *projects* are the configured ones by alias."""
    typed = unlinked(_MENTION.sub(_by_id, normalise(text)) if _ABOUT_PEOPLE.search(text) else normalise(text))
    over = _OVER.search(typed)
    parsed = _parse(_OVER.sub("", typed), projects, registry)
    return replace(parsed, over=over[1]) if over and isinstance(parsed, Wish) else parsed


def _by_id(mention: re.Match[str]) -> str:
    return f"@{mention[1]}"


def _parse(text: str, projects: Projects, registry: Registry) -> Command | Problem:
    name, rest = _take_word(text)
    if not name:
        return Help()
    word = registry.words.get(name)
    if word is None:
        meant = _CALLED_OTHERWISE.get(name) or closest(name, registry.words)
        return UnknownVerb(name, meant, _wish(meant, rest, projects, registry))
    parsed = word.parse(rest, projects)
    if isinstance(parsed, UnknownProject) and parsed.closest:
        return replace(parsed, meant=_wish(name, f"{parsed.closest} {parsed.rest}", projects, registry))
    return parsed


def is_alone(text: str, word: str) -> bool:
    """Tell whether *word* is all that was typed."""
    return _take_word(unlinked(normalise(text))) == (word, "")


def _wish(name: str | None, rest: str, projects: Projects, registry: Registry) -> Wish | None:
    """Return the wish that this would be, if it names all that it needs."""
    word = registry.words.get(name or "")
    wish = word.parse(rest, projects) if word and rest else None
    return wish if isinstance(wish, Wish) else None


def _take_word(text: str) -> tuple[str, str]:
    """Return the first word, and what follows it; mentions and ``/oms`` may stand before it."""
    verb = ""
    while text and not verb:
        word, text = first_word(text)
        verb = "" if unwrap(word).startswith("@") else unwrap(word).casefold().removeprefix("/oms").strip("/")
    return verb, text
