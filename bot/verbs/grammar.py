"""What people type, as values: text → `Pause` | `ListTasks` | `Help` | `Problem`. Pure.

Slash commands, buttons and the command line share this grammar. It forgives what a phone does to text: smart
quotes, long dashes, capitals, stray spaces, and a link copied from the console's address bar.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from bot.spelling import closest_names, first_word, meant, normalise, unescape, unlinked, unwrap

TASK_ID = re.compile(r"[0-9]{1,15}")  # a Long of at most 15 digits. Source: API page "Pause a Migration Task"
MAX_REASON = 200

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True)
class Pause:
    """Pause one task: `project` is a configured alias, `task` an id or a name as typed."""

    project: str
    task: str
    reason: str = ""


@dataclass(frozen=True)
class ListTasks:
    """Show the migrating tasks of a project, each with a Pause button."""

    project: str


@dataclass(frozen=True)
class Help:
    """Explain the commands."""


@dataclass(frozen=True)
class Link:
    """Link one's own IAM credential. The command takes no words; `text` is what was typed all the same."""

    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Unlink:
    """Forget one's link."""


@dataclass(frozen=True)
class WhoAmI:
    """Say whom the bot acts as for the asker."""


@dataclass(frozen=True)
class UnknownVerb:
    """The first word is no command; `closest` is the one it resembles most."""

    verb: str
    closest: str | None


@dataclass(frozen=True)
class UnknownProject:
    """No such project is configured; `closest` is the alias it resembles most, `known` are all of them."""

    project: str
    closest: str | None
    known: tuple[str, ...]
    task: str | None = None


@dataclass(frozen=True)
class MissingProject:
    """The command names no project."""

    known: tuple[str, ...]


Problem = UnknownVerb | UnknownProject | MissingProject
Command = Pause | ListTasks | Help | Link | Unlink | WhoAmI

VERBS = ("pause", "help", "link", "unlink", "whoami")


def after_mention(text: str, bots: Collection[str] = ()) -> str:
    """Return what follows the bot's mention in a message's *text*; *bots* are the user ids that it is known by.

    Colleagues, groups and words may stand before it. Without a known id among the mentions, any may be the bot's. Of
    several, the first is meant that a command follows.
    """
    mentions = list(_MENTION.finditer(text))
    ours = [mention for mention in mentions if mention[1] in bots] or mentions
    tails = [unescape(text[mention.end() :]) for mention in ours]
    return next(
        (tail for tail in tails if _take_verb(unlinked(normalise(tail)))[0] in VERBS), next(iter(tails), "")
    )


class KnownProject(Protocol):
    """What the grammar needs to know of a configured project."""

    @property
    def id(self) -> str:
        """Huawei Cloud's project id."""

    @property
    def region(self) -> str:
        """The region that the project belongs to."""


Projects = Mapping[str, KnownProject]


def parse(text: str, projects: Projects) -> Command | Problem:
    """Understand *text* (what follows ``/oms``). *projects* are the configured ones by alias."""
    verb, rest = _take_verb(unlinked(normalise(text)))
    match verb:
        case "pause":
            return _parse_pause(rest, projects)
        case "link":
            return Link(rest)
        case "unlink":
            return Unlink()
        case "whoami":
            return WhoAmI()
        case "help" | "":
            return Help()
        case "stop":  # what the API calls it, and what people in a hurry type
            return UnknownVerb(verb, "pause")
        case _:
            return UnknownVerb(verb, _closest(verb, VERBS))


def _take_verb(text: str) -> tuple[str, str]:
    """Return the verb, and what follows it; mentions and ``/oms`` may stand before it."""
    verb = ""
    while text and not verb:
        word, text = first_word(text)
        verb = "" if unwrap(word).startswith("@") else unwrap(word).casefold().removeprefix("/oms").strip("/")
    return verb, text


def _parse_pause(text: str, projects: Projects) -> Command | Problem:
    word, text = first_word(text)
    if not word:
        return MissingProject(tuple(projects))
    if _is_link(word):
        return _parse_link(unwrap(word), text, projects)
    alias = _find_project(word, projects)
    typed, reason = first_word(text, quoted=True)
    task = _understood(typed)
    if alias is None:
        known = tuple(projects)
        return UnknownProject(unwrap(word), _closest(unwrap(word), known), known, task or None)
    return Pause(alias, task, _clean_reason(reason)) if task else ListTasks(alias)


def _understood(typed: str) -> str:
    """Return the task id that *typed* is or, as a console link, holds; else *typed*, for it may be a name as it is."""
    task_id = _ids_in_link(unwrap(typed))[1] if _is_link(typed) else unwrap(typed)
    return task_id if task_id and TASK_ID.fullmatch(task_id) else typed


def _is_link(word: str) -> bool:
    return unwrap(word).startswith(("https://", "http://"))


def _parse_link(link: str, reason: str, projects: Projects) -> Command | Problem:
    """Understand a console link, which names the project by id or region, and the task by a long number."""
    names, task = _ids_in_link(link)
    alias = next((found for name in names if (found := _find_project(name, projects))), None)
    in_region = [a for a, project in projects.items() if project.region in names]
    if alias is None and len(in_region) == 1:
        alias = in_region[0]
    if alias is None:
        return MissingProject(tuple(projects))
    return Pause(alias, task, _clean_reason(reason)) if task else ListTasks(alias)


def _ids_in_link(link: str) -> tuple[list[str], str | None]:
    """Return what may name a project in *link*, and its task id. The console keeps both behind ``#`` too."""
    link = link.replace("&amp;", "&")
    try:
        parts = urlsplit(link)
    except ValueError:  # brackets that hold no IPv6 address
        return [], None
    queries = [parts.query, parts.fragment.partition("?")[2]]
    values = {k.casefold(): v[-1] for query in queries for k, v in parse_qs(query).items()}
    names = [values[key] for key in ("projectid", "project_id", "project", "region") if key in values]
    task = values.get("taskid") or values.get("task_id") or values.get("id")
    if not (task and TASK_ID.fullmatch(task)):
        task = next(iter(re.findall(r"(?<![0-9A-Za-z])\d{9,15}(?![0-9A-Za-z])", link)), None)
    names += re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", link)
    return names, task


def _find_project(typed: str, projects: Projects) -> str | None:
    """Return the alias that *typed* means: the alias itself, else its project id, whatever the case."""
    aliases = meant(typed, projects)
    ids = meant(typed, (project.id for project in projects.values())) if not aliases else set()
    return next((alias for alias, project in projects.items() if alias in aliases or project.id in ids), None)


def _closest(word: str, known: Collection[str]) -> str | None:
    return next(iter(closest_names(word, list(known), limit=1)), None)


def _clean_reason(reason: str) -> str:
    """Keep the words as they were typed; what marks or sets them apart goes, and so does what is too much."""
    edges = "\"'`*_~ -–—:,;"
    return " ".join(reason.split()).strip(edges)[:MAX_REASON].strip(edges)
