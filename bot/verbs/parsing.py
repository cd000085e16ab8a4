"""What commands about a project have in common: which project, which task, why. Text in, values out. Pure.

It forgives what a phone does to text, and understands a link copied from the console's address bar.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from bot.conversation.values import Wish
from bot.spelling import closest_names, first_word, meant, normalise, unlinked, unwrap
from bot.verbs.bandwidth import Wrong
from bot.verbs.targets import TASK_ID, first_target

MAX_REASON = 200
_ANYWAY = re.compile(r"(^|\s)[-–—]+anyway$")
_FLAGS = re.compile(r"((^|\s+)[-–—]+(anyway|take-over [0-9a-f]{24}))+$")  # what buttons put at the end
_REASON_OPTION = re.compile(
    r"^reason(?=[ =:]+[\"'])"
)  # as in ``--reason "night peak"``, for who is used to a shell


@dataclass(frozen=True)
class UnknownVerb:
    """The first word is no command; `closest` is the one it resembles most, `meant` what it is with that one."""

    verb: str
    closest: str | None
    meant: Wish | None = None


@dataclass(frozen=True)
class UnknownProject:
    """No such project is configured; `closest` is the alias that may be meant, `known` are all of them.

    `rest` is what stands behind it, and `meant` the whole with that alias, if it is something that can be done.
    """

    project: str
    closest: str | None
    known: tuple[str, ...]
    verb: str
    rest: str = ""
    meant: Wish | None = None


@dataclass(frozen=True)
class MissingProject:
    """The command names no project."""

    known: tuple[str, ...]
    verb: str


@dataclass(frozen=True)
class UnclearTime:
    """What stands behind the task is meant as a time, and is none that can be kept; `meant` is the wish without it."""

    typed: str
    verb: str
    meant: Wish


@dataclass(frozen=True)
class BadLimit:
    """The words behind the task are no bandwidth policy: what is `wrong`, with which `word`."""

    wrong: Wrong
    word: str
    project: str
    task: str


Problem = UnknownVerb | UnknownProject | MissingProject | UnclearTime | BadLimit


@dataclass(frozen=True)
class Place:
    """Where something is to be done: in which project, to which task as typed (empty: none was named), and why.

    `anyway`: also if somebody else has asked for it already.
    """

    project: str
    task: str = ""
    reason: str = ""
    anyway: bool = False


class KnownProject(Protocol):
    """What the grammar needs to know of a configured project."""

    @property
    def id(self) -> str:
        """Huawei Cloud's project id."""

    @property
    def region(self) -> str:
        """The region that the project belongs to."""


Projects = Mapping[str, KnownProject]


def parse_place(
    text: str, projects: Projects, *, verb: str, takes_task: bool = True
) -> Place | UnknownProject | MissingProject:
    """Understand ``<project> [<task> [reason…]]``, or a console link in their place.

    Where there is one project only, its name may be left out: before nothing and, if the verb *takes_task*, before a
    task alone.
    """
    only = next(iter(projects)) if len(projects) == 1 else ""
    word, rest = first_word(text)
    if not word:
        return Place(only) if only else MissingProject(tuple(projects), verb)
    if _is_link(word):
        return _parse_link(unwrap(word), rest, projects, verb)
    alias = find_project(word, projects)
    if alias is None:
        return _without_project(text, projects, verb=verb, only=only, takes_task=takes_task)
    typed, reason = first_target(rest)
    anyway = _ANYWAY.search(reason)
    return Place(alias, _understood(typed), _clean_reason(_ANYWAY.sub("", reason)), anyway=bool(anyway))


def parse_target(text: str, projects: Projects, *, verb: str, listed: str = "") -> Place | Wish | Problem:
    """Understand ``<project> <task> [reason…]``; without a task, the list of what is in the state *listed* is meant."""
    place = parse_place(text, projects, verb=verb)
    if isinstance(place, Place) and not place.task:
        return Wish(verb="list", project=place.project, terms=listed)
    return place


def parse_one_target(text: str, projects: Projects, *, verb: str) -> Wish | Problem:
    """Understand ``<project> <task>``; without a task, the list of what migrates is meant."""
    place = parse_target(text, projects, verb=verb)
    if not isinstance(place, Place):
        return place
    return Wish(verb=verb, project=place.project, targets=(place.task,))


def _without_project(
    text: str, projects: Projects, *, verb: str, only: str, takes_task: bool
) -> Place | UnknownProject:
    """Say what may be meant by *text*, whose first word is no project: one that resembles it, or the *only* one."""
    (word, rest), known = first_word(text), tuple(projects)
    if alias := closest(unwrap(word), known):
        return UnknownProject(unwrap(word), alias, known, verb, rest)
    task, reason = first_target(text)
    if only and takes_task and not reason:
        return Place(only, _understood(task))
    is_task = any(char.isdigit() for char in word)  # as most of their names have a number, and few projects'
    return UnknownProject(unwrap(word), only or None, known, verb, text if only and is_task else rest)


def _understood(typed: str) -> str:
    """Return the task id that *typed* is or, as a console link, holds; else *typed*, for it may be a name as it is."""
    task_id = ids_in_link(unwrap(typed))[1] if _is_link(typed) else unwrap(typed)
    return task_id if task_id and TASK_ID.fullmatch(task_id) else typed


def _is_link(word: str) -> bool:
    return unwrap(word).startswith(("https://", "http://"))


def _parse_link(link: str, reason: str, projects: Projects, verb: str) -> Place | MissingProject:
    """Understand a console link, which names the project by id or region, and the task by a long number."""
    names, task = ids_in_link(link)
    alias = project_of_link(names, projects)
    if alias is None:
        return MissingProject(tuple(projects), verb)
    return Place(alias, task or "", _clean_reason(reason))


def project_of_link(names: Collection[str], projects: Projects) -> str | None:
    """Return the alias that one of the *names* in a link means: a project's own, or a region's only one."""
    alias = next((found for name in names if (found := find_project(name, projects))), None)
    in_region = [a for a, project in projects.items() if project.region in names]
    return alias or (in_region[0] if len(in_region) == 1 else None)


def ids_in_link(link: str) -> tuple[list[str], str | None]:
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


def find_project(typed: str, projects: Projects) -> str | None:
    """Return the alias that *typed* means: the alias itself, else its project id, whatever the case."""
    aliases = meant(typed, projects)
    ids = meant(typed, (project.id for project in projects.values())) if not aliases else set()
    return next((alias for alias, project in projects.items() if alias in aliases or project.id in ids), None)


def closest(word: str, known: Collection[str]) -> str | None:
    """Return the one of the *known* that a word resembles most."""
    return next(iter(closest_names(word, list(known), limit=1)), None)


def without_flags(reason: str) -> str:
    """Return a reason that can't be read as what buttons put behind one, whoever gave it: a person, or an alert."""
    read = unlinked(normalise(reason))  # as it will be, once it is part of a command
    return _FLAGS.sub("", read) if _FLAGS.search(read) else reason


def _clean_reason(reason: str) -> str:
    """Keep the words as they were typed; what marks or sets them apart goes, and so does what is too much."""
    edges = "\"'`*_~ -–—:,;="
    words = _REASON_OPTION.sub("", " ".join(reason.split()).strip(edges))
    return words.strip(edges)[:MAX_REASON].strip(edges)
