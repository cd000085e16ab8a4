"""After a pause: if a task that had waited starts in the freed slot, the thread says so, with a button to pause it."""

from __future__ import annotations

import math

from bot.sandbox.huawei.oms_tasks import WAITING
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said, served
from tests.scenario.process import Process


def crowd(world: World) -> None:
    """One task may run, and another waits."""
    world.cloud.max_running = 1
    world.cloud.add_task(PROJECT, task_id=77, name="media-900", status=WAITING, speed=100_000_000)


async def paused(world: World) -> Message:
    """Alice pauses the one that runs; its card is returned when it is."""
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    return card


async def test_who_takes_the_slot_is_told_with_a_button(world: World) -> None:
    """The traffic has not fallen as far as it seems."""
    crowd(world)
    card = await paused(world)
    told = await world.told(card, "media-900 has started in the freed slot")
    assert "100 MB/s" in said(told)
    assert buttons(told) == ["Pause"]
    await world.slack.click(world.bob, told, "oms_run")
    await world.slack.wait_for(lambda: [c for c in world.cards() if "Pause media-900?" in c.text], 30)


def looked(world: World) -> bool:
    """Tell whether the bot has looked for tasks that have started."""
    return any("status=2" in call.query for call in world.cloud.calls_of("list_tasks"))


async def test_where_nothing_waits_nothing_is_looked_for(world: World) -> None:
    """No list is read after the ending."""
    await paused(world)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.whispered(world.alice, "Already paused")
    assert not looked(world)


async def test_it_can_be_switched_off(make_world: MakeWorld) -> None:
    """With slot_watch = 0."""
    async with make_world(start=False) as world:
        world.config.write_text(world.config.read_text().replace("[timing]", "[timing]\nslot_watch = 0"))
        async with world.running():
            crowd(world)
            await paused(world)
            await world.type(world.alice, f"pause prod-sg {TASK}")
            await world.whispered(world.alice, "Already paused")
            assert not looked(world)


async def test_killed_while_it_looks_it_goes_on_looking(make_world: MakeWorld, process: Process) -> None:
    """The task starts while the bot is away, or after."""
    async with served(make_world, process) as world:
        crowd(world)
        world.cloud.add_task(PROJECT, task_id=78, name="big", speed=1)  # takes the slot that is freed
        card = await paused(world)
        await world.until(lambda: looked(world))
        await process.stop()
        world.cloud.max_running = math.inf  # type: ignore[assignment]  # now it starts
        await process.start()
        await world.told(card, "media-900 has started in the freed slot")
