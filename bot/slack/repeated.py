"""What Slack tells twice, or somebody taps twice, is known at whichever replica: all note it in the database.

Nothing waits for it. What can't be told in time counts as new, since what has an effect happens once by its own id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.store.recent import Recent

log = structlog.get_logger(__name__)

WITHIN: Final = 0.3  # seconds; Slack waits for its acknowledgement
Answer = TypeVar("Answer")


class Repeated:
    """Looks and notes; what it is about is told by its words."""

    def __init__(self, recent: Recent) -> None:
        self._recent = recent

    async def is_known(self, *what: str) -> bool:
        """Tell whether it was noted, and its time is not over."""
        return await _in_time(self._recent.has_come(*what), otherwise=False)

    async def note(self, *what: str, seconds: float) -> int:
        """Note it for some *seconds*. Return how often it was by now; of two at once, only one gets 1."""
        return await _in_time(self._recent.times(*what, seconds=seconds), otherwise=1)


async def _in_time(asked: Awaitable[Answer], *, otherwise: Answer) -> Answer:
    try:
        async with asyncio.timeout(WITHIN):
            return await asked
    except (SQLAlchemyError, TimeoutError) as error:
        log.warning("repetition_unknown", error=type(error).__name__)
        return otherwise
