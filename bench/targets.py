"""The targets of the issue, each as a metric of ours and what it must reach."""

from __future__ import annotations

import operator
from dataclasses import dataclass

from bench.figures import Figures


@dataclass(frozen=True)
class Target:
    """*metric* of our bot is to be at least (or at most) `least`; `aim` is what is hoped for."""

    what: str
    metric: str
    least: float
    aim: float
    unit: str
    larger_is_better: bool = False
    contender: str | None = None  # None: our bot on either database

    def verdict(self, figures: Figures, contender: str) -> str:
        """Return "aim", "yes", "no" or "-" (not measured)."""
        value = figures.median(self.metric, contender)
        if value is None:
            return "-"
        reaches = operator.ge if self.larger_is_better else operator.le
        if reaches(value, self.aim):
            return "yes, and the aim"
        return "yes" if reaches(value, self.least) else "**no**"


OURS = ("oms-bot, SQLite", "oms-bot, PostgreSQL")
TARGETS = (
    Target(
        "durable slash acks/s, 200 concurrent",
        "ack.200 connections per second",
        1500,
        3000,
        "/s",
        True,
        OURS[0],
    ),
    Target("ack p50, open loop at 200/s", "ack.200/s p50 ms", 4, 2, "ms"),
    Target("ack p99, burst of 500", "ack.burst 500 p99 ms", 300, 150, "ms"),
    Target("click → stop call, p50, one at a time", "click to stop p50 ms", 8, 4, "ms"),
    Target(
        "OMS calls/s, 100 concurrent",
        "OMS calls/s at 100",
        5000,
        8000,
        "/s",
        True,
        "our OmsClient, token",
    ),
    Target("start-up to first ack", "start-up to first ack ms", 1000, 700, "ms"),
    Target("RSS after load", "RSS after load MiB", 120, 95, "MiB"),
    Target("idle CPU, 100 open conversations", "idle CPU %", 1.5, 0.7, "%", contender=OURS[0]),
)
