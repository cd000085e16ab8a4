"""One open card a task: two people in one incident do not ask twice, and only who caused a pause is told it paused."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.sandbox.huawei.faults import Fault
from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said

PAUSE = f"pause prod-sg {TASK}"


async def bobs_card(world: World) -> Message:
    """Bob asks, is pointed to alice's card, and asks all the same."""
    await world.type(world.bob, PAUSE)
    pointed = await world.whispered(world.bob, "already asked for this")
    known = len(world.cards())
    await world.slack.click(world.bob, pointed, "oms_run")
    return (await world.slack.wait_for(lambda: world.cards()[known:], 5))[0]


async def test_who_asks_second_is_shown_the_card_of_the_first(world: World) -> None:
    """By name, with how long ago and a link; nothing else is posted."""
    card = await world.card()
    await world.type(world.bob, PAUSE)
    pointed = await world.whispered(world.bob, "<@U0ALICE> already asked for this, ")
    assert f"archives/{world.room.id}/p{card.ts.replace('.', '')}" in said(pointed)
    assert buttons(pointed) == ["Review and pause"]
    assert world.cards() == [card]


async def test_who_insists_gets_a_card_of_their_own(world: World) -> None:
    """As alice may be away; both cards stay open then."""
    first = await world.card()
    second = await bobs_card(world)
    assert "<@U0BOB> as" in said(second)
    assert buttons(first) == buttons(second) == ["Pause", "Don't pause", "Slow down…"]
    await world.slack.click(world.bob, second, "oms_confirm")
    await world.told(second, "OMS confirmed it at")
    assert world.stops("bob") == 1


async def test_a_click_on_somebody_elses_card_is_one_step_from_ones_own(world: World) -> None:
    """Who was told whose card it is need not be told again."""
    card = await world.card()
    await world.slack.click(world.bob, card, "oms_confirm")
    whisper = await world.whispered(world.bob, "Only <@U0ALICE> can confirm this")
    await world.slack.click(world.bob, whisper, "oms_run")
    [own] = await world.slack.wait_for(lambda: world.cards()[1:], 5)
    assert "<@U0BOB> as" in said(own)


async def test_a_newer_card_of_the_same_person_replaces_the_older(world: World) -> None:
    """Also twice; the older ones lose their buttons, and a click on one says so."""
    first = await world.card()
    click = world.slack.click_payload(world.alice, first, "oms_confirm")
    second = await world.card(f"{PAUSE} traffic spike")
    replaced = await world.card_showing(first, "Request replaced: media-872")
    assert buttons(replaced) == []
    told = await world.told(first, "A newer card asks for the same. See <")
    assert f"archives/{world.room.id}/p{second.ts.replace('.', '')}" in said(told)
    await world.slack.send(click)
    await world.whispered(world.alice, "You have asked again since: the newer card counts.")
    assert world.stops() == 0
    await world.confirm(second)
    await world.told(second, "OMS confirmed it at")
    assert world.stops() == 1


async def test_a_card_that_comes_after_a_newer_one_gives_way_to_it(world: World) -> None:
    """Typed twice at once, and Slack takes the first card last: also then one is open."""
    slow = world.slack.faults.add("chat.postMessage", delay=1, times=1)
    await world.type(world.alice, PAUSE)
    await world.until(lambda: slow.hits == 1)
    second = await world.card(f"{PAUSE} traffic spike")
    [first] = await world.slack.wait_for(lambda: [card for card in world.cards() if card is not second], 5)
    await world.card_showing(first, "Request replaced: media-872")
    told = await world.told(first, "A newer card asks for the same. See <")
    assert f"archives/{world.room.id}/p{second.ts.replace('.', '')}" in said(told)
    assert [buttons(first), buttons(second)] == [[], ["Pause", "Don't pause", "Slow down…"]]


async def test_a_card_that_was_answered_stands_in_nobodys_way(world: World) -> None:
    """Alice has withdrawn; bob asks and gets his card at once."""
    card = await world.card()
    await world.slack.click(world.alice, card, "oms_cancel")
    await world.told(card, "withdrew the request")
    await world.type(world.bob, PAUSE)
    await world.slack.wait_for(lambda: len(world.cards()) == 2, 5)


async def test_another_task_is_another_card(world: World) -> None:
    """Nothing is replaced that is about something else."""
    world.cloud.add_task(PROJECT, name="second", task_id=78)
    first = await world.card()
    await world.card("pause prod-sg 78")
    await asyncio.sleep(0.2)
    assert buttons(first) == ["Pause", "Don't pause", "Slow down…"]


async def test_of_two_cards_confirmed_together_only_one_caused_the_pause(make_world: MakeWorld) -> None:
    """Both see it migrating; OMS takes the call of one and refuses the other's, who hears whose it was."""
    async with make_world() as world:
        world.cloud.tasks[int(TASK)].pause_takes = 1.5
        first = await world.card()
        second = await bobs_card(world)
        world.cloud.faults.add(Fault(kind="latency", operation="stop_task", seconds=0.3, times=2))
        await asyncio.gather(
            world.slack.click(world.alice, first, "oms_confirm"),
            world.slack.click(world.bob, second, "oms_confirm"),
        )
        cards = {world.alice.id: first, world.bob.id: second}
        endings = {
            who: (await world.slack.wait_for(partial(_endings, world, card), 10))[0]
            for who, card in cards.items()
        }
        [caused] = [who for who, ending in endings.items() if "OMS confirmed it at" in said(ending)]
        [other] = set(endings) - {caused}
        assert f"It is pausing already: <@{caused}> confirmed that." in said(endings[other])
        assert len([call for call in world.cloud.calls_of("stop_task") if call.status == 200]) == 1


def _endings(world: World, card: Message) -> list[Message]:
    return [message for message in world.slack.thread(world.room, card)[1:] if "op " in said(message)]


async def test_what_the_card_has_no_room_for_stands_below_it(world: World) -> None:
    """Unless it is answered at once: id, amounts, and everything that it costs."""
    world.cloud.max_running = 0
    world.cloud.add_task(PROJECT, name="next", status=1)
    card = await world.card(f"{PAUSE} traffic spike")
    below = await world.told(card, "1.00 of 2.00 TB copied")
    for part in (TASK, "prod-sg (ap-southeast-3)", "unfinished parts stay", "Reason: traffic spike"):
        assert part in said(below)
    assert "1 task is waiting" in said(below)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")


async def test_still_working_is_said_only_if_it_takes_long_and_goes_away(make_world: MakeWorld) -> None:
    """Nobody reads "still working" below a finished card."""
    async with make_world(request_timeout=8) as world:
        world.cloud.faults.add(Fault(kind="latency", operation="show_task", seconds=2.5, times=1))
        await world.type(world.alice, PAUSE)
        await world.whispered(world.alice, "Still working on it…")
        await world.slack.wait_for(world.cards, 8)
        await world.slack.wait_for(lambda: not world.slack.ephemerals(world.alice), 5)
