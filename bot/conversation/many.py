"""One decision on many targets: each is acted on by itself, so many at a time, and has an ending of its own.

The targets are steps of the one decision, begun in the order of the card. So after a crash what has ended is known,
what was under way is found out as for any other act, and the rest goes on.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

import structlog

from bot.audit import Audit, Event
from bot.conversation import outcomes
from bot.conversation.acting import Acting, Deed
from bot.conversation.durable import Durable
from bot.conversation.outcomes import OfTarget, Outcome, Several
from bot.conversation.ports import TellerOfMany
from bot.conversation.settling import UNCLEAR
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Operation, card_from
from bot.conversation.verdicts import Verdict
from bot.conversation.verifying import Verifying
from bot.settings.sections import Project

log = structlog.get_logger(__name__)

SHOWN_EVERY: Final = 2.0  # seconds. Slack permits about 50 updates a minute. Source: "Rate limits", tier 3

Result = TypeVar("Result")


class Many:
    """Carries such decisions out. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        acting: Acting,
        verifying: Verifying,
        teller: TellerOfMany,
        audit: Audit,
        durable: Durable,
        projects: Mapping[str, Project],
        clock: Callable[[], float],
    ) -> None:
        self._acting = acting
        self._verifying = verifying
        self._teller = teller
        self._audit = audit
        self._durable = durable
        self._clock = clock
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(1), {a: asyncio.Semaphore(p.max_at_once) for a, p in projects.items()}
        )
        self._went_on: dict[str, float] = {}  # when an operation's last target ended

    async def carry_out(self, operation: Operation, verdict: Verdict) -> Several:
        """Act on each target, and return how each ended. Meanwhile the card shows how far it is."""
        tasks = card_from(operation.card).many
        ended: dict[str, OfTarget] = {}
        self._went_on[operation.id] = await self._last_going_on(operation, verdict)

        async def one(task: Snapshot) -> None:
            # Who waits first is first, so the steps begin in the order of the card, as DBOS wants them in a replay.
            async with self._slots[operation.project]:
                record = await self._durable.step(
                    "act", lambda: self._act(operation, verdict, task.task_id), on_fault=UNCLEAR
                )
            ended[task.task_id] = OfTarget(task=task, outcome=_of_one(record))

        over = asyncio.Event()
        showing = asyncio.create_task(self._show_progress(operation, verdict, ended, over))
        try:
            await together(one(task) for task in tasks)
            over.set()
            await showing  # so that it can't overwrite the ending
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
            self._went_on.pop(operation.id, None)
        if on_record := await self._on_record(operation):
            return on_record
        now = self._clock()
        return Several(
            endings=tuple(ended[task.task_id] for task in tasks), at=now, seconds=max(0.0, now - verdict.at)
        )

    async def _on_record(self, operation: Operation) -> Several | None:
        """Return the ending of all that is recorded, and told perhaps, if a crash came after that: it is no other."""
        for said in await self._audit.details(Event.ENDED, operation.id):
            if said.get("kind") == Several.kind:
                ended = outcomes.load(said)
                assert isinstance(ended, Several)  # noqa: S101  # by its kind
                return ended
        return None

    async def watch(self, operation: Operation, verdict: Verdict, told: Several) -> None:
        """Keep watching what is not over, and tell of each what comes of it."""
        watched = [ending for ending in told.endings if outcomes.is_watched(ending.outcome)]

        async def one(ending: OfTarget) -> None:
            await self._durable.step("watch", lambda: self._watch(operation, verdict, ending))

        await together(one(ending) for ending in watched)

    async def _act(self, operation: Operation, verdict: Verdict, target: str) -> dict[str, Any]:
        """Act on one target and verify it."""
        began = self._clock()
        deed = Deed(operation, target, since=self._went_on[operation.id])
        ended = await self._acting.act(deed, verdict)
        if ended is None:
            async with self._durable.only_reads():
                ended = await self._verifying.verify(deed, replace(verdict, at=began))
        await self._teller.record_ending_of(operation, target, ended)
        self._went_on[operation.id] = self._clock()
        return outcomes.dump(ended)

    async def _watch(self, operation: Operation, verdict: Verdict, told: OfTarget) -> bool:
        deed = Deed(operation, told.task.task_id)
        async with self._durable.only_reads():
            seen = await self._verifying.watch(deed, verdict, told.outcome)
        if seen is None:
            return False
        await self._teller.record_ending_of(operation, deed.target, seen, once="later")
        await self._teller.write_ending_of(operation, verdict, replace(told, outcome=_of_one(seen)))
        return True

    async def _last_going_on(self, operation: Operation, verdict: Verdict) -> float:
        """Return when the work on this went on last: that the last of many comes late makes it no stale decision."""
        return max(verdict.at, await self._audit.last_at(operation.id) or 0.0)

    async def _show_progress(
        self, operation: Operation, verdict: Verdict, ended: Mapping[str, OfTarget], over: asyncio.Event
    ) -> None:
        """Show on the card how far it is, as often as Slack permits; a courtesy, so no fault in it matters."""
        shown = -1
        while not over.is_set():
            if len(ended) != shown:
                shown = len(ended)
                so_far = Several(endings=tuple(ended.values()), at=self._clock(), seconds=0.0)
                try:
                    await self._teller.show_progress(operation, verdict, so_far)
                except Exception:
                    log.exception("own_fault", step="show_progress")
            try:
                async with asyncio.timeout(SHOWN_EVERY):
                    await over.wait()
            except TimeoutError:
                continue


async def together(works: Iterable[Awaitable[Result]]) -> list[Result]:
    """Do them at the same time, begun in this order; if one fails or this is stopped, all are stopped."""
    begun = [asyncio.ensure_future(work) for work in works]
    try:
        return await asyncio.gather(*begun)
    finally:
        for work in begun:
            work.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


def _of_one(ended: Outcome | Mapping[str, Any]) -> outcomes.OfOne:
    outcome = outcomes.load(ended) if isinstance(ended, Mapping) else ended
    assert not isinstance(outcome, Several)  # noqa: S101  # a target has no targets
    return outcome
