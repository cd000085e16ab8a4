"""The one call that changes something, and what is true when its answer was lost; whoever asks for it, and wherever.

The call is made once and never blindly repeated. Accepted is not done: see `bot.conversation.verifying`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import structlog

from bot.conversation import outcomes
from bot.conversation.outcomes import OfOne
from bot.conversation.ports import Replacing, Tasks, Verb
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import RESUME, Card, Wish
from bot.huawei.errors import AnswerLost, HuaweiError, NotFound, ServiceFault, UnexpectedAnswer, WrongState
from bot.huawei.fault import Fault, FaultKind, fault_of

log = structlog.get_logger(__name__)

_READINGS: Final = 3
"""How many after a lost answer: a request on its way takes no longer to show."""

Answered = Callable[[dict[str, Any]], Awaitable[None]]
"""Is told what OMS answered, before anything follows from it."""


@dataclass(frozen=True)
class Call:
    """What is asked of OMS: a verb's call, for one target, as whoever sees these tasks."""

    verb: Verb
    tasks: Tasks
    target: str
    wish: Wish

    def judge(self, seen: Snapshot) -> Standing:
        """Say what a reading of the target means."""
        return self.verb.judge(seen, self.wish)

    async def read(self) -> Snapshot | Fault:
        """Return the target as it is now, or why that can't be read."""
        try:
            return await self.tasks.read(self.target)
        except HuaweiError as error:
            log.info("task_unreadable", code=error.code, kind=type(error).__name__)
            return fault_of(error)

    def permitted(self, read: Snapshot | Fault) -> Snapshot | OfOne:
        """Return the target as it was *read* right before the call, or the outcome that forbids it."""
        if isinstance(read, Fault):
            return outcomes.Failed(fault=read)
        standing = self.judge(read)
        return read if standing is Standing.READY else not_ready(read, standing)

    async def make(self, ready: Snapshot, *, every: float, answered: Answered) -> OfOne | None:
        """Ask OMS, once. Return the outcome if it ends here, None if it is to be verified.

        *ready* is the target right before; if the answer is lost, it is read a few times, *every* so many seconds.
        """
        try:
            accepted = await self.verb.act(self.tasks, self.target, self.wish)
        except HuaweiError as error:
            await answered(asdict(fault_of(error)))
            return await self._after_fault(ready, error, every)
        await answered({"accepted": True, "request_id": accepted.request_id})
        return None

    async def _after_fault(self, ready: Snapshot, error: HuaweiError, every: float) -> OfOne | None:
        """The call gave no "accepted": find out by reading what is true. It is never simply sent again."""
        fault, sent = fault_of(error), error.source == "oms"
        match error:
            case AnswerLost() | ServiceFault() | UnexpectedAnswer() if sent:
                task = await self._read_until_not_ready(every)
            case WrongState() | NotFound() if sent:
                return await self._refused_for_its_state(fault)
            case _:
                return outcomes.Failed(fault=fault, task=ready, standing=Standing.READY)
        standing = self.judge(task) if task else None
        if standing in (Standing.MOVING, Standing.DONE):
            return None
        return outcomes.Unknown(fault=fault, task=task, standing=standing)

    async def _refused_for_its_state(self, fault: Fault) -> OfOne:
        """OMS refused the call for what the task is in, or as there is none: what that is, is not this call's doing."""
        task = await self._read_or_none()
        standing = self.judge(task) if task else None
        if task and standing in (Standing.MOVING, Standing.DONE):
            return not_ready(task, standing)
        if task and fault.kind is FaultKind.NOT_FOUND:  # it is there, whatever was said
            fault = replace(fault, kind=FaultKind.BAD_REQUEST)
        return outcomes.Failed(fault=fault, task=task, standing=standing)

    async def _read_until_not_ready(self, every: float) -> Snapshot | None:
        """Return the task as soon as OMS could not be asked again, or as it is after a few readings."""
        task = None
        for reading in range(_READINGS):
            if reading:
                await asyncio.sleep(every)
            task = await self._read_or_none() or task
            if task and self.judge(task) is not Standing.READY:
                break
        return task

    async def _read_or_none(self) -> Snapshot | None:
        read = await self.read()
        return read if isinstance(read, Snapshot) else None


def not_ready(task: Snapshot, standing: Standing) -> outcomes.AlreadyDone | outcomes.NotReady:
    """Return the outcome for a target that can't be acted on any more."""
    if standing is Standing.DONE:
        return outcomes.AlreadyDone(task=task)
    return outcomes.NotReady(task=task, changed=True, standing=standing)


def changed_since_shown(card: Card, ready: Snapshot, call: Call) -> Reason | None:
    """Say what is no longer as the card has it, though the target can still be acted on; None if nothing."""
    if _takes_other_keys(card, ready, call.tasks):
        return Reason.SETTINGS_CHANGED
    if isinstance(call.verb, Replacing) and not call.verb.replaces_the_same(card.task, ready):
        return Reason.CHANGED
    return None


def _takes_other_keys(card: Card, task: Snapshot, tasks: Tasks) -> bool:
    """Tell whether others than the card named would be handed to OMS, now or by itself later, or none any more."""
    return bool(card.verb == RESUME or card.resumes_at) and card.keys_of(task.task_id) != tasks.keys_for(task)
