"""What people type, as values: text → `Pause` | `ListTasks` | `Help` | `Problem`. Pure.

Slash commands, buttons and the command line share this grammar. It forgives what a phone does to text: smart
quotes, long dashes, capitals, stray spaces, and a link copied from the console's address bar.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

TASK_ID = re.compile(r"[0-9]{1,15}")  # a Long of at most 15 digits. Source: API page "Pause a Migration Task"
MAX_REASON = 200

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛′", "'"))
_DASHES = re.compile(r"[‐‑‒–—―−﹘﹣－-]+")
# With them go control characters and lone surrogates, which no database would store.
_INVISIBLE = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_WORD = re.compile(r'"([^"]*)"|(\S+)')
_SLACK_LINK = re.compile(r"<(https?://[^<>|\s]*)(?:\|[^<>]*)?>")  # <link> or <link|label>


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


def normalise(text: str) -> str:
    """Undo what a phone's keyboard does: quotes become plain, invisible characters go, spaces are single."""
    text = _INVISIBLE.sub("", text).translate(_QUOTES)  # first: NFKC makes two single quotes of a ″
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    return " ".join(text.split())


def after_mention(text: str) -> str:
    """Return what follows the mention of the bot in an event's *text*, with Slack's three escapes undone."""
    said = text.partition(">")[2]
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def fold(name: str) -> str:
    """Return the form in which two spellings of a name are the same: no case, any run of dashes is one."""
    return _DASHES.sub("-", normalise(name)).casefold()


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
    words = _split(normalise(text))
    if not words:
        return Help()
    verb = words[0].casefold().removeprefix("/oms").strip("/") or "help"
    match verb:
        case "pause":
            return _parse_pause(words[1:], projects)
        case "link":
            return Link(" ".join(words[1:]))
        case "unlink":
            return Unlink()
        case "whoami":
            return WhoAmI()
        case "help" | "?":
            return Help()
        case "stop":  # what the API calls it, and what people in a hurry type
            return UnknownVerb(verb, "pause")
        case _:
            return UnknownVerb(verb, _closest(verb, VERBS))


def _split(text: str) -> list[str]:
    """Split at spaces, keeping what stands in double quotes together; <link|label> becomes the link."""
    words = [(quoted or bare).strip() for quoted, bare in _WORD.findall(_SLACK_LINK.sub(r"\1", text))]
    return [word for word in words if word]


def _parse_pause(words: list[str], projects: Projects) -> Command | Problem:
    if not words:
        return MissingProject(tuple(projects))
    if words[0].startswith(("https://", "http://")):
        return _parse_link(words[0], " ".join(words[1:]), projects)
    alias = _find_project(words[0], projects)
    task = words[1].lstrip("# ") if len(words) > 1 else None
    if task and task.startswith(("https://", "http://")):
        task = _ids_in_link(task)[1] or task
    if alias is None:
        return UnknownProject(words[0], _closest(words[0], projects), tuple(projects), task)
    if not task:
        return ListTasks(alias)
    return Pause(alias, task, _clean_reason(" ".join(words[2:])))


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


def _find_project(name: str, projects: Projects) -> str | None:
    """Return the alias that *name* means: the alias itself, else its project id, whatever the case."""
    wanted = fold(name)
    by_alias = (alias for alias in projects if fold(alias) == wanted)
    by_id = (alias for alias, project in projects.items() if fold(project.id) == wanted)
    return next(by_alias, None) or next(by_id, None)


def _closest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(closest_names(word, list(known), limit=1)), None)


def closest_names(name: str, known: list[str], limit: int = 3) -> list[str]:
    """Return the names in *known* that *name* was most likely meant to be, best first."""
    by_folded = {fold(candidate): candidate for candidate in known}
    return [
        by_folded[found] for found in difflib.get_close_matches(fold(name), by_folded, limit, cutoff=0.55)
    ]


def _clean_reason(reason: str) -> str:
    edges = "\"' -–—:"
    return reason.strip(edges)[:MAX_REASON].strip(edges)
