"""Tell everything about one target that helps to decide what to do about it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.conversation.answers import Answer, TaskReport
from bot.conversation.ports import Tasks
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Question, Wish
from bot.verbs.parsing import Problem, Projects, parse_one_target


class Status:
    """``status <project> <task>``; without a task, the list of what migrates."""

    name = "status"
    form = "<project> <task>"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        return parse_one_target(rest, projects, verb=self.name)

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find it; tell how many tasks wait for a slot."""
        found, waiting = await asyncio.gather(tasks.find(wish.targets[0]), tasks.count_waiting())
        if not isinstance(found, Snapshot):
            return found
        return TaskReport(project=wish.project, task=replace(found, waiting_tasks=waiting))
