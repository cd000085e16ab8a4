"""`/oms throttle`: a speed limit is asked about, set once, read back, and what was before is put back by ``off``."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.huawei.oms_bandwidth import Window
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PATIENCE, PROJECT, TASK, MakeWorld, World, buttons, said, served
from tests.scenario.process import Process

MB = 1024 * 1024
FIFTY = (Window("09:00", "18:00", 50 * MB),)


def policy(world: World) -> list[tuple[str, str, int]]:
    """Return the policy of the task, in MB/s."""
    windows = world.cloud.tasks[int(TASK)].bandwidth
    return [(one.start, one.end, one.max_bandwidth // MB) for one in windows]


def calls(world: World, operation: str = "update_bandwidth_policy") -> int:
    """Return how often OMS was asked to change it."""
    return len(world.cloud.calls_of(operation))


async def throttle(world: World, terms: str) -> Message:
    """Alice asks and confirms; the card is returned as soon as its ending is told."""
    card = await world.card(f"throttle prod-sg {TASK} {terms}")
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    return card


async def test_the_card_shows_what_is_replaced_by_what(world: World) -> None:
    """And OMS is asked once, as whoever asked; it is done when the policy can be read."""
    world.cloud.tasks[int(TASK)].bandwidth = FIFTY
    card = await world.card(f"throttle prod-sg {TASK} 20MB/s 22:00–6:00")
    assert card.text.startswith("Slow down media-872?")
    assert "Limit: 50 MB/s … → 20 MB/s …" in said(card)
    assert "Limit until now: 50 MB/s 09:00-18:00. It would be: 20 MB/s 22:00-06:00." in said(card)
    assert "in which time zone it reads them" in said(card)
    assert buttons(card) == ["Slow down", "Leave it"]
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    await world.card_showing(card, "Slowed media-872 to 20 MB/s 22:00-06:00")
    assert policy(world) == [("00:00", "06:00", 20), ("22:00", "23:59", 20)]
    assert calls(world) == 1
    [call] = world.cloud.calls_of("update_bandwidth_policy")
    assert call.user == "alice"
    assert world.stops() == 0


@pytest.mark.parametrize("status", [1, 3])
async def test_what_waits_or_is_paused_can_be_limited(world: World, status: int) -> None:
    """The limit holds when it goes on."""
    world.cloud.max_running = 0
    world.cloud.set_status(int(TASK), status)
    await throttle(world, "20")
    assert policy(world) == [("00:00", "23:59", 20)]


async def test_off_puts_back_what_was_before(world: World) -> None:
    """To the byte, from the card of the throttle that set what holds now; and says what that is."""
    world.cloud.tasks[int(TASK)].bandwidth = FIFTY
    await throttle(world, "20")
    card = await world.card(f"throttle prod-sg {TASK} off")
    assert card.text.startswith("Put media-872 back?")
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    await world.card_showing(card, "Put back media-872 to 50 MB/s 09:00-18:00")
    assert policy(world) == [("09:00", "18:00", 50)]


async def test_off_takes_one_throttle_back_at_a_time(world: World) -> None:
    """And ends with no limit, where there was none."""
    await throttle(world, "50")
    await throttle(world, "20")
    await throttle(world, "off")
    assert policy(world) == [("00:00", "23:59", 50)]
    await throttle(world, "off")
    assert policy(world) == []
    await world.type(world.alice, f"throttle prod-sg {TASK} off")
    await world.whispered(world.alice, "Already back media-872: no limit")
    assert calls(world) == 4


async def test_off_removes_a_limit_that_was_set_elsewhere(world: World) -> None:
    """Nothing is known of what was before it."""
    await throttle(world, "20")
    world.cloud.tasks[int(TASK)].bandwidth = FIFTY
    card = await world.card(f"throttle prod-sg {TASK} off")
    assert "Limit: 50 MB/s … → no limit" in said(card)
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    assert policy(world) == []


async def test_a_limit_that_changed_since_the_card_is_not_replaced(world: World) -> None:
    """It would not be what the card shows, nor what ``off`` would put back."""
    card = await world.card(f"throttle prod-sg {TASK} 20")
    world.cloud.tasks[int(TASK)].bandwidth = FIFTY
    await world.confirm(card)
    await world.told(card, "was changed after the card was posted")
    assert calls(world) == 0
    assert policy(world) == [("09:00", "18:00", 50)]


async def test_the_same_limit_is_not_asked_about(world: World) -> None:
    """It holds already."""
    world.cloud.tasks[int(TASK)].bandwidth = FIFTY
    await world.type(world.alice, f"throttle prod-sg {TASK} 50 9-18")
    await world.whispered(world.alice, "Already limited media-872 to 50 MB/s 09:00-18:00")
    assert world.slack.messages(world.room) == []


async def test_what_has_ended_has_no_speed(world: World) -> None:
    """There is nothing to slow down."""
    world.cloud.set_status(int(TASK), 5)
    await world.type(world.alice, f"throttle prod-sg {TASK} 20")
    await world.whispered(world.alice, "Nothing to slow down: media-872 finished")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("", "How fast may it be?"),
        ("201", '"201" is no limit'),
        ("20 soon", '"soon" is no time of the day'),
        ("20 9-12 11-13", "overlap"),
        ("20 1-2 3-4 5-6 7-8 9-10 11-12", "five times of the day at most"),
    ],
)
async def test_a_limit_that_oms_would_not_take_is_told(world: World, terms: str, words: str) -> None:
    """Before OMS is asked anything."""
    await world.type(world.alice, f"throttle prod-sg {TASK} {terms}")
    await world.whispered(world.alice, words)
    assert world.cloud.calls_of("show_task") == []


async def test_a_group_is_limited_by_its_own_call(world: World) -> None:
    """Not its tasks one by one."""
    group = world.cloud.add_group(PROJECT, children=[{"name": "part-1"}, {"name": "part-2"}])
    card = await world.card(f"throttle prod-sg group:{group.id} 20")
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    assert calls(world, "update_task_group") == 1
    assert calls(world) == 0


async def test_sync_tasks_have_no_limit(world: World) -> None:
    """OMS has no call for it."""
    sync = world.cloud.add_sync_task(PROJECT)
    await world.type(world.alice, f"throttle prod-sg sync:{sync.id} 20")
    await world.whispered(world.alice, "OMS has no speed limit for sync tasks")


async def test_a_lost_answer_is_looked_for_not_repeated(world: World) -> None:
    """OMS had taken it."""
    world.cloud.faults.add(Fault(kind="cut", operation="update_bandwidth_policy", when="after", times=1))
    card = await world.card(f"throttle prod-sg {TASK} 20")
    await world.confirm(card)
    await world.told(card, "OMS shows the limit")
    assert calls(world) == 1


async def test_a_refusal_is_told_with_its_cause(world: World) -> None:
    """And that the limit stays as it was."""
    body = {"error_code": "OMS.0086", "error_msg": "Failed to update bandwidth_policy."}
    world.cloud.faults.add(Fault(kind="status", operation="update_bandwidth_policy", status=400, body=body))
    card = await world.card(f"throttle prod-sg {TASK} 20")
    await world.confirm(card)
    told = await world.told(card, "Not limited media-872")
    assert "OMS.0086" in said(told)
    assert "Its limit stays as it was" in said(told)


async def test_a_frozen_project_is_slowed_down_and_not_sped_up(world: World) -> None:
    """What loosens is refused; a tighter limit is not."""
    await throttle(world, "20")
    await world.type(world.alice, "freeze prod-sg customers upload")
    await world.slack.wait_for(lambda: [m for m in everything(world) if "froze" in said(m)], PATIENCE)
    await world.type(world.alice, f"throttle prod-sg {TASK} off")
    await world.whispered(world.alice, "unfreeze")
    await throttle(world, "10")
    assert policy(world) == [("00:00", "23:59", 10)]


def everything(world: World) -> list[Message]:
    """Return all that alice sees."""
    return [*world.slack.messages(world.room), *world.slack.ephemerals(world.alice)]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_in_the_middle_of_the_call(make_world: MakeWorld, process: Process, when: str) -> None:
    """After the restart the policy is read, and OMS asked again only if it is still what the card showed."""
    async with served(make_world, process) as world:
        card = await world.card(f"throttle prod-sg {TASK} 20")
        hold = Fault(kind="latency", operation="update_bandwidth_policy", when=when, seconds=30)  # type: ignore[arg-type]
        world.cloud.faults.add(hold)
        await world.confirm(card)
        await world.until(lambda: bool(world.recorded("calling")))
        await asyncio.sleep(0.2)
        await process.stop()
        world.cloud.faults.clear()
        before = len(world.cloud.calls_of("show_task"))
        await process.start()
        await world.told(card, "OMS shows the limit", 15)
        assert len(world.cloud.calls_of("show_task")) > before
        assert policy(world) == [("00:00", "23:59", 20)]
        assert (
            len([call for call in world.cloud.calls_of("update_bandwidth_policy") if call.status == 200]) <= 1
        )
