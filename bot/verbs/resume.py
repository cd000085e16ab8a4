"""Resume what was paused, or has failed: `POST …/start` with keys, by way of waiting (1) to migrating (2).

OMS keeps no keys, so they are handed over each time, from the settings or of the requester's own agency. Waiting for a
slot is a truth of its own: it is told, and watched on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.answers import Answer, NoKeys
from bot.conversation.ports import Tasks
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import RESUME, LackingKeys, Question, Wish
from bot.huawei.oms.models import TaskStatus
from bot.verbs.parsing import Place, Problem, Projects, parse_target
from bot.verbs.verb import nothing_to_ask

if TYPE_CHECKING:
    from bot.huawei.oms.client import Accepted


class Resume:
    """``resume <project> <task> [reason…]``; without a task, what could be resumed."""

    name = RESUME
    form = "<project> <task> [reason]"
    done = "resumed"
    moving = "resuming"
    able = "resumable"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        place = parse_target(rest, projects, verb=self.name, listed="paused")
        if not isinstance(place, Place):
            return place
        return Wish(
            verb=self.name,
            project=place.project,
            targets=(place.task,),
            reason=place.reason,
            anyway=place.anyway,
        )

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find the task, and whether there are keys for it."""
        found = await tasks.find(wish.targets[0])
        if not isinstance(found, Snapshot):
            return found
        if nothing := nothing_to_ask(self, wish, found):
            return nothing
        keys = tasks.keys_for(found)
        if isinstance(keys, LackingKeys):
            return NoKeys(wish=wish, task=found, lacking=keys)
        return Question(task=found, keys=keys)

    async def act(self, tasks: Tasks, target: str, wish: Wish) -> Accepted:  # noqa: ARG002  # as `Verb` has it
        """Ask OMS once. Accepted is not migrating."""
        return await tasks.resume(target)

    def judge(self, seen: Snapshot, wish: Wish) -> Standing:  # noqa: ARG002  # as `Verb` has it
        """Only what is paused or has failed can be resumed. One that waits has been started, by whomever."""
        match seen.status:
            case TaskStatus.PAUSED | TaskStatus.FAILED:
                return Standing.READY
            case TaskStatus.INITIALIZING | TaskStatus.WAITING:
                return Standing.MOVING
            case TaskStatus.MIGRATING | TaskStatus.RETRYING:
                return Standing.DONE
            case TaskStatus.SUCCEEDED:
                return Standing.ENDED
            case _:
                return Standing.NOT

    def loosens(self, seen: Snapshot, wish: Wish) -> bool:  # noqa: ARG002  # as `Verb` has it
        """More is copied."""
        return True
