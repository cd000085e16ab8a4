"""Pause one task: `POST …/tasks/{task_id}/stop`, from migrating (2) by way of pausing (7) to paused (3)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.answers import Answer
from bot.conversation.outcomes import Snapshot, Standing
from bot.conversation.ports import Tasks
from bot.conversation.values import Question, Wish
from bot.huawei.oms.models import TaskStatus
from bot.verbs.parsing import Place, Problem, Projects, parse_place
from bot.verbs.verb import nothing_to_ask

if TYPE_CHECKING:
    from bot.huawei.oms.client import Accepted


class Pause:
    """``pause <project> <task> [reason…]``; without a task, the tasks that could be paused."""

    name = "pause"
    form = "<project> <task> [reason]"
    done = "paused"
    moving = "pausing"
    able = "pausable"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        place = parse_place(rest, projects, verb=self.name)
        if not isinstance(place, Place):
            return place
        if not place.task:
            return Wish(verb="list", project=place.project)
        return Wish(
            verb=self.name,
            project=place.project,
            targets=(place.task,),
            reason=place.reason,
            anyway=place.anyway,
        )

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find the task; tell how many wait for the slot that it would free."""
        found, waiting = await asyncio.gather(tasks.find(wish.targets[0]), tasks.count_waiting())
        if not isinstance(found, Snapshot):
            return found
        return nothing_to_ask(self, wish, found) or Question(task=replace(found, waiting_tasks=waiting))

    async def act(self, tasks: Tasks, target: str, wish: Wish) -> Accepted:  # noqa: ARG002  # as `Verb` has it
        """Ask OMS once. Accepted is not paused."""
        return await tasks.pause(target)

    def judge(self, seen: Snapshot, wish: Wish) -> Standing:  # noqa: ARG002  # as `Verb` has it
        """Only what migrates can be paused."""
        match seen.status:
            case TaskStatus.MIGRATING:
                return Standing.READY
            case TaskStatus.PAUSING:
                return Standing.MOVING
            case TaskStatus.PAUSED:
                return Standing.DONE
            case TaskStatus.SUCCEEDED | TaskStatus.FAILED:
                return Standing.ENDED
            case _:
                return Standing.NOT

    def loosens(self, seen: Snapshot, wish: Wish) -> bool:  # noqa: ARG002  # as `Verb` has it
        """Less is copied."""
        return False
