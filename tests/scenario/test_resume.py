"""Resume: asked about with the names of the keys, started once with the keys themselves, verified, told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.huawei.cloud import Fault
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said
from tests.scenario.keys import DESTINATION, MEDIA, SOURCE, give_keys, let_it_be_due, lock

RESUME = f"resume prod-sg {TASK}"


def starts(world: World) -> int:
    """Return how many times OMS was asked to start."""
    return len(world.cloud.calls_of("start_task"))


def change_lock(world: World) -> None:
    """Let the source's key be another from now on."""
    keys = world.cloud._keys.keys  # nobody changes keys there but this test
    keys[SOURCE] = {*keys[DESTINATION]}


@pytest.fixture
async def world(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Return a world whose bot has the keys of both buckets; its task is paused."""
    give_keys(monkeypatch)
    async with make_world(more=MEDIA) as world:
        lock(world.cloud)
        world.cloud.set_status(int(TASK), 3)
        yield world


async def test_what_is_paused_goes_on_with_the_keys_that_the_card_names(world: World) -> None:
    """From 3 by way of 1 to 2; one call."""
    card = await world.card(f"{RESUME} peak is over")
    shown = said(card)
    assert "Resume media-872?" in shown
    assert "aws-media → obs" in shown
    await world.confirm(card)
    told = await world.told(card, "OMS shows it migrating at")
    assert "Resumed media-872" in told.text
    assert starts(world) == 1
    assert world.cloud.tasks[int(TASK)].status == 2
    await world.card_showing(card, "Resumed")


async def test_what_has_failed_is_resumed_too(world: World) -> None:
    """OMS starts it as one that is paused."""
    world.cloud.set_status(int(TASK), 4)
    card = await world.card(RESUME)
    await world.confirm(card)
    await world.told(card, "OMS shows it migrating at")


@pytest.mark.parametrize(
    ("status", "words"),
    [(2, "It is migrating."), (5, "It has finished."), (7, "It is still pausing."), (1, "waits for a slot")],
)
async def test_what_can_not_be_resumed_is_not_asked_about(world: World, status: int, words: str) -> None:
    """Told to the asker alone."""
    world.cloud.max_running = 0
    world.cloud.tasks[int(TASK)].pause_takes = 1000
    world.cloud.set_status(int(TASK), status)
    await world.type(world.alice, RESUME)
    await world.whispered(world.alice, words)
    assert world.slack.messages(world.room) == []


async def test_waiting_for_a_slot_is_told_as_such_and_watched(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is resumed, and does not migrate yet; when it does, that is told."""
    give_keys(monkeypatch)
    async with make_world(more=MEDIA, verify_for=0.3) as world:
        world.cloud.set_status(int(TASK), 3)
        world.cloud.max_running = 0
        card = await world.card(RESUME)
        await world.confirm(card)
        told = await world.told(card, "It starts when one of the running tasks ends")
        assert "Resumed, waiting for a slot: media-872" in told.text
        world.cloud.max_running = 5
        await world.told(card, "OMS shows it migrating at")
        assert starts(world) == 1


async def test_a_wrong_key_that_shows_later_is_told_in_the_thread(world: World) -> None:
    """OMS may find it out only when the task runs; by then it was resumed, which was true."""
    world.cloud.late_key_check = True
    change_lock(world)
    card = await world.card(RESUME)
    await world.confirm(card)
    await world.told(card, "OMS shows it migrating at")
    world.cloud.set_status(int(TASK), 4)
    let_it_be_due(world, "failed_since")
    told = await world.told(card, "Failed since it was resumed: media-872")
    assert buttons(told) == ["Resume"]


async def test_a_wrong_key_is_told_with_its_code(world: World) -> None:
    """And nothing was started."""
    change_lock(world)
    card = await world.card(RESUME)
    await world.confirm(card)
    told = await world.told(card, "Not resumed media-872")
    assert "OMS.0057" in said(told)
    assert world.cloud.tasks[int(TASK)].status == 3


async def test_without_a_key_the_way_by_hand_is_told(make_world: MakeWorld) -> None:
    """What is lacking, where to resume it, what to enter there, and what an operator could do."""
    async with make_world() as world:
        world.cloud.set_status(int(TASK), 3)
        await world.type(world.alice, RESUME)
        told = said(await world.whispered(world.alice, "I can't resume media-872"))
        assert f"I have no key for the source bucket `{SOURCE}`" in told
        assert "huaweicloud.com/oms/?region=ap-southeast-3" in told
        assert f"the access keys of `{SOURCE}` and `{DESTINATION}`" in told
        assert f'side = "source" and buckets = ["{SOURCE}"]' in told
        assert world.slack.messages(world.room) == []


async def test_what_was_paused_here_has_a_button_that_resumes_it(world: World) -> None:
    """Where there are keys for it."""
    world.cloud.set_status(int(TASK), 2)
    card = await world.card()
    assert "I have the keys to resume it" in said(card)
    await world.confirm(card)
    told = await world.told(card, "OMS confirmed it at")
    assert buttons(told) == ["Resume"]
    await world.slack.click(world.bob, told, "oms_run")
    asked = (
        await world.slack.wait_for(lambda: [c for c in world.cards() if "Resume media-872?" in said(c)], 10)
    )[0]
    await world.slack.click(world.bob, asked, "oms_confirm")
    await world.slack.wait_for(
        lambda: [m for m in world.slack.thread(world.room, card) if "OMS shows it migrating" in said(m)], 10
    )
    [call] = world.cloud.calls_of("start_task")
    assert call.user == "bob"


async def test_a_lost_answer_to_the_start_is_resolved_by_reading(world: World) -> None:
    """It is never sent again."""
    world.cloud.faults.add(Fault(kind="cut", operation="start_task", when="after", times=1))
    card = await world.card(RESUME)
    await world.confirm(card)
    await world.told(card, "OMS shows it migrating at")
    assert starts(world) == 1


async def test_a_group_is_resumed_with_the_same_keys(world: World) -> None:
    """By its own call."""
    group = world.cloud.add_group(PROJECT, src_bucket=SOURCE, dst_bucket=DESTINATION, status=3)
    world.cloud.add_task(PROJECT, group_id=group.id, status=3)
    card = await world.card(f"resume prod-sg group:{group.id}")
    await world.confirm(card)
    await world.told(card, "OMS shows it migrating at")
    assert len(world.cloud.calls_of("start_task_group")) == 1
