"""SIGTERM while something waits for Slack or OMS: it is let finish and recorded, so that no start does it again."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from bot.sandbox.huawei.cloud import Fault
from tests.scenario.conftest import TASK, MakeWorld, World, said, served
from tests.scenario.process import Process


async def stopped(process: Process, how: signal.Signals = signal.SIGTERM) -> None:
    """The signal ends it with 0, within the time that platforms give."""
    async with asyncio.timeout(40):
        await process.stop(how)
    assert process.exit_code == 0, process.log.read_text()
    assert "Traceback" not in process.log.read_text()


async def _answered(world: World) -> None:
    """The bot works again: whatever a start does anew, it has begun by now."""
    await world.type(world.bob, "pause prod-sg")
    await world.whispered(world.bob, "igrating", 20)


async def test_a_card_that_slack_is_taking_is_not_posted_again(
    make_world: MakeWorld, process: Process
) -> None:
    """Slack has the card and takes its time to say so."""
    async with served(make_world, process) as world:
        world.slack.faults.add("chat.postMessage", delay=1.5, after_effect=True, times=1)
        card = await world.card()
        await stopped(process)
        await process.start()
        await _answered(world)
        assert world.slack.messages(world.room) == [card]
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at", 20)


def _in_thread(args: dict[str, Any]) -> bool:
    return "thread_ts" in args


async def test_an_ending_that_slack_is_taking_is_not_posted_again(
    make_world: MakeWorld, process: Process
) -> None:
    """The same with the ending in the thread."""
    async with served(make_world, process) as world:
        card = await world.card()
        world.slack.faults.add("chat.postMessage", delay=1.5, after_effect=True, times=1, when=_in_thread)
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at", 20)
        await stopped(process)
        await process.start()
        await _answered(world)
        assert len(world.slack.thread(world.room, card)) == 2


async def test_a_call_that_oms_is_answering_is_recorded(make_world: MakeWorld, process: Process) -> None:
    """OMS has the request: its answer is waited for, so that the next start need not guess."""
    async with served(make_world, process, request_timeout=10) as world:
        card = await world.card()
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=1.5))
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        await stopped(process)
        world.cloud.faults.clear()
        await process.start()
        ending = await world.told(card, "OMS confirmed it at", 20)
        assert "restarted" not in said(ending)
        assert world.stops() == 1


async def test_a_slack_that_never_answers_does_not_hold_the_stop_up(
    make_world: MakeWorld, process: Process
) -> None:
    """A few seconds are given, not more; a task that is watched is given none."""
    async with served(make_world, process) as world:
        world.slack.faults.add("chat.postMessage", delay=25, times=1)
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await world.slack.wait_for(lambda: [c for c in world.slack.calls if c.method == "users.info"], 10)
        await stopped(process)
