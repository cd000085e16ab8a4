"""Which decision on an operation came first: DBOS knows it for good, and this process for a while."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final
from weakref import WeakValueDictionary

from cachetools import TTLCache
from dbos import DBOS

from bot.conversation.stored import known
from bot.conversation.verdicts import Verdict

_REMEMBERED_FOR: Final = 60.0  # seconds
_LOOKS: Final = (3.0, 6.0, 12.0)  # seconds between asking DBOS about a click that is not decided yet


def verdict_id(operation_id: str) -> str:
    """Return the workflow id under which an operation is decided, once."""
    return f"{operation_id}:decision"


class Verdicts:
    """The decisions made. Asking DBOS costs as much as a step of a workflow, so what was decided here is kept."""

    def __init__(self) -> None:
        self._made: TTLCache[str, Verdict] = TTLCache(10_000, _REMEMBERED_FOR)
        # Weak: kept by those who wait, for as long as they do. A card waits longer than a decision is remembered.
        self._awaited: WeakValueDictionary[str, asyncio.Future[Verdict]] = WeakValueDictionary()

    def note(self, verdict: Verdict) -> None:
        """Note that *verdict* is the decision: its workflow has begun."""
        self._made.setdefault(verdict.operation_id, verdict)
        awaited = self._awaited.get(verdict.operation_id)
        if awaited and not awaited.done():
            awaited.set_result(verdict)

    async def of(self, operation_id: str) -> Verdict | None:
        """Return how an operation was decided; None if it was not."""
        return self._made.get(operation_id) or await _recorded(operation_id)

    async def soon_of(self, operation_id: str) -> Verdict | None:
        """Return how an operation is decided that somebody has just decided, perhaps at another replica before.

        A click of a burst takes a moment to become a decision, which this process then knows first.
        """
        awaited = self._await(operation_id)
        for seconds in _LOOKS:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    return await asyncio.shield(awaited)
            if recorded := await _recorded(operation_id):
                return recorded
        return None

    async def made_here(self, operation_id: str, *, within_seconds: float) -> bool:
        """Wait until this process decides an operation, or the time is up; tell which."""
        awaited = self._await(operation_id)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await asyncio.shield(awaited)
                return True
        return False

    def _await(self, operation_id: str) -> asyncio.Future[Verdict]:
        """Return what is done as soon as the decision is noted; all who wait for it share it."""
        awaited = self._awaited.get(operation_id)
        if awaited is None:
            awaited = self._awaited[operation_id] = asyncio.get_running_loop().create_future()
            if made := self._made.get(operation_id):
                awaited.set_result(made)
        return awaited


async def _recorded(operation_id: str) -> Verdict | None:
    """Return the input that the operation's `settle` was recorded with."""
    status = await DBOS.get_workflow_status_async(verdict_id(operation_id))
    return known(Verdict, status.input["args"][0]) if status and status.input else None
