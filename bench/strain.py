"""One replica under strain: a thousand open cards, a burst, a restart, Slack down or saying 429, idle connections.

What counts is that nothing is lost; and then how long people wait.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench import answers
from bench.acks import settle
from bench.clouds import Clouds, Post
from bench.contenders import Contender
from bench.deliveries import click, new_task, readyz, slash, slashes
from bench.figures import Figures
from bench.load import Line, burst, is_good
from bench.operations import CONFIRM, open_cards
from bench.processes import Running
from bot.text import say
from bot.text.languages import Language

BURST = 200
OUTCOMES = 100
STORM_SECONDS = 10.0
STORM_COMMANDS = 50
IDLE = 5_000
PATIENCE = 240.0  # seconds, for what must come in the end
_WARMING = 50
_WORKING = say.working(Language.EN).rstrip("…").encode()

Cards = list[tuple[str, Post]]


async def measure(
    contender: Contender, clouds: Clouds, figures: Figures, *, open_at_once: int, down_seconds: float
) -> None:
    """Put one bot under all of it, one after the other."""
    clouds.forget()
    running = await contender.start()
    strain = _Strain(contender, clouds, figures)
    try:
        await open_cards(running.port, clouds, _WARMING)
        await settle(clouds, contender)
        cards = await strain.open(running, open_at_once)
        await strain.burst(running)
        running.kill()
        running = await contender.start(fresh=False, probe=readyz())
        strain.add(f"ready after a restart with {open_at_once} open ms", 1000 * running.first_answer)
        strain.add("CPU until then ms", 1000 * running.cpu_seconds())
        await settle(clouds, contender)
        await strain.outage(running, cards[:OUTCOMES], down_seconds)
        await strain.storm(running)
        await strain.idle_connections(running)
        strain.add("RSS in the end MiB", running.rss_mib())
    finally:
        clouds.slack_says = None
        running.kill()


@dataclass(frozen=True)
class _Strain:
    contender: Contender
    clouds: Clouds
    figures: Figures

    def add(self, what: str, value: float) -> None:
        """Note a figure."""
        self.figures.add(f"load: {what}", self.contender.name, value)

    async def open(self, running: Running, count: int) -> Cards:
        """Open *count* conversations and leave them open; return their cards."""
        before = running.rss_mib()
        cards, again = await open_cards(running.port, self.clouds, count)
        await settle(self.clouds, self.contender)
        self.add("an open conversation KiB", 1024 * (running.rss_mib() - before) / count)
        self.add("asked again, while they were opened", again)
        return cards

    async def burst(self, running: Running) -> None:
        """Type `BURST` commands in one moment, while all that is open."""
        before, posts = set(self.clouds.cards), self.clouds.card_posts
        began = time.perf_counter()
        load = await burst(running.port, slashes(BURST, self.clouds.url))
        await _until(lambda: len(self.clouds.cards.keys() - before) >= len(load.latencies))
        self.add(f"burst of {BURST}: ack p50 ms", load.quantile(0.5))
        self.add(f"burst of {BURST}: ack p99 ms", load.quantile(0.99))
        self.add(f"burst of {BURST}: last card ms", 1000 * (time.perf_counter() - began))
        await settle(self.clouds, self.contender)
        found = len(self.clouds.cards.keys() - before)
        self.add(f"burst of {BURST}: told to ask again", load.failed)
        self.add(f"burst of {BURST}: acknowledged and lost", len(load.latencies) - found)
        self.add(f"burst of {BURST}: posted twice", self.clouds.card_posts - posts - found)

    async def outage(self, running: Running, cards: Cards, seconds: float) -> None:
        """Confirm *cards* while Slack answers nothing but 503, and see how long their endings take when it is back."""
        self.clouds.slack_says = answers.UNAVAILABLE
        line = await Line.open(running.port)
        clicked = 0
        for _, card in cards:
            clicked += is_good(await line.ask(click(card.message, card.ts, CONFIRM, self.clouds.url)))
        line.close()
        await asyncio.sleep(seconds)
        self.clouds.slack_says, back = None, time.perf_counter()
        await _until(lambda: all(task in self.clouds.threads for task, _ in cards))
        told = [self.clouds.threads[task] - back for task, _ in cards if task in self.clouds.threads]
        what = f"Slack down for {seconds:.0f} s, {len(cards)} endings due"
        self.add(f"{what}: clicks recorded", clicked)
        self.add(f"{what}: untold", len(cards) - len(told))
        self.add(f"{what}: half told after s", sorted(told)[len(told) // 2] if told else float("nan"))
        self.add(f"{what}: all told after s", max(told, default=float("nan")))
        self.add(f"{what}: paused twice", sum(len(self.clouds.stops[task]) > 1 for task, _ in cards))

    async def storm(self, running: Running) -> None:
        """Type commands while Slack answers each call with 429; afterwards each has a card, or its asker was told."""
        self.clouds.slack_says = answers.RATE_LIMITED
        before, began = len(self.clouds.calls), time.perf_counter()
        tasks = [new_task() for _ in range(STORM_COMMANDS)]
        load = await burst(running.port, [slash(task, self.clouds.url) for task in tasks])
        await asyncio.sleep(max(0.0, STORM_SECONDS - (time.perf_counter() - began)))
        calls = sum(call.path.startswith("/api/") for call in self.clouds.calls[before:])
        self.clouds.slack_says, over = None, time.perf_counter()

        def answered() -> set[str]:
            told = {task for task in tasks if any(map(_is_answer, self.clouds.whispers.get(task, ())))}
            return {task for task in tasks if task in self.clouds.cards or task in told}

        await _until(lambda: len(answered()) == len(tasks))
        self.add(f"429 for {STORM_SECONDS:.0f} s: ack p99 ms", load.quantile(0.99))
        self.add(f"429 for {STORM_SECONDS:.0f} s: calls of Slack for a command", calls / STORM_COMMANDS)
        self.add(f"429 for {STORM_SECONDS:.0f} s: unanswered", STORM_COMMANDS - len(answered()))
        self.add(f"429 for {STORM_SECONDS:.0f} s: cards", sum(task in self.clouds.cards for task in tasks))
        self.add(f"429 for {STORM_SECONDS:.0f} s: all answered after s", time.perf_counter() - over)

    async def idle_connections(self, running: Running) -> None:
        """Hold connections that say nothing, more than the bot has room for, and type a command."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        used = running.cpu_seconds()
        silent = [await Line.open(running.port) for _ in range(min(IDLE, most - 200))]
        load = await burst(running.port, slashes(20, self.clouds.url))
        self.add(f"{len(silent)} idle connections: 20 commands, ack p99 ms", load.quantile(0.99))
        self.add(f"{len(silent)} idle connections: unanswered", load.failed)
        self.add(f"{len(silent)} idle connections: CPU ms", 1000 * (running.cpu_seconds() - used))
        for line in silent:
            line.close()
        await settle(self.clouds, self.contender)


def _is_answer(whisper: bytes) -> bool:
    """Tell whether more is said than that the command is being worked on, and that this is taken back."""
    return _WORKING not in whisper and b"delete_original" not in whisper


async def _until(predicate: Callable[[], bool]) -> None:
    """Wait for what must come, for at most `PATIENCE`; whether it came is counted by who waits."""
    until = time.perf_counter() + PATIENCE
    while not predicate() and time.perf_counter() < until:  # noqa: ASYNC110  # what is waited for is counted, not signalled
        await asyncio.sleep(0.02)
