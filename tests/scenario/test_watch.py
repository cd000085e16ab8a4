"""`/oms watch`: one message that shows how a task goes on, until it ends, is stopped, or its hour is over."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PATIENCE, PROJECT, TASK, TB, MakeWorld, World, buttons, said, served
from tests.scenario.process import Process


async def watched(world: World, text: str = f"watch prod-sg {TASK}") -> Message:
    """Alice types a command; the message that shows the task is returned as soon as it stands in the channel."""
    before = len(world.slack.messages(world.room))
    await world.type(world.alice, text)
    return (await world.slack.wait_for(lambda: world.slack.messages(world.room)[before:], PATIENCE))[0]


async def showing(world: World, message: Message, words: str) -> Message:
    """Return the message as soon as it has *words* on it."""
    await world.slack.wait_for(lambda: words in said(now(world, message)), PATIENCE)
    return now(world, message)


def now(world: World, message: Message) -> Message:
    """Return the message as it is now."""
    return next(one for one in world.slack.messages(world.room) if one.ts == message.ts)


def chart_on(message: Message) -> dict[str, Any]:
    """Return the chart on a message."""
    chart: dict[str, Any] = next(b for b in message.blocks if b["type"] == "data_visualization")["chart"]
    return chart


async def test_one_message_shows_how_it_goes_on(world: World) -> None:
    """Bar, speed and time left; as whom it is read; with what can be done about it."""
    message = await watched(world)
    assert "media-872" in message.text
    assert "420 MB/s" in said(message)
    assert "watches as IAM user alice" in said(message)
    assert buttons(message) == ["Stop watching", "Pause"]
    world.cloud.tasks[int(TASK)].speed = 100_000_000
    await showing(world, message, "100 MB/s")
    assert len(world.slack.messages(world.room)) == 1
    assert {call.user for call in world.cloud.calls_of("show_task")} == {"alice"}


async def test_a_pause_is_a_drop_in_the_chart(world: World) -> None:
    """At the end one sentence says what became of it."""
    message = await watched(world)
    card = await world.card()
    await world.confirm(card)
    await showing(world, message, "· paused")
    await world.slack.click(world.bob, now(world, message), "oms_stop_watch")
    over = await showing(world, message, "Watched media-872")
    assert "From 420 MB/s to 0 B/s; it is paused." in said(over)
    assert "<@U0BOB> stopped watching." in said(over)
    assert buttons(over) == []
    [series] = chart_on(over)["series"]
    values = [point["value"] for point in series["data"]]
    assert values[0] == 420
    assert values[-1] == 0
    assert len(values) <= 20


async def test_it_ends_with_the_task(world: World) -> None:
    """Nobody need stop it."""
    message = await watched(world)
    world.cloud.tasks[int(TASK)].moved = 2 * TB - 1
    over = await showing(world, message, "Watched media-872")
    assert "it is finished" in said(over)


async def test_what_has_ended_is_not_watched(world: World) -> None:
    """There would be nothing to see."""
    world.cloud.tasks[int(TASK)].moved = 2 * TB
    await world.type(world.alice, f"watch prod-sg {TASK}")
    await world.whispered(world.alice, "There is nothing to watch: media-872 finished.")
    assert world.slack.messages(world.room) == []


async def test_a_channel_has_three_watches_at_most(world: World) -> None:
    """And each task one: a room full of moving messages shows nothing."""
    for number in range(4):
        world.cloud.add_task(PROJECT, task_id=900 + number, name=f"media-{number}", speed=1_000)
    for number in range(3):
        await watched(world, f"watch prod-sg {900 + number}")
    await world.type(world.alice, "watch prod-sg 901")
    await world.whispered(world.alice, "media-1 is watched in this channel already")
    await world.type(world.alice, "watch prod-sg 903")
    await world.whispered(world.alice, "Three tasks are watched in this channel already")
    assert len(world.slack.messages(world.room)) == 3
    await world.slack.click(world.alice, world.slack.messages(world.room)[0], "oms_stop_watch")
    await showing(world, world.slack.messages(world.room)[0], "Watched media-0")
    await watched(world, "watch prod-sg 903")


async def test_whoever_does_not_belong_here_stops_nothing(world: World) -> None:
    """A guest, and somebody of another workspace."""
    guest = world.slack.add_user("guest", is_restricted=True)
    world.slack.invite(world.room, guest)
    message = await watched(world)
    await world.slack.click(guest, message, "oms_stop_watch")
    await world.whispered(guest, "Guests can't do this")
    assert "Stop watching" in buttons(now(world, message))


async def test_a_watch_of_another_channel_is_not_stopped_by_its_id(world: World) -> None:
    """A forged button names what its presser does not see."""
    elsewhere = world.slack.add_channel("elsewhere", members=[world.bob])
    message = await watched(world)
    watch_id = next(element["value"] for _, element in message.elements())
    forged = world.slack.click_payload(
        world.bob, message_in(world, elsewhere.id), "oms_stop_watch", value=watch_id
    )
    await world.slack.send(forged)
    await showing(world, message, "420 MB/s")
    world.cloud.tasks[int(TASK)].speed = 77_000_000
    await showing(world, message, "77.0 MB/s")


def message_in(world: World, channel: str) -> Message:
    """Return a message of the bot's in another channel, with such a button."""
    shown = {"type": "button", "action_id": "oms_stop_watch", "text": {"type": "plain_text", "text": "Stop"}}
    blocks = [{"type": "actions", "block_id": "b", "elements": [shown]}]
    return world.slack.world.post(
        Message(channel, world.slack.world.next_ts(), world.slack.bot.id, blocks=blocks)
    )


async def test_what_can_t_be_read_is_said_and_tried_again(world: World) -> None:
    """With the figures that were read last."""
    message = await watched(world)
    world.cloud.tasks[int(TASK)].speed = 99_000_000
    await showing(world, message, "99.0 MB/s")
    world.cloud.faults.add(Fault(kind="status", operation="show_task", status=503, times=4))
    shown = await showing(world, message, "I can't read it right now")
    assert "99.0 MB/s" in said(shown)
    world.cloud.tasks[int(TASK)].speed = 88_000_000
    assert "I can't read" not in said(await showing(world, message, "88.0 MB/s"))


async def test_what_can_t_be_read_for_good_ends(world: World) -> None:
    """Whoever asked has lost the permission, say."""
    message = await watched(world)
    world.cloud.revoke("alice", PROJECT)
    over = await showing(world, message, "Watched media-872")
    assert "I can't read it any more." in said(over)


async def test_whose_message_is_deleted_ends(world: World) -> None:
    """Nothing shows it any more, so nothing is read any more."""
    message = await watched(world)
    world.slack.world.delete(now(world, message))

    async with asyncio.timeout(PATIENCE):
        while await world.bot.watches.of_task(world.slack.world.team_id, "prod-sg", TASK):
            await asyncio.sleep(0.01)


async def test_killed_in_the_middle_it_goes_on_where_it_was(make_world: MakeWorld, process: Process) -> None:
    """The same message, and what was seen before stands in the chart."""
    async with served(make_world, process) as world:
        message = await watched(world)
        world.cloud.tasks[int(TASK)].speed = 100_000_000
        await showing(world, message, "100 MB/s")
        await process.stop()
        world.cloud.tasks[int(TASK)].speed = 33_000_000
        await process.start()
        await showing(world, message, "33.0 MB/s")
        await world.slack.click(world.alice, now(world, message), "oms_stop_watch")
        over = await showing(world, message, "From 420 MB/s to 33.0 MB/s")
        [series] = chart_on(over)["series"]
        assert series["data"][0]["value"] == 420
        assert len(world.slack.messages(world.room)) == 1
