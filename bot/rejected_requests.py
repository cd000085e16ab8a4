"""Requests that got no further than a door: counted, and put into the audit as sums.

One row a request would let anybody who can reach the port fill the disk. A crash loses the sums of the last minute.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

import structlog

from bot.audit import Audit, Event
from bot.metrics import Metrics

Door = Literal["gate", "page", "command", "propose"]
"""Where: before Slack's signature was believed, on the linking page, at a command or a proposal before it was taken."""

EVERY: Final = 60.0  # seconds

log = structlog.get_logger(__name__)


class RejectedRequests:
    """One for each process. Every *why* is a word of ours, so there are few of them. `clock` gives Unix seconds."""

    def __init__(self, audit: Audit, metrics: Metrics, clock: Callable[[], float]) -> None:
        self._audit = audit
        self._metrics = metrics
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._since = clock()
        self._writer: asyncio.Task[None] | None = None

    def count(self, door: Door, why: str) -> None:
        """Note one request that was turned away."""
        self._metrics.rejected.labels(door, why).inc()
        self._counts[f"{door}:{why}"] += 1

    def start(self) -> None:
        """Begin to write the sums, each minute in which there are any."""
        self._writer = asyncio.create_task(self._write_forever())

    async def stop(self) -> None:
        """Write what is left and end."""
        if self._writer:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
            await self._write()

    async def _write_forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._write()

    async def _write(self) -> None:
        if not self._counts:
            return
        counts, self._counts = self._counts, Counter()
        since, self._since = self._since, self._clock()
        try:
            await self._audit.append(
                Event.REJECTED,
                "requests",
                once=uuid.uuid4().hex,
                since=datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds"),
                counts=dict(sorted(counts.items())),
            )
        except Exception:  # a database that is away must not end the counting
            log.exception("rejected_not_audited", requests=counts.total())
            self._counts.update(counts)
            self._since = since
