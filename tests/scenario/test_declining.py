"""*Decline…*: an approver says no, and why, in a modal; who submits it, for which card, is judged like a click."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.slack.objects import Message, User, View
from tests.scenario.conftest import PATIENCE, MakeWorld, World, buttons, said

APPROVALS = "approvals = 1"
WHY = {"oms_reason": "customers upload until 6"}


@contextlib.asynccontextmanager
async def guarded(
    make_world: MakeWorld, settings: str = APPROVALS, *, more: str = "", confirm_within: float = 600
) -> AsyncIterator[World]:
    """Make a world in which prod-sg has *settings* about approvals."""
    async with make_world(start=False, more=more, confirm_within=confirm_within) as world:
        text = world.config.read_text().replace("[users.U0ALICE]", f"{settings}\n[users.U0ALICE]")
        world.config.write_text(text)
        async with world.running():
            yield world


async def modal(world: World, user: User, card: Message, action: str = "oms_decline") -> View:
    """Somebody presses the button; the modal that opens is returned."""
    delivery = await world.slack.click(user, card, action)
    assert delivery.ok, delivery
    found = await world.slack.wait_for(lambda: world.slack.modal(user), PATIENCE)
    assert isinstance(found, View)
    return found


def kept(world: World, event: str) -> list[dict[str, object]]:
    """Return what the audit has of an event."""
    return [json.loads(r.details) for r in world.bot.audit.records() if r.event == event]


async def test_who_may_approve_may_decline_and_why_is_told_and_kept(make_world: MakeWorld) -> None:
    """On the card, in its thread, in the audit; OMS is not called."""
    async with guarded(make_world) as world:
        card = await world.card()
        assert buttons(card) == ["Approve", "Decline…", "Don't pause", "Slow down…"]
        view = await modal(world, world.bob, card)
        assert view.definition["callback_id"] == "oms_decline_modal"
        assert "media-872" in json.dumps(view.definition)
        await world.slack.submit(world.bob, view, WHY)
        told = said(await world.told(card, "<@U0BOB> turned the request down"))
        assert "Reason: customers upload until 6" in told
        assert buttons(await world.card_showing(card, "Reason: customers upload until 6")) == []
        assert [e["reason"] for e in kept(world, "ended")] == ["customers upload until 6"]
        assert world.stops() == 0


async def test_no_reason_no_decline(make_world: MakeWorld) -> None:
    """It is asked for in the modal's own way, and the card waits on."""
    async with guarded(make_world) as world:
        card = await world.card()
        view = await modal(world, world.bob, card)
        await world.slack.submit(world.bob, view, {"oms_reason": "  \n "})
        assert "Say why" in view.errors["oms_reason"]
        await world.slack.click(world.bob, card, "oms_confirm")
        await world.told(card, "OMS confirmed it at")


async def test_a_member_of_a_group_of_approvers_may_decline_and_nobody_else(make_world: MakeWorld) -> None:
    """Who is in it is asked of Slack when the reason comes."""
    async with guarded(make_world, 'approvals = 1\napprovers = ["S0ONCALL"]') as world:
        world.slack.grant("usergroups:read")
        world.slack.world.usergroups["S0ONCALL"] = []
        card = await world.card()
        await world.slack.submit(world.bob, await modal(world, world.bob, card), WHY)
        await world.whispered(world.bob, "You are not one of the approvers")
        world.slack.world.usergroups["S0ONCALL"] = [world.bob.id]
        await world.slack.submit(world.bob, await modal(world, world.bob, card), WHY)
        await world.told(card, "<@U0BOB> turned the request down")


async def test_who_may_not_decide_sees_no_modal(make_world: MakeWorld) -> None:
    """A named approver is somebody else."""
    async with guarded(make_world, 'approvals = 1\napprovers = ["U0CAROL"]') as world:
        card = await world.card()
        await world.slack.click(world.bob, card, "oms_decline")
        await world.whispered(world.bob, "Only <@U0ALICE> can confirm this")
        assert world.slack.modal(world.bob) is None


FORGERIES = {
    "another channel": ({"channel": "C0OTHER"}, "This button is on an old copy of the card"),
    "another message": ({"message": "1700000000.000001"}, "This button is on an old copy of the card"),
    "another card": ({"operation": "0123456789abcdef01234567"}, "This card is too old"),
    "code": ({"operation": "'; DROP TABLE operations; --"}, "This card is too old"),
}


@pytest.mark.parametrize("forged", FORGERIES)
async def test_what_the_modal_carries_is_checked_like_a_click(make_world: MakeWorld, forged: str) -> None:
    """Whoever holds the signing secret may send anything."""
    changes, words = FORGERIES[forged]
    async with guarded(make_world) as world:
        card = await world.card()
        payload = world.slack.payloads.submission(world.bob, await modal(world, world.bob, card), WHY)
        view = payload.data["view"]
        view["private_metadata"] = json.dumps(json.loads(view["private_metadata"]) | changes)
        [delivery] = await world.slack.send(payload)
        assert delivery.ok
        await world.somewhere(words, PATIENCE)
        assert kept(world, "refused_click")
        assert kept(world, "ended") == []


@pytest.mark.parametrize("metadata", ["", "no JSON", "[]", '{"operation": 1}', "null", "[" * 2000])
async def test_metadata_of_another_kind_is_refused_in_the_modal(make_world: MakeWorld, metadata: str) -> None:
    """Nothing is decided, nothing breaks."""
    async with guarded(make_world) as world:
        view = await modal(world, world.bob, await world.card())
        payload = world.slack.payloads.submission(world.bob, view, WHY)
        payload.data["view"]["private_metadata"] = metadata
        [delivery] = await world.slack.send(payload)
        assert delivery.ok
        assert "too old" in view.errors["oms_reason"]


async def test_somebody_elses_view_gives_no_right(make_world: MakeWorld) -> None:
    """Carol, who is no approver, submits what was opened for Bob; then Bob still can."""
    async with guarded(make_world, 'approvals = 1\napprovers = ["U0BOB"]') as world:
        carol = world.slack.add_user("carol")
        world.slack.invite(world.room, carol)
        card = await world.card()
        view = await modal(world, world.bob, card)
        forged, own = (world.slack.payloads.submission(world.bob, view, WHY) for _ in range(2))
        forged.data["user"]["id"] = carol.id
        await world.slack.send(forged)
        await world.whispered(carol, "can confirm this")
        await world.slack.send(own)
        await world.told(card, "<@U0BOB> turned the request down")


async def test_submitted_twice_and_too_late(make_world: MakeWorld) -> None:
    """One modal is one decision; and after another's, whoever was first is named."""
    async with guarded(make_world) as world:
        card = await world.card()
        seen = card.snapshot()
        view = await modal(world, world.bob, card)
        payload = world.slack.payloads.submission(world.bob, view, WHY)
        await world.slack.send(payload, times=3, concurrently=True)
        await world.told(card, "<@U0BOB> turned the request down")
        await world.slack.click(world.bob, card, "oms_decline", stale_message=seen)
        await world.whispered(world.bob, "has already withdrawn this")
        assert len(kept(world, "ended")) == 1


async def test_of_many_migrations_too(make_world: MakeWorld) -> None:
    """One card, one no."""
    async with guarded(make_world) as world:
        card = await world.card("pause prod-sg all")
        assert "Decline…" in buttons(card)
        await world.slack.submit(world.bob, await modal(world, world.bob, card), WHY)
        await world.told(card, "<@U0BOB> turned the request down")
        assert world.stops() == 0


async def test_after_a_restart_the_modal_that_was_open_still_counts(make_world: MakeWorld) -> None:
    """It names its card itself."""
    async with make_world(start=False) as world:
        text = world.config.read_text().replace("[users.U0ALICE]", f"{APPROVALS}\n[users.U0ALICE]")
        world.config.write_text(text)
        async with world.running():
            card = await world.card()
            view = await modal(world, world.bob, card)
        async with world.running():
            await world.slack.submit(world.bob, view, WHY)
            await world.told(card, "Reason: customers upload until 6")
