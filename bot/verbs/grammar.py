"""What people type, as values: text → a command of the registry, or what is wrong with it. Pure.

Slash commands, mentions, buttons and the command line share this grammar. It forgives what a phone does to text: smart
quotes, long dashes, capitals, stray spaces; see `bot.spelling`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from bot.spelling import first_word, normalise, unescape, unlinked, unwrap
from bot.verbs.help import Help
from bot.verbs.parsing import MissingProject, Problem, Projects, UnknownProject, UnknownVerb, closest
from bot.verbs.registry import REGISTRY, Command, Registry

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
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
    name, rest = _take_word(unlinked(normalise(text)))
    if not name:
        return Help()
    if word := registry.words.get(name):
        parsed = word.parse(rest, projects)
        return replace(parsed, verb=name) if isinstance(parsed, UnknownProject | MissingProject) else parsed
    return UnknownVerb(name, _CALLED_OTHERWISE.get(name) or closest(name, registry.words))


def _take_word(text: str) -> tuple[str, str]:
    """Return the first word, and what follows it; mentions and ``/oms`` may stand before it."""
    verb = ""
    while text and not verb:
        word, text = first_word(text)
        verb = "" if unwrap(word).startswith("@") else unwrap(word).casefold().removeprefix("/oms").strip("/")
    return verb, text
