"""List what migrates in a project, each task with a button that asks to pause it."""

from __future__ import annotations

from bot.conversation.answers import Answer, TaskList
from bot.conversation.ports import Tasks
from bot.conversation.values import Question, Wish
from bot.verbs.parsing import Place, Problem, Projects, parse_place


class Listing:
    """``list <project>``, and ``pause <project>``."""

    name = "list"
    form = "<project>"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        place = parse_place(rest, projects)
        return Wish(verb=self.name, project=place.project) if isinstance(place, Place) else place

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Read the tasks in status 2."""
        return TaskList(project=wish.project, tasks=tuple(await tasks.migrating()))
