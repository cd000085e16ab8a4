"""Which decision on an operation came first: DBOS knows it for good, and this process for a while."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from cachetools import TTLCache
from dbos import DBOS

from bot.conversation.values import Verdict

_REMEMBERED_FOR: Final = 60.0  # seconds
_LOOKS: Final = (3.0, 6.0, 12.0)  # seconds between asking DBOS about a click that is not decided yet


def verdict_id(operation_id: str) -> str:
    """Return the workflow id under which an operation is decided, once."""
    return f"{operation_id}:decision"


class Verdicts:
    """The decisions made. Asking DBOS costs as much as a step of a workflow, so what was decided here is kept."""

    def __init__(self) -> None:
        self._made: TTLCache[str, asyncio.Future[Verdict]] = TTLCache(10_000, _REMEMBERED_FOR)

    def note(self, verdict: Verdict) -> None:
        """Note that *verdict* is the decision: its workflow has begun."""
        made = self._expected(verdict.operation_id)
        if not made.done():
            made.set_result(verdict)

    async def of(self, operation_id: str) -> Verdict | None:
        """Return how an operation was decided; None if it was not."""
        made = self._made.get(operation_id)
        return made.result() if made and made.done() else await _recorded(operation_id)

    async def soon_of(self, operation_id: str) -> Verdict | None:
        """Return how an operation is decided that somebody has just decided, perhaps at another replica before.

        A click of a burst takes a moment to become a decision, which this process then knows first.
        """
        made = self._expected(operation_id)
        for seconds in _LOOKS:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    return await asyncio.shield(made)
            if recorded := await _recorded(operation_id):
                return recorded
        return None

    async def made_here(self, operation_id: str, *, within_seconds: float) -> bool:
        """Wait until this process decides an operation, or the time is up; tell which."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await asyncio.shield(self._expected(operation_id))
                return True
        return False

    def _expected(self, operation_id: str) -> asyncio.Future[Verdict]:
        made = self._made.get(operation_id)
        if made is None:
            made = self._made[operation_id] = asyncio.get_running_loop().create_future()
        return made


async def _recorded(operation_id: str) -> Verdict | None:
    """Return the input that the operation's `settle` was recorded with."""
    status = await DBOS.get_workflow_status_async(verdict_id(operation_id))
    return Verdict(**status.input["args"][0]) if status and status.input else None
