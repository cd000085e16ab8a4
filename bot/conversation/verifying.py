"""Find out what came of a call that OMS accepted: the task is read until it says so. "Accepted" is not "done"."""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.conversation import outcomes
from bot.conversation.outcomes import OfOne, Outcome
from bot.conversation.ports import Verb
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.verdicts import Verdict
from bot.conversation.waiting import DAY, time_left
from bot.huawei.fault import Fault, FaultKind, own_fault
from bot.huawei.oms.models import TaskStatus
from bot.settings.sections import Timing

if TYPE_CHECKING:
    from bot.conversation.acting import Deed  # with all that it needs, which a terminal does not

log = structlog.get_logger(__name__)

_SLOT_SECONDS: Final = 15.0  # in which a task that gets a slot has one
_AT_LEAST: Final = 3  # readings' worth of time, also when a restart comes after all of `verify_for`


@dataclass(frozen=True)
class Looking:
    """What is read until something is true of it.

    `read` never fails, `judge` says what a reading means, `since` is when the request was decided on. `clock` gives
    Unix seconds, as all times here. That it waits for a slot is told soon: it may do so for days.
    """

    read: Callable[[], Awaitable[Snapshot | Fault]]
    judge: Callable[[Snapshot], Standing]
    since: float
    timing: Timing
    clock: Callable[[], float]
    had_failed: bool = False  # before it was called

    async def verify(self) -> OfOne:
        """Read until it is done or the task ended, or `verify_for` is over; after a restart, at least a few times."""
        every = self.timing.verify_every
        now, longest = self.clock(), self.timing.verify_for
        until = now + max(time_left(self.since + longest, now, at_most=longest), _AT_LEAST * every)
        try:
            seen, still = await self._poll(
                until=until, wait=min(1.0, every), longest=every, waits_for_slot=min(_SLOT_SECONDS, longest)
            )
        except Exception:  # OMS has accepted, whatever this program does wrong afterwards
            log.exception("own_fault", step="verify")
            seconds = max(0.0, self.clock() - self.since)
            fault = own_fault(FaultKind.OWN_FAULT)
            return outcomes.StillMoving(task=None, seconds=seconds, fault=fault)
        return seen or still

    async def watch(self, told: Outcome) -> OfOne | None:
        """Go on reading, ever less often: for a day what was accepted, for `verify_for` what may not have been."""
        every = self.timing.verify_every
        read_before = isinstance(told, outcomes.Unknown) and told.task is not None
        until = self.clock() + (self.timing.verify_for if read_before else DAY)
        seen, still = await self._poll(until=until, wait=every, longest=max(60.0, every))
        if seen:
            return seen
        return (
            _given_up(told, still) if isinstance(told, outcomes.Unknown) else replace(still, watching=False)
        )

    async def _poll(
        self, *, until: float, wait: float, longest: float, waits_for_slot: float = math.inf
    ) -> tuple[OfOne | None, outcomes.StillMoving]:
        """Read until it is done or the task ended, or until *until*. Return that end, if seen, and how it stands.

        What *waits_for_slot* for so many seconds is not read on either.
        """
        task: Snapshot | None = None
        moved = False
        while True:
            await asyncio.sleep(wait)
            read = await self.read()
            now = self.clock()
            fault = read if isinstance(read, Fault) else None
            task = read if isinstance(read, Snapshot) else task
            seconds = max(0.0, now - self.since)
            standing = self.judge(task) if task else None
            still = outcomes.StillMoving(task=task, seconds=seconds, fault=fault, standing=standing)
            if task and standing is Standing.DONE:
                return outcomes.Done(task=task, seen_at=now, seconds=seconds), still
            moved = moved or standing is Standing.MOVING
            failed_anew = bool(task and task.status == TaskStatus.FAILED and (moved or not self.had_failed))
            if task and (standing is Standing.ENDED or (standing is Standing.READY and failed_anew)):
                return outcomes.EndedInstead(task=task, seen_at=now), still
            waits = task is not None and task.status == TaskStatus.WAITING and standing is Standing.MOVING
            if now >= until or (waits and seconds >= waits_for_slot):
                return None, still
            wait = min(max(wait * 1.5, self.timing.verify_every), longest)


class Verifying:
    """The steps that read until something is true of a deed. `read` never fails; `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        timing: Timing,
        verbs: Mapping[str, Verb],
        read: Callable[[Deed], Awaitable[Snapshot | Fault]],
        clock: Callable[[], float],
    ) -> None:
        self._timing = timing
        self._verbs = verbs
        self._read = read
        self._clock = clock

    async def verify(self, deed: Deed, verdict: Verdict) -> OfOne:
        """See `Looking.verify`."""
        return await self._looking(deed, verdict).verify()

    async def watch(self, deed: Deed, verdict: Verdict, told: Outcome) -> OfOne | None:
        """See `Looking.watch`."""
        return await self._looking(deed, verdict).watch(told)

    def _looking(self, deed: Deed, verdict: Verdict) -> Looking:
        verb, wish = self._verbs[deed.operation.verb], deed.operation.wish
        return Looking(
            read=functools.partial(self._read, deed),
            judge=lambda task: verb.judge(task, wish),
            since=verdict.at,
            timing=self._timing,
            clock=self._clock,
            had_failed=deed.operation.card.get("task", {}).get("status") == TaskStatus.FAILED,
        )


def _given_up(told: outcomes.Unknown, still: outcomes.StillMoving) -> OfOne:
    """Return how a doubt ends that nothing has resolved: what has not begun by now was not taken."""
    task, standing = (still.task, still.standing) if still.task else (told.task, told.standing)
    if still.task and standing is Standing.READY:
        return outcomes.Failed(fault=told.fault, task=task, standing=standing)
    return replace(told, task=task, standing=standing, watching=False)
