"""`kill -9` around a resume, by hand and by itself: started at most once, told once. The bot is its own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import TASK, MakeWorld, World, is_card, said
from tests.scenario.keys import MEDIA, give_keys, let_it_be_due, lock, planned
from tests.scenario.process import Process

MIGRATES = "OMS shows it migrating at"


@pytest.fixture
async def world(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """Return a world whose bot has the keys, and is a process."""
    give_keys(monkeypatch)
    async with make_world(more=MEDIA, start=False) as world:
        lock(world.cloud)
        try:
            await process.start()
            world.slack.connect_http(process.url)
            yield world
        finally:
            await process.stop()


def starts(world: World) -> int:
    """Return how many times OMS was asked to start."""
    return len(world.cloud.calls_of("start_task"))


async def told_once(world: World, card: Message, words: str) -> None:
    """Wait until the thread says it, and see that it says it once."""
    await world.told(card, words)
    await asyncio.sleep(0.5)
    thread = [message for message in world.slack.thread(world.room, card)[1:] if not is_card(message)]
    assert [words in said(message) for message in thread].count(True) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_oms_has_the_start(world: World, process: Process, when: str) -> None:
    """After the restart the task is read, and started again only if it is still paused."""
    world.cloud.set_status(int(TASK), 3)
    world.cloud.faults.add(Fault(kind="latency", operation="start_task", when=when, seconds=30))  # type: ignore[arg-type]  # one of two words
    card = await world.card(f"resume prod-sg {TASK}")
    await world.confirm(card)
    await world.until(lambda: world.recorded("calling") == 1)
    await asyncio.sleep(0.4)
    await process.stop()
    world.cloud.faults.clear()
    await process.start()
    await told_once(world, card, MIGRATES)
    assert len([call for call in world.cloud.calls_of("start_task") if call.status == 200]) <= 1


async def timed(world: World) -> Message:
    """Alice pauses for two hours; the card is returned when it is paused."""
    card = await world.card(f"pause prod-sg {TASK} for 2h")
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    await world.until(lambda: "resumes_soon" in planned(world))
    return card


async def test_killed_between_the_pause_and_its_end(world: World, process: Process) -> None:
    """What is due while nothing runs is done at the next start."""
    card = await timed(world)
    await process.stop()
    let_it_be_due(world, "resumes_soon")
    await process.start()
    await world.told(card, "Resumes by itself")
    await world.until(lambda: "resumes" in planned(world))
    await process.stop()
    let_it_be_due(world, "resumes")
    await process.start()
    await told_once(world, card, "as was asked for with the pause")
    assert starts(world) == 1


async def test_killed_while_a_timed_resume_is_called(world: World, process: Process) -> None:
    """OMS has it already: the task is read, and nothing is sent again."""
    card = await timed(world)
    let_it_be_due(world, "resumes_soon")
    await world.told(card, "Resumes by itself")
    await world.until(lambda: "resumes" in planned(world))
    world.cloud.faults.add(Fault(kind="latency", operation="start_task", when="after", seconds=30))
    let_it_be_due(world, "resumes")
    await world.until(lambda: world.recorded("calling") == 2)
    await asyncio.sleep(0.4)
    await process.stop()
    world.cloud.faults.clear()
    await process.start()
    await told_once(world, card, "as was asked for with the pause")
    assert len([call for call in world.cloud.calls_of("start_task") if call.status == 200]) <= 1
    assert world.cloud.tasks[int(TASK)].status == 2


async def test_kept_before_a_kill_is_kept_after_it(world: World, process: Process) -> None:
    """Its time comes while nothing runs."""
    card = await timed(world)
    let_it_be_due(world, "resumes_soon")
    soon = await world.told(card, "Resumes by itself")
    await world.until(lambda: "resumes" in planned(world))
    await world.slack.click(world.bob, soon, "oms_keep")
    await world.told(card, "keeps it paused")
    await process.stop()
    let_it_be_due(world, "resumes")
    await process.start()
    await world.until(lambda: "resumes" not in planned(world))
    assert starts(world) == 0
