"""Everything of a project is paused by one decision: one card, one click, one ending for each."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PATIENCE, PROJECT, TASK, TB, MakeWorld, World, buttons, said, served
from tests.scenario.process import Process

MIGRATING, WAITING, PAUSED, FINISHED = 2, 1, 3, 5


def populate(world: World, number: int, **details: Any) -> list[int]:
    """Add so many migrating tasks, each slower than the one before; return their ids."""
    world.cloud.max_running = 1_000
    return [
        world.cloud.add_task(
            PROJECT,
            name=f"media-{one}",
            total_size=TB,
            complete_size=TB // 2,
            speed=400_000_000 - one * 1_000_000,
            pause_takes=0.1,
            **details,
        ).id
        for one in range(1, number + 1)
    ]


def stopped(world: World) -> Counter[str]:
    """Count the requests to pause, by what they are about."""
    return Counter(call.path.rsplit("/", 2)[1] for call in world.cloud.calls_of("stop_task"))


async def asked(world: World, text: str = "pause prod-sg all") -> Message:
    """Alice asks for everything; the card is returned."""
    return await world.card(text)


async def ended(world: World, card: Message, words: str) -> str:
    """Return what the thread says at the end; two hundred take their time on a busy machine."""
    return said(await world.told(card, words, 4 * PATIENCE))


async def test_one_card_says_what_would_be_paused_and_one_click_pauses_it(world: World) -> None:
    """The fastest first, each once; the thread names them all, the card says how many."""
    populate(world, 3)
    card = await asked(world)
    assert card.text.startswith("Pause 4 migrations?")
    for name in ("media-872", "media-1", "media-2", "media-3"):
        assert name in said(card)
    assert "access keys" in said(card)
    await world.confirm(card)
    told = await ended(world, card, "Paused 4 migrations")
    assert all(name in told for name in ("media-872", "media-1", "media-2", "media-3"))
    assert set(stopped(world).values()) == {1}
    assert len(stopped(world)) == 4
    await world.card_showing(card, "Paused 4 migrations")
    assert {task.status for task in world.cloud.tasks.values()} == {PAUSED}


async def test_what_would_not_be_paused_is_said_with_its_reason(world: World) -> None:
    """What waits may start in a freed slot; what is paused already is no matter of this."""
    populate(world, 1)
    world.cloud.max_running = 2
    waiting = world.cloud.add_task(PROJECT, name="later-1", status=WAITING)
    world.cloud.add_task(PROJECT, name="paused-1", status=PAUSED)
    card = await asked(world)
    assert "later-1: waiting" in said(card)
    assert "paused-1" not in said(card)
    await world.confirm(card)
    await ended(world, card, "Paused 2 migrations")
    assert str(waiting.id) not in stopped(world)


async def test_where_nothing_migrates_nothing_is_asked(world: World) -> None:
    """And the asker is told so."""
    world.cloud.set_status(next(iter(world.cloud.tasks)), PAUSED)
    await world.type(world.alice, "pause prod-sg ALL")
    await world.whispered(world.alice, "Nothing is migrating in prod-sg")
    assert world.slack.messages(world.room) == []


async def test_what_changed_since_is_left_out_and_said(world: World) -> None:
    """At the click each is read anew."""
    [first, second] = populate(world, 2)
    card = await asked(world)
    world.cloud.finish_task(first)
    world.cloud.set_status(second, PAUSED)
    await world.confirm(card)
    told = await ended(world, card, "Paused 2 of 3 migrations")
    assert "media-1" in told
    assert "finished" in told
    assert str(first) not in stopped(world)
    assert str(second) not in stopped(world)


async def test_each_failure_is_told_with_its_cause_and_can_be_tried_again(world: World) -> None:
    """The others are paused all the same."""
    [first, second] = populate(world, 2)
    card = await asked(world)
    world.cloud.faults.add(Fault(kind="status", operation="stop_task", path=f"*{first}*", status=503))
    await world.confirm(card)
    told = await ended(world, card, "Paused 2 of 3 migrations")
    assert "media-1" in told
    assert stopped(world)[str(second)] == 1


async def test_no_more_are_acted_on_at_once_than_the_settings_allow(make_world: MakeWorld) -> None:
    """Not one that is still pausing more."""
    async with make_world(start=False) as world:
        text = world.config.read_text().replace('region = "ap', 'max_at_once = 2\nregion = "ap', 1)
        world.config.write_text(text)
        async with world.running():
            populate(world, 6)
            most = 0

            async def look() -> None:
                nonlocal most
                while True:
                    pausing = sum(task.status == 7 for task in world.cloud.tasks.values())
                    most = max(most, pausing)
                    await asyncio.sleep(0.005)

            looking = asyncio.create_task(look())
            card = await asked(world)
            await world.confirm(card)
            await ended(world, card, "Paused 7 migrations")
            looking.cancel()
            assert most == 2


async def test_the_fastest_comes_first(make_world: MakeWorld) -> None:
    """For it takes most of the line."""
    async with make_world(start=False) as world:
        text = world.config.read_text().replace('region = "ap', 'max_at_once = 1\nregion = "ap', 1)
        world.config.write_text(text)
        async with world.running():
            ids = [TASK, *map(str, populate(world, 5))]
            card = await asked(world)
            await world.confirm(card)
            await ended(world, card, "Paused 6 migrations")
            called = [call.path.rsplit("/", 2)[1] for call in world.cloud.calls_of("stop_task")]
            assert called == ids


async def test_it_takes_the_agreement_that_one_takes(make_world: MakeWorld) -> None:
    """Others must agree to the whole, once."""
    async with make_world(start=False) as world:
        text = world.config.read_text().replace('region = "ap', 'approvals = 1\nregion = "ap', 1)
        world.config.write_text(text)
        async with world.running():
            populate(world, 2)
            card = await asked(world)
            assert "Approve" in buttons(card)
            await world.slack.click(world.bob, card, "oms_confirm")
            await ended(world, card, "Paused 3 migrations")
            assert {call.user for call in world.cloud.calls_of("stop_task")} == {"alice"}


async def test_whoever_may_not_any_more_pauses_none_of_them(world: World) -> None:
    """Who may is asked anew, for the whole."""
    populate(world, 3)
    card = await asked(world)
    world.alice.is_restricted = True
    await world.confirm(card)
    told = await ended(world, card, "Not paused 4 migrations")
    assert "uests" in told
    assert world.stops() == 0


async def test_two_hundred_are_paused_though_slack_takes_one_message_a_second(world: World) -> None:
    """Each once, all endings in one thread, and the card says how far it is meanwhile."""
    populate(world, 199)
    world.slack.rate_limit.turn_on()
    card = await asked(world)
    await world.confirm(card)
    told = await ended(world, card, "Paused 200 migrations")
    assert set(stopped(world).values()) == {1}
    assert len(stopped(world)) == 200
    assert len(world.slack.thread(world.room, card)) <= 3  # the card, what it has no room for, the endings
    assert all(f"media-{number}" in told for number in range(1, 200))


async def test_one_that_takes_long_is_told_later(make_world: MakeWorld) -> None:
    """It keeps none of the others waiting, and is watched on."""
    async with make_world(verify_for=0.5) as world:
        [slow, _] = populate(world, 2)
        world.cloud.tasks[slow].pause_takes = 1.5
        card = await asked(world)
        await world.confirm(card)
        told = await ended(world, card, "Paused 2 of 3 migrations")
        assert "Still pausing media-1" in told
        later = await ended(world, card, "Paused media-1")
        assert "OMS confirmed it at" in later
        assert "prod-sg · op " in later
        assert set(stopped(world).values()) == {1}


@pytest.mark.parametrize(("number", "after"), [(12, 0), (12, 3), (12, 7), (200, 100)])
async def test_killed_in_the_middle_the_rest_is_carried_out_without_a_hand(
    make_world: MakeWorld, process: Process, number: int, after: int
) -> None:
    """None is stopped twice, each has one true ending, and the thread one sum of it."""
    async with served(make_world, process) as world:
        populate(world, number - 1)
        card = await asked(world)
        await world.until(lambda: bool(world.recorded("shown")))
        await world.confirm(card)
        await world.until(lambda: world.stops() >= after and bool(world.recorded("decided")), 4 * PATIENCE)
        await process.stop()
        await process.start()
        await world.until(lambda: len(world.slack.thread(world.room, card)) > 1, 4 * PATIENCE)
        await asyncio.sleep(0.5)
        [told] = [said(message) for message in world.slack.thread(world.room, card)[1:]]
        accepted = Counter(call.path for call in world.cloud.calls_of("stop_task") if call.status == 200)
        assert set(accepted.values()) == {1}
        paused = [task for task in world.cloud.tasks.values() if task.status == PAUSED]
        if f"Paused {number} migrations" in told:
            assert len(paused) == number
        else:
            assert "Not sure" in told
        assert all(task.name in told for task in world.cloud.tasks.values())


async def test_killed_when_slack_has_the_ending_it_is_told_again_in_the_same_words(
    make_world: MakeWorld, process: Process
) -> None:
    """Its time is that of the first telling, which is on record, and not of the restart."""
    async with served(make_world, process) as world:
        populate(world, 1)
        card = await asked(world)
        world.slack.faults.add("chat.postMessage", delay=30, after_effect=True)
        await world.confirm(card)

        def told() -> list[Message]:
            return world.slack.thread(world.room, card)[1:]

        await world.slack.wait_for(told, PATIENCE)
        await process.stop()
        await asyncio.sleep(1)
        await process.start()
        await world.slack.wait_for(lambda: told()[1:], PATIENCE)
        first, again = told()
        assert said(first) == said(again)
