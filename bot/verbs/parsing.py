"""What commands about a project have in common: which project, which task, why. Text in, values out. Pure.

It forgives what a phone does to text, and understands a link copied from the console's address bar.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from bot.spelling import closest_names, first_word, meant, unwrap

TASK_ID = re.compile(r"[0-9]{1,15}")  # a Long of at most 15 digits. Source: API page "Pause a Migration Task"
MAX_REASON = 200


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
    verb: str = "pause"


@dataclass(frozen=True)
class MissingProject:
    """The command names no project."""

    known: tuple[str, ...]
    verb: str = "pause"


Problem = UnknownVerb | UnknownProject | MissingProject


@dataclass(frozen=True)
class Place:
    """Where something is to be done: in which project, to which task as typed (empty: none was named), and why."""

    project: str
    task: str = ""
    reason: str = ""


class KnownProject(Protocol):
    """What the grammar needs to know of a configured project."""

    @property
    def id(self) -> str:
        """Huawei Cloud's project id."""

    @property
    def region(self) -> str:
        """The region that the project belongs to."""


Projects = Mapping[str, KnownProject]


def parse_place(text: str, projects: Projects) -> Place | Problem:
    """Understand ``<project> [<task> [reason…]]``, or a console link in their place."""
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
        return UnknownProject(unwrap(word), closest(unwrap(word), known), known, task or None)
    return Place(alias, task, _clean_reason(reason))


def _understood(typed: str) -> str:
    """Return the task id that *typed* is or, as a console link, holds; else *typed*, for it may be a name as it is."""
    task_id = _ids_in_link(unwrap(typed))[1] if _is_link(typed) else unwrap(typed)
    return task_id if task_id and TASK_ID.fullmatch(task_id) else typed


def _is_link(word: str) -> bool:
    return unwrap(word).startswith(("https://", "http://"))


def _parse_link(link: str, reason: str, projects: Projects) -> Place | Problem:
    """Understand a console link, which names the project by id or region, and the task by a long number."""
    names, task = _ids_in_link(link)
    alias = next((found for name in names if (found := _find_project(name, projects))), None)
    in_region = [a for a, project in projects.items() if project.region in names]
    if alias is None and len(in_region) == 1:
        alias = in_region[0]
    if alias is None:
        return MissingProject(tuple(projects))
    return Place(alias, task or "", _clean_reason(reason))


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


def closest(word: str, known: Collection[str]) -> str | None:
    """Return the one of the *known* that a word resembles most."""
    return next(iter(closest_names(word, list(known), limit=1)), None)


def _clean_reason(reason: str) -> str:
    """Keep the words as they were typed; what marks or sets them apart goes, and so does what is too much."""
    edges = "\"'`*_~ -–—:,;"
    return " ".join(reason.split()).strip(edges)[:MAX_REASON].strip(edges)
