"""Act at a terminal by the rules of the conversation: read again, call once, look until it is known what is true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.terminal.live import Seen
from bot.cli.terminal.record import Record
from bot.conversation import outcomes
from bot.conversation.calling import Call, changed_since_shown
from bot.conversation.outcomes import OfOne, OfTarget, Several
from bot.conversation.reasons import Reason
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Card
from bot.conversation.verifying import Looking
from bot.huawei.fault import Fault, FaultKind, own_fault
from bot.huawei.oms.models import TaskStatus
from bot.settings.sections import Timing


@dataclass
class Acting:
    """One call and what comes of it. `seen` is shown each reading; `clock` gives Unix seconds."""

    call: Call
    card: Card
    record: Record
    timing: Timing
    seen: Seen
    clock: Callable[[], float] = time.time
    _asked: bool = field(default=False, init=False)
    _accepted: bool = field(default=False, init=False)
    _last: Snapshot | None = field(default=None, init=False)

    async def act(self) -> OfOne:
        """Return how it ended, or how it stood when somebody had waited enough: Ctrl-C takes nothing back.

        Raises:
            CancelledError: that was before OMS was asked.
        """
        began = self.clock()
        try:
            ended = await self._act(began)
        except asyncio.CancelledError:
            if not self._asked:
                raise
            ended = self._interrupted(began)
        await self.record.ended_of(self.card, self.call.target, ended, self.call.verb)
        return ended

    async def _act(self, began: float) -> OfOne:
        target = self.call.target
        try:
            await self.record.calling(self.card, target)
            ready = await self._ready()
        except SQLAlchemyError:
            return outcomes.Failed(fault=own_fault(FaultKind.DATABASE_FAULT))
        if not isinstance(ready, Snapshot):
            await self.record.called(self.card, target, {"sent": False})
            return ready
        self._asked = True
        ended = await self.call.make(ready, every=self.timing.verify_every, answered=self._answered)
        self._accepted = ended is None
        return _not_watched(ended or await self._verify(began))

    async def _ready(self) -> Snapshot | OfOne:
        """Return the target as it is right before the call, or the outcome that forbids it."""
        ready = self.call.permitted(await self._read())
        if not isinstance(ready, Snapshot):
            return ready
        if changed := changed_since_shown(self.card, ready, self.call):
            return outcomes.Refused(reason=changed)
        if not self.call.verb.loosens(ready, self.call.wish):
            return ready
        freeze = await self.record.freeze_of(self.card.project_id)
        return outcomes.Refused(reason=Reason.FROZEN, freeze=freeze) if freeze else ready

    async def _verify(self, began: float) -> OfOne:
        looking = Looking(
            read=self._read,
            judge=self.call.judge,
            since=began,
            timing=self.timing,
            clock=self.clock,
            had_failed=self.card.task.status == TaskStatus.FAILED,
        )
        return await looking.verify()

    async def _answered(self, answer: dict[str, Any]) -> None:
        self._accepted = bool(answer.get("accepted"))
        await self.record.called(self.card, self.call.target, answer)

    async def _read(self) -> Snapshot | Fault:
        read = await self.call.read()
        if isinstance(read, Snapshot):
            self._last = read
            self.seen(read)
        return read

    def _interrupted(self, began: float) -> OfOne:
        if not self._accepted:
            return outcomes.Unknown(fault=Fault(kind=FaultKind.ANSWER_LOST), watching=False)
        standing = self.call.judge(self._last) if self._last else None
        seconds = self.clock() - began
        return outcomes.StillMoving(task=self._last, seconds=seconds, watching=False, standing=standing)


async def act_on_many(deeds: Iterable[tuple[Snapshot, Acting]], *, at_once: int) -> Several:
    """Act on each, so many at a time, and return how each ended. What Ctrl-C comes before is withdrawn.

    Raises:
        CancelledError: OMS was asked nothing.
    """
    began, turn = time.time(), asyncio.Semaphore(at_once)

    async def one(task: Snapshot, acting: Acting) -> OfTarget:
        try:
            async with turn:
                return OfTarget(task=task, outcome=await acting.act())
        except asyncio.CancelledError:
            return OfTarget(task=task, outcome=outcomes.Cancelled(by=acting.card.user_id))

    working = [asyncio.create_task(one(task, acting)) for task, acting in deeds]
    try:
        await asyncio.wait(working)
    except asyncio.CancelledError:
        for work in working:
            work.cancel()
        await asyncio.wait(working)
    endings = tuple(work.result() for work in working)
    if all(isinstance(ending.outcome, outcomes.Cancelled) for ending in endings):
        raise asyncio.CancelledError
    now = time.time()
    return Several(endings=endings, at=now, seconds=now - began)


def _not_watched(outcome: OfOne) -> OfOne:
    """Return the outcome as it is where nobody goes on looking."""
    match outcome:
        case outcomes.StillMoving() | outcomes.Unknown():
            return replace(outcome, watching=False)
        case _:
            return outcome
