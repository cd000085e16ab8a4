"""What the bot costs while it waits: start-up, memory, idle CPU, and what a thousand conversations add."""

from __future__ import annotations

import asyncio
import time

from bench.acks import settle
from bench.clouds import Clouds
from bench.contenders import Contender
from bench.figures import Figures
from bench.operations import confirm, open_cards

OPEN = 100


async def start_up(contender: Contender, figures: Figures) -> None:
    """Measure a start with the database that an earlier start has made."""
    if contender.is_ours and not contender.url:
        (await contender.start()).kill()
    running = await contender.start(fresh=False)
    figures.add("start-up to first ack ms", contender.name, 1000 * running.first_answer)
    await asyncio.sleep(0.5)
    figures.add("RSS idle MiB", contender.name, running.rss_mib())
    running.kill()


async def idle(contenders: list[Contender], clouds: Clouds, figures: Figures, *, seconds: float) -> None:
    """Measure the CPU that waiting costs with `OPEN` open conversations; all contenders wait at the same time."""
    started = []
    for contender in contenders:
        clouds.forget()
        running = await contender.start()
        await open_cards(running.port, clouds, OPEN)
        await settle(clouds, contender)
        started.append((contender, running))
    await asyncio.sleep(1)
    before = [running.cpu_seconds() for _, running in started]
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    waited = time.perf_counter() - began
    for (contender, running), used in zip(started, before, strict=True):
        figures.add("idle CPU %", contender.name, 100 * (running.cpu_seconds() - used) / waited)
        running.kill()


async def thousand(contender: Contender, clouds: Clouds, figures: Figures, *, count: int) -> None:
    """Open *count* conversations, then confirm all; every figure is per thousand."""
    clouds.forget()
    running = await contender.start()
    await open_cards(running.port, clouds, 50)
    await settle(clouds, contender)
    before = running.rss_mib()
    began = time.perf_counter()
    cards, again = await open_cards(running.port, clouds, count)
    opened = time.perf_counter() - began
    await settle(clouds, contender)
    per_thousand = 1000 / count
    figures.add("1,000 open: asked again", contender.name, again * per_thousand)
    figures.add("1,000 open: seconds", contender.name, opened * per_thousand)
    figures.add("1,000 open: MiB", contender.name, (running.rss_mib() - before) * per_thousand)
    began = time.perf_counter()
    load = await confirm(running.port, clouds, cards, 50)
    figures.add("1,000 confirmed: failed", contender.name, load.failed * per_thousand)
    figures.add("1,000 confirmed: seconds", contender.name, (time.perf_counter() - began) * per_thousand)
    await settle(clouds, contender)
    figures.add("RSS after load MiB", contender.name, running.rss_mib())
    running.kill()
    await _growth(contender, figures, count)


async def _growth(contender: Contender, figures: Figures, count: int) -> None:
    """Compare the database with one that has only been created."""
    databases = contender.databases
    assert databases is not None
    full = databases.size(contender.url)
    running = await contender.start(fresh=True)
    running.kill()
    await asyncio.sleep(0.2)
    grown = (full - databases.size(contender.url)) / 1024**2
    figures.add("1,000 operations: database MiB", contender.name, grown * 1000 / (count + 50))
