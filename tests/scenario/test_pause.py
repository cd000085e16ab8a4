"""The main job: a command, a card, a click, the call, and the truth in the thread."""

from __future__ import annotations

import asyncio
import math

import pytest

from bot.sandbox.huawei.cloud import Fault
from tests.scenario.conftest import PROJECT, TASK, TB, MakeWorld, World, buttons, said


async def test_a_confirmed_pause_is_called_once_and_told_when_it_is_seen(world: World) -> None:
    """Alice asks, confirms, and reads "Paused" only after OMS showed status 3."""
    card = await world.card(f'pause prod-sg {TASK} "traffic spike"')
    assert "Pause media-872?" in said(card)
    assert buttons(card) == ["Pause", "Don't pause", "Slow down…"]
    assert world.stops() == 0
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1
    shown = world.slack.thread(world.room, card)[0]
    assert "Paused media-872" in said(shown)
    assert buttons(shown) == []


async def test_the_card_says_what_would_stop_and_what_it_costs(world: World) -> None:
    """Name, id, project, region, route, figures, warnings, who asks, as whom, and until when."""
    world.cloud.max_running = 0
    world.cloud.add_task(PROJECT, name="next", status=1)
    text = said(await world.card(f"pause prod-sg {TASK} traffic spike"))
    for expected in (
        "media-872",
        TASK,
        "prod-sg (ap-southeast-3)",
        "→",
        "50.0 %",
        "1.00 of 2.00 TB",
        "420 MB/s",
        "To resume, both access keys are needed",
        "the access keys of source and destination are needed again",
        "unfinished parts stay in the destination and are billed",
        "1 task is waiting and may start in its place",
        "<@U0ALICE> as IAM user alice · “traffic spike” · until <!date^",
    ):
        assert expected in text


async def test_while_the_pause_is_under_way_the_card_says_who_confirmed(make_world: MakeWorld) -> None:
    """Between the click and the ending there are no buttons, and the card names the confirmer."""
    async with make_world() as world:
        world.cloud.tasks[int(TASK)].pause_takes = 0.6
        card = await world.card()
        await world.confirm(card)
        pausing = await world.card_showing(card, "<@U0ALICE> confirmed at")
        assert buttons(pausing) == []
        await world.told(card, "OMS confirmed it at")


async def test_a_task_is_found_by_its_exact_name(world: World) -> None:
    """A name works as well as an id, however a phone has spelt its dashes."""
    assert "Pause media-872?" in said(await world.card("pause Prod-SG Media—872"))


async def test_a_name_that_two_tasks_share_is_not_guessed(world: World) -> None:
    """The person is shown the ids."""
    world.cloud.add_task(PROJECT, name="media-872", task_id=77)
    await world.type(world.alice, "pause prod-sg media-872")
    answer = await world.whispered(world.alice, "2 tasks in prod-sg are named")
    assert "77" in said(answer)
    assert TASK in said(answer)


async def test_a_name_no_task_has_gets_the_closest_one(world: World) -> None:
    """A slip of the thumb is answered with what was probably meant."""
    await world.type(world.alice, "pause prod-sg medai-872")
    assert "media-872" in said(await world.whispered(world.alice, "No task in prod-sg is named"))


async def test_a_project_alone_lists_what_migrates_and_its_buttons_ask(world: World) -> None:
    """``/oms pause prod-sg`` shows the migrating tasks, only to the asker, each with a Pause button."""
    world.cloud.add_task(PROJECT, name="second", task_id=78)
    world.cloud.add_task(PROJECT, name="over", status=5)
    await world.type(world.alice, "pause prod-sg")
    listed = await world.whispered(world.alice, "2 tasks are migrating in prod-sg")
    assert buttons(listed) == ["Pause", "Pause"]
    await world.slack.click(world.alice, listed, "oms_run", value="pause prod-sg 78")
    [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 5)
    assert "Pause second?" in said(card)


async def test_a_mention_asks_like_a_command(world: World) -> None:
    """Where slash commands can't be typed, a mention does the same."""
    await world.slack.mention(world.alice, world.room, f"pause prod-sg {TASK}")
    card = await world.slack.wait_for(
        lambda: [m for m in world.slack.messages(world.room) if "Pause media-872?" in said(m)], 5
    )
    await world.confirm(card[0])
    await world.told(card[0], "OMS confirmed it at")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("pase prod-sg 1", "Did you mean `/oms pause"),
        ("stop prod-sg 1", "Did you mean `/oms pause"),
        ("pause prod-gs 12", "Did you mean `/oms pause prod-sg 12`"),
    ],
)
async def test_a_mistake_is_answered_with_the_right_form(world: World, typed: str, words: str) -> None:
    """Nobody else sees it, and nothing is asked of Huawei Cloud."""
    await world.type(world.alice, typed)
    await world.whispered(world.alice, words)
    assert world.cloud.calls == []
    assert world.slack.messages(world.room) == []


async def test_an_access_key_user_acts_with_their_own_key(world: World) -> None:
    """Bob's call is signed with Bob's key; Alice's token is not used."""
    await world.type(world.bob, f"pause prod-sg {TASK}")
    [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 5)
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.told(card, "OMS confirmed it at")
    assert (world.stops("bob"), world.stops("alice")) == (1, 0)


async def test_cancel_makes_no_call(world: World) -> None:
    """The card and the thread say who cancelled."""
    card = await world.card()
    await world.slack.click(world.alice, card, "oms_cancel")
    await world.told(card, "<@U0ALICE> withdrew the request. Nothing was changed.")
    assert world.stops() == 0
    assert buttons(world.slack.thread(world.room, card)[0]) == []


async def test_nobody_answers_in_time(make_world: MakeWorld) -> None:
    """The card expires; a click after that does nothing."""
    async with make_world(confirm_within=0.5) as world:
        card = await world.card()
        seen = card.snapshot()
        await world.told(card, "Nobody answered within")
        await world.slack.click(world.alice, card, "oms_confirm", stale_message=seen)
        await world.whispered(world.alice, "This request has expired")
        assert world.stops() == 0


async def test_already_paused_before_the_card(world: World) -> None:
    """There is nothing to ask, and the person is told so."""
    world.cloud.set_status(int(TASK), 3)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.whispered(world.alice, "paused before")
    assert world.stops() == 0


@pytest.mark.parametrize(
    ("status", "words"), [(1, "waiting"), (4, "failed"), (5, "finished"), (6, "retrying"), (7, "pausing")]
)
async def test_a_task_that_does_not_migrate_is_not_asked_about(world: World, status: int, words: str) -> None:
    """OMS pauses migrating tasks only; anything else is said as it is."""
    world.cloud.max_running = 0
    world.cloud.tasks[int(TASK)].fields = {"status": status}
    await world.type(world.alice, f"pause prod-sg {TASK}")
    assert words in said(await world.whispered(world.alice, "Nothing was changed"))


@pytest.mark.parametrize(
    ("status", "words"),
    [(3, "paused before"), (5, "finished before the click"), (4, "failed"), (1, "waiting")],
)
async def test_a_status_that_changed_before_the_click_prevents_the_call(
    world: World, status: int, words: str
) -> None:
    """At the click everything is read again."""
    card = await world.card()
    world.cloud.max_running = 0
    world.cloud.tasks[int(TASK)].fields = {"status": status}
    await world.confirm(card)
    assert words in said(await world.told(card, "Nothing was changed"))
    assert world.stops() == 0


async def test_a_task_that_finishes_while_pausing_is_not_called_paused(make_world: MakeWorld) -> None:
    """Accepted, but the last byte was faster: the ending says what happened instead."""
    async with make_world() as world:
        world.cloud.add_task(
            PROJECT, task_id=9, name="short", total_size=TB, complete_size=0, speed=100, pause_takes=math.inf
        )
        card = await world.card("pause prod-sg 9")
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        world.cloud.finish_task(9)
        await world.told(card, "OMS accepted the pause, but the task finished before it took effect")


async def test_a_task_that_fails_while_pausing_is_told_with_its_code(world: World) -> None:
    """The TRF code is shown."""
    world.cloud.tasks[int(TASK)].pause_takes = math.inf
    card = await world.card()
    await world.confirm(card)
    await world.until(lambda: world.stops() == 1)
    world.cloud.fail_task(int(TASK), "TRF.0012", "source gone")
    await world.told(card, "the task failed (TRF.0012) before it took effect")


async def test_accepted_but_not_paused_in_time_is_said_and_watched_on(make_world: MakeWorld) -> None:
    """After `verify_for` the thread says "still pausing"; when it is paused, the thread says that too."""
    async with make_world(verify_for=0.4) as world:
        world.cloud.tasks[int(TASK)].pause_takes = 1.5
        card = await world.card()
        await world.confirm(card)
        still = await world.told(card, "OMS accepted the pause")
        assert "Paused" not in said(still)
        await world.told(card, "OMS confirmed it at")
        assert world.stops() == 1


async def test_a_late_answer_to_the_call_is_resolved_by_reading(make_world: MakeWorld) -> None:
    """The connection times out after OMS acted: the task is read, not called again."""
    async with make_world(request_timeout=0.5) as world:
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", when="after", seconds=3, times=1))
        card = await world.card()
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        assert world.stops() == 1


async def test_a_cut_connection_after_the_effect_is_resolved_by_reading(world: World) -> None:
    """OMS took the request and the answer was lost: one call, and the truth."""
    world.cloud.faults.add(Fault(kind="cut", operation="stop_task", when="after", times=1))
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops() == 1


async def test_a_cut_connection_before_the_effect_is_not_called_a_failure_or_a_success(world: World) -> None:
    """Whether OMS got it can't be told; the task still migrates; nothing is sent again by itself."""
    world.cloud.faults.add(Fault(kind="cut", operation="stop_task", when="before", times=1))
    card = await world.card()
    await world.confirm(card)
    told = await world.told(card, "OMS didn't answer after the request was sent")
    assert "Read afterwards, it was migrating" in said(told)
    assert buttons(told) == []


async def test_try_again_starts_from_the_preview(world: World) -> None:
    """The button in the thread makes a new card, which needs its own confirmation."""
    world.cloud.faults.add(Fault(kind="throttled", operation="stop_task", times=1))
    card = await world.card()
    await world.confirm(card)
    told = await world.told(card, "gets too many requests")
    await world.slack.click(world.alice, told, "oms_run")
    again = await world.slack.wait_for(
        lambda: [m for m in world.slack.messages(world.room) if "Pause media-872?" in said(m)], 5
    )
    await world.confirm(again[-1])
    await world.told(card, "OMS confirmed it at")


async def test_a_captive_portal_is_no_success(world: World) -> None:
    """200 with a web page, or a redirect, is not OMS; the task is read and still migrates."""
    for fault in (
        Fault(kind="html", operation="stop_task", times=1),
        Fault(kind="redirect", operation="stop_task", times=1),
    ):
        world.cloud.faults.add(fault)
        card = await world.card()
        await world.confirm(card)
        assert "Read afterwards, it was migrating" in said(await world.told(card, "Not sure yet"))


async def test_twenty_fast_clicks_are_one_call(world: World) -> None:
    """However often the button is hit, OMS is called once and the thread has one ending."""
    card = await world.card()
    payload = world.slack.click_payload(world.alice, card, "oms_confirm")
    deliveries = await world.slack.send(payload, times=20, concurrently=True)
    assert {d.status for d in deliveries} == {200}
    await world.told(card, "OMS confirmed it at")
    await asyncio.sleep(0.2)
    assert world.stops() == 1
    assert len(world.slack.thread(world.room, card)) == 2


async def test_confirm_and_cancel_at_once_have_one_winner_and_the_loser_is_told(world: World) -> None:
    """Whichever is first decides; the other is answered in words."""
    card = await world.card()
    confirm = world.slack.click_payload(world.alice, card, "oms_confirm")
    cancel = world.slack.click_payload(world.alice, card, "oms_cancel")
    await asyncio.gather(world.slack.send(confirm), world.slack.send(cancel))
    await world.slack.wait_for(lambda: world.slack.thread(world.room, card)[1:], 8)
    await world.whispered(world.alice, "already")
    await asyncio.sleep(0.2)
    assert len(world.slack.thread(world.room, card)) == 2
    endings = [said(m) for m in world.slack.thread(world.room, card)[1:]]
    assert world.stops() == (1 if "OMS confirmed it" in endings[0] else 0)


async def test_a_command_delivered_twice_is_one_card(world: World) -> None:
    """Slack may deliver a slash command again; it is the same wish."""
    payload = world.slack.slash_payload(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
    await world.slack.send(payload, times=5, concurrently=True)
    await world.slack.wait_for(lambda: world.slack.messages(world.room), 5)
    await asyncio.sleep(0.3)
    assert len(world.slack.messages(world.room)) == 1


async def test_big_sizes_stay_readable(world: World) -> None:
    """A petabyte is a petabyte."""
    world.cloud.add_task(PROJECT, task_id=5, name="big", total_size=3000 * TB, complete_size=1000 * TB)
    assert "1.00 of 3.00 PB" in said(await world.card("pause prod-sg 5"))
