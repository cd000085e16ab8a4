"""Whether this process may still speak for what it runs: only while it knows that its lock is held.

One that was stopped for a while, as with its virtual machine, goes on as if no time had passed, and others may have
finished its work. So nothing of a workflow is said to anybody before the lock was renewed; by then, what was taken over
has been stopped here.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Iterator
from contextvars import ContextVar


def clock() -> float:
    """Return seconds that go on while this process, or its machine, is stopped.

    The event loop's stand still until it looks again, and time.monotonic's while the machine sleeps.
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Hold:
    """How long the lock is known to be held, by `clock`; for ever, if it can't be lost."""

    def __init__(self) -> None:
        self._until = math.inf
        self._renewed = asyncio.Event()

    def lasts(self, until: float) -> None:
        """Note that it was renewed."""
        self._until = until
        self._renewed.set()

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """Surround a workflow, for which it is asked about."""
        token = _hold.set(self)
        try:
            yield
        finally:
            _hold.reset(token)

    async def assured(self) -> None:
        """Return as soon as it is known to be held."""
        while clock() >= self._until:
            self._renewed.clear()
            await self._renewed.wait()


_hold: ContextVar[Hold | None] = ContextVar("hold", default=None)


async def assured() -> None:
    """Return as soon as what this is called in may be spoken for; at once, if that is no workflow."""
    if hold := _hold.get():
        await hold.assured()
