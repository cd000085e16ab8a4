"""Pause one task: `POST …/tasks/{task_id}/stop`, from migrating (2) by way of pausing (7) to paused (3)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.conversation import timed
from bot.conversation.answers import Answer, NoKeys, TaskList
from bot.conversation.ports import Tasks
from bot.conversation.snapshots import Kind, Snapshot, Standing
from bot.conversation.sums import sum_of
from bot.conversation.values import ALL, KeyNames, LackingKeys, LeftOut, Question, Wish
from bot.huawei.oms.models import TaskStatus
from bot.verbs.parsing import Place, Problem, Projects, UnclearTime, parse_target
from bot.verbs.verb import nothing_to_ask

if TYPE_CHECKING:
    from bot.huawei.oms.client import Accepted


MOST_AT_ONCE: Final = 500
"""How many one decision may be on: more would fit neither on a card nor into a person's head."""

_NOT_OVER: Final = (
    TaskStatus.MIGRATING,
    TaskStatus.WAITING,
    TaskStatus.INITIALIZING,
    TaskStatus.RETRYING,
    TaskStatus.PAUSING,
)


class Pause:
    """``pause <project> <task>|all [for 2h] [reason…]``; without a task, the tasks that could be paused."""

    name = "pause"
    form = "<project> <task>|all [for 2h] [reason]"
    done = "paused"
    moving = "pausing"
    able = "pausable"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        place = parse_target(rest, projects, verb=self.name)
        if not isinstance(place, Place):
            return place
        wish = Wish(
            verb=self.name,
            project=place.project,
            targets=(ALL if place.task.casefold() == ALL else place.task,),
            reason=place.reason,
            anyway=place.anyway,
        )
        match timed.peel(place.reason):
            case timed.Unclear(typed=typed):
                return UnclearTime(typed, self.name, replace(wish, reason=""))
            case timed.Terms(terms=terms, rest=reason):
                return replace(wish, terms=terms, reason=reason)

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find the task; tell how many wait for the slot that it would free."""
        if wish.targets == (ALL,):
            return await self._look_at_all(tasks, wish)
        found, waiting = await asyncio.gather(tasks.find(wish.targets[0]), tasks.count_waiting())
        if not isinstance(found, Snapshot):
            return found
        if nothing := nothing_to_ask(self, wish, found):
            return nothing
        keys = tasks.keys_for(found)
        if isinstance(keys, LackingKeys) and wish.terms:
            return NoKeys(wish=wish, task=found, lacking=keys)
        known = None if isinstance(keys, LackingKeys) else keys
        others = _others_waiting(found, waiting)
        return Question(task=replace(found, waiting_tasks=others), keys=known)

    async def _look_at_all(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find what could be paused: groups first, then the tasks that none drives, the fastest of each first.

        A sync task is left out, since stopping one may lose objects: that wants a confirmation of its own. So is what
        something drives that can't be paused in its place.
        """
        found = await tasks.listed(_NOT_OVER)
        listed = {one.task_id for one in found}
        # What a group drives that is listed too goes with it.
        free = [one for one in found if not one.driver_id or f"group:{one.driver_id}" not in listed]
        ready = [one for one in free if _is_free(one) and self.judge(one, wish) is Standing.READY]
        if not ready:
            return TaskList(project=wish.project, tasks=(), total=0)
        ready.sort(key=lambda one: (one.kind is not Kind.GROUP, -(one.speed or 0)))
        taken = {one.task_id for one in ready}
        left = [one for one in free if one.task_id not in taken]
        keys = {one.task_id: tasks.keys_for(one) for one in ready[:MOST_AT_ONCE]}
        for one in ready[:MOST_AT_ONCE] if wish.terms else ():
            if isinstance(lacking := keys[one.task_id], LackingKeys):
                return NoKeys(wish=wish, task=one, lacking=lacking)
        return Question(
            task=sum_of(ready, waiting=sum(one.status == TaskStatus.WAITING for one in left)),
            many=tuple(ready[:MOST_AT_ONCE]),
            left_out=tuple(
                LeftOut(task=one, standing=self.judge(one, wish)) for one in [*ready[MOST_AT_ONCE:], *left]
            ),
            many_keys=tuple(names for names in keys.values() if isinstance(names, KeyNames))
            if wish.terms
            else (),
        )

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
            case TaskStatus.SUCCEEDED | TaskStatus.FAILED | TaskStatus.DELETING | TaskStatus.DELETED:
                return Standing.ENDED
            case _:
                return Standing.NOT

    def loosens(self, seen: Snapshot, wish: Wish) -> bool:  # noqa: ARG002  # as `Verb` has it
        """Less is copied."""
        return False


def _is_free(one: Snapshot) -> bool:
    return one.kind is not Kind.SYNC and one.group is None


def _others_waiting(found: Snapshot, waiting: int | None) -> int | None:
    """Return how many may start in place of *found*: none that it holds itself; a sync task takes no task's slot."""
    match found.kind:
        case Kind.TASK:
            return waiting
        case Kind.GROUP:
            return None if waiting is None else max(0, waiting - (found.children_waiting or 0))
        case Kind.SYNC:
            return None
