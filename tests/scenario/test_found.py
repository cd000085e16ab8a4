"""What an independent tester found, one test for each, so that it stays mended."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.sandbox.huawei.cloud import Fault, error_body
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said


async def test_a_late_click_on_a_decided_card_is_told_what_was_decided(make_world: MakeWorld) -> None:
    """After the deadline a stale card must not say "Nothing was changed" of a task that was paused."""
    async with make_world(confirm_within=1) as world:
        card = await world.card()
        seen = card.snapshot()
        await world.confirm(card)
        await world.told(card, "OMS confirmed it at")
        await asyncio.sleep(1)
        await world.slack.click(world.alice, card, "oms_cancel", stale_message=seen)
        answer = await world.whispered(world.alice, "<@U0ALICE> has already confirmed this")
        assert "Nothing was changed" not in said(answer)


@pytest.mark.parametrize("team", [None, "", "absent"])
async def test_a_click_without_its_clickers_team_is_proved_by_slack(world: World, team: str | None) -> None:
    """The workspace of the click stands in; who clicked is asked of Slack in any case."""
    card = await world.card()
    payload = world.slack.click_payload(world.alice, card, "oms_confirm")
    if team == "absent":
        del payload.data["user"]["team_id"]
    else:
        payload.data["user"]["team_id"] = team
    [delivery] = await world.slack.send(payload)
    assert delivery.status == 200
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1


async def test_an_ending_owed_while_the_token_is_revoked_is_told_when_there_is_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The response_url carries it at once; card and thread get it when Slack takes the token again."""
    monkeypatch.setattr("bot.slack.delivery.PATIENCE_SECONDS", 0.2)
    card = await world.card()
    posts = world.slack.faults.add("chat.postMessage", error="token_revoked", times=None)
    updates = world.slack.faults.add("chat.update", error="token_revoked", times=None)
    await world.confirm(card)
    await world.whispered(world.alice, "OMS confirmed it at")
    assert len(world.slack.thread(world.room, card)) == 1
    world.slack.faults.clear()
    await world.told(card, "OMS confirmed it at")
    assert buttons(world.slack.thread(world.room, card)[0]) == []
    assert posts.hits
    assert updates.hits


async def test_half_a_surrogate_pair_in_a_name_does_not_silence_the_bot(world: World) -> None:
    """JSON can carry what no database stores."""
    body = json.dumps(world.cloud.task_body(int(TASK)) | {"name": "a\ud800b"})  # written as \\ud800
    world.cloud.faults.add(Fault(kind="status", operation="show_task", status=200, body=body))
    assert "Pause a?b?" in said(await world.card())


async def test_a_token_that_oms_never_accepts_locks_nobody_out_and_spares_iam(world: World) -> None:
    """Only IAM can say that a password is bad: every command reaches OMS, and the first that is accepted works."""
    body = error_body("oms", "APIGW.0301", "Incorrect IAM authentication information")
    world.cloud.faults.add(Fault(kind="status", operation="show_task", status=401, body=body))
    for asked in range(1, 5):
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await world.until(lambda asked=asked: len(world.slack.ephemerals(world.alice)) == asked)  # type: ignore[misc]
    assert len(world.cloud.calls_of("show_task")) == 5  # the first with two tokens
    assert len(world.cloud.calls_of("create_token")) == 2
    world.cloud.faults.clear()
    assert "Pause media-872?" in said(await world.card())


async def test_a_token_that_stays_dead_is_renewed_once_not_at_every_reading(make_world: MakeWorld) -> None:
    """One refresh, one retry; then IAM is left alone for a while."""
    async with make_world(verify_for=1) as world:
        card = await world.card()
        body = error_body("oms", "APIGW.0307", "The token must be updated.")
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        world.cloud.tasks[int(TASK)].pause_takes = 60
        world.cloud.faults.add(Fault(kind="status", operation="show_task", status=401, body=body))
        told = await world.slack.wait_for(lambda: world.slack.thread(world.room, card)[1:], 8)
        assert len(world.cloud.calls_of("create_token")) <= 2, said(told[0])


async def test_when_the_task_cannot_be_read_afterwards_the_cause_is_said(make_world: MakeWorld) -> None:
    """What nobody saw is not called "still pausing"."""
    async with make_world(verify_for=0.5) as world:
        world.cloud.tasks[int(TASK)].pause_takes = 60
        card = await world.card()
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        world.cloud.revoke("alice", PROJECT, "oms:task:get")
        told = said(await world.told(card, "Whether it is paused can't be read"))
        assert "OMS.0072" in told
        assert "still pausing" not in told


async def test_a_double_tap_on_try_again_is_one_card(world: World) -> None:
    """Two taps in a moment are one wish."""
    world.cloud.faults.add(Fault(kind="throttled", operation="stop_task", times=1))
    card = await world.card()
    await world.confirm(card)
    told = await world.told(card, "gets too many requests")
    before = len(world.slack.messages(world.room))
    for _ in range(4):
        await world.slack.click(world.alice, told, "oms_run")
    await world.slack.wait_for(lambda: world.slack.messages(world.room)[before:], 5)
    await asyncio.sleep(0.4)
    assert len(world.slack.messages(world.room)) == before + 1


async def test_an_answer_that_is_no_list_is_not_an_empty_list(world: World) -> None:
    """Only what OMS said is called "nothing"."""
    world.cloud.faults.add(Fault(kind="status", operation="list_tasks", status=200, body="{}"))
    await world.type(world.alice, "pause prod-sg")
    await world.whispered(world.alice, "Something other than OMS answered")


async def test_a_secret_typed_without_a_linking_page_is_refused_all_the_same(world: World) -> None:
    """The advice to revoke does not depend on how this bot links people."""
    await world.type(world.alice, "link CANARYAK00000000000X canarySecretKey/0000000000000000000000")
    await world.whispered(world.alice, "Revoke it now")
