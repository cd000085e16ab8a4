"""Which projects and tasks a message speaks of: an alert's, or a colleague's. Text in, values out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.conversation.snapshots import Snapshot
from bot.spelling import fold, unescape, unwrap
from bot.verbs.parsing import Projects, find_project, ids_in_link, project_of_link

MOST_READ = 10_000  # characters; what stands behind them is left out
_LINK = re.compile(r"https?://[^\s<>|\"]+")
_ID = re.compile(
    r"(?<![\w:.-])(?:\d{12,15}|(?:group|sync):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])"
)
# Shorter numbers are more often times, sizes or phone numbers. What stands in a name is none of its edges.
_WORD = re.compile(r"[^\s,;|<>()\[\]{}\"'`*=]+")


@dataclass(frozen=True)
class Mentioned:
    """The aliases of projects, and the ids of tasks; each once, in the order of the text."""

    projects: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()


def mentioned(text: str, projects: Projects) -> Mentioned:
    """Find what *text* speaks of; where there is one project only, that is meant."""
    text = unescape(text[:MOST_READ])
    aliases: dict[str, None] = {}
    tasks: dict[str, None] = {}
    for link in _LINK.findall(text):
        names, task = ids_in_link(link)
        if (alias := project_of_link(names, projects)) and task:  # other pages have long numbers too
            aliases[alias] = tasks[task] = None
    text = _LINK.sub(" ", text)
    words = (unwrap(word) for word in _WORD.findall(text))
    aliases |= dict.fromkeys(found for word in words if word and (found := find_project(word, projects)))
    tasks |= dict.fromkeys(found.lower() for found in _ID.findall(text))
    if not aliases and len(projects) == 1:
        aliases = dict.fromkeys(projects)
    return Mentioned(tuple(aliases), tuple(tasks))


def named_in(text: str, tasks: Iterable[Snapshot]) -> list[Snapshot]:
    """Return those of *tasks* whose names stand in *text*, each as a word of its own."""
    text = fold(unescape(text[:MOST_READ]))
    return [task for task in tasks if task.name and _stands_in(fold(task.name), text)]


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", text) is not None
