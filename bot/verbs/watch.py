"""Watch a task: one message in the channel, which shows how it goes on."""

from __future__ import annotations

from bot.conversation.answers import Answer, NotWatched, Watched
from bot.conversation.ports import Tasks
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Question, Wish
from bot.conversation.watched import ENDED
from bot.verbs.parsing import Problem, Projects, parse_one_target


class Watch:
    """``watch <project> <task>``; without a task, the list of what could be watched."""

    name = "watch"
    form = "<project> <task>"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        return parse_one_target(rest, projects, verb=self.name)

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find the task; what has ended does not go on."""
        found = await tasks.find(wish.targets[0])
        if not isinstance(found, Snapshot):
            return found
        if found.status in ENDED:
            return NotWatched(why="ended", project=wish.project, task=found)
        return Watched(task=found)
