"""A pause that ends by itself: announced, kept, or resumed at its time, as whom it was asked by."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said
from tests.scenario.keys import MEDIA, give_keys, let_it_be_due, lock, planned
from tests.scenario.test_pause_all import populate

TIMED = f"pause prod-sg {TASK} for 2h night peak"
ANNOUNCED = "Resumes by itself"


def starts(world: World) -> int:
    """Return how many times OMS was asked to start."""
    return len(world.cloud.calls_of("start_task"))


@pytest.fixture
async def world(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Return a world whose bot has the keys of both buckets."""
    give_keys(monkeypatch)
    async with make_world(more=MEDIA) as world:
        lock(world.cloud)
        yield world


async def pause(world: World, text: str = TIMED) -> Message:
    """Alice pauses for a time; the card is returned when that is told."""
    card = await world.card(text)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    return card


async def announce(world: World, card: Message) -> Message:
    """Let it be ten minutes before its end; what the thread is told then is returned."""
    let_it_be_due(world, "resumes_soon")
    return await world.told(card, ANNOUNCED)


async def test_the_card_says_when_it_resumes_and_with_which_keys(world: World) -> None:
    """And who agrees, agrees to that."""
    card = await world.card(TIMED)
    shown = said(card)
    assert "⏰ Resumes by itself <!date^" in shown
    assert "aws-media → obs" in shown
    assert "“night peak”" in shown
    assert planned(world) == []


async def test_its_time_comes_and_it_goes_on(world: World) -> None:
    """In the same thread, audited as an operation of its own that follows the pause."""
    card = await pause(world)
    assert planned(world) == ["resumes_soon", "still_paused"]
    soon = await announce(world, card)
    assert buttons(soon) == ["Keep paused", "Resume now"]
    assert "<@U0ALICE> asked for that with the pause" in said(soon)
    await world.until(lambda: "resumes" in planned(world))
    assert starts(world) == 0
    let_it_be_due(world, "resumes")
    await world.told(card, "as was asked for with the pause")
    assert starts(world) == 1
    [call] = world.cloud.calls_of("start_task")
    assert call.user == "alice"
    assert world.cloud.tasks[int(TASK)].status == 2
    asked = [record for record in world.bot.audit.records() if record.event == "asked"]
    assert [f'"follows":"{asked[0].operation}"' in record.details for record in asked] == [False, True]
    assert buttons(await shown_now(world, card, soon)) == []


async def shown_now(world: World, card: Message, message: Message) -> Message:
    """Return a message of a thread as it is now."""
    return next(m for m in world.slack.thread(world.room, card) if m.ts == message.ts)


async def test_anybody_who_may_act_there_can_keep_it_paused(world: World) -> None:
    """It says who; its time passes without a call."""
    card = await pause(world)
    soon = await announce(world, card)
    await world.until(lambda: "resumes" in planned(world))
    await world.slack.click(world.bob, soon, "oms_keep")
    kept = await world.told(card, "keeps it paused")
    assert "<@U0BOB>" in said(kept)
    assert buttons(kept) == ["Resume"]
    let_it_be_due(world, "resumes")
    await world.until(lambda: "resumes" not in planned(world))
    assert starts(world) == 0
    assert world.cloud.tasks[int(TASK)].status == 3


async def test_who_may_not_act_there_can_not_keep_it(world: World) -> None:
    """And is told why, alone."""
    card = await pause(world)
    soon = await announce(world, card)
    carol = world.slack.add_user("carol")
    world.room.members.append(carol.id)
    await world.slack.click(carol, soon, "oms_keep")
    await world.whispered(carol, "link")
    assert buttons(await shown_now(world, card, soon)) == ["Keep paused", "Resume now"]


async def test_resume_now_asks_as_whoever_clicks_and_leaves_nothing_for_later(world: World) -> None:
    """Its time finds that somebody has dealt with it since."""
    card = await pause(world)
    soon = await announce(world, card)
    await world.until(lambda: "resumes" in planned(world))
    await world.slack.click(world.bob, soon, "oms_run")
    asked = (
        await world.slack.wait_for(lambda: [c for c in world.cards() if "Resume media-872?" in said(c)], 10)
    )[0]
    await world.slack.click(world.bob, asked, "oms_confirm")
    await world.told(card, "OMS shows it migrating at")
    let_it_be_due(world, "resumes")
    await world.told(card, "<@U0BOB> has paused or resumed it since")
    assert starts(world) == 1


async def test_whoever_was_unlinked_by_then_has_nothing_resumed(world: World) -> None:
    """All is asked anew."""
    card = await pause(world)
    await announce(world, card)
    await world.until(lambda: "resumes" in planned(world))
    world.alice.deleted = True
    let_it_be_due(world, "resumes")
    told = await world.told(card, "Not resumed media-872")
    assert buttons(told) == ["Resume"]
    assert starts(world) == 0


async def test_a_frozen_project_waits_and_goes_on_when_it_is_unfrozen(world: World) -> None:
    """Told once."""
    card = await pause(world)
    await announce(world, card)
    await world.until(lambda: "resumes" in planned(world))
    await world.type(world.bob, "freeze prod-sg the line is full")
    await world.until(lambda: world.recorded("frozen") == 1)
    let_it_be_due(world, "resumes")
    await world.told(card, "and waits: the project is frozen")
    assert starts(world) == 0
    await world.type(world.bob, "unfreeze prod-sg")
    await world.until(lambda: world.recorded("unfrozen") == 1)
    let_it_be_due(world, "resumes")
    await world.told(card, "as was asked for with the pause")
    assert starts(world) == 1


async def test_what_migrates_by_then_is_not_announced(world: World) -> None:
    """Somebody has resumed it in the console."""
    card = await pause(world)
    world.cloud.set_status(int(TASK), 2)
    let_it_be_due(world, "resumes_soon")
    await world.until(lambda: planned(world) == ["still_paused"])
    assert not [m for m in world.slack.thread(world.room, card) if "Keep paused" in said(m)]


async def test_an_approval_of_the_pause_covers_its_end(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody need be awake at six."""
    give_keys(monkeypatch)
    async with make_world(more=MEDIA, start=False) as world:
        text = world.config.read_text().replace("[users.U0ALICE]", "approvals = 1\n[users.U0ALICE]")
        world.config.write_text(text)
        async with world.running():
            card = await world.card(TIMED)
            await world.slack.click(world.bob, card, "oms_confirm")
            await world.told(card, "OMS confirmed it at")
            await announce(world, card)
            await world.until(lambda: "resumes" in planned(world))
            let_it_be_due(world, "resumes")
            await world.told(card, "as was asked for with the pause")
            assert starts(world) == 1


async def test_without_keys_a_timed_pause_is_not_asked_about(make_world: MakeWorld) -> None:
    """It is offered without its time."""
    async with make_world() as world:
        await world.type(world.alice, TIMED)
        told = await world.whispered(world.alice, "I can't resume media-872 by itself")
        assert buttons(told) == ["Pause without a time"]
        await world.slack.click(world.alice, told, "oms_run")
        [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 10)
        assert card.text.startswith("Pause media-872?")
        assert "“night peak”" in said(card)


async def test_a_time_that_can_not_be_kept_is_told_before_anything_is_read(world: World) -> None:
    """With a button that does without it."""
    await world.type(world.alice, f"pause prod-sg {TASK} for 8 days")
    told = await world.whispered(world.alice, 'I can\'t keep to "for 8 days"')
    assert buttons(told) == ["Pause 191297407830872 without a time?"]


async def test_a_time_of_day_is_that_of_the_persons_zone(world: World) -> None:
    """As Slack tells it."""
    world.alice.tz = "Asia/Singapore"
    card = await world.card(f"pause prod-sg {TASK} until 06:00")
    [at] = {part.split("^")[1] for part in said(card).split("<!date") if "date_short" in part}
    assert int(at) % 86_400 == 22 * 3600


async def test_a_pause_of_seven_days_is_brought_to_mind(world: World) -> None:
    """If it lasts; with a button, as there are keys."""
    card = await pause(world, f"pause prod-sg {TASK}")
    let_it_be_due(world, "still_paused")
    told = await world.told(card, "Still paused after 7 days: media-872")
    assert buttons(told) == ["Resume"]
    assert "prod-sg · op " in said(told)


async def test_what_was_resumed_meanwhile_is_not_brought_to_mind(world: World) -> None:
    """Nor what can't be read."""
    card = await pause(world, f"pause prod-sg {TASK}")
    world.cloud.set_status(int(TASK), 2)
    let_it_be_due(world, "still_paused")
    await world.until(lambda: planned(world) == [])
    assert len(world.slack.thread(world.room, card)) == 2


async def test_everything_at_once_goes_on_again_at_once_but_for_what_somebody_dealt_with(
    world: World,
) -> None:
    """One announcement, one decision, and an ending for each; what was paused before is left as it is."""
    populate(world, 3)
    first, second, third = (task_id for task_id in world.cloud.tasks if task_id != int(TASK))
    card = await world.card("pause prod-sg all for 2h night peak")
    assert "⏰ Resumes by itself <!date^" in said(card)
    world.cloud.set_status(first, 3)
    await world.confirm(card)
    await world.told(card, "Paused 4 migrations")
    assert planned(world) == ["resumes_soon", "still_paused"]
    world.cloud.set_status(second, 2)
    soon = await announce(world, card)
    assert "2 migrations" in said(soon)
    assert buttons(soon) == ["Keep paused"]
    await world.until(lambda: "resumes" in planned(world))
    let_it_be_due(world, "resumes")
    await world.told(card, "Resumed 2 migrations")
    started = {call.path.rsplit("/", 2)[1] for call in world.cloud.calls_of("start_task")}
    assert started == {TASK, str(third)}
    assert starts(world) == 2


async def test_everything_at_once_is_paused_for_a_time_only_if_all_of_it_can_be_resumed(world: World) -> None:
    """One without keys is told, and nothing is asked."""
    populate(world, 2)
    world.cloud.add_task(PROJECT, name="foreign", src_bucket="elsewhere", speed=1)
    await world.type(world.alice, "pause prod-sg all for 2h")
    await world.whispered(world.alice, "foreign")
    assert world.slack.messages(world.room) == []


async def test_what_has_waited_long_is_brought_to_mind(world: World) -> None:
    """As far as OMS tells since when; what it does not tell is not guessed."""
    world.cloud.max_running = 1
    waiting = world.cloud.add_task(PROJECT, name="archive-1", status=1)
    card = await pause(world, f"pause prod-sg {TASK}")
    assert planned(world) == ["still_paused", "still_waiting"]
    world.cloud.max_running = 0
    world.cloud.set_status(waiting.id, 1)
    waiting.started_at = time.time() - 25 * 86_400
    let_it_be_due(world, "still_waiting")
    told = await world.told(card, "archive-1 has waited for a slot for 25 days")
    assert buttons(told) == ["Show what migrates"]
