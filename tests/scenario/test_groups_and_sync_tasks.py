"""Task groups and sync tasks are paused as tasks are, each by its own call and with its own warnings."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from bot.sandbox.huawei.cloud import Fault
from tests.scenario.conftest import PATIENCE, PROJECT, TB, MakeWorld, World, buttons, said, served
from tests.scenario.process import Process

GROUP = "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f0"
SYNC = "0a1b2c3d-4e5f-4061-7283-94a5b6c7d8e9"
CHILD = 4001


def add_group(world: World) -> None:
    """A group with one task that migrates and one that waits."""
    sizes = {"total_size": 2 * TB, "complete_size": TB, "speed": 210_000_000, "pause_takes": 0.1}
    world.cloud.max_running = 1
    world.cloud.add_group(
        PROJECT,
        group_id=GROUP,
        description="night copy",
        children=[
            {"task_id": CHILD, "name": "nightly-1", **sizes},
            {"name": "nightly-2", "status": 1, **sizes},
        ],
    )


@pytest.mark.parametrize("typed", [f"group:{GROUP}", "Group: “night copy”", '"group:night copy"'])
async def test_a_group_is_paused_by_one_call_of_its_own(world: World, typed: str) -> None:
    """PUT, where a task takes a POST; its tasks go with it, and none of them is called."""
    add_group(world)
    card = await world.card(f"pause prod-sg {typed} night peak")
    text = said(card)
    assert "Pause task group night copy?" in text
    assert "Its tasks pause too: 1 migrating, 1 waiting" in text
    assert f"id `group:{GROUP}`" in text
    assert "“night peak”" in text
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert "Paused task group night copy" in said(world.slack.thread(world.room, card)[0])
    [call] = world.cloud.calls_of("stop_task_group", user="alice")
    assert (call.method, call.path.rsplit("/", 2)[1:]) == ("PUT", [GROUP, "stop"])
    assert world.stops() == 0
    assert world.cloud.tasks[CHILD].status == 3


async def test_a_group_that_is_paused_already_is_not_called(world: World) -> None:
    """As a task that is."""
    world.cloud.add_group(PROJECT, group_id=GROUP, description="night copy", status=3)
    await world.type(world.alice, f"pause prod-sg group:{GROUP}")
    await world.whispered(world.alice, "Already paused task group night copy")
    assert world.cloud.calls_of("stop_task_group") == []


async def test_a_sync_task_is_paused_with_a_warning_of_its_own(world: World) -> None:
    """What OMS was told of already may be lost."""
    world.cloud.add_sync_task(PROJECT, sync_task_id=SYNC, description="live copy")
    card = await world.card(f"pause prod-sg sync:{SYNC}")
    text = said(card)
    assert "Pause sync task live copy?" in text
    assert "copies changes as they happen" in text
    assert "Changes may be lost: stop its trigger first" in text
    assert "may be lost, unless the event trigger at the source is stopped first" in text
    await world.confirm(card)
    told = await world.told(card, "OMS confirmed it at")
    assert "changes at the source are not copied" in said(told)
    [call] = world.cloud.calls_of("stop_sync_task", user="alice")
    assert call.method == "POST"


async def test_a_task_of_a_group_offers_its_group(world: World) -> None:
    """On its own it may be started again; why it is asked for is kept."""
    add_group(world)
    await world.type(world.alice, f"pause prod-sg {CHILD} night peak")
    answer = await world.whispered(world.alice, "nightly-1 is one of the tasks of a task group")
    assert buttons(answer) == ["Pause task group?"]
    assert world.cards() == []
    await world.slack.click(world.alice, answer, "oms_run")
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "Pause task group night copy?" in said(card)
    assert "“night peak”" in said(card)


async def test_a_task_of_a_group_is_not_asked_about_whatever_is_insisted_on(world: World) -> None:
    """``--anyway`` is about others' cards."""
    add_group(world)
    await world.type(world.alice, f"pause prod-sg {CHILD} night peak --anyway")
    await world.whispered(world.alice, "nightly-1 is one of the tasks of a task group")
    assert world.cards() == []


async def test_a_task_of_a_sync_task_is_answered_with_the_list(world: World) -> None:
    """OMS does not say which sync task it is."""
    world.cloud.add_task(PROJECT, task_id=4002, name="live-1", group_type="SYNC_TASK", total_size=TB)
    world.cloud.add_sync_task(PROJECT, sync_task_id=SYNC, description="live copy")
    await world.type(world.alice, "pause prod-sg 4002")
    answer = await world.whispered(world.alice, "live-1 is one of the tasks of a sync task")
    assert buttons(answer) == ["/oms list prod-sg"]
    await world.slack.click(world.alice, answer, "oms_run")
    await world.whispered(world.alice, f"sync:{SYNC}")


async def test_near_names_are_buttons_that_ask_for_the_same(world: World) -> None:
    """Never a guess: each asks, with the reason that was typed."""
    for number in range(7):
        world.cloud.add_task(PROJECT, name=f"media-87{number + 3}")
    await world.type(world.alice, "pause prod-sg medai-872 night peak")
    answer = await world.whispered(world.alice, "No task in prod-sg is named")
    assert len(buttons(answer)) == 5
    assert buttons(answer)[0] == "Pause media-872?"
    await world.slack.click(world.alice, answer, "oms_run", value="pause prod-sg media-872 night peak")
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "“night peak”" in said(card)


async def test_near_names_of_a_group_are_those_of_groups(world: World) -> None:
    """A name with a space in it is quoted in what the button stands for."""
    add_group(world)
    await world.type(world.alice, 'pause prod-sg group:"night coyp" night peak')
    answer = await world.whispered(world.alice, 'No task group in prod-sg is named "night coyp"')
    assert buttons(answer) == ["Pause task group night copy?"]
    await world.slack.click(world.alice, answer, "oms_run")
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "Pause task group night copy?" in said(card)
    assert "“night peak”" in said(card)


async def test_ids_of_one_name_are_buttons(world: World) -> None:
    """Which of them is meant, only a person knows."""
    world.cloud.add_task(PROJECT, name="media-872", task_id=77)
    await world.type(world.alice, "pause prod-sg media-872 night peak")
    answer = await world.whispered(world.alice, "2 tasks in prod-sg are named")
    assert buttons(answer) == ["Pause", "Pause"]
    assert "`77`" in said(answer)


async def test_a_group_that_there_is_not_is_said_to_be_none(world: World) -> None:
    """404, where a task that there is not has 400."""
    await world.type(world.alice, f"pause prod-sg group:{GROUP}")
    await world.whispered(world.alice, "There is no such task group in prod-sg")


async def test_who_may_not_pause_groups_is_told_the_permission_for_that(world: World) -> None:
    """It is another than the one for tasks."""
    add_group(world)
    card = await world.card(f"pause prod-sg group:{GROUP}")
    body = '{"error_code": "OMS.0072", "error_msg": "You do not have the required permissions."}'
    world.cloud.faults.add(Fault(kind="status", operation="stop_task_group", status=400, body=body))
    await world.confirm(card)
    await world.told(card, "oms:taskgroup:update")


async def test_what_migrates_is_listed_whatever_it_is(world: World) -> None:
    """A group with its id, which is what to type."""
    add_group(world)
    world.cloud.add_sync_task(PROJECT, sync_task_id=SYNC, description="live copy")
    await world.type(world.alice, "list prod-sg")
    listed = said(await world.whispered(world.alice, "media-872"))
    for shown in ("night copy (task group)", f"group:{GROUP}", "live copy (sync task)", f"sync:{SYNC}"):
        assert shown in listed


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_a_group_is_being_paused(
    make_world: MakeWorld, process: Process, when: Literal["before", "after"]
) -> None:
    """After the restart the group is read first: it is never called twice without a reading between, and ends once."""
    async with served(make_world, process) as world:
        add_group(world)
        card = await world.card(f"pause prod-sg group:{GROUP}")
        hold = Fault(kind="latency", operation="stop_task_group", when=when, seconds=30)
        world.cloud.faults.add(hold)
        await world.confirm(card)
        await world.until(lambda: bool(world.recorded("calling")))
        await asyncio.sleep(0.4)
        await process.stop()
        world.cloud.faults.clear()
        before = len(world.cloud.calls_of("show_task_group"))
        await process.start()
        await world.told(card, "OMS confirmed it at", 15)
        assert len(world.cloud.calls_of("show_task_group")) > before
        paused = [call for call in world.cloud.calls_of("stop_task_group") if call.status == 200]
        assert len(paused) <= 1
        assert world.recorded("ended") == 1
