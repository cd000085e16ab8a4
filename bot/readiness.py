"""Whether the bot could do its work at this moment: what a command needs, proved piece by piece.

Anybody may ask, so the proofs are shared: one at a time, and each is good for a few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot.shared import Shared
from bot.slack.delivery import SlackError

PROBE_SECONDS: Final = 4.0
KEPT_SECONDS: Final = 3.0
LATELY_SECONDS: Final = 15.0  # who asked within them, asks again: a balancer does every few seconds
STOPPING: Final = {"process": "stopping"}

Probe = Callable[[], Awaitable[Any]]


class Readiness:
    """Runs a probe for each part; a probe raises what is wrong."""

    def __init__(self, probes: Mapping[str, Probe], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._probes = probes
        self._clock = clock
        self._asked_at: float | None = None
        self._left: asyncio.Event | None = None  # set as soon as somebody has been told
        self._shared = Shared(self._look, KEPT_SECONDS, clock=clock)

    async def faults(self) -> dict[str, str]:
        """Return what is wrong, by part; an empty dict means ready. Takes at most `PROBE_SECONDS`."""
        self._asked_at = self._clock()
        if self._left:
            self._left.set()
            return STOPPING
        return await self._shared.get()

    async def leave(self, within_seconds: float) -> None:
        """Be ready no more. Whoever asks every few seconds is given this time to hear it; if nobody does, none is."""
        self._left = asyncio.Event()
        if self._asked_at is None or self._clock() - self._asked_at > LATELY_SECONDS:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await self._left.wait()

    async def _look(self) -> dict[str, str]:
        faults = await asyncio.gather(*(_fault_of(probe) for probe in self._probes.values()))
        return {part: fault for part, fault in zip(self._probes, faults, strict=True) if fault}


async def _fault_of(probe: Probe) -> str | None:
    """Run *probe*; return one word for what went wrong, without the details that an error's text may hold."""
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await probe()
    except TimeoutError:
        return "timeout"
    except SlackError as error:
        return error.error
    except Exception as error:  # noqa: BLE001  # a probe reports whatever it meets
        return type(error).__name__
    return None
