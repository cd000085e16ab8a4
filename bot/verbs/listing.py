"""List what a project has, the fastest first: what migrates, or what is in another state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.conversation.answers import Answer, TaskList
from bot.conversation.ports import Tasks
from bot.conversation.snapshots import Kind, Snapshot
from bot.conversation.values import Question, Wish
from bot.huawei.oms.models import TaskStatus
from bot.spelling import closest_names, first_word, unwrap
from bot.verbs.parsing import Place, Problem, Projects, parse_place
from bot.verbs.targets import Target

MOST_LISTED: Final = 200
"""How many are read out in one answer, and stored with it: as many as a table of Slack's has rows."""

MIGRATING: Final = "migrating"
STATES: Final[dict[str, frozenset[TaskStatus]]] = {
    MIGRATING: frozenset({TaskStatus.MIGRATING}),
    "paused": frozenset({TaskStatus.PAUSED, TaskStatus.PAUSING}),
    "waiting": frozenset({TaskStatus.WAITING}),
    "failed": frozenset({TaskStatus.FAILED}),
    "all": frozenset(),
}
"""What can be asked for, and which statuses it is; none: whatever there is."""

_CALLED: Final = {
    MIGRATING: "migrate migration running active executing started 迁移 迁移中 正在迁移",
    "paused": "pause pausing stopped stopping 暂停 暂停中 已暂停",
    "waiting": "wait queued pending 等待 等待中",
    "failed": "fail failing failure error broken 失败 迁移失败",
    "all": "everything any 全部 所有",
}
_NUMBER: Final = re.compile(r"\d{1,9}")  # no list is as long as a longer one
_STATE_OF: Final = {word: state for state, words in _CALLED.items() for word in (state, *words.split())}
_ORDER: Final = (
    TaskStatus.MIGRATING, TaskStatus.RETRYING, TaskStatus.PAUSING, TaskStatus.WAITING, TaskStatus.INITIALIZING,
    TaskStatus.PAUSED, TaskStatus.FAILED,
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """Which part of which list: what is in a state, from number `first` on."""

    state: str = MIGRATING
    first: int = 1

    def __str__(self) -> str:
        state = "" if self.state == MIGRATING else self.state
        return " ".join(filter(None, (state, str(self.first) if self.first > 1 else "")))

    @classmethod
    def of(cls, words: str) -> Section | None:
        """Return the section that *words* name; a number is where it begins. None if they name something else."""
        section, rest = cls(), words
        while rest:
            word, rest = first_word(rest)
            typed = unwrap(word).casefold()
            if _NUMBER.fullmatch(typed):
                section = replace(section, first=int(typed))
            elif state := _state(typed):
                section = replace(section, state=state)
            else:
                return None
        return section


def _state(typed: str) -> str | None:
    """Return the state that a word means: a list does no harm, so a misspelt one is understood too."""
    found = _STATE_OF.get(typed) or _STATE_OF.get(typed.removesuffix("s"))
    return found or next((_STATE_OF[near] for near in closest_names(typed, list(_STATE_OF), limit=1)), None)


class Listing:
    """``list <project> [state] [from]``, and ``pause <project>``."""

    name = "list"
    form = "<project> [state]"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb. What is no state is the name of a task, and its status is shown."""
        place = parse_place(rest, projects, verb=self.name, takes_task=False)
        if not isinstance(place, Place):
            return place
        section = Section.of(f"{place.task} {place.reason}".strip())
        if section is None:
            return Wish(verb="status", project=place.project, targets=(place.task,))
        return Wish(verb=self.name, project=place.project, terms=str(section))

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Read what is in that state; what takes most of the line comes first, and a group before its tasks."""
        # Releases before this one stored where the list begins as its target.
        section = Section.of(" ".join((*wish.targets, wish.terms))) or Section()
        families = _families(await tasks.listed(STATES[section.state]))
        found = [one for family in families for one in family]
        first = section.first if 1 <= section.first <= len(found) else 1
        return TaskList(
            project=wish.project,
            tasks=tuple(found[first - 1 :][:MOST_LISTED]),
            first=first,
            total=len(found),
            # What is paused may still show a speed, and a group's is that of its tasks.
            speed=sum(top.speed or 0 for top, *_ in families if top.status == TaskStatus.MIGRATING),
            state=section.state,
            groups=sum(one.kind is Kind.GROUP for one in found),
        )


def _families(found: Iterable[Snapshot]) -> list[list[Snapshot]]:
    """Return what is driven by nothing else that was found, the fastest first, each with what it drives behind it."""
    ordered = sorted(found, key=lambda one: (_place_of(one.status), -(one.speed or 0)))
    groups = {one.task_id for one in ordered if one.kind is Kind.GROUP}
    families: dict[str, list[Snapshot]] = {
        one.task_id: [one] for one in ordered if _driver(one) not in groups
    }
    for one in ordered:
        if (driver := _driver(one)) in groups:
            families[driver].append(one)
    return list(families.values())


def _driver(one: Snapshot) -> str:
    return str(Target(Kind.GROUP, one.driver_id)) if one.driver_id else ""


def _place_of(status: int | None) -> int:
    """Return where a status stands among the others; what is over, or not known, comes last."""
    return _ORDER.index(status) if status in _ORDER else len(_ORDER)
