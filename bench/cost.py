"""What an operation costs: processor time of an ask and of a confirmation, and of the start; memory before the first.

Processor time is the same however busy the machine is, near enough; so a change can be compared with what was before
it, in a minute: see ``--tree``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.acks import settle
from bench.clouds import Clouds
from bench.contenders import Contender
from bench.deliveries import readyz
from bench.figures import Figures
from bench.operations import all_at_once, confirm, open_cards
from bench.processes import Running

CLICKERS = 50
AT_ONCE = 200
_WARMING = 60


async def measure(contender: Contender, clouds: Clouds, figures: Figures, *, count: int) -> None:
    """Measure one round: a start, *count* asks, as many confirmations, `AT_ONCE` more of them in one moment."""
    clouds.forget()
    if contender.is_ours:
        (await contender.start()).kill()  # makes the schema, and compiles
    running = await contender.start(fresh=False, probe=readyz() if contender.is_ours else None)
    try:
        figures.add("cost: start-up ms", contender.name, 1000 * running.first_answer)
        figures.add("cost: CPU of the start-up ms", contender.name, 1000 * running.cpu_seconds())
        await asyncio.sleep(0.5)
        figures.add("cost: RSS idle MiB", contender.name, running.rss_mib())
        cards, _ = await open_cards(running.port, clouds, _WARMING)
        await confirm(running.port, clouds, cards, CLICKERS)
        await settle(clouds, contender)

        meter = _Meter(running, contender, figures)
        cards, _ = await open_cards(running.port, clouds, count)
        await settle(clouds, contender)
        meter.read("ask", count)
        load = await confirm(running.port, clouds, cards, CLICKERS)
        await settle(clouds, contender)
        meter.read("confirmation", len(load.latencies))
        if load.failed:
            figures.add("cost: clicks that were not recorded", contender.name, load.failed)

        cards, _ = await open_cards(running.port, clouds, AT_ONCE)
        await settle(clouds, contender)
        await all_at_once(running.port, clouds, cards, contender, figures)
    finally:
        running.kill()


@dataclass
class _Meter:
    """Reads how much processor time was used since the last reading."""

    running: Running
    contender: Contender
    figures: Figures
    before: float = 0.0

    def __post_init__(self) -> None:
        self.before = self.running.cpu_seconds()

    def read(self, what: str, count: int) -> None:
        """Note what each of *count* deeds took."""
        now = self.running.cpu_seconds()
        each = (now - self.before) / count if count else float("nan")
        self.figures.add(f"cost: CPU per {what} ms", self.contender.name, 1000 * each)
        self.before = now
