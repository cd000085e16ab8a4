"""Huawei Cloud says no, or nothing: each error class is told with cause, code, request id and next step."""

from __future__ import annotations

import contextlib
import re

import pytest

from bot.sandbox.huawei.cloud import Fault, error_body
from tests.link import Doorway
from tests.scenario.conftest import PROJECT, TASK, MakeWorld, World, buttons, said


async def test_a_missing_permission_is_named_and_can_be_tried_again_when_granted(world: World) -> None:
    """Alice may read but not pause; once she may, "Try again" works."""
    world.cloud.revoke("alice", PROJECT, "oms:task:update")
    card = await world.card()
    await world.confirm(card)
    told = await world.told(card, "oms:task:update")
    assert "IAM user alice lacks `oms:task:" in said(told)
    assert "OMS.0072 · request " in said(told)
    assert buttons(told) == ["Try again"]
    world.cloud.grant("alice", PROJECT, "oms:task:update")
    await world.slack.click(world.alice, told, "oms_run")
    again = await world.slack.wait_for(
        lambda: [m for m in world.slack.messages(world.room) if "Pause media-872?" in said(m)], 5
    )
    await world.confirm(again[-1])
    assert again[-1].thread_ts == card.ts  # where it was asked for
    await world.told(card, "OMS confirmed it at")


@pytest.mark.parametrize(
    ("status", "code", "words", "retry"),
    [
        (400, "OMS.0054", "There is no such task in prod-sg", False),
        (400, "OMS.1009", "There is no such task in prod-sg", False),
        (400, "OMS.0072", "lacks `oms:task:", True),
        (403, "APIGW.0302", "lacks `oms:task:", True),
        (400, "OMS.0202", "account is restricted or frozen", False),
        (400, "OMS.0068", "doesn't accept the token", True),
        (429, "APIGW.0308", "gets too many requests", True),
        (503, "APIGW.0613", "has a fault of its own", True),
        (400, "OMS.1001", "has a fault of its own", True),
        (400, "OMS.1002", "refused the request", False),
        (404, "APIGW.0101", "refused the request", False),
        (400, "OMS.4711", "refused the request", False),
    ],
)
async def test_an_error_before_the_card_is_told_to_the_asker(
    world: World, status: int, code: str, words: str, retry: bool
) -> None:
    """Reading the task fails: the asker alone is told; what may pass offers "Try again"."""
    body = error_body("oms", code, "something went wrong")
    world.cloud.faults.add(Fault(kind="status", operation="show_task", status=status, body=body))
    await world.type(world.alice, f"pause prod-sg {TASK}")
    answer = await world.whispered(world.alice, words)
    assert f"{code} · request " in said(answer)
    assert ("Try again" in buttons(answer)) is retry
    assert world.slack.messages(world.room) == []


@pytest.mark.parametrize("shape", ["oms", "camel", "plain", "nested"])
async def test_every_body_shape_is_understood_at_the_call(world: World, shape: str) -> None:
    """The code is found wherever Huawei puts it."""
    card = await world.card()
    body = error_body(shape, "OMS.0072", "no permission")  # type: ignore[arg-type]
    world.cloud.faults.add(Fault(kind="status", operation="stop_task", status=400, body=body))
    await world.confirm(card)
    await world.told(card, "OMS.0072 · request ")


async def test_oms_0066_is_not_mistaken_for_already_paused(world: World) -> None:
    """OMS says "not in progress", which may mean anything: the task is read again and shown as it is."""
    card = await world.card()
    body = error_body("oms", "OMS.0066", "The task is not in progress.")
    world.cloud.faults.add(Fault(kind="status", operation="stop_task", status=400, body=body))
    await world.confirm(card)
    told = await world.told(card, "OMS.0066")
    assert "It keeps migrating" in said(told)


async def test_a_server_error_at_the_call_is_read_after_and_not_repeated(make_world: MakeWorld) -> None:
    """After a 502 the call may have been made; it is not made again, nobody is invited to, and the doubt has an end."""
    async with make_world(verify_for=1) as world:
        card = await world.card()
        body = error_body("text", "", "bad gateway")
        world.cloud.faults.add(Fault(kind="status", operation="stop_task", status=502, body=body))
        await world.confirm(card)
        told = await world.told(card, "Whether OMS got the request isn't known")
        assert "I'm checking, and will post the result here. Please don't pause it again." in said(told)
        assert buttons(told) == []
        at_last = await world.told(card, "Not paused media-872")
        assert "It keeps migrating at 420 MB/s." in said(at_last)
        assert buttons(at_last) == ["Try again"]
        assert world.stops() == 1


async def test_a_wrong_password_is_tried_once(world: World) -> None:
    """IAM locks a user after five wrong passwords: the second request does not reach IAM."""
    world.cloud.change_password("alice", "another")
    for _ in range(3):
        await world.type(world.alice, f"pause prod-sg {TASK}")
        await world.whispered(world.alice, "doesn't accept the credential of IAM user alice")
    assert len(world.cloud.calls_of("create_token")) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("APIGW.0307", None),
        ("APIGW.0301", "token expires, expires_at:2026-11-26T03:14:15.000000Z"),
        ("APIGW.0301", "Incorrect IAM authentication information: decrypt token fail"),
    ],
)
async def test_a_dead_token_is_renewed_once_and_the_pause_goes_on(
    world: World, code: str, words: str | None
) -> None:
    """At the click, in any of Huawei's ways to say it: one refresh, one retry, one stop."""
    card = await world.card()
    world.cloud.kill_tokens("alice", code=code, words=words)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert len(world.cloud.calls_of("create_token")) == 2
    assert len([c for c in world.cloud.calls_of("stop_task") if c.status == 200]) == 1


async def test_a_token_that_dies_between_the_last_look_and_the_call_is_renewed_too(world: World) -> None:
    """The call that got a 401 was not carried out, so sending it with a new token is not a second pause."""
    card = await world.card()
    body = error_body("oms", "APIGW.0301", "token expires, expires_at:2026-11-26T03:14:15.000000Z")
    world.cloud.faults.add(Fault(kind="status", operation="stop_task", status=401, body=body, times=1))
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert [call.status for call in world.cloud.calls_of("stop_task")] == [401, 200]


async def test_one_login_however_many_ask(world: World) -> None:
    """Ten commands at once by one person need one token."""
    payloads = [
        world.slack.slash_payload(world.alice, world.room, "/oms", f"pause prod-sg {TASK}") for _ in range(10)
    ]
    for payload in payloads:
        await world.slack.send(payload)
    await world.slack.wait_for(lambda: len(world.cards()) == 10, 10)
    assert len(world.cloud.calls_of("create_token")) == 1


async def test_slow_clouds_do_not_delay_the_acknowledgement(make_world: MakeWorld) -> None:
    """IAM and OMS take a second each; Slack is answered before either is asked."""
    async with make_world(request_timeout=5) as world:
        world.cloud.faults.add(Fault(kind="latency", operation="create_token", seconds=1))
        world.cloud.faults.add(Fault(kind="latency", operation="show_task", seconds=1))
        delivery = await world.slack.slash(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
        assert delivery.ok
        assert world.slack.messages(world.room) == []
        await world.slack.wait_for(lambda: world.slack.messages(world.room), 8)


async def test_a_connection_that_is_refused_at_the_call_is_told_as_such(make_world: MakeWorld) -> None:
    """OMS was there when the task was read at the click, and is not any more: it was asked nothing."""
    async with make_world(start=False) as world, contextlib.AsyncExitStack() as opened:
        text = world.config.read_text()
        [cloud] = re.findall(r'oms_endpoint = "(.*)"', text)
        doorway = Doorway(cloud)
        await opened.enter_async_context(doorway.open())
        world.config.write_text(text.replace(f'oms_endpoint = "{cloud}"', f'oms_endpoint = "{doorway.url}"'))
        async with world.running():
            card = await world.card()
            doorway.last = True
            await world.confirm(card)
            told = await world.told(card, "OMS can't be reached, so it was asked nothing.")
            assert "It keeps migrating" in said(told)
            assert buttons(told) == ["Try again"]
            assert (world.recorded("calling"), world.stops()) == (1, 0)


async def test_an_unreachable_cloud_is_told_as_such(make_world: MakeWorld) -> None:
    """Nothing listens at the endpoint: nothing was asked of OMS, and the person may try again."""
    async with make_world(start=False) as world:
        text = world.config.read_text()
        lines = [
            'iam_endpoint = "http://127.0.0.1:9"' if line.startswith("iam_endpoint") else line
            for line in text.splitlines()
        ]
        world.config.write_text("\n".join(lines))
        async with world.running():
            await world.type(world.alice, f"pause prod-sg {TASK}")
            answer = await world.whispered(world.alice, "IAM can't be reached")
            assert buttons(answer) == ["Try again"]
