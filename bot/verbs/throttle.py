"""Limit the speed of a task or task group: its bandwidth policy is replaced, and put back by ``off``.

`PUT …/tasks/{task_id}/bandwidth-policy`, `PUT …/taskgroups/{group_id}/update`; done when the policy that is read is the
one that was wanted. There is no such call for sync tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import outcomes
from bot.conversation.answers import Answer, NoCard
from bot.conversation.ports import Tasks
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Kind, Snapshot, Standing
from bot.conversation.values import Question, Wish
from bot.huawei.oms.models import TaskStatus
from bot.verbs import bandwidth
from bot.verbs.bandwidth import OFF
from bot.verbs.parsing import BadLimit, Place, Problem, Projects, parse_target
from bot.verbs.verb import nothing_to_ask

if TYPE_CHECKING:
    from bot.huawei.oms.client import Accepted


class Throttle:
    """``throttle <project> <task> <MB/s> [hh:mm-hh:mm …]``, or ``off``; without a task, the list."""

    name = "throttle"
    form = "<project> <task> <MB/s> [hh:mm-hh:mm] | off"
    done = "throttled"
    moving = "throttling"
    able = "throttleable"

    def parse(self, rest: str, projects: Projects) -> Wish | Problem:
        """Understand what follows the verb."""
        place = parse_target(rest, projects, verb=self.name)
        if not isinstance(place, Place):
            return place
        terms = bandwidth.understood(place.reason)
        if not isinstance(terms, str):
            wrong, word = terms
            return BadLimit(wrong, word, place.project, place.task)
        return Wish(
            verb=self.name, project=place.project, targets=(place.task,), anyway=place.anyway, terms=terms
        )

    async def look(self, tasks: Tasks, wish: Wish) -> Question | Answer:
        """Find the target. What ``off`` comes to is not known before `revert`."""
        found = await tasks.find(wish.targets[0])
        if not isinstance(found, Snapshot):
            return found
        if found.kind is Kind.SYNC:
            return NoCard(wish=wish, outcome=outcomes.Refused(reason=Reason.NO_LIMITS))
        if self.reverts(wish) and self.judge(found, wish) in (Standing.READY, Standing.DONE):
            return Question(task=found)
        return nothing_to_ask(self, wish, found) or Question(task=found)

    async def act(self, tasks: Tasks, target: str, wish: Wish) -> Accepted:
        """Ask OMS once. Accepted is not done."""
        return await tasks.throttle(target, bandwidth.policy_of(wish.terms))

    def judge(self, seen: Snapshot, wish: Wish) -> Standing:
        """Whatever has not ended can be limited, whether it moves, waits or is paused."""
        match seen.status:
            case TaskStatus.SUCCEEDED | TaskStatus.FAILED:
                return Standing.ENDED
            case TaskStatus.DELETING | TaskStatus.DELETED:
                return Standing.NOT
            case _ if not wish.terms:
                return Standing.NOT  # to what is asked first
            case _:
                return Standing.DONE if _shows(seen, wish) else Standing.READY

    def loosens(self, seen: Snapshot, wish: Wish) -> bool:
        """Whether it may be faster than now at some time of the day."""
        now, then = (bandwidth.limits(policy) for policy in (bandwidth.read(seen.bandwidth), _wanted(wish)))
        return any(new > old for old, new in zip(now, then, strict=True))

    def replaces_the_same(self, shown: Snapshot, seen: Snapshot) -> bool:
        """Whether the policy is still the one that the card shows as what is replaced."""
        return bandwidth.limits(bandwidth.read(shown.bandwidth)) == bandwidth.limits(
            bandwidth.read(seen.bandwidth)
        )

    def reverts(self, wish: Wish) -> bool:
        """Whether what was before is to be put back."""
        return wish.terms.startswith(OFF)

    def was_set_by(self, seen: Snapshot, wish: Wish) -> bool:
        """Whether the policy that is seen is what *wish* wanted."""
        return not self.reverts(wish) and _shows(seen, wish)

    def revert(self, wish: Wish, task: Snapshot, before: Snapshot | None) -> Question | Answer:
        """Ask about putting back what was *before*; if nothing is known of it, about no limit at all."""
        terms = " ".join(
            filter(None, (OFF, bandwidth.terms_of(bandwidth.read(before.bandwidth)) if before else ""))
        )
        wanted = Wish(verb=wish.verb, project=wish.project, targets=wish.targets, terms=terms)
        return nothing_to_ask(self, wanted, task) or Question(task=task, terms=terms)


def _wanted(wish: Wish) -> bandwidth.Policy:
    return bandwidth.policy_of(wish.terms)


def _shows(seen: Snapshot, wish: Wish) -> bool:
    return bandwidth.limits(bandwidth.read(seen.bandwidth)) == bandwidth.limits(_wanted(wish))
