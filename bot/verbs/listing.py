"""List what migrates in a project, the fastest first, each task with a button that asks to pause it."""

from __future__ import annotations

from typing import Final

from bot.conversation.answers import Answer, TaskList
from bot.conversation.ports import Tasks
from bot.conversation.values import Question, Wish
from bot.huawei.oms.models import TaskStatus
from bot.verbs.parsing import Place, Problem, Projects, parse_place

MOST_LISTED: Final = 10


class Listing:
    """``list <project> [from]``, and ``pause <project>``."""

    name = "list"
    form = "<project>"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb; a number is the place in the list to begin at."""
        place = parse_place(rest, projects, verb=self.name, takes_task=False)
        if not isinstance(place, Place):
            return place
        return Wish(
            verb=self.name, project=place.project, targets=(place.task,) if place.task.isdecimal() else ()
        )

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Read what migrates; what takes most of the line comes first."""
        migrating = await tasks.listed({TaskStatus.MIGRATING})
        [first] = map(int, wish.targets or ("1",))
        if not 1 <= first <= len(migrating):
            first = 1
        return TaskList(
            project=wish.project,
            tasks=tuple(migrating[first - 1 :][:MOST_LISTED]),
            first=first,
            total=len(migrating),
            speed=sum(task.speed or 0 for task in migrating),
        )
