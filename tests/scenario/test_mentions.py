"""Mentions: whose command it is, once for each message, and in the thread where it was said."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.slack.objects import Message
from bot.verbs.registry import REGISTRY
from tests.scenario.conftest import PATIENCE, PROJECT, TASK, MakeWorld, World, buttons, is_card, said


def mentions(world: World) -> list[Message]:
    """Return what people wrote."""
    return [message for message in world.slack.messages(world.room) if message.source == "user"]


async def cards(world: World, count: int = 1) -> list[Message]:
    """Return the cards in the channel and its threads, as soon as there are so many."""

    def posted() -> list[Message]:
        messages = world.slack.messages(world.room)
        return [message for message in messages if message.bot_id and is_card(message)]

    return await world.slack.wait_for(lambda: posted() if len(posted()) >= count else [], 5)


@pytest.mark.parametrize(
    "before", ["<@U0BOB> can you look? ", "<!subteam^S0ONCALL|@oncall> ", "<https://a.b|c> "]
)
async def test_a_colleague_a_group_or_a_link_before_the_bot_changes_nothing(
    world: World, before: str
) -> None:
    """The command is what follows our own mention, of which Slack names the id."""
    await world.slack.mention(
        world.alice, world.room, f"{before}<@{world.slack.bot.id}>, pause prod-sg `{TASK}`."
    )
    [card] = await cards(world)
    assert "Pause media-872?" in said(card)


async def test_an_edited_message_is_one_card(world: World) -> None:
    """Slack tells of it again under another event id; neither a new card nor a word comes of it."""
    await world.slack.mention(world.alice, world.room, f"pause prod-sg {TASK}")
    [card] = await cards(world)
    [wish] = mentions(world)
    whispers = len(world.slack.ephemerals(world.alice))
    for text in (wish.text, f"{wish.text} traffic spike"):
        assert (await world.slack.edit(wish, text)).ok
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert (await world.slack.edit(wish, f"{wish.text}, please")).ok
    assert len(await cards(world)) == 1
    assert len(world.slack.ephemerals(world.alice)) == whispers
    assert world.stops() == 1


async def test_a_slip_that_is_edited_is_asked_for_after_all(world: World) -> None:
    """Nothing came of the message before; whoever mends it in place need not write another."""
    await world.slack.mention(world.alice, world.room, f"puase prod-sg {TASK}")
    await world.whispered(world.alice, "Did you mean")
    [wish] = mentions(world)
    await world.slack.edit(wish, wish.text.replace("puase", "pause"))
    assert "Pause media-872?" in said((await cards(world))[0])


async def test_an_event_that_comes_twice_at_once_is_one_card(world: World) -> None:
    """Over two connections, or because an acknowledgement was late."""
    event = {
        "type": "app_mention", "user": world.alice.id, "channel": world.room.id, "ts": "1700000000.000100",
        "text": f"<@{world.slack.bot.id}> pause prod-sg {TASK}", "team": "T0SANDBOX",
    }  # fmt: skip
    await asyncio.gather(*(world.slack.event(dict(event)) for _ in range(5)))
    [card] = await cards(world)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert len(await cards(world)) == 1
    assert world.slack.ephemerals(world.alice) == []


async def test_a_message_is_one_card_also_after_a_restart(make_world: MakeWorld) -> None:
    """What was asked for is known by the message, not by what the process remembers."""
    async with make_world(start=False) as world:
        async with world.running():
            await world.slack.mention(world.alice, world.room, f"pause prod-sg {TASK}")
            await cards(world)
        async with world.running():
            [wish] = mentions(world)
            whispers = len(world.slack.ephemerals(world.alice))
            assert (await world.slack.edit(wish, f"{wish.text} now")).ok
            await world.card()  # what comes later has been served, so what came before was too
            assert len(await cards(world)) == 2
            assert len(world.slack.ephemerals(world.alice)) == whispers


async def test_what_is_asked_in_a_thread_is_answered_in_it(world: World) -> None:
    """The card, the refusal of another's click and the ending."""
    root = world.slack.say(world.bob, world.room, "traffic is up")
    await world.slack.mention(world.alice, world.room, f"pause prod-sg {TASK}", thread_ts=root.ts)
    [card] = await cards(world)
    assert card.thread_ts == root.ts
    await world.slack.click(world.bob, card, "oms_confirm")
    assert (await world.whispered(world.bob, "Only <@U0ALICE> can confirm")).thread_ts == root.ts
    await world.confirm(card)
    ending = await world.told(root, "OMS confirmed it at")
    assert ending.thread_ts == root.ts
    assert buttons(world.slack.thread(world.room, root)[2]) == []


async def test_a_list_asked_for_in_a_thread_leads_to_a_card_in_it(world: World) -> None:
    """Its buttons stand in the thread too."""
    root = world.slack.say(world.bob, world.room, "traffic is up")
    await world.slack.mention(world.alice, world.room, "pause prod-sg", thread_ts=root.ts)
    listed = await world.whispered(world.alice, "1 task is migrating in prod-sg")
    assert listed.thread_ts == root.ts
    await world.slack.click(world.alice, listed, "oms_run")
    [card] = await cards(world)
    assert card.thread_ts == root.ts


async def test_try_again_stays_in_the_thread_of_the_ending(world: World) -> None:
    """Where the button is pressed the new card appears, and its ending after it."""
    world.cloud.revoke("alice", PROJECT, "oms:task:update")
    card = await world.card()
    await world.confirm(card)
    refused = await world.told(card, "oms:task:update")
    world.cloud.grant("alice", PROJECT, "oms:task:update")
    await world.slack.click(world.alice, refused, "oms_run")
    again = (await cards(world, 2))[1]
    assert again.thread_ts == card.ts
    await world.confirm(again)
    await world.told(card, "OMS confirmed it at")


async def test_a_card_in_the_channel_stays_there_once_its_thread_has_begun(world: World) -> None:
    """Slack gives a message that has replies a thread of its own name."""
    card = await world.card()
    card.thread_ts = card.ts
    await world.slack.click(world.bob, card, "oms_confirm")
    assert (await world.whispered(world.bob, "Only <@U0ALICE> can confirm")).thread_ts is None


@pytest.mark.parametrize("command", ["{verb} prod-sg 191297407830872 20", "{verb} prod-sg", "{verb}"])
@pytest.mark.parametrize("verb", REGISTRY.words)
async def test_whatever_is_said_in_a_thread_is_answered_there(world: World, verb: str, command: str) -> None:
    """Each word of the family, also where something is lacking."""
    root = world.slack.say(world.bob, world.room, "traffic is up")
    await world.slack.mention(world.alice, world.room, command.format(verb=verb), thread_ts=root.ts)

    def answers() -> list[Message]:
        return [message for message in world.slack.world.log if message.bot_id]

    await world.slack.wait_for(answers, PATIENCE)
    assert {message.thread_ts for message in answers()} == {root.ts}
