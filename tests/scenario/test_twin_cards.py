"""Slack does not own up to a card that it took: whichever is answered, one call is made and nothing false is said."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PATIENCE, TASK, World, buttons, said

STATUSES = [{"status": 500}, {"status": 503}, {"error": "internal_error"}, {"error": "fatal_error"}]


async def _twins(world: World, **fault: Any) -> list[Message]:
    """Alice asks once; Slack takes the card, says it did not, and takes it again."""
    world.slack.faults.add("chat.postMessage", after_effect=True, times=1, **fault)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.slack.wait_for(lambda: len(world.slack.messages(world.room)) == 2, 8)
    await world.until(lambda: any(r.event == "shown" for r in world.bot.audit.records()))
    return world.slack.messages(world.room)


@pytest.mark.parametrize("fault", STATUSES, ids=str)
@pytest.mark.parametrize("which", [0, 1])
async def test_a_click_on_either_twin_counts_and_the_other_is_told_truly(
    world: World, fault: dict[str, Any], which: int
) -> None:
    """After the pause the other card's click is told who confirmed, and its buttons come off."""
    twins = await _twins(world, **fault)
    await world.confirm(twins[which])
    await world.told(twins[which], "OMS confirmed it at")
    other = twins[1 - which]
    if buttons(other):
        await world.slack.click(world.bob, other, "oms_confirm")
        answer = said(await world.whispered(world.bob, "@U0ALICE"))
        assert "Nothing was changed" not in answer.lower()
        await world.slack.wait_for(lambda: not buttons(other), 5)
    assert "Nothing was changed" not in said(other).lower()
    assert world.stops() == 1


async def test_a_twin_clicked_after_a_cancellation_says_so(world: World) -> None:
    """Here nothing was changed, and that is said."""
    twins = await _twins(world, status=502)
    await world.slack.click(world.alice, twins[1], "oms_cancel")
    await world.told(twins[1], "withdrew the request")
    await world.slack.click(world.alice, twins[0], "oms_confirm")
    await world.whispered(world.alice, "has already withdrawn this. Nothing was changed")
    await world.slack.wait_for(lambda: not buttons(twins[0]), 5)
    assert world.stops() == 0


async def test_the_asker_is_told_of_a_card_that_slack_does_not_confirm(world: World) -> None:
    """Slack takes the card and never answers: a word within seconds, once; and a click works when it turns up."""
    world.slack.faults.add("chat.postMessage", delay=9, after_effect=True, times=1)
    card = await world.card()
    whisper = await world.whispered(world.alice, "Slack hasn't confirmed my card about media-872", 8)
    assert buttons(whisper) == ["Try again"]
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at", 15)
    assert len(world.slack.messages(world.room)) == 2
    assert len([m for m in world.slack.ephemerals(world.alice) if "hasn't confirmed" in said(m)]) == 1


async def test_the_asker_is_told_of_a_card_whose_answer_was_lost(world: World) -> None:
    """The connection broke after the card was sent, and it did not arrive."""
    world.slack.faults.add("chat.postMessage", cut=True, times=1)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.whispered(world.alice, "If it doesn't within a minute, ask again")
    assert world.slack.messages(world.room) == []


async def test_who_is_stopped_while_a_card_waits_for_slack_posts_it_no_more(world: World) -> None:
    """As when a replica has lost its lock: the card is another one's to post."""

    def posting() -> list[str]:
        running = (repr(task.get_coro()) for task in asyncio.all_tasks())
        return [name for name in running if "_deliver_card" in name]

    world.slack.faults.add("chat.postMessage", retry_after=30, times=1)
    await world.type(world.alice, f"pause prod-sg {TASK}")
    await world.slack.wait_for(
        lambda: [c for c in world.slack.calls if c.method == "chat.postMessage"], PATIENCE
    )
    assert posting()
    await world.bot.durable.suspend(0)
    await asyncio.sleep(0)
    assert not posting()
    assert not world.slack.messages(world.room)
