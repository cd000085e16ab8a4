"""Bursts are acknowledged first and worked on after: what is on disk can wait, who waits for an answer can't."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator

AT_ONCE = 64
"""How many operations are worked on at once; more would only queue up before the next acknowledgement's commit."""

_BURST = 20  # deliveries within …
_WINDOW_SECONDS = 0.2  # … this time are a burst: a hundred a second, which no room full of people types
_LONGEST_WAIT_SECONDS = 2.0  # an endless burst is worked on all the same …
_IN_BURST = 4  # … by so many at once


class Pace:
    """Shared by the way in, which tells it of deliveries, and by the work, which asks it for a turn."""

    def __init__(self) -> None:
        self._arrivals: deque[float] = deque(maxlen=_BURST)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._under_way = 0

    def arrived(self) -> None:
        """Note that a delivery came in."""
        self._arrivals.append(time.monotonic())

    async def calm(self) -> None:
        """Return when there is no burst; if it lasts, when little is under way."""
        until = time.monotonic() + _LONGEST_WAIT_SECONDS
        while self._in_burst() and (  # noqa: ASYNC110  # time passes, nothing happens
            self._under_way >= _IN_BURST or time.monotonic() < until
        ):
            await asyncio.sleep(_WINDOW_SECONDS / 4)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Surround a piece of work that can wait until a burst is over. Nothing in it may wait for long."""
        async with self._slots:
            await self.calm()
            self._under_way += 1
            try:
                yield
            finally:
                self._under_way -= 1

    def _in_burst(self) -> bool:
        return len(self._arrivals) == _BURST and time.monotonic() - self._arrivals[0] < _WINDOW_SECONDS
