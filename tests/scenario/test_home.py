"""The App Home: whom the bot acts as for me, what waits for me, what I did, what migrates; in my language."""

from __future__ import annotations

import json
import math

import pytest

from bot.sandbox.huawei.faults import Fault
from bot.sandbox.slack.objects import Message, User, View
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, said
from tests.scenario.test_modal import filled, inputs


def shown(view: View | None) -> str:
    """Return all that stands in a home."""
    return said(Message("", "", "", blocks=view.definition["blocks"])) if view else ""


async def home(world: World, user: User, words: str) -> View:
    """Return somebody's home as soon as it has *words* in it."""
    found = await world.slack.wait_for(
        lambda: view if words in shown(view := world.slack.home(user)) else None, PATIENCE
    )
    assert found is not None
    return found


async def opened(world: World, user: User, words: str = "") -> View:
    """Somebody opens theirs."""
    delivery = await world.slack.open_home(user)
    assert delivery.ok
    return await home(world, user, words or "You")


async def test_it_says_whom_the_bot_acts_as_and_where_without_asking_oms(world: World) -> None:
    """Tasks are read when somebody presses *Show what migrates*, and are there to pause."""
    view = await opened(world, world.alice, "What you may do")
    assert "IAM user alice" in shown(view)
    assert "/oms pause" in shown(view)
    assert "/oms resume" not in shown(view)  # there are no keys with which anything could be
    assert "*prod-sg* · ap-southeast-3" in shown(view)
    assert "Nothing waits for your answer" in shown(view)
    assert world.cloud.calls_of("list_tasks") == []
    await world.slack.click_view(world.alice, view, "oms_home_show")
    view = await home(world, world.alice, "media-872")
    await world.slack.click_view(world.alice, view, "oms_open")
    modal = await filled(world, world.alice, "oms_task")
    assert inputs(modal)["oms_task"]["element"]["initial_option"]["value"] == TASK
    await world.slack.submit(world.alice, modal, {"oms_conversation": world.room.id})
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "Pause media-872?" in said(card)


async def test_tasks_that_can_not_be_read_are_not_said_to_be_none(world: World) -> None:
    """OMS is down."""
    view = await opened(world, world.alice)
    world.cloud.faults.add(Fault(kind="status", operation="list_tasks", status=503, times=None))
    await world.slack.click_view(world.alice, view, "oms_home_show")
    view = await home(world, world.alice, "What migrates in prod-sg wasn't read")
    assert "Nothing is migrating" not in shown(view)


async def test_a_card_that_waits_is_answered_there_and_its_ending_shown(world: World) -> None:
    """Nobody opens it anew: what changes is shown. What is decided waits no more, before it has ended."""
    task = world.cloud.tasks[int(TASK)]
    task.pause_takes = 60
    await opened(world, world.alice)
    card = await world.card()
    view = await home(world, world.alice, "Pause media-872?")
    assert f"<#{world.room.id}>" in shown(view)
    await world.slack.click_view(world.alice, view, "oms_confirm")
    await home(world, world.alice, "Nothing waits for your answer")
    assert world.recorded("ended") == 0
    await world.until(lambda: task.paused_at < math.inf)
    task.paused_at = 0
    await world.told(card, "OMS confirmed it at")
    await home(world, world.alice, "Paused")
    assert world.stops("alice") == 1


async def test_nobody_sees_another_s_card_and_a_forged_press_is_refused(world: World) -> None:
    """What stands in a home proves nothing: the click is checked as any other."""
    view = await opened(world, world.bob)
    card = await world.card()
    await opened(world, world.alice, "Pause media-872?")
    assert "Pause media-872?" not in shown(world.slack.home(world.bob))
    payload = world.slack.payloads.view_click(world.bob, view, "oms_open", None)
    operation = next(e["value"] for _, e in card.elements() if e["action_id"] == "oms_confirm")
    payload.data["actions"][0] |= {"action_id": "oms_confirm", "value": operation}
    await world.slack.send(payload)
    await world.whispered(world.bob, "Only <@U0ALICE> can confirm")
    payload.data["team"]["id"] = payload.data["user"]["team_id"] = "T0OTHER"
    payload.data["trigger_id"] = "1.2.3"
    await world.slack.send(payload)
    await world.slack.wait_for(lambda: world.recorded("refused_click") == 2 or None, PATIENCE)
    assert world.stops() == 0


async def test_who_is_asked_to_agree_sees_it_and_agrees_there(make_world: MakeWorld) -> None:
    """A named approver, wherever they are."""
    async with make_world(start=False) as world:
        settings = world.config.read_text()
        rules = 'approvals = 1\napprovers = ["U0BOB"]\n'
        world.config.write_text(settings.replace("[users.U0ALICE]", f"{rules}[users.U0ALICE]"))
        async with world.running():
            await opened(world, world.bob)
            await opened(world, world.alice)
            card = await world.card()
            view = await home(world, world.bob, "Pause media-872?")
            assert "Nothing waits for your answer" in shown(world.slack.home(world.alice))
            await world.slack.click_view(world.bob, view, "oms_confirm")
            await world.told(card, "OMS confirmed it at")
            await home(world, world.bob, "Nothing waits for your answer")


async def test_a_frozen_project_is_shown_as_soon_as_it_is_frozen(world: World) -> None:
    """To everybody of the workspace who looks."""
    await opened(world, world.bob)
    await world.type(world.alice, "freeze prod-sg billing run")
    await home(world, world.bob, "billing run")
    await world.type(world.alice, "unfreeze prod-sg")
    await world.slack.wait_for(lambda: "billing run" not in _projects(world.slack.home(world.bob)), PATIENCE)


def _projects(view: View | None) -> str:
    return shown(view).partition("Your projects")[2]


async def test_somebody_without_a_link_reads_the_one_next_step(world: World) -> None:
    """And no project's name."""
    carol = world.slack.add_user("carol")
    view = await opened(world, carol, "/oms link")
    assert "prod-sg" not in shown(view)


@pytest.mark.parametrize("kind", ["guest", "stranger"])
async def test_guests_and_strangers_see_why_there_is_nothing(world: World, kind: str) -> None:
    """As for a command."""
    more = {"is_restricted": True} if kind == "guest" else {"team_id": "T0OTHER", "is_stranger": True}
    person = world.slack.add_user("gina", **more)
    view = await opened(world, person, "can do this" if kind == "stranger" else "Guests can't")
    assert "prod-sg" not in json.dumps(view.definition)


async def test_it_is_in_one_s_language(world: World) -> None:
    """The one that Slack is used in."""
    world.alice.locale = "zh-CN"
    await world.slack.open_home(world.alice)
    await home(world, world.alice, "您的项目")


async def test_the_messages_tab_publishes_nothing(world: World) -> None:
    """Slack tells of both tabs with one event."""
    await world.slack.event(
        {"type": "app_home_opened", "user": world.alice.id, "channel": "D1", "tab": "messages"}
    )
    await opened(world, world.bob)
    assert world.slack.home(world.alice) is None
