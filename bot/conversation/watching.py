"""The steps of a watch: one message shows how a task goes on, read as the person who asked. Each is safe to repeat."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.conversation import outcomes
from bot.conversation.answers import Answer, NoCard, NotWatched
from bot.conversation.authority import Actor, Authority
from bot.conversation.durable import Durable
from bot.conversation.policy import Refused
from bot.conversation.ports import Cloud, Teller, WatchTeller
from bot.conversation.reasons import Reason
from bot.conversation.values import CannotTell, Request
from bot.conversation.watched import ENDED, LASTS, HowOver, Sample, Sighting, Watch
from bot.conversation.watches import Watches
from bot.huawei.errors import HuaweiError
from bot.huawei.fault import Fault, FaultKind, fault_of, own_fault

log = structlog.get_logger(__name__)

_SLOWER: Final = ((20 * 60, 3), (5 * 60, 2))  # from which age on (seconds), how many times slower
_UNREAD: Final = 5
"""Readings one after the other that fail for what does not pass by itself, until it is given up."""
_PASSES: Final = frozenset({
    FaultKind.THROTTLED, FaultKind.SERVICE_FAULT, FaultKind.UNREACHABLE, FaultKind.PROXY_REFUSED, FaultKind.ANSWER_LOST,
    FaultKind.UNEXPECTED_ANSWER, FaultKind.DATABASE_FAULT, FaultKind.VAULT_FAULT,
})  # fmt: skip


class Watching:
    """Watches. `clock` gives Unix seconds; it reads *every* so many seconds at first, then less often."""

    def __init__(
        self,
        *,
        every: float,
        authority: Authority,
        cloud: Cloud,
        watches: Watches,
        teller: Teller,
        shown: WatchTeller,
        durable: Durable,
        clock: Callable[[], float],
    ) -> None:
        self._every = every
        self._authority = authority
        self._cloud = cloud
        self._watches = watches
        self._teller = teller
        self._shown = shown
        self._durable = durable
        self._clock = clock
        self._stopped: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()

    async def begin(self, request: Request) -> bool:
        """Record the watch and post its message. False if there is none; then the asker was told why."""
        found = await self._seen_anew(request)
        if not isinstance(found, Sighting):
            await self._teller.whisper(request, found)
            return False
        begun = await self._watches.begin(_watch_of(request, found, self._clock()))
        if begun.watch is None:
            why = NotWatched(why="same" if begun.same else "enough", project=request.project, task=found.task)
            await self._teller.whisper(request, why)
            return False
        watch = begun.watch
        if watch.message_ts or watch.over:
            return watch.over is None
        ts = await self._shown.post_watch(request, watch, found)
        if ts is None:
            await self._watches.end(watch.id, "lost", self._clock())
            return False
        await self._watches.place(watch.id, ts)
        return True

    async def go_on(self, request: Request) -> None:
        """Read and show until it is over; then show what came of it. After a restart, from where it was left."""
        watch = await self._watches.get(request.id)
        if watch is None:
            return
        stopped = self._stopped.setdefault(watch.id, asyncio.Event())
        async with self._durable.only_reads():
            watch = await self._until_over(watch, stopped)
        await self._shown.close_watch(watch)

    async def _until_over(self, watch: Watch, stopped: asyncio.Event) -> Watch:
        last: Sighting | None = None
        failed = 0
        while watch.over is None:
            found = await self._read(watch)
            if isinstance(found, Sighting):
                last, failed = found, 0
                watch = await self._watches.note(watch.id, Sample.of(found.task))
            else:
                failed = 0 if found.kind in _PASSES else failed + 1
            if how := _how_over(watch, last, failed, self._clock()):
                return await self._watches.end(watch.id, how, self._clock())
            fault = found if isinstance(found, Fault) else None
            if not await self._shown.show_watch(watch, last, fault):
                return await self._watches.end(watch.id, "lost", self._clock())
            await self._wait(watch, stopped)
            watch = await self._watches.get(watch.id) or watch
        return watch

    async def _wait(self, watch: Watch, stopped: asyncio.Event) -> None:
        """Wait until it is time to look again, the hour is over, or somebody stops it here."""
        now = self._clock()
        seconds = min(self._every * _times_slower(now - watch.begun_at), max(0.0, watch.until - now))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stopped.wait()

    async def stop(self, watch: Watch, by: str) -> None:
        """End a watch because somebody has enough of it, at whichever replica it runs."""
        await self._watches.end(watch.id, "stopped", self._clock(), by=by)
        if stopped := self._stopped.get(watch.id):
            stopped.set()

    async def _seen_anew(self, request: Request) -> Sighting | Answer:
        """Ask who asks, and read the task as them."""
        place = (request.team_id, request.user_id, request.channel_id, request.project)
        outcome: outcomes.Outcome
        try:
            actor = await self._authority.who_may(*place, named=request.named)
            if isinstance(actor, Actor):
                return await self._read_as(actor, request.wish.targets[0])
            outcome = outcomes.Refused(reason=actor.reason, channels=actor.channels)
        except CannotTell as error:
            outcome = outcomes.Failed(fault=error.fault)
        except HuaweiError as error:
            outcome = outcomes.Failed(fault=fault_of(error))
        return NoCard(wish=request.wish, outcome=outcome)

    async def _read(self, watch: Watch) -> Sighting | Fault:
        """Read the task as whom the asker acts as now."""
        try:
            actor = await self._authority.actor(watch.team_id, watch.user_id, watch.project, {watch.found_in})
            if isinstance(actor, Refused):
                gone = actor.reason is Reason.PROJECT_GONE
                return own_fault(FaultKind.PROJECT_GONE if gone else FaultKind.UNLINKED)
            return await self._read_as(actor, watch.task_id)
        except CannotTell as error:
            return error.fault
        except HuaweiError as error:
            log.info("task_unreadable", code=error.code, kind=type(error).__name__)
            return fault_of(error)

    async def _read_as(self, actor: Actor, task_id: str) -> Sighting:
        task = await self._cloud.seen_by(actor.identity, actor.project).read(task_id)
        return Sighting(
            task=task,
            principal=actor.identity.principal,
            found_in=actor.identity.found_in,
            locale=actor.locale,
        )


def _watch_of(request: Request, found: Sighting, now: float) -> Watch:
    return Watch(
        id=request.id,
        team_id=request.team_id,
        user_id=request.user_id,
        channel_id=request.channel_id,
        thread_ts=request.thread_ts,
        project=request.project,
        task_id=found.task.task_id,
        name=found.task.name,
        locale=found.locale,
        found_in=found.found_in or request.team_id,
        begun_at=now,
        until=now + LASTS,
        samples=(Sample.of(found.task),),
    )


def _how_over(watch: Watch, last: Sighting | None, failed: int, now: float) -> HowOver | None:
    """Tell how a watch is over; None if it goes on."""
    if watch.over:
        return watch.over
    if last and last.task.status in ENDED:
        return "finished"
    if failed >= _UNREAD:
        return "unread"
    return "over" if now >= watch.until else None


def _times_slower(age: float) -> int:
    return next((times for since, times in _SLOWER if age >= since), 1)
