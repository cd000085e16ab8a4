"""Durable functions beside the conversation, for which nobody waits.

watch       who? may? what?  → one message → read and show, until it is over → what came of it
watch_slot  has one that waited started in the slot that a pause has freed?  → say so
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any

from dbos import DBOS

from bot.conversation.answers import OwnFault
from bot.conversation.durable import Bound, Durable, start_apart
from bot.conversation.ports import Teller
from bot.conversation.slots import Freed, Slots
from bot.conversation.snapshots import Snapshot
from bot.conversation.stored import known
from bot.conversation.values import Request
from bot.conversation.watching import Watching


@DBOS.workflow(name="watch", max_recovery_attempts=None)
async def watch(request: dict[str, Any]) -> None:
    """Show in one message how a task goes on."""
    asked = known(Request, request)
    async with _here().running(asked.id, asked) as here:
        if await here.step("begin", lambda: here.watching.begin(asked)):
            await here.step("go_on", lambda: here.watching.go_on(asked))


@DBOS.workflow(name="watch_slot", max_recovery_attempts=None)
async def look_at_slot(given: dict[str, Any]) -> None:
    """Say if a task that had waited starts in the slot that a pause has freed."""
    freed = known(Freed, given)
    async with _here().running(freed.operation_id) as here:
        if taker := await here.step("taker", lambda: here.slots.taker(freed)):
            await here.step("tell_taker", lambda: here.slots.tell(freed, taker))


class Beside:
    """What these workflows work with in this process."""

    def __init__(self, *, watching: Watching, slots: Slots, teller: Teller, durable: Durable) -> None:
        self.watching = watching
        self.slots = slots
        self.step = durable.step
        self._teller = teller
        self._durable = durable

    @contextlib.asynccontextmanager
    async def running(self, operation_id: str, asked: Request | None = None) -> AsyncIterator[Beside]:
        """Surround one of them; of a fault whoever has *asked* is told, if anybody."""

        async def failed() -> None:
            if asked:
                await self._teller.whisper(asked, OwnFault())

        async with self._durable.running(operation_id, anew=failed, on_fault=failed):
            yield self


async def start_watch(request: Request, task: Snapshot) -> None:
    """Begin to show a task that somebody has asked to watch."""
    begun = replace(request, task=task.task_id, targets=(task.task_id,))
    await start_apart(watch, f"{request.id}:watch", asdict(begun))


async def watch_slot(operation_id: str, ended: dict[str, Any] | None) -> None:
    """Begin to look for who takes the slot that an operation freed, if its ending says that others waited."""
    if freed := _here().slots.freed(operation_id, ended):
        await start_apart(look_at_slot, f"{operation_id}:slot", asdict(freed))


_here: Bound[Beside] = Bound()
bind = _here.bind
