"""The slot that a pause has freed: a task that had waited may start in it, and then the traffic has not fallen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.authority import Authority
from bot.conversation.durable import Durable
from bot.conversation.operations import Operations
from bot.conversation.outcomes import Done
from bot.conversation.policy import Refused
from bot.conversation.ports import Cloud, SlotTeller
from bot.conversation.snapshots import Snapshot, snapshot_from
from bot.conversation.values import PAUSE, CannotTell, Operation
from bot.conversation.waiting import time_left
from bot.huawei.errors import HuaweiError
from bot.huawei.oms.models import TaskStatus

log = structlog.get_logger(__name__)

WAITED: Final = "waited"
"""In the record of an ending: the ids of the tasks that waited when it was acted on, if the slot is to be watched."""


@dataclass(frozen=True, kw_only=True)
class Freed:
    """A slot that was freed by an operation, while these tasks waited; it is watched until then (Unix seconds)."""

    operation_id: str
    waited: tuple[str, ...]
    until: float


class Slots:
    """Watches them, for *seconds* after each pause; 0: not at all. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        seconds: float,
        every: float,
        authority: Authority,
        cloud: Cloud,
        operations: Operations,
        teller: SlotTeller,
        durable: Durable,
        clock: Callable[[], float],
    ) -> None:
        self._seconds = seconds
        self._every = every
        self._authority = authority
        self._cloud = cloud
        self._operations = operations
        self._teller = teller
        self._durable = durable
        self._clock = clock

    async def waited(self, operation: Operation) -> list[str]:
        """Return which tasks wait, if the operation frees a slot that they could take. Nothing depends on it."""
        if operation.verb != PAUSE or not self._seconds or not operation.card["task"].get("waiting_tasks"):
            return []
        return [task.task_id for task in await self._listed(operation, TaskStatus.WAITING)]

    def freed(self, operation_id: str, ended: dict[str, Any] | None) -> Freed | None:
        """Return the slot that is to be watched after an ending, if there is one."""
        if not ended or ended.get("kind") != Done.kind or not ended.get(WAITED):
            return None
        until = ended["seen_at"] + self._seconds
        return Freed(operation_id=operation_id, waited=tuple(ended[WAITED]), until=until)

    async def taker(self, freed: Freed) -> dict[str, Any] | None:
        """Look until one of those that waited has started; return it, or None if the time is over before."""
        operation = await self._operations.recorded(freed.operation_id)
        async with self._durable.only_reads():
            while True:
                for task in await self._listed(operation, TaskStatus.MIGRATING):
                    if task.task_id in freed.waited:
                        return asdict(task)
                left = time_left(freed.until, self._clock(), at_most=self._seconds)
                if not left:
                    return None
                await asyncio.sleep(min(self._every, left))

    async def tell(self, freed: Freed, taker: dict[str, Any]) -> None:
        """Say in the operation's thread that another task has started."""
        operation = await self._operations.recorded(freed.operation_id)
        await self._teller.tell_slot_taken(operation, snapshot_from(taker))

    async def _listed(self, operation: Operation, status: TaskStatus) -> list[Snapshot]:
        """Return the tasks in a status as whom the requester acts as; none if they can't be read now."""
        try:
            actor = await self._authority.actor_of(operation)
            if isinstance(actor, Refused):
                return []
            return await self._cloud.seen_by(actor.identity, actor.project).listed({status})
        except (CannotTell, HuaweiError, SQLAlchemyError) as error:
            log.info("slot_not_looked_at", reason=type(error).__name__)
            return []
