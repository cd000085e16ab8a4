"""How fast a slash command is acknowledged; for our bot that means: after it is on disk."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

from bench.clouds import Clouds
from bench.contenders import Contender
from bench.deliveries import slashes
from bench.figures import Figures
from bench.load import Load, burst, closed_loop, open_loop
from bench.processes import Running

RATE = 200
BURST = 500
MOST_DURABLE_PER_SECOND = 6000  # of requests to prepare; our bot needs a new one each time
POOL = 4000  # requests prepared for those that keep nothing, sent again and again


async def measure(
    contender: Contender, clouds: Clouds, figures: Figures, *, seconds: float, connections: tuple[int, ...]
) -> None:
    """Measure all shapes of load on one contender, in one round."""
    running = await _started(contender, clouds)
    figures.add("ack.first start ms", contender.name, 1000 * running.first_answer)
    load = await open_loop(running.port, _many(clouds, RATE * seconds), RATE)
    _note(figures, contender, f"{RATE}/s", load)
    await settle(clouds, contender)
    load = await burst(running.port, slashes(BURST, clouds.url))
    _note(figures, contender, f"burst {BURST}", load)
    for count in connections:
        if contender.is_ours:  # it keeps what it is sent, so that each shape of load needs an empty database
            running.kill()
            running = await _started(contender, clouds)
        load = await closed_loop(running.port, _requests(contender, clouds, seconds), count, seconds)
        _note(figures, contender, f"{count} connections", load)
    running.kill()


async def generator(contender: Contender, clouds: Clouds, figures: Figures, *, seconds: float) -> None:
    """Measure the generator itself, against a server that does nothing."""
    running = await contender.start()
    try:
        load = await closed_loop(running.port, itertools.cycle(slashes(POOL, clouds.url)), 200, seconds)
        figures.add("generator per second", contender.name, load.per_second)
    finally:
        running.kill()


async def nothing_lost(contender: Contender, clouds: Clouds, figures: Figures) -> None:
    """Kill the bot right after a burst was acknowledged, start it again: each command must still get its card."""
    running = await _started(contender, clouds)
    before = set(clouds.cards)
    load = await burst(running.port, slashes(BURST, clouds.url))
    running.kill()
    at_kill = len(clouds.cards.keys() - before)
    posts = clouds.card_posts
    probe = len(load.latencies) + 1  # the start's own first command gets a card too
    running = await contender.start(fresh=False)
    for _ in range(300):
        if len(clouds.cards.keys() - before) >= probe:
            break
        await asyncio.sleep(0.2)
    await settle(clouds, contender)
    running.kill()
    found = len(clouds.cards.keys() - before)
    figures.add("burst acknowledged", contender.name, len(load.latencies))
    figures.add("burst cards at kill -9", contender.name, at_kill)
    figures.add("burst cards in the end", contender.name, found - 1)
    figures.add("burst cards posted twice", contender.name, clouds.card_posts - posts - (found - at_kill))


WARMING = 60


async def _started(contender: Contender, clouds: Clouds) -> Running:
    clouds.forget()
    running = await contender.start()
    await closed_loop(running.port, iter(slashes(WARMING, clouds.url)), 4, 10)
    await settle(clouds, contender)
    return running


async def settle(clouds: Clouds, contender: Contender, *, seconds: float = 30) -> None:
    """Wait until nobody has asked the clouds anything for a while: the work behind the acknowledgements is done."""
    if not contender.is_ours and contender.name != "tutorial bot":
        return
    before = -1
    for _ in range(int(seconds / 0.4)):
        if clouds.requests == before:
            return
        before = clouds.requests
        await asyncio.sleep(0.4)


def _many(clouds: Clouds, count: float) -> list[bytes]:
    return slashes(int(count), clouds.url)


def _requests(contender: Contender, clouds: Clouds, seconds: float) -> Iterator[bytes]:
    if contender.is_ours:
        return iter(_many(clouds, MOST_DURABLE_PER_SECOND * seconds))
    return itertools.cycle(slashes(POOL, clouds.url))


def _note(figures: Figures, contender: Contender, shape: str, load: Load) -> None:
    figures.add(f"ack.{shape} per second", contender.name, load.per_second)
    figures.add(f"ack.{shape} p50 ms", contender.name, load.quantile(0.5))
    figures.add(f"ack.{shape} p99 ms", contender.name, load.quantile(0.99))
    if shape.startswith("burst"):
        figures.add(f"ack.{shape} max ms", contender.name, load.quantile(1))
    if load.failed:
        figures.add(f"ack.{shape} failed", contender.name, load.failed)
