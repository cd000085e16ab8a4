"""Who may not: wrong people, wrong places, forged clicks. Each is answered in words and audited; OMS is not asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import TASK, MakeWorld, World, buttons
from tests.scenario.test_approvals import CREDENTIAL


async def _nothing_happened(world: World, card: Message) -> None:
    assert world.stops() == 0
    assert buttons(world.slack.thread(world.room, card)[0]) == ["Pause", "Don't pause", "Slow down…"]


async def test_somebody_else_is_told_who_can_and_how_to_do_it_themselves(world: World) -> None:
    """Bob's click on Alice's card does nothing, and Alice can still confirm."""
    card = await world.card()
    await world.slack.click(world.bob, card, "oms_confirm")
    answer = await world.whispered(world.bob, "Only <@U0ALICE> can confirm this")
    assert buttons(answer) == ["Take over"]
    await _nothing_happened(world, card)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"is_restricted": True}, "Guests can't do this"),
        ({"is_restricted": True, "is_ultra_restricted": True}, "Guests can't do this"),
        ({"is_bot": True}, "Only people can do this"),
        ({"team_id": "T0PARTNER"}, "Only members of this workspace"),
        ({}, "You haven't linked an IAM credential"),
    ],
    ids=["guest", "single-channel guest", "bot", "another workspace", "not linked"],
)
async def test_who_may_not_ask_is_told_why(world: World, facts: dict[str, Any], words: str) -> None:
    """The refusal names the reason, and no card appears."""
    other = world.slack.add_user("carol", **facts)
    world.slack.invite(world.room, other)
    payload = world.slack.slash_payload(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
    payload.data["user_id"] = other.id  # a stranger can't type it; Slack Connect has had holes before
    await world.slack.send(payload)
    await world.somewhere(words)
    assert world.slack.messages(world.room) == []
    assert world.cloud.calls == []


async def test_a_guest_with_a_credential_is_refused_all_the_same(make_world: MakeWorld) -> None:
    """A link does not make a guest a member."""
    more = f"[users.U0GUEST]\n{CREDENTIAL}"
    async with make_world(more=more) as world:
        guest = world.slack.add_user("guest", id="U0GUEST", is_restricted=True)
        world.slack.invite(world.room, guest)
        await world.type(guest, f"pause prod-sg {TASK}")
        await world.whispered(guest, "Guests can't do this")
        # What is read while Slack is asked is shown to nobody, and changes nothing.
        assert {call.method for call in world.cloud.calls if call.operation != "create_token"} <= {"GET"}
        assert world.slack.messages(world.room) == []


async def test_somebody_deactivated_since_the_card_can_no_longer_confirm(world: World) -> None:
    """Slack is asked at the click, not remembered from the command."""
    card = await world.card()
    payload = world.slack.click_payload(world.alice, card, "oms_confirm")
    world.slack.deactivate(world.alice)
    await world.slack.send(payload)
    await world.told(card, "Your Slack account is deactivated")
    assert world.stops() == 0


async def test_a_project_is_used_only_in_its_channels(make_world: MakeWorld) -> None:
    """`channels` restricts where; elsewhere the person is told."""
    async with make_world(start=False) as world:
        text = world.config.read_text().replace(
            "[users.U0ALICE]", 'channels = ["C0ELSEWHERE"]\n[users.U0ALICE]'
        )
        world.config.write_text(text)
        async with world.running():
            await world.type(world.alice, f"pause prod-sg {TASK}")
            await world.whispered(world.alice, "prod-sg can't be used in this channel")
            assert world.cloud.calls == []


async def test_a_refused_click_is_audited_with_who_and_where(world: World) -> None:
    """The record says who tried."""
    card = await world.card()
    await world.slack.click(world.bob, card, "oms_cancel")
    await world.whispered(world.bob, "Only <@U0ALICE>")
    [record] = [r for r in world.bot.audit.records() if r.event == "refused_click"]
    details = json.loads(record.details)
    assert (details["user"], details["reason"]) == ("U0BOB", "not_requester")
