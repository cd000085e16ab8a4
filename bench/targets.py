"""The targets of the issue, each as a metric of ours and what it must reach."""

from __future__ import annotations

import operator
from dataclasses import dataclass

from bench.figures import Figures


@dataclass(frozen=True)
class Target:
    """*metric* of our bot is to be at least (or at most) `least`; `aim` is what is hoped for, if more."""

    what: str
    metric: str
    least: float
    aim: float | None
    unit: str
    larger_is_better: bool = False
    contender: str | None = None  # None: our bot on either database

    @property
    def goal(self) -> str:
        """Return what is to be reached, in words."""
        aim = "" if self.aim is None else f" (aim {self.aim:,g})"
        return f"{'≥' if self.larger_is_better else '≤'} {self.least:,g}{aim} {self.unit}"

    def verdict(self, figures: Figures, contender: str) -> str:
        """Return "aim", "yes", "no" or "-" (not measured)."""
        value = figures.median(self.metric, contender)
        if value is None:
            return "-"
        reaches = operator.ge if self.larger_is_better else operator.le
        if self.aim is not None and reaches(value, self.aim):
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
    *(
        Target(f"{what}, far clouds", f"far: {metric} ms", least, None, "ms", contender=OURS[0])
        for what, metric, least in (
            ("slash → card, no token yet", "cold slash to card", 700),  # max(Slack, IAM + OMS) + 100
            ("slash → card", "warm slash to card", 400),  # max(Slack, OMS) + 100
            ("click → stop call", "click to stop", 360),  # max(Slack, OMS) + 60
            ("click → stop call, token expired since", "click to stop, token expired", 360),
            ("click → stop call, restarted since", "click to stop, restarted", 660),  # … IAM + OMS …
            ("between the card's ending and the thread's", "between the two", 30),
        )
    ),
    Target(
        "ack p99, burst of 200 beside 1,000 open cards", "load: burst of 200: ack p99 ms", 1000, None, "ms"
    ),
    Target(
        "ready after a restart with 1,000 open cards",
        "load: ready after a restart with 1000 open ms",
        3000,
        None,
        "ms",
    ),
    Target("CPU of an ask", "cost: CPU per ask ms", 17, 13, "ms", contender=OURS[0]),
    Target("CPU of a confirmation", "cost: CPU per confirmation ms", 17, 13, "ms", contender=OURS[0]),
    Target("RSS idle", "cost: RSS idle MiB", 110, None, "MiB", contender=OURS[0]),
    Target("start-up to ready", "cost: start-up ms", 1200, None, "ms", contender=OURS[0]),
)
