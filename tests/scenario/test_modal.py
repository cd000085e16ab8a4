"""The modal that puts a command together: opened in time, filled after, heard as if its words had been typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.huawei.faults import Fault
from bot.sandbox.slack.objects import User, View
from bot.sandbox.slack.payloads import Payload
from tests.scenario.conftest import PATIENCE, PROJECT, TASK, MakeWorld, World, said

OTHER = """
[projects.elsewhere]
id = "aaaabbbbccccdddd0000111122223333"
region = "ap-southeast-3"
channels = ["C0ELSEWHERE"]

[projects.staging]
id = "bbbbccccddddeeee0000111122223333"
region = "ap-southeast-3"
"""


def inputs(view: View) -> dict[str, dict[str, Any]]:
    """Return the inputs of a modal by their action_id."""
    return {
        block["element"]["action_id"]: block
        for block in view.definition["blocks"]
        if block["type"] == "input"
    }


async def filled(world: World, user: User, needs: str = "oms_project") -> View:
    """Return the modal that somebody has, as soon as it has that input."""

    def found() -> View | None:
        view = world.slack.modal(user)
        return view if view and needs in inputs(view) else None

    view = await world.slack.wait_for(found, PATIENCE)
    assert view is not None
    return view


async def opened(world: World, user: User, needs: str = "oms_task") -> View:
    """Somebody types the verb alone; the modal is returned."""
    await world.type(user, "pause")
    return await filled(world, user, needs)


async def choose_task(world: World, user: User, view: View, task: str = TASK) -> None:
    """Somebody opens the menu of tasks and looks for one."""
    assert task in await world.slack.options(user, view, "oms_task")


def projects_in(view: View) -> list[str]:
    """Return which projects there are to choose from."""
    return [option["value"] for option in inputs(view)["oms_project"]["element"]["options"]]


def forged(world: World, user: User, view: View, **chosen: object) -> Payload:
    """Return a submission of what was never offered."""
    payload = world.slack.payloads.submission(user, view, {})
    values = payload.data["view"]["state"]["values"]
    for name, value in chosen.items():
        block = next((key for key, held in values.items() if name in held), name)
        values.setdefault(block, {})[name] = value
    return payload


async def test_the_verb_alone_opens_it_and_what_is_submitted_is_asked_about(world: World) -> None:
    """The card is the ordinary one, where it was asked for, with the time and the reason."""
    view = await opened(world, world.alice)
    assert inputs(view)["oms_conversation"]["element"]["initial_conversation"] == world.room.id
    offered = await world.slack.options(world.alice, view, "oms_task", "872")
    assert offered == {TASK: "media-872", "872": "As typed: 872"}
    chosen = {"oms_task": TASK, "oms_reason": "night peak", "oms_length": None}
    await world.slack.submit(world.alice, view, chosen)
    assert world.slack.modal(world.alice) is None
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "Pause media-872?" in said(card)
    assert "night peak" in said(card)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1


async def test_it_is_open_before_anybody_was_asked_who_it_is_for(world: World) -> None:
    """Slack's trigger is good for three seconds; users.info may take longer."""
    world.slack.faults.add("users.info", delay=1.0)
    await world.type(world.alice, "pause")
    view = await world.slack.wait_for(lambda: world.slack.modal(world.alice), PATIENCE)
    assert view is not None
    assert "Looking up" in json.dumps(view.definition)
    asked = [call.method for call in world.slack.calls]
    assert "users.info" not in asked[: asked.index("views.open")]
    await filled(world, world.alice, "oms_task")


async def test_the_global_shortcut_opens_it_and_it_asks_where(make_world: MakeWorld) -> None:
    """There is no channel yet: all projects that may be used somewhere are there, until one is chosen."""
    async with make_world(more=OTHER) as world:
        await world.slack.shortcut(world.alice, "oms_pause")
        view = await filled(world, world.alice)
        assert projects_in(view) == ["elsewhere", "prod-sg", "staging"]
        assert "oms_task" not in inputs(view)
        assert inputs(view)["oms_conversation"]["element"]["default_to_current_conversation"] is True
        await world.slack.click_view(world.alice, view, "oms_conversation", value=world.room.id)
        await world.slack.wait_for(lambda: projects_in(view) == ["prod-sg", "staging"], PATIENCE)
        await world.slack.click_view(world.alice, view, "oms_project", value="prod-sg")
        await filled(world, world.alice, "oms_task")
        await choose_task(world, world.alice, view)
        await world.slack.submit(world.alice, view, {"oms_task": TASK})
        [card] = await world.slack.wait_for(world.cards, PATIENCE)
        assert card.channel == world.room.id


async def test_only_what_may_be_used_here_is_there_to_choose(make_world: MakeWorld) -> None:
    """Another channel's project is not named."""
    async with make_world(more=OTHER) as world:
        view = await opened(world, world.alice, "oms_project")
        assert projects_in(view) == ["prod-sg", "staging"]


async def test_another_project_has_another_menu_of_tasks(make_world: MakeWorld) -> None:
    """What was chosen of the one before is gone, also where Slack still sends it."""
    async with make_world(more=OTHER) as world:
        view = await opened(world, world.alice, "oms_project")
        await world.slack.click_view(world.alice, view, "oms_project", value="prod-sg")
        await filled(world, world.alice, "oms_task")
        await choose_task(world, world.alice, view)
        before = world.slack.payloads.submission(world.alice, view, {"oms_task": TASK})
        await world.slack.click_view(world.alice, view, "oms_project", value="staging")
        await world.slack.wait_for(lambda: "oms_task:staging" in json.dumps(view.definition), PATIENCE)
        values = before.data["view"]["state"]["values"]
        values["oms_project"]["oms_project"]["selected_option"]["value"] = "staging"
        await world.slack.send(before)
        assert "Choose a task" in next(iter(view.errors.values()))
        assert world.cards() == []


async def test_another_verb_has_other_inputs(world: World) -> None:
    """For how long is asked of a pause only; its tasks are those that can be paused."""
    world.cloud.add_task(PROJECT, task_id=777777777777, name="night-batch", status=3)
    view = await opened(world, world.alice)
    assert "night-batch" not in (await world.slack.options(world.alice, view, "oms_task")).values()
    await world.slack.click_view(world.alice, view, "oms_verb", value="resume")
    await world.slack.wait_for(lambda: "oms_length" not in inputs(view), PATIENCE)
    offered = await world.slack.options(world.alice, view, "oms_task")
    assert offered == {"777777777777": "night-batch"}


async def test_everything_can_be_paused_by_it(world: World) -> None:
    """It is in the menu before anything is typed."""
    view = await opened(world, world.alice)
    assert "all" in await world.slack.options(world.alice, view, "oms_task")
    await world.slack.submit(world.alice, view, {"oms_task": "all"})
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "media-872" in said(card)


@pytest.mark.parametrize(
    ("chosen", "block", "words"),
    [
        ({}, "oms_task:prod-sg", "Choose a task"),
        ({"oms_task": TASK, "oms_length": "a while"}, "oms_length", 'I don\'t understand "a while"'),
        ({"oms_task": TASK, "oms_length": "8 d"}, "oms_length", "From 1 minute to 7 days"),
        ({"oms_task": TASK, "oms_conversation": None}, "oms_conversation", "Choose where"),
    ],
)
async def test_what_is_wrong_stands_beside_it(
    world: World, chosen: dict[str, str | None], block: str, words: str
) -> None:
    """The modal stays open, and nothing is asked."""
    view = await opened(world, world.alice)
    await choose_task(world, world.alice, view)
    await world.slack.submit(world.alice, view, chosen)
    assert words in view.errors[block]
    assert world.slack.modal(world.alice) is view
    assert world.cards() == []


async def test_a_project_that_may_not_be_used_there_is_told_in_the_modal(make_world: MakeWorld) -> None:
    """The conversation was chosen last, and the project before it."""
    async with make_world(more=OTHER) as world:
        elsewhere = world.slack.add_channel("elsewhere", members=[world.alice], id="C0ELSEWHERE")
        await world.slack.slash(world.alice, elsewhere, "/oms", "pause")
        view = await filled(world, world.alice)
        await world.slack.click_view(world.alice, view, "oms_project", value="elsewhere")
        await filled(world, world.alice, "oms_task")
        assert await world.slack.options(world.alice, view, "oms_task", "media") == {
            "media": "As typed: media"
        }
        values = {"oms_task": "media", "oms_conversation": world.room.id}
        await world.slack.submit(world.alice, view, values)
        assert "can't be used" in view.errors["oms_conversation"]


async def test_tasks_that_come_too_late_can_be_typed(world: World) -> None:
    """Slack waits for three seconds, the menu for half of that; the name is taken as it is."""
    world.cloud.faults.add(Fault(kind="latency", operation="list_tasks", seconds=1.7))
    view = await opened(world, world.alice)
    offered = await world.slack.options(world.alice, view, "oms_task", "media-872")
    assert offered == {"media-872": "As typed: media-872"}
    await world.slack.submit(world.alice, view, {"oms_task": "media-872"})
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    assert "Pause media-872?" in said(card)


async def test_tasks_are_read_once_for_a_menu_and_for_one_person(world: World) -> None:
    """Each keystroke asks; and nobody sees what another may read."""
    view = await opened(world, world.alice)
    for typed in ("", "m", "me", "med"):
        await world.slack.options(world.alice, view, "oms_task", typed)
    lists = len(world.cloud.calls_of("list_tasks"))
    view = await opened(world, world.bob)
    await choose_task(world, world.bob, view)
    assert {call.user for call in world.cloud.calls_of("list_tasks")} == {"alice", "bob"}
    assert len(world.cloud.calls_of("list_tasks", user="alice")) == lists


async def test_somebody_without_a_link_reads_the_one_next_step(world: World) -> None:
    """No project is named."""
    carol = world.slack.add_user("carol")
    world.slack.invite(world.room, carol)
    await world.type(carol, "pause")
    view = await world.slack.wait_for(lambda: world.slack.modal(carol), PATIENCE)
    assert view is not None
    await world.slack.wait_for(lambda: "/oms link" in json.dumps(view.definition), PATIENCE)
    assert "prod-sg" not in json.dumps(view.definition)
    assert "submit" not in view.definition


async def test_a_guest_reads_that_guests_can_t_and_no_project(world: World) -> None:
    """As for a command."""
    guest = world.slack.add_user("guest", is_restricted=True)
    world.slack.invite(world.room, guest)
    await world.type(guest, "pause")
    view = await world.slack.wait_for(lambda: world.slack.modal(guest), PATIENCE)
    assert view is not None
    await world.slack.wait_for(lambda: "Guests can't" in json.dumps(view.definition), PATIENCE)
    assert "prod-sg" not in json.dumps(view.definition)


async def test_slack_that_opens_nothing_in_time_is_told(world: World) -> None:
    """The words that do the same are there; in a direct message, if it was opened from nowhere."""
    world.slack.faults.add("views.open", error="expired_trigger_id", times=2)
    await world.type(world.alice, "pause")
    await world.whispered(world.alice, "Slack didn't open the form in time")
    await world.slack.shortcut(world.alice, "oms_pause")
    direct = world.slack.direct_message(world.alice)
    await world.slack.wait_for(
        lambda: "Slack didn't open the form in time" in "".join(map(said, world.slack.messages(direct))),
        PATIENCE,
    )


async def test_submitted_twice_it_is_asked_about_once(world: World) -> None:
    """One modal is one wish, however often Slack delivers it."""
    view = await opened(world, world.alice)
    await choose_task(world, world.alice, view)
    payload = world.slack.payloads.submission(world.alice, view, {"oms_task": TASK})
    await world.slack.send(payload, times=3, concurrently=True)
    payload.data["trigger_id"] = "1.2.another"
    await world.slack.send(payload)
    [card] = await world.slack.wait_for(world.cards, PATIENCE)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert len(world.cards()) == 1


async def test_by_mention_nothing_opens(world: World) -> None:
    """An event has no trigger: the list comes, as for the project alone."""
    await world.slack.mention(world.alice, world.room, "pause")
    await world.whispered(world.alice, "media-872")
    assert world.slack.modal(world.alice) is None
