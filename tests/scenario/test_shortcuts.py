"""*Pause this migration*: what a message speaks of is asked about in its thread, or chosen in the modal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PATIENCE, PROJECT, TASK, MakeWorld, World, said
from tests.scenario.test_modal import OTHER, filled, inputs

LINK = f"https://console.huaweicloud.com/oms/?region=ap-southeast-3#/task?id={TASK}&projectId={PROJECT}"


async def shortcut(world: World, message: Message) -> None:
    """Alice chooses it in the menu of a message."""
    assert (await world.slack.shortcut(world.alice, "oms_pause_message", message)).ok


@pytest.mark.parametrize(
    "text",
    [
        f"FIRING: {TASK} in prod-sg floods the line",
        f"look at {LINK} please",
        f"<{LINK}|the console>",
        "the migration `media-872` in *PROD-SG* again?!",
    ],
)
async def test_what_a_message_speaks_of_is_asked_about_in_its_thread(
    make_world: MakeWorld, text: str
) -> None:
    """An id, a link, or a name as one word of its own; the ending comes into that thread too."""
    async with make_world(more=OTHER) as world:
        alert = world.slack.say(world.bob, world.room, text)
        await shortcut(world, alert)
        [card] = await world.slack.wait_for(world.cards, PATIENCE)
        assert "Pause media-872?" in said(card)
        assert card.thread_ts == alert.ts
        await world.confirm(card)
        await world.slack.wait_for(
            lambda: [m for m in world.slack.thread(world.room, alert) if "OMS confirmed it at" in said(m)],
            PATIENCE,
        )
        assert world.stops("alice") == 1


async def test_in_a_thread_it_is_asked_about_in_that_thread(world: World) -> None:
    """Where the message stands."""
    root = world.slack.say(world.bob, world.room, "it is slow again")
    reply = world.slack.say(world.bob, world.room, f"it is {TASK}", thread_ts=root.ts)
    await shortcut(world, reply)
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert card.thread_ts == root.ts


async def test_an_alert_s_attachment_is_read_too(world: World) -> None:
    """Alertmanager and others write into attachments and blocks, with no text at all."""
    alert = world.slack.say(world.bob, world.room, "")
    alert.attachments = [{"title": "Egress", "fields": [{"title": "task", "value": TASK}]}]
    await shortcut(world, alert)
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "Pause media-872?" in said(card)


@pytest.mark.parametrize(
    ("text", "project", "task"),
    [
        ("something is slow", "", ""),
        ("prod-sg and staging are slow", "", ""),
        (f"{TASK} is slow", "", TASK),
        ("prod-sg is slow", "prod-sg", ""),
        (f"{TASK} and 191297407830873 in prod-sg", "prod-sg", ""),
        ("my media-872-old in prod-sg", "prod-sg", ""),
    ],
)
async def test_several_or_none_are_chosen_in_the_modal(
    make_world: MakeWorld, text: str, project: str, task: str
) -> None:
    """What was found stands in it; nothing is asked before somebody has chosen."""
    async with make_world(more=OTHER) as world:
        message = world.slack.say(world.bob, world.room, text)
        await shortcut(world, message)
        view = await filled(world, world.alice)
        chosen = inputs(view)["oms_project"]["element"].get("initial_option", {"value": ""})
        assert chosen["value"] == project
        await world.slack.click_view(world.alice, view, "oms_project", value="prod-sg")
        await filled(world, world.alice, "oms_task")
        found = inputs(view)["oms_task"]["element"].get("initial_option", {"value": ""})
        assert found["value"] == task
        assert TASK in await world.slack.options(world.alice, view, "oms_task")
        await world.slack.submit(world.alice, view, {"oms_task": TASK})
        [card] = await world.slack.wait_for(world.cards, PATIENCE)
        assert card.thread_ts == message.ts


async def test_a_guest_learns_nothing_by_it(world: World) -> None:
    """Neither a project nor a task; the menu is there for everybody."""
    guest = world.slack.add_user("guest", is_restricted=True)
    world.slack.invite(world.room, guest)
    for text in (f"prod-sg {TASK}", "prod-sg media-872"):
        message = world.slack.say(world.bob, world.room, text)
        await world.slack.shortcut(guest, "oms_pause_message", message)
    await world.whispered(guest, "Guests can't")
    view = await world.slack.wait_for(lambda: world.slack.modal(guest), PATIENCE)
    assert view is not None
    await world.slack.wait_for(lambda: "Guests can't" in json.dumps(view.definition), PATIENCE)
    assert world.cloud.calls_of("list_tasks") == []
    assert world.cards() == []


@pytest.mark.parametrize(
    "message", [None, {}, {"ts": "1.2"}, {"ts": "1.2", "blocks": "x"}, {"ts": "1.2", "text": "9" * 40_000}]
)
async def test_a_message_that_slack_would_not_send_opens_the_modal(world: World, message: Any) -> None:
    """Whoever holds the signing secret may send anything."""
    payload = world.slack.payloads.shortcut(
        world.alice, "oms_pause_message", world.slack.say(world.bob, world.room, "x")
    )
    payload.data["message"] = message
    [delivery] = await world.slack.send(payload)
    assert delivery.ok
    await filled(world, world.alice)
