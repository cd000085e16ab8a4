"""A frozen project: what would have more copied there is refused, before it is asked about and again at the click."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.slack.objects import Message
from bot.text import en, zh
from bot.verbs.registry import REGISTRY, Registry
from tests.scenario.conftest import TASK, MakeWorld, World, said, served
from tests.scenario.process import Process
from tests.scenario.test_a_new_verb import ENGLISH, Park

LOOSENING = f"park prod-sg {TASK} to copy more"


@pytest.fixture
async def world(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Return a world whose bot knows a verb that may have more copied."""
    monkeypatch.setitem(en.VERBS, "park", ENGLISH)
    monkeypatch.setitem(zh.VERBS, "park", zh.VERBS["pause"])
    async with make_world(start=False) as world:
        world.registry = Registry.of((*REGISTRY.words.values(), Park()))
        async with world.running():
            yield world


async def _freeze(world: World, text: str = "freeze prod-sg the line is full") -> Message:
    """Bob freezes the project; what the channel is told is returned."""
    before = len(world.slack.messages(world.room))
    await world.type(world.bob, text)
    return (await world.slack.wait_for(lambda: world.slack.messages(world.room)[before:], 10))[0]


async def test_everybody_is_told_that_a_project_is_frozen_and_by_whom(world: World) -> None:
    """In the channel, since it is everybody who can't resume any more."""
    told = said(await _freeze(world))
    assert "Frozen: prod-sg" in told
    assert "<@U0BOB> froze it at <!date^" in told
    assert "“the line is full”" in told
    assert "`/oms unfreeze prod-sg`" in told
    assert world.recorded("frozen") == 1


async def test_what_is_frozen_is_frozen_once(world: World) -> None:
    """Who comes second is told who was first, alone; a delivery that comes again changes and says nothing."""
    command = world.slack.slash_payload(world.bob, world.room, "/oms", "freeze prod-sg the line is full")
    await world.slack.send(command)
    await world.slack.wait_for(lambda: world.slack.messages(world.room), 10)
    await world.slack.send(command)
    await world.type(world.alice, "freeze prod-sg for another reason")
    whispered = await world.whispered(world.alice, "Frozen already: prod-sg")
    assert "<@U0BOB> froze it at" in whispered.text
    assert "the line is full" in whispered.text
    assert len(world.slack.messages(world.room)) == 1
    assert world.recorded("frozen") == 1


async def test_where_there_are_no_approvers_anybody_who_may_act_there_ends_it(world: World) -> None:
    """And everybody is told; who comes second hears that there is nothing to end."""
    await _freeze(world)
    await world.type(world.alice, "unfreeze prod-sg")
    told = said((await world.slack.wait_for(lambda: world.slack.messages(world.room)[1:], 10))[0])
    assert "No longer frozen: prod-sg" in told
    assert "<@U0ALICE> ended it." in told
    await world.type(world.bob, "unfreeze prod-sg")
    await world.whispered(world.bob, "prod-sg is not frozen. Nothing was changed.")
    assert world.recorded("unfrozen") == 1
    card = await world.card(LOOSENING)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")


async def test_what_would_have_more_copied_is_not_asked_about(world: World) -> None:
    """Who froze it, why, and how that ends is told to the asker; nothing is posted."""
    await _freeze(world)
    await world.type(world.alice, LOOSENING)
    told = await world.whispered(world.alice, "prod-sg is frozen")
    assert "<@U0BOB> froze it at" in told.text
    assert "“the line is full” `/oms unfreeze prod-sg` ends that." in told.text
    assert world.cards() == []


async def test_a_freeze_since_the_card_counts_at_the_click(world: World) -> None:
    """It is read anew, and OMS is not asked."""
    card = await world.card(LOOSENING)
    await _freeze(world)
    await world.confirm(card)
    await world.told(card, "prod-sg is frozen, so nothing is resumed or sped up there.")
    assert world.stops() == 0


async def test_what_has_less_copied_goes_on_and_its_card_says_that_it_is_frozen(world: World) -> None:
    """By whom on the card; when, why and how that ends below it."""
    await _freeze(world)
    card = await world.card()
    assert "❄️ frozen by <@U0BOB>" in said(card)
    await world.told(card, "<@U0BOB> froze it at")
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops() == 1


async def test_who_may_not_use_a_project_may_not_freeze_it(world: World) -> None:
    """Nor hear whether it is frozen."""
    dave = world.slack.add_user("dave")
    world.slack.invite(world.room, dave)
    for word in ("freeze", "unfreeze"):
        await world.type(dave, f"{word} prod-sg")
        await world.slack.wait_for(
            lambda: [m for m in world.slack.ephemerals(dave) if "You haven't linked" in said(m)], 10
        )
    assert world.slack.messages(world.room) == []
    assert world.recorded("frozen") == 0


@pytest.mark.parametrize("approvers", ['["U0ALICE"]', '["S0ONCALL"]'])
async def test_where_there_are_approvers_they_alone_end_it(make_world: MakeWorld, approvers: str) -> None:
    """Not even who began it; user groups are asked about."""
    async with make_world(start=False) as world:
        settings = world.config.read_text()
        named = f"approvals = 1\napprovers = {approvers}\n[users.U0ALICE]"
        world.config.write_text(settings.replace("[users.U0ALICE]", named))
        world.slack.grant("usergroups:read")
        world.slack.world.usergroups["S0ONCALL"] = [world.alice.id]
        async with world.running():
            await _freeze(world)
            await world.type(world.bob, "unfreeze prod-sg")
            refused = await world.whispered(world.bob, "can unfreeze prod-sg.")
            assert ("<@U0ALICE>" if "U0" in approvers else "<!subteam^S0ONCALL>") in refused.text
            assert world.recorded("unfrozen") == 0
            await world.type(world.alice, "unfreeze prod-sg")
            await world.until(lambda: world.recorded("unfrozen") == 1)


async def test_where_the_channel_can_t_be_told_the_asker_is(world: World) -> None:
    """It is frozen all the same, and somebody must know."""
    world.slack.faults.add("chat.postMessage", error="not_in_channel")
    await world.type(world.bob, "freeze prod-sg")
    await world.whispered(world.bob, "Frozen: prod-sg")
    assert world.recorded("frozen") == 1


async def test_killed_between_freezing_and_telling(make_world: MakeWorld, process: Process) -> None:
    """The restart tells it, as what this very request did."""
    async with served(make_world, process) as world:
        world.slack.faults.add("chat.postMessage", delay=30)
        await world.type(world.bob, "freeze prod-sg the line is full")
        await world.until(lambda: bool(world.recorded("frozen")))
        await process.stop()
        world.slack.faults.clear()
        await process.start()
        [told] = await world.slack.wait_for(lambda: world.slack.messages(world.room), 15)
        assert "Frozen: prod-sg" in said(told)
        assert world.recorded("frozen") == 1
