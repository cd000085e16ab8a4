"""`kill -9` at any moment, then a restart: exactly one ending in the thread, never two calls without a reading between.

The bot is a process of its own here.
"""

from __future__ import annotations

import asyncio
import json
import math
import signal

import pytest

import bot
from bot.sandbox.huawei.cloud import Fault, error_body
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import TASK, MakeWorld, World, said, served
from tests.scenario.process import Process


async def _one_ending(world: World, card: Message, words: str) -> None:
    await world.told(card, words, 15)
    await asyncio.sleep(0.5)
    thread = [said(message) for message in world.slack.thread(world.room, card)]
    assert len(thread) == 2, thread


async def _recorded(world: World) -> None:
    """Wait until the bot has noted where its card stands; before, a crash may repeat that one post."""
    await world.until(lambda: world.recorded("shown") > 0)
    await asyncio.sleep(0.1)


async def test_killed_the_moment_the_card_stands(make_world: MakeWorld, process: Process) -> None:
    """Slack took the card and the bot did not live to note it: the card may come twice, a click on the first counts."""
    async with served(make_world, process) as world:
        card = await world.card()
        await process.stop()
        await process.start()
        await asyncio.sleep(1.5)
        await world.confirm(card)
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 1


async def test_killed_while_waiting_for_the_click(make_world: MakeWorld, process: Process) -> None:
    """The card outlives the process: a click after the restart counts."""
    async with served(make_world, process) as world:
        card = await world.card()
        await _recorded(world)
        await process.stop()
        await process.start()
        await world.confirm(card)
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 1


async def test_killed_while_waiting_and_overdue_at_the_restart(
    make_world: MakeWorld, process: Process
) -> None:
    """The time to answer passes while nothing runs: the restart tells it."""
    async with served(make_world, process, confirm_within=2) as world:
        card = await world.card()
        await _recorded(world)
        await process.stop()
        await asyncio.sleep(2)
        await process.start()
        await _one_ending(world, card, "Nobody answered within")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_in_the_middle_of_the_call(make_world: MakeWorld, process: Process, when: str) -> None:
    """OMS is holding the request: after the restart the task is read, and called again only if it still migrates."""
    async with served(make_world, process) as world:
        card = await world.card()
        hold = Fault(kind="latency", operation="stop_task", when=when, seconds=30)  # type: ignore[arg-type]
        world.cloud.faults.add(hold)
        await world.confirm(card)
        await asyncio.sleep(0.4)
        await process.stop()
        world.cloud.faults.clear()
        before = len(world.cloud.calls_of("show_task"))
        await process.start()
        await _one_ending(world, card, "OMS confirmed it at")
        assert len(world.cloud.calls_of("show_task")) > before
        paused = [call for call in world.cloud.calls_of("stop_task") if call.status == 200]
        assert len(paused) <= 1


async def test_killed_in_the_call_and_unlinked_before_the_restart(
    make_world: MakeWorld, process: Process
) -> None:
    """Nobody can read the task any more, and OMS may have got the request: it is not told as "not paused"."""
    async with served(make_world, process) as world:
        card = await world.card()
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=30))
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        await process.stop()
        config = world.config.read_text()
        world.config.write_text(config.replace("[users.U0ALICE]", "[users.U0SOMEBODY]"))
        await process.start()
        ending = said(await world.told(card, "no longer linked", 15))
        assert "Whether OMS got the request isn't known" in ending
        assert world.stops() == 1


async def test_killed_before_the_call_arrived_and_deactivated_before_the_restart(
    make_world: MakeWorld, process: Process
) -> None:
    """The bot can't know how far it came: it reads, makes no call for somebody who is gone, and says what it saw."""
    async with served(make_world, process) as world:
        card = await world.card()
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="before", seconds=30))
        await world.confirm(card)
        await world.until(lambda: bool(world.recorded("calling")))
        await process.stop()
        world.slack.deactivate(world.alice)
        await process.start()
        ending = said(await world.told(card, "The bot restarted in between", 15))
        assert "Read afterwards, it was migrating" in ending
        await asyncio.sleep(0.5)
        assert [call for call in world.cloud.calls_of("stop_task") if call.status == 200] == []


async def test_killed_while_watching_the_pause(make_world: MakeWorld, process: Process) -> None:
    """Accepted, then killed: the restart goes on reading and does not call again."""
    async with served(make_world, process) as world:
        world.cloud.tasks[int(TASK)].pause_takes = 1.5
        card = await world.card()
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        await asyncio.sleep(0.2)
        await process.stop()
        await process.start()
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 1


async def test_killed_while_the_ending_is_told(make_world: MakeWorld, process: Process) -> None:
    """OMS has refused, and the bot dies before Slack takes that: the restart tells it, whatever is true by then."""
    async with served(make_world, process) as world:
        card = await world.card()
        body = error_body("oms", "OMS.0072", "no permission")
        world.cloud.faults.add(Fault(kind="status", operation="stop_task", status=400, body=body, times=1))
        world.slack.faults.add("chat.postMessage", delay=30)
        await world.confirm(card)
        await world.until(lambda: bool(world.recorded("ended")))
        await process.stop()
        world.slack.faults.clear()
        await process.start()
        await _one_ending(world, card, "OMS.0072")
        assert world.stops() == 1


async def test_killed_while_the_ending_without_a_call_is_told(
    make_world: MakeWorld, process: Process
) -> None:
    """The task had finished, so no call was made; that it migrates again by the restart is no reason for one."""
    async with served(make_world, process) as world:
        card = await world.card()
        world.cloud.set_status(int(TASK), 5)
        world.slack.faults.add("chat.postMessage", delay=30)
        await world.confirm(card)
        await world.until(lambda: bool(world.recorded("ended")))
        await process.stop()
        world.slack.faults.clear()
        world.cloud.set_status(int(TASK), 2)
        await process.start()
        await _one_ending(world, card, "finished")
        assert world.stops() == 0


async def test_killed_while_watching_on_after_still_pausing(make_world: MakeWorld, process: Process) -> None:
    """What was told stays on the card over the restart, until there is something better to tell."""
    async with served(make_world, process, verify_for=0.3) as world:
        world.cloud.tasks[int(TASK)].pause_takes = math.inf
        card = await world.card()
        await world.confirm(card)
        await world.told(card, "OMS accepted the pause")
        await asyncio.sleep(0.3)
        await process.stop()
        await process.start()
        await asyncio.sleep(1.5)
        assert "Still pausing" in said(world.slack.thread(world.room, card)[0])
        world.cloud.set_status(int(TASK), 3)
        await world.told(card, "OMS confirmed it at", 20)
        assert len(world.slack.thread(world.room, card)) == 3
        assert world.stops() == 1


async def test_killed_before_the_card_is_posted(make_world: MakeWorld, process: Process) -> None:
    """The command was acknowledged, so it is done: the restart posts the card."""
    async with served(make_world, process) as world:
        world.cloud.faults.add(Fault(kind="latency", operation="show_task", seconds=30, times=1))
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await process.stop()
        world.cloud.faults.clear()
        await process.start()
        [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 10)
        await world.confirm(card)
        await _one_ending(world, card, "OMS confirmed it at")


async def test_an_orderly_stop_in_the_middle_is_resumed_as_well(
    make_world: MakeWorld, process: Process
) -> None:
    """SIGTERM, as every deployment sends it: no work is lost, no traceback is logged."""
    async with served(make_world, process) as world:
        world.cloud.tasks[int(TASK)].pause_takes = 1.5
        card = await world.card()
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        await process.stop(signal.SIGTERM)
        assert "Traceback" not in process.log.read_text()
        await process.start()
        await _one_ending(world, card, "OMS confirmed it at")
        assert world.stops() == 1


async def test_a_replay_after_a_restart_has_no_second_effect(make_world: MakeWorld, process: Process) -> None:
    """The gate's memory is gone, the workflow's id is not."""
    async with served(make_world, process) as world:
        command = world.slack.slash_payload(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
        await world.slack.send(command)
        [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 10)
        click = world.slack.click_payload(world.alice, card, "oms_confirm")
        await world.slack.send(click)
        await world.told(card, "OMS confirmed it at")
        await process.stop()
        await process.start()
        await world.slack.send(command)
        await world.slack.send(click)
        await asyncio.sleep(0.5)
        assert len(world.slack.messages(world.room)) == 2
        assert world.stops() == 1


async def test_logs_are_json_and_name_operation_version_and_replica(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not on a terminal, each line is one JSON object; what belongs to an operation says to which."""
    monkeypatch.setenv("DYNO", "web.7")
    async with served(make_world, process) as world:
        card = await world.card()
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        lines = [json.loads(line) for line in process.log.read_text().splitlines()]
        assert any(line["event"] == "ended" and line["operation"] for line in lines)
        assert {(line["version"], line["replica"]) for line in lines} == {(bot.__version__, "web.7")}
