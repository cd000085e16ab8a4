"""One 429 speaks for all: what Slack would refuse now is held back until it takes such calls again.

Slack counts each method for itself in each workspace, and posts in each channel besides. Source: Slack, "Rate limits".
So after a 429 the others wait in line until its Retry-After is over. Then one of them asks how things stand, and each
that has its answer lets two more go, unless that was another 429: the most urgent first, which is the one that is of
no use the soonest. What can't wait that long is refused at once, as Slack would, without asking it.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator
from typing import Final
from weakref import WeakValueDictionary

from bot.slack.delivery import RateLimited, worth_until

_AT_LEAST: Final = 0.05  # seconds, should Slack ask for none


class RateLimits:
    """What Slack has limited, as this process knows it."""

    def __init__(self) -> None:
        # A line lasts as long as something waits in it, or for it: a call, or the timer of its Retry-After.
        self._lines: WeakValueDictionary[tuple[str, ...], _Line] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def turn(self, method: str, workspace: str, channel: str = "") -> AsyncIterator[None]:
        """Surround a call; for as long as it is of use (`delivery.deliver`), it waits until Slack may take it.

        Raises:
            RateLimited: Slack takes it later only.
        """
        which = (method, workspace, channel)
        line = self._lines.get(which)
        if line:
            await line.turn(method)
        try:
            yield
        except RateLimited as error:
            if error.retry_after is not None:
                line = self._lines.setdefault(which, _Line())
                line.hold(max(error.retry_after, _AT_LEAST))
            raise
        finally:
            if line:
                line.let_go(2)


class _Line:
    """Calls of one kind, after a 429 to one of them."""

    def __init__(self) -> None:
        self._until = 0.0  # by the event loop's clock
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    async def turn(self, method: str) -> None:
        """Return when the call at hand may be made."""
        if not (self._timer or self._waiting):
            return
        loop, until = asyncio.get_running_loop(), worth_until()
        if until < max(self._until, loop.time()):
            raise self._limited(method)
        turn = loop.create_future()
        heapq.heappush(self._waiting, (until, next(self._numbers), turn))
        try:
            await asyncio.wait([turn], timeout=until - loop.time())
        except asyncio.CancelledError:
            if not turn.cancel():  # it had been given just now
                self.let_go(1)
            raise
        if turn.cancel():
            raise self._limited(method)

    def hold(self, seconds: float) -> None:
        """Let nothing go for some *seconds*."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        if self._timer and until <= self._until:
            return
        if self._timer:
            self._timer.cancel()
        self._until, self._timer = until, loop.call_at(until, self._try_again)

    def let_go(self, many: int) -> None:
        """Give so many of those that wait their turn, unless they are to wait on."""
        while many and self._waiting and not self._timer:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                many -= 1

    def _try_again(self) -> None:
        self._timer = None
        self.let_go(1)

    def _limited(self, method: str) -> RateLimited:
        left = self._until - asyncio.get_running_loop().time()
        return RateLimited(method, "ratelimited", max(0.0, left))
