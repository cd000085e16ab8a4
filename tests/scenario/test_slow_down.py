"""*Slow down…* on the pause card: a modal that stands for typing the throttle command, as whoever submits it."""

from __future__ import annotations

import json

import pytest

from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.objects import Message, User, View
from bot.sandbox.slack.payloads import Payload
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, buttons, said

OTHER = """
[projects.other]
id = "aaaabbbbccccdddd0000111122223333"
region = "cn-north-4"
channels = ["C0ELSEWHERE"]
"""
NO_METADATA = ("", "no JSON", "[]", '{"project": 1}', '{"project": "prod-sg"}', "null", "[" * 2000)
NO_STATE: tuple[object, ...] = (
    None,
    [],
    {"values": []},
    {"values": {"oms_rate": []}},
    {"values": {"oms_rate": {"oms_rate": 1}}},
)


async def modal(world: World, card: Message, user: User) -> View:
    """Somebody presses the button; the modal that opens is returned."""
    delivery = await world.slack.click(user, card, "oms_slow_down")
    assert delivery.ok, delivery
    found = await world.slack.wait_for(lambda: world.slack.modal(user), PATIENCE)
    assert isinstance(found, View)
    return found


async def submit(world: World, user: User, view: View, rate: str, hours: str | None = None) -> Delivery:
    """Somebody submits it."""
    return await world.slack.submit(user, view, {"oms_rate": rate, "oms_hours": hours})


def forged(world: World, user: User, view: View, **metadata: object) -> Payload:
    """Return a submission whose `private_metadata` says something else."""
    payload = world.slack.payloads.submission(user, view, {"oms_rate": "20", "oms_hours": None})
    carried = json.loads(payload.data["view"]["private_metadata"])
    payload.data["view"]["private_metadata"] = json.dumps(carried | metadata)
    return payload


async def test_the_pause_card_offers_it_and_another_card_comes_of_it(world: World) -> None:
    """The pause card waits on; the limit is asked about like one that was typed."""
    card = await world.card()
    assert buttons(card) == ["Pause", "Don't pause", "Slow down…"]
    view = await modal(world, card, world.alice)
    assert "media-872" in json.dumps(view.definition)
    await submit(world, world.alice, view, "20", "22:00–6:00")
    assert world.slack.modal(world.alice) is None
    cards = await world.slack.wait_for(lambda: world.cards()[1:], PATIENCE)
    assert cards[0].text.startswith("Slow down media-872?")
    await world.confirm(cards[0])
    await world.told(cards[0], "OMS shows the limit")
    assert world.stops() == 0


async def test_a_colleague_who_submits_it_asks_as_themself(world: World) -> None:
    """The card is theirs to confirm, and OMS is asked with their key."""
    card = await world.card()
    await submit(world, world.bob, await modal(world, card, world.bob), "20")
    cards = await world.slack.wait_for(lambda: world.cards()[1:], PATIENCE)
    assert "IAM user bob" in said(cards[0]) or "bob" in said(cards[0])
    await world.confirm(cards[0])
    await world.whispered(world.alice, "can confirm this")
    delivery = await world.slack.click(world.bob, cards[0], "oms_confirm")
    assert delivery.ok
    await world.told(cards[0], "OMS shows the limit")
    [call] = world.cloud.calls_of("update_bandwidth_policy")
    assert call.user == "bob"


@pytest.mark.parametrize(
    ("rate", "hours", "block", "words"),
    [
        ("201", None, "oms_rate", "whole MB/s from 1 to 200"),
        ("fast", None, "oms_rate", '"fast" is no limit'),
        ("20", "soon", "oms_hours", '"soon" is no time of the day'),
        ("20", "9-12 11-13", "oms_hours", "overlap"),
    ],
)
async def test_what_is_wrong_stands_beside_what_was_typed(
    world: World, rate: str, hours: str | None, block: str, words: str
) -> None:
    """The modal stays open, in the modal's own way."""
    view = await modal(world, await world.card(), world.alice)
    await submit(world, world.alice, view, rate, hours)
    assert words in view.errors[block]
    assert world.slack.modal(world.alice) is view
    await submit(world, world.alice, view, "20")
    await world.slack.wait_for(lambda: world.cards()[1:], PATIENCE)


async def test_submitted_twice_it_is_asked_about_once(world: World) -> None:
    """One modal is one wish, however often Slack delivers it."""
    view = await modal(world, await world.card(), world.alice)
    payload = world.slack.payloads.submission(world.alice, view, {"oms_rate": "20", "oms_hours": None})
    await world.slack.send(payload, times=3, concurrently=True)
    payload.data["trigger_id"] = "1.2.another"
    await world.slack.send(payload)
    cards = await world.slack.wait_for(lambda: world.cards()[1:], PATIENCE)
    await world.confirm(cards[0])
    await world.told(cards[0], "OMS shows the limit")
    assert len(world.cards()) == 2


async def test_what_the_modal_carries_is_no_more_trusted_than_what_is_typed(make_world: MakeWorld) -> None:
    """A project that may not be used in the channel, or that is not there."""
    async with make_world(more=OTHER) as world:
        view = await modal(world, await world.card(), world.alice)
        await world.slack.send(forged(world, world.alice, view, project="other"))
        await world.whispered(world.alice, "can't be used in this channel")
        view = await modal(world, world.cards()[0], world.alice)
        await world.slack.send(forged(world, world.alice, view, project="nowhere"))
        await world.whispered(world.alice, "There is no project")
        assert len(world.cards()) == 1
        assert world.cloud.calls_of("update_bandwidth_policy") == []


@pytest.mark.parametrize("metadata", NO_METADATA)
async def test_metadata_of_another_kind_is_refused_in_the_modal(world: World, metadata: str) -> None:
    """Nothing is asked, nothing breaks."""
    view = await modal(world, await world.card(), world.alice)
    payload = world.slack.payloads.submission(world.alice, view, {"oms_rate": "20", "oms_hours": None})
    payload.data["view"]["private_metadata"] = metadata
    [delivery] = await world.slack.send(payload)
    assert delivery.ok
    assert "too old" in view.errors["oms_rate"]


@pytest.mark.parametrize("state", NO_STATE)
async def test_a_submission_without_what_was_typed_is_told_as_that(world: World, state: object) -> None:
    """Whoever holds the signing secret may send anything."""
    view = await modal(world, await world.card(), world.alice)
    payload = world.slack.payloads.submission(world.alice, view, {"oms_rate": "20", "oms_hours": None})
    payload.data["view"]["state"] = state
    [delivery] = await world.slack.send(payload)
    assert delivery.ok
    assert "How fast may it be?" in view.errors["oms_rate"]


async def test_a_guest_who_submits_it_is_told_that_guests_can_t(world: World) -> None:
    """As for a command."""
    guest = world.slack.add_user("guest", is_restricted=True)
    world.slack.invite(world.room, guest)
    view = await modal(world, await world.card(), guest)
    await submit(world, guest, view, "20")
    await world.whispered(guest, "Guests can't do this")
    assert len(world.cards()) == 1


async def test_a_button_of_another_place_opens_nothing(world: World) -> None:
    """A forged value names a card that its presser does not see."""
    elsewhere = world.slack.add_channel("elsewhere", members=[world.bob])
    card = await world.card()
    copy = world.slack.world.post(
        Message(elsewhere.id, world.slack.world.next_ts(), world.slack.bot.id, blocks=card.blocks)
    )
    await world.slack.click(world.bob, copy, "oms_slow_down")
    await world.whispered(world.bob, "too old")
    assert world.slack.modal(world.bob) is None


async def test_a_trigger_that_came_too_late_is_told(world: World) -> None:
    """Slack opens nothing after three seconds."""
    card = await world.card()
    payload = world.slack.click_payload(world.alice, card, "oms_slow_down")
    payload.data["trigger_id"] = "gone"
    await world.slack.send(payload)
    await world.whispered(world.alice, "in time")
    assert world.slack.modal(world.alice) is None


async def test_in_a_thread_the_new_card_stands_in_that_thread(world: World) -> None:
    """Where the pause card stands."""
    root = world.slack.say(world.alice, world.room, "it is slow again")
    await world.slack.mention(world.alice, world.room, f"pause prod-sg {TASK}", thread_ts=root.ts)
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    await submit(world, world.alice, await modal(world, card, world.alice), "20")
    cards = await world.slack.wait_for(lambda: world.cards()[1:], PATIENCE)
    assert cards[0].thread_ts == root.ts
