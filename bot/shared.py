"""An answer that many ask for and one finds out. Pure but for the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Shared(Generic[Answer]):
    """Finds an answer out once at a time, and keeps it for *seconds*, however many ask. *clock* is monotonic."""

    def __init__(
        self, find_out: Callable[[], Awaitable[Answer]], seconds: float, *, clock: Callable[[], float]
    ) -> None:
        self._find_out = find_out
        self._seconds = seconds
        self._clock = clock
        self._finding: asyncio.Future[Answer] | None = None
        self._found_at: float | None = None

    async def get(self) -> Answer:
        """Return the answer, which is *seconds* old at most."""
        if self._finding is None or self._is_old():
            self._found_at = None
            self._finding = asyncio.ensure_future(self._find_out())
            self._finding.add_done_callback(self._note)
        # Whoever asked first may hang up: the others still wait for what was begun.
        return await asyncio.shield(self._finding)

    def _is_old(self) -> bool:
        return self._found_at is not None and self._clock() - self._found_at >= self._seconds

    def _note(self, _found: asyncio.Future[Answer]) -> None:
        self._found_at = self._clock()
