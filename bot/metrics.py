"""What is counted, for Prometheus. One registry for each app; `docs/reference/metrics.md` explains each metric."""

from __future__ import annotations

import asyncio
import math
import platform
import time
from collections.abc import Awaitable, Callable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__
from bot.shared import Shared

EXPOSED_SECONDS: Final = 1.0
COUNT_SECONDS: Final = 2.0
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ACKNOWLEDGED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)  # Slack waits for three seconds

Observe = Callable[[str, str, float], None]
"""Told after each request to another service: the operation, "ok" or the error's class name, the seconds it took."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which says no more than the start of the process


class Metrics:
    """The bot's metrics. Labels have few values: never a user, a task or a message."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Counter(
            "oms_bot_commands",
            "Commands received, by verb, or by what could not be understood of them.",
            ["verb"],
            registry=self.registry,
        )
        self.operations = Counter(
            "oms_bot_operations",
            "Operations ended, by verb and ending.",
            ["verb", "ending"],
            registry=self.registry,
        )
        self.targets = Counter(
            "oms_bot_targets",
            "Targets of operations on many that ended, by verb and ending.",
            ["verb", "ending"],
            registry=self.registry,
        )
        self.published = Counter(
            "oms_bot_published_outcomes",
            "Endings sent to receivers besides Slack, by receiver and what became of them.",
            ["receiver", "result"],
            registry=self.registry,
        )
        self.proposals = Counter(
            "oms_bot_proposals",
            "Proposals taken, by proposer and what became of them.",
            ["proposer", "outcome"],
            registry=self.registry,
        )
        self.refusals = Counter(
            "oms_bot_refused_clicks", "Clicks refused, by reason.", ["reason"], registry=self.registry
        )
        self.rejected = Counter(
            "oms_bot_rejected_requests",
            "Requests turned away at a door, by door and reason.",
            ["door", "why"],
            registry=self.registry,
        )
        self.unheard = Counter(
            "oms_bot_unheard_deliveries",
            "Deliveries of Slack that no listener is for, acknowledged and left, by kind.",
            ["kind"],
            registry=self.registry,
        )
        self.foreign_urls = Counter(
            "oms_bot_foreign_response_urls",
            "Response URLs that were not Slack's, and were not called.",
            registry=self.registry,
        )
        self.plain_messages = Counter(
            "oms_bot_plain_messages",
            "Messages sent in their plain form since Slack refuses a newer block, by block.",
            ["block"],
            registry=self.registry,
        )
        self.calls = Histogram(
            "oms_bot_call_seconds",
            "Duration of calls to Slack, IAM and OMS.",
            ["service", "operation", "outcome"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.acknowledgements = Histogram(
            "oms_bot_acknowledgement_seconds",
            "How long Slack had to wait for the answer to a delivery, by kind.",
            ["kind"],
            buckets=_ACKNOWLEDGED,
            registry=self.registry,
        )
        self.open = Gauge(
            "oms_bot_open_conversations", "Operations that have no ending yet.", registry=self.registry
        )
        self.lock = Gauge(
            "oms_bot_lock_held",
            "Whether this replica holds its lock, without which it runs nothing: 1 or 0.",
            registry=self.registry,
        )
        self.skew = Gauge(
            "oms_bot_clock_skew_seconds",
            "Seconds that this machine's clock is ahead of Huawei Cloud's; NaN before the first answer.",
            registry=self.registry,
        )
        self.skew.set(math.nan)
        self.socket = Gauge(
            "oms_bot_socket_connected",
            "Whether Slack can reach the bot by Socket Mode: 1 or 0; 0 without Socket Mode.",
            registry=self.registry,
        )
        build = Info("oms_bot_build", "What is running.", registry=self.registry)
        build.info({"version": __version__, "python": platform.python_version()})
        ProcessCollector(registry=self.registry)

    def observe(self, service: str) -> Observe:
        """Return what a client of *service* calls after each request."""
        return _Observer(self.calls, service)

    def render(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class Exposition:
    """What Prometheus reads. It is made once for all who ask within a second, so that asking costs nobody a wait."""

    def __init__(
        self,
        metrics: Metrics,
        count_open: Callable[[], Awaitable[int]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics = metrics
        self._count_open = count_open
        self._shared = Shared(self._render, EXPOSED_SECONDS, clock=clock)

    async def read(self) -> bytes:
        """Return all metrics, a second old at most. What the database does not tell is a gap, no error."""
        return await self._shared.get()

    async def _render(self) -> bytes:
        try:
            async with asyncio.timeout(COUNT_SECONDS):
                self._metrics.open.set(await self._count_open())
        except (SQLAlchemyError, TimeoutError):
            self._metrics.open.set(math.nan)
        return self._metrics.render()


class _Observer:
    def __init__(self, calls: Histogram, service: str) -> None:
        self._calls = calls
        self._service = service

    def __call__(self, operation: str, outcome: str, seconds: float) -> None:
        self._calls.labels(self._service, operation, outcome).observe(seconds)
