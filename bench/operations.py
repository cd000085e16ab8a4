"""Whole operations: from the command to the card, from the click to the call, and to the truth in the thread."""

from __future__ import annotations

import asyncio
import time

from bench.acks import settle
from bench.clouds import Clouds, Post
from bench.contenders import Contender
from bench.deliveries import click, new_task, slash
from bench.figures import Figures
from bench.load import Line, Load, is_good
from bench.processes import Running

CONFIRM = "oms_confirm"
NOT_RECORDED = 8  # seconds; the bot gives up recording a click after 2.5
LAST_STOP = 30  # seconds, of many confirmed at once


async def measure(
    contender: Contender, clouds: Clouds, figures: Figures, *, sequential: int, at_once: int
) -> None:
    """Measure one round: *sequential* operations one after the other, then 50 clickers, then *at_once* clicks."""
    clouds.forget()
    running = await contender.start()
    try:
        await _sequential(running, clouds, contender, figures, sequential)
        cards, _ = await open_cards(running.port, clouds, 100)
        await settle(clouds, contender)
        load = await _clicks(running.port, clouds, cards, 50)
        _note(figures, contender, "50 at once", load)
        await settle(clouds, contender)
        cards, _ = await open_cards(running.port, clouds, at_once)
        await settle(clouds, contender)
        await all_at_once(running.port, clouds, cards, contender, figures)
    finally:
        running.kill()


async def _sequential(
    running: Running, clouds: Clouds, contender: Contender, figures: Figures, count: int
) -> None:
    line = await Line.open(running.port)
    to_card, to_stop, to_thread = Load(), Load(), Load()
    for number in range(count + 5):  # the first ones warm up: connections, token, compiled statements
        task = new_task()
        began = time.perf_counter()
        await line.ask(slash(task, clouds.url))
        card = await clouds.card(task)
        await asyncio.sleep(0.03)  # a person reads; the bot writes down where the card stands
        request = click(card.message, card.ts, CONFIRM, clouds.url)
        clicked = time.perf_counter()
        await line.ask(request)
        stopped, told = await clouds.stop(task), await clouds.thread(task)
        await asyncio.sleep(0.02)
        if number < 5:
            continue
        to_card.latencies.append(card.at - began)
        if stopped is None or told is None:
            to_stop.failed += 1
            continue
        to_stop.latencies.append(stopped - clicked)
        to_thread.latencies.append(told - clicked)
    line.close()
    for what, load in (
        ("slash to card", to_card),
        ("click to stop", to_stop),
        ("click to thread", to_thread),
    ):
        _note(figures, contender, what, load)


async def open_cards(
    port: int, clouds: Clouds, count: int, connections: int = 20
) -> tuple[list[tuple[str, Post]], int]:
    """Ask for *count* cards and wait until all are posted; return them, and how many had to be asked for again.

    Where the bot says that it could not record a request in time, the person asks again, as the bot tells them to.
    """
    tasks = [new_task() for _ in range(count)]
    waiting = iter(tasks)
    again = 0

    async def ask() -> None:
        nonlocal again
        line = await Line.open(port)
        for task in waiting:
            while not is_good(await line.ask(slash(task, clouds.url))):
                again += 1
                assert again < count, "the bot records nothing"
        line.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    return [(task, await clouds.card(task)) for task in tasks], again


async def confirm(port: int, clouds: Clouds, cards: list[tuple[str, Post]], clickers: int) -> Load:
    """Click Pause on all *cards*, *clickers* at a time, and wait until each ending is told."""
    load = await _clicks(port, clouds, cards, clickers)
    for task, _ in cards:
        if clouds.stops.get(task):
            await clouds.thread(task)
    return load


async def _clicks(port: int, clouds: Clouds, cards: list[tuple[str, Post]], clickers: int) -> Load:
    """Click on all *cards*, each clicker going on when OMS was asked; return the times from click to call."""
    load = Load()
    prepared = iter([(task, click(card.message, card.ts, CONFIRM, clouds.url)) for task, card in cards])

    async def clicker() -> None:
        line = await Line.open(port)
        for task, request in prepared:
            clicked = time.perf_counter()
            await line.ask(request)
            stopped = await clouds.stop(task, NOT_RECORDED)
            if stopped is None:  # the bot has told the clicker that it could not record the click
                load.failed += 1
            else:
                load.latencies.append(stopped - clicked)
        line.close()

    await asyncio.gather(*(clicker() for _ in range(clickers)))
    return load


async def all_at_once(
    port: int, clouds: Clouds, cards: list[tuple[str, Post]], contender: Contender, figures: Figures
) -> None:
    """Click Pause on all *cards* in one moment."""
    lines = [await Line.open(port) for _ in cards]
    prepared = [click(card.message, card.ts, CONFIRM, clouds.url) for _, card in cards]
    acks = Load()
    clicked = time.perf_counter()

    async def one(line: Line, request: bytes) -> None:
        answer = await line.ask(request)
        if is_good(answer):
            acks.latencies.append(time.perf_counter() - clicked)

    await asyncio.gather(*(one(line, request) for line, request in zip(lines, prepared, strict=True)))
    asked = await asyncio.gather(*(clouds.stop(task, LAST_STOP) for task, _ in cards))
    ended = await asyncio.gather(*(clouds.thread(task) for task, _ in cards if task in clouds.stops))
    stops, told = [at for at in asked if at], [at for at in ended if at]
    what = f"{len(cards)} confirmed at once"
    figures.add(f"{what}: ack p99 ms", contender.name, acks.quantile(0.99))
    figures.add(f"{what}: last stop ms", contender.name, 1000 * (max(stops, default=float("nan")) - clicked))
    figures.add(f"{what}: last thread ms", contender.name, 1000 * (max(told, default=float("nan")) - clicked))
    figures.add(f"{what}: stop calls", contender.name, sum(len(clouds.stops[task]) for task, _ in cards))
    for line in lines:
        line.close()


def _note(figures: Figures, contender: Contender, what: str, load: Load) -> None:
    figures.add(f"{what} p50 ms", contender.name, load.quantile(0.5))
    figures.add(f"{what} p99 ms", contender.name, load.quantile(0.99))
    if load.failed:
        figures.add(f"{what} failed", contender.name, load.failed)
