"""Who takes a card over asks anew, as themselves: the older card says by whom, and one decision is made on it."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said, served
from tests.scenario.process import Process

PAUSE = f"pause prod-sg {TASK}"


async def _offered(world: World, card: Message) -> Message:
    """Bob clicks on alice's card; what is whispered to him is returned."""
    await world.slack.click(world.bob, card, "oms_confirm")
    return await world.whispered(world.bob, "Only <@U0ALICE> can confirm this")


async def _taken_over(world: World, card: Message) -> Message:
    """Bob takes alice's card over; his own is returned."""
    await world.slack.click(world.bob, await _offered(world, card), "oms_run")
    return (await world.slack.wait_for(lambda: world.cards()[1:], 15))[0]


async def test_a_waiting_card_is_taken_over_by_who_else_clicks_on_it(world: World) -> None:
    """With a preview and a credential of their own; the older card says by whom, and where the newer one is."""
    card = await world.card(f"{PAUSE} traffic spike")
    assert buttons(await _offered(world, card)) == ["Take over"]
    own = await _taken_over(world, card)
    assert "<@U0BOB> as" in said(own)
    assert "traffic spike" not in said(own)
    closed = await world.card_showing(card, "Taken over: media-872")
    assert buttons(closed) == []
    told = said(await world.told(card, "<@U0BOB> asks for the same now, as themselves"))
    assert f"archives/{world.room.id}/p{own.ts.replace('.', '')}" in told
    await world.slack.click(world.bob, own, "oms_confirm")
    await world.told(own, "OMS confirmed it at")
    assert (world.stops("alice"), world.stops("bob")) == (0, 1)
    ended = [r.details for r in world.bot.audit.records() if r.event == "ended"]
    assert '"by":"U0BOB"' in ended[0]


async def test_the_one_before_is_told_that_it_was_taken_over(world: World) -> None:
    """Who clicks on the older card as it was."""
    card = await world.card()
    click = world.slack.click_payload(world.alice, card, "oms_confirm")
    await _taken_over(world, card)
    await world.card_showing(card, "Taken over")
    await world.slack.send(click)
    await world.whispered(world.alice, "<@U0BOB> has taken this over: their card counts.")
    assert world.stops() == 0


async def test_of_a_confirmation_and_a_take_over_one_wins(world: World) -> None:
    """Alice confirms while bob's preview is read: she was first, and bob is told."""
    card = await world.card()
    offered = await _offered(world, card)
    world.slack.faults.add("chat.postMessage", delay=1, times=1)
    await world.slack.click(world.bob, offered, "oms_run")
    await asyncio.sleep(0.3)  # his card is being posted
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    await world.whispered(world.bob, "<@U0ALICE> has already confirmed this")
    assert (world.stops("alice"), world.stops("bob")) == (1, 0)


async def test_a_guest_is_offered_nothing(world: World) -> None:
    """Nor told that they could do it as themselves."""
    card = await world.card()
    guest = world.slack.add_user("gus", is_restricted=True)
    world.slack.invite(world.room, guest)
    await world.slack.click(guest, card, "oms_confirm")
    whisper = await world.whispered(guest, "Guests can't do this")
    assert buttons(whisper) == []


async def test_what_is_to_be_taken_over_is_looked_up(world: World) -> None:
    """A forged value closes no card that is elsewhere, about something else, or not there."""
    world.cloud.add_task(PROJECT, name="second", task_id=78)
    card = await world.card("pause prod-sg 78")
    [[_, element]] = [found for found in card.elements() if found[1]["action_id"] == "oms_confirm"]
    elsewhere = world.slack.add_channel("elsewhere", members=[world.alice, world.bob])
    for room, command in (
        (world.room, f"{PAUSE} --take-over {element['value']}"),
        (elsewhere, f"pause prod-sg 78 --take-over {element['value']}"),
        (world.room, f"pause prod-sg 78 --take-over {'f' * 24}"),
    ):
        await world.slack.slash(world.bob, room, "/oms", command)
    await world.slack.wait_for(
        lambda: [m for m in world.slack.ephemerals(world.bob) if "already asked for this" in said(m)][1:], 10
    )
    await world.slack.wait_for(lambda: world.cards()[1:], 10)
    assert buttons(world.slack.thread(world.room, card)[0]) == ["Pause", "Don't pause", "Slow down…"]


async def test_what_others_agree_to_is_not_taken_over(make_world: MakeWorld) -> None:
    """They have agreed to what that person asked for; who asks second is pointed to the card."""
    async with make_world(start=False) as world:
        settings = world.config.read_text()
        world.config.write_text(settings.replace("[users.U0ALICE]", "approvals = 1\n[users.U0ALICE]"))
        async with world.running():
            card = await world.card()
            [[_, element]] = [found for found in card.elements() if found[1]["action_id"] == "oms_confirm"]
            await world.type(world.bob, f"{PAUSE} --take-over {element['value']}")
            await world.whispered(world.bob, "It waits for approval.")
            assert world.cards() == [card]


async def test_an_expired_card_mentions_its_requester_and_can_be_asked_again(make_world: MakeWorld) -> None:
    """By whoever presses: it is their own request then."""
    async with make_world(confirm_within=1) as world:
        card = await world.card(f"{PAUSE} traffic spike")
        ending = await world.told(card, "Nobody answered within 1 s, <@U0ALICE>.")
        assert buttons(ending) == ["Ask again"]
        await world.slack.click(world.bob, ending, "oms_run")
        own = (await world.slack.wait_for(lambda: world.cards()[1:], 10))[0]
        assert "<@U0BOB> as" in said(own)
        assert "traffic spike" in said(own)


@pytest.mark.parametrize("moment", ["posting", "closing"])
async def test_killed_while_a_card_is_taken_over(
    make_world: MakeWorld, process: Process, moment: str
) -> None:
    """The restart closes the older one, once, and says who took it over."""
    async with served(make_world, process) as world:
        card = await world.card()
        offered = await _offered(world, card)
        if moment == "closing":
            world.slack.faults.add("chat.update", delay=30)
        else:
            world.slack.faults.add("chat.postMessage", delay=30)
        await world.slack.click(world.bob, offered, "oms_run")
        if moment == "closing":
            await world.slack.wait_for(lambda: world.cards()[1:], 10)
            await world.until(lambda: bool(world.recorded("ended")))
        else:
            await world.until(lambda: world.recorded("asked") == 2)
        await process.stop()
        world.slack.faults.clear()
        await process.start()
        await world.card_showing(card, "Taken over: media-872")
        assert world.recorded("ended") == 1
        own = (await world.slack.wait_for(lambda: world.cards()[1:], 10))[-1]
        await world.slack.click(world.bob, own, "oms_confirm")
        await world.told(own, "OMS confirmed it at")
        assert (world.stops("alice"), world.stops("bob")) == (0, 1)
