"""The step *Pause a migration* of a workflow: who runs it is asked, else it is proposed; it ends as the pause does."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.huawei.cloud import Fault
from bot.sandbox.slack.objects import Message, User
from bot.sandbox.slack.steps import StepRun, begin
from bot.slack.manifest import STEP, manifest
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, buttons, said, served
from tests.scenario.process import Process

ROOM = "C0INCIDENTS"


@pytest.fixture
async def world(make_world: MakeWorld) -> AsyncIterator[World]:
    """Return a world whose Slack knows the step from the manifest."""
    async with make_world() as world:
        know_the_step(world)
        yield world


def know_the_step(world: World) -> None:
    """Let Slack read the manifest."""
    world.slack.world.functions = manifest()["functions"]


async def run(world: World, person: User | None, **inputs: str) -> StepRun:
    """Let a workflow run the step."""
    given = {"project": "prod-sg", "task": "media-872", "channel": ROOM, "reason": "uplink at 98 %"} | inputs
    return await world.slack.run_step(STEP, given, person=person)


async def ending(world: World, step: StepRun) -> str:
    """Return the run's ending as soon as the bot has told it; it went well."""
    await world.slack.wait_for(lambda: step.ended, PATIENCE)
    assert step.error == ""
    return str(step.outputs["ending"])


async def error(world: World, step: StepRun) -> str:
    """Return why nothing came of a run, as soon as the bot has told it."""
    await world.slack.wait_for(lambda: step.ended, PATIENCE)
    assert step.outputs == {}
    return step.error


async def posted(world: World, number: int = 1) -> list[Message]:
    """Return what stands in the channel, as soon as it is so much."""
    return await world.slack.wait_for(
        lambda: found if len(found := world.slack.messages(world.room)) >= number else None, PATIENCE
    )


async def test_whoever_runs_the_workflow_is_asked_and_the_step_ends_as_the_pause_does(world: World) -> None:
    """With the ending for its conditions, a sentence for people, and the card."""
    step = await run(world, world.alice)
    [card] = await posted(world)
    assert card.text.startswith("Pause media-872?")
    assert "uplink at 98 %" in said(card)
    assert step.ended is None
    await world.confirm(card)
    assert await ending(world, step) == "paused"
    assert "Paused media-872" in step.outputs["summary"]
    assert "<" not in step.outputs["summary"]
    assert card.ts.replace(".", "") in step.outputs["link"]
    assert world.stops("alice") == 1


async def test_who_may_not_confirm_it_may_not_here_either(world: World) -> None:
    """The card is theirs who run the workflow; withdrawing is an ending too."""
    step = await run(world, world.alice)
    [card] = await posted(world)
    await world.slack.click(world.bob, card, "oms_confirm")
    await world.whispered(world.bob, "Only")
    await world.slack.click(world.alice, card, "oms_cancel")
    assert await ending(world, step) == "cancelled"
    assert world.stops() == 0


async def test_what_is_paused_already_ends_the_step_without_a_card(world: World) -> None:
    """It is as was wished."""
    world.cloud.set_status(int(TASK), 3)
    step = await run(world, world.alice)
    assert await ending(world, step) == "already_paused"
    assert "link" not in step.outputs


async def test_what_is_still_pausing_ends_the_step_when_that_is_over(make_world: MakeWorld) -> None:
    """An ending that has a better one to come is none for a workflow."""
    async with make_world(verify_for=0.2) as world:
        know_the_step(world)
        world.cloud.tasks[int(TASK)].pause_takes = 1.0
        step = await run(world, world.alice)
        [card] = await posted(world)
        await world.confirm(card)
        await world.told(card, "OMS accepted the pause")
        assert await ending(world, step) == "paused"


async def test_a_card_that_nobody_answers_ends_the_step(make_world: MakeWorld) -> None:
    """As expired."""
    async with make_world(confirm_within=0.5) as world:
        know_the_step(world)
        step = await run(world, world.alice)
        assert await ending(world, step) == "expired"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"project": "prod-eu"}, 'project "prod-eu" can\'t be used'),
        ({"project": " "}, "input Project is empty"),
        ({"task": "media-8720"}, 'No task in prod-sg is named "media-8720"'),
    ],
)
async def test_what_can_t_be_asked_stops_the_workflow_with_the_cause(
    world: World, inputs: dict[str, str], words: str
) -> None:
    """And no other project's name."""
    told = await error(world, await run(world, world.alice, **inputs))
    assert words in told
    assert "`" not in told
    assert world.slack.messages(world.room) == []


async def test_what_is_refused_stops_the_workflow_with_the_next_step(world: World) -> None:
    """By the bot: a guest. By OMS: nobody but whoever runs it is asked for their rights."""
    gina = world.slack.add_user("gina", is_restricted=True)
    assert "Guests can't do this" in await error(world, await run(world, gina))
    step = await run(world, world.alice)
    [card] = await posted(world)
    world.cloud.faults.add(Fault(kind="status", operation="stop_task", status=403))
    await world.confirm(card)
    assert "Not paused" in await error(world, step)


async def test_where_the_bot_is_not_nobody_is_asked_and_the_workflow_is_told(world: World) -> None:
    """With what to do about it."""
    elsewhere = world.slack.add_channel("elsewhere", members=[world.alice], bot=False)
    for person in (world.alice, None):
        step = await run(world, person, channel=elsewhere.id)
        assert "/invite @oms-bot" in await error(world, step)


async def test_what_nobody_runs_is_proposed_and_ends_as_the_reviewers_pause_does(world: World) -> None:
    """Whoever reviews it gets a card of their own; two runs that propose the same share one message, and its end."""
    step = await run(world, None)
    [message] = await posted(world)
    same = await run(world, None)
    assert "Workflow Builder proposes:* pause media-872 in prod-sg" in said(message)
    assert buttons(message) == ["Review"]
    await world.slack.wait_for(lambda: "2 times" in said(message), PATIENCE)
    await world.slack.click(world.alice, message, "oms_run")
    _, card = await posted(world, 2)
    assert step.ended is None
    await world.confirm(card)
    for one in (step, same):
        assert await ending(world, one) == "paused"
    assert world.stops("alice") == 1


async def test_who_can_t_review_leaves_it_to_others(world: World) -> None:
    """What holds for one person is no answer to a proposal; what holds for the task is."""
    step = await run(world, None)
    [message] = await posted(world)
    carol = world.slack.add_user("carol")
    world.room.members.append(carol.id)
    await world.slack.click(carol, message, "oms_run")
    await world.whispered(carol, "link")
    assert step.ended is None
    world.cloud.set_status(int(TASK), 3)
    await world.slack.click(world.bob, message, "oms_run")
    assert await ending(world, step) == "already_paused"


async def test_what_nobody_reviews_ends_the_step_in_its_time(make_world: MakeWorld) -> None:
    """Not while a card that came of a review waits: that has an ending of its own."""
    async with make_world(start=False) as world:
        know_the_step(world)
        text = world.config.read_text()
        world.config.write_text(text.replace("[timing]", "[timing]\nreview_within = 0.5"))
        async with world.running():
            step, reviewed = await run(world, None), await run(world, None, task=TASK)
            [_, message] = await posted(world, 2)
            await world.slack.click(world.alice, message, "oms_run")
            [*_, card] = await posted(world, 3)
            assert await ending(world, step) == "not_reviewed"
            assert "Nobody reviewed" in step.outputs["summary"]
            assert reviewed.ended is None
            await world.confirm(card)
            assert await ending(world, reviewed) == "paused"


async def test_an_event_that_slack_repeats_is_one_run(world: World) -> None:
    """However often it comes: one card, one ending; and so for a proposal, and for what can't be asked."""
    for inputs, person in (({}, world.alice), ({"task": TASK}, None), ({"project": "prod-eu"}, world.alice)):
        given = {"project": "prod-sg", "task": "media-872", "channel": ROOM} | inputs
        definition = world.slack.world.functions[STEP]
        step, event = begin(world.slack.world, STEP, definition, given, person)
        payload = world.slack.event_payload(event)
        deliveries = await world.slack.send(payload, times=3, concurrently=True)
        deliveries += await world.slack.send(payload)
        assert all(delivery.ok for delivery in deliveries)
        if "project" in inputs:
            await error(world, step)
    await posted(world, 2)
    await asyncio.sleep(0.2)
    assert len(world.slack.messages(world.room)) == 2
    failed = [call for call in world.slack.calls if call.method == "functions.completeError"]
    assert len(failed) == 1


@pytest.mark.parametrize(
    "forgery",
    [
        {"function_execution_id": None},
        {"function_execution_id": ""},
        {"function_execution_id": "Fx1'; drop table operations"},
        {"function_execution_id": {"id": "Fx1"}},
        {"function": "oms_pause_step"},
        {"function": None},
        {"function": {"callback_id": 7}},
        {"inputs": ["prod-sg"]},
        {"inputs": {"channel": "C0 ROOM"}},
        {"inputs": {"interactivity": {"interactor": {"id": 4}}}},
        {"inputs": {"interactivity": {"interactor": "U0 ALICE"}}},
    ],
)
async def test_what_is_no_run_is_refused(world: World, forgery: dict[str, Any]) -> None:
    """Signed or not: nothing is asked, nothing is proposed, nothing breaks."""
    given = {"project": "prod-sg", "task": "media-872", "channel": ROOM}
    _, event = begin(world.slack.world, STEP, world.slack.world.functions[STEP], given, world.alice)
    payload = world.slack.event_payload(event | forgery)
    [refused] = await world.slack.send(payload, headers={"X-Slack-No-Retry": "1"})
    assert refused.status == 400
    assert world.slack.messages(world.room) == []


async def test_a_stranger_s_step_and_an_unsigned_one_are_none_of_ours(world: World) -> None:
    """Another step of the app is acknowledged, and that is all."""
    given = {"project": "prod-sg", "task": "media-872", "channel": ROOM}
    _, event = begin(world.slack.world, STEP, world.slack.world.functions[STEP], given, world.alice)
    payload = world.slack.event_payload(event)
    [unsigned] = await world.slack.send(copy.deepcopy(payload), signature="v0=00")
    assert unsigned.status == 401
    event["function"]["callback_id"] = "another_step"
    [other] = await world.slack.send(world.slack.event_payload(event))
    assert other.ok
    assert world.slack.messages(world.room) == []


async def test_a_person_whom_only_the_workflow_names_is_nobody(world: World) -> None:
    """Anybody may write any user's id into a text: a card in their name would read with their rights."""
    given = {"project": "prod-sg", "task": "media-872", "channel": ROOM}
    _, event = begin(world.slack.world, STEP, world.slack.world.functions[STEP], given, None)
    event["inputs"] |= {"user": world.alice.id, "interactor": {"id": world.alice.id}}
    await world.slack.event(event)
    [message] = await posted(world)
    assert "Workflow Builder proposes" in said(message)
    assert world.cloud.calls == []


async def test_slack_is_told_when_it_takes_it(world: World) -> None:
    """Down, or the answer lost: it is told again, and that it is told already is no fault."""
    world.slack.faults.add("functions.completeSuccess", status=503)
    world.slack.faults.add("functions.completeSuccess", cut=True, after_effect=True)
    step = await run(world, world.alice)
    [card] = await posted(world)
    await world.confirm(card)
    assert await ending(world, step) == "paused"
    told = "functions.completeSuccess"
    await world.slack.wait_for(
        lambda: len([call for call in world.slack.calls if call.method == told]) == 3, PATIENCE
    )
    assert world.stops("alice") == 1


async def test_what_slack_refuses_for_good_is_given_up_and_on_record(world: World) -> None:
    """Nobody waits for a day for a workflow that is gone."""
    world.slack.faults.add("functions.completeSuccess", error="access_denied", times=None)
    await run(world, world.alice)
    [card] = await posted(world)
    await world.slack.click(world.alice, card, "oms_cancel")
    await world.until(lambda: any(r.event == "unpublished" for r in world.bot.audit.records()))


async def test_a_kill_between_the_ending_and_its_telling_loses_nothing(
    make_world: MakeWorld, process: Process
) -> None:
    """And of what Slack lends for a run nothing is on disk: neither in the database nor in the log."""
    async with served(make_world, process) as world:
        know_the_step(world)
        world.slack.faults.add("functions.completeSuccess", status=503, times=None)
        step, proposed = await run(world, world.alice), await run(world, None, task=TASK)
        card, message = sorted(await posted(world, 2), key=lambda one: buttons(one) == ["Review"])
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        told = "functions.completeSuccess"
        await world.slack.wait_for(lambda: [c for c in world.slack.calls if c.method == told], PATIENCE)
        await process.stop()
        world.slack.faults.clear()
        await process.start()
        world.slack.connect_http(process.url)
        assert await ending(world, step) == "paused"
        await world.slack.click(world.alice, message, "oms_run")
        assert await ending(world, proposed) == "already_paused"
        await process.stop()
        sent = json.dumps([delivery.payload.data for delivery in world.slack.deliveries])
        lent = [run.lent for run in (step, proposed)] + ["sandbox-secret-"]
        assert all(canary in sent for canary in lent)
        written = [path for path in world.config.parent.rglob("*") if path.is_file() and path != world.config]
        assert [
            (canary[:16], path.name)
            for canary in lent
            for path in written
            if canary.encode() in path.read_bytes()
        ] == []
        assert not any(canary in json.dumps(world.slack.calls, default=str) for canary in lent)
        assert world.stops("alice") == 1


async def test_a_kill_after_a_proposal_was_posted_neither_repeats_nor_loses_it(
    make_world: MakeWorld, process: Process
) -> None:
    """The message that stands is found again, and its review ends the step."""
    async with served(make_world, process) as world:
        know_the_step(world)
        world.slack.faults.add("chat.getPermalink", delay=30)  # the message stands, and the step goes on
        step = await run(world, None)
        [message] = await posted(world)
        await world.until(lambda: world.recorded("proposed") == 1)
        await process.stop()
        world.slack.faults.clear()
        await process.start()
        world.slack.connect_http(process.url)
        await world.slack.wait_for(lambda: message.edited, PATIENCE)
        world.cloud.set_status(int(TASK), 3)
        await world.slack.click(world.alice, message, "oms_run")
        assert await ending(world, step) == "already_paused"
        assert world.slack.messages(world.room) == [message]
