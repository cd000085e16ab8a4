"""Alerts, agents and scripts propose, people act: one message with a button, whatever they send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.sandbox.slack.objects import Message
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, buttons, said, small_print

TOKEN = "canary-token-of-the-alertmanager"
PROPOSERS = f"""
[proposers.alertmanager]
token = "{TOKEN}"
channels = ["C0INCIDENTS"]
projects = ["prod-sg"]
per_minute = 4
"""


@pytest.fixture
async def world(make_world: MakeWorld) -> AsyncIterator[World]:
    """Return a world in which Alertmanager may propose."""
    async with make_world(more=PROPOSERS) as world:
        yield world


async def send(
    world: World, body: dict[str, Any] | bytes, *, token: str = TOKEN, method: str = "POST"
) -> httpx.Response:
    """Send a proposal."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.request(
            method,
            f"{world.extra['url']}/propose",
            content=content,
            headers={"Authorization": f"Bearer {token}" if token else "Basic YTpi"},
        )


def proposal(**more: Any) -> dict[str, Any]:
    """Return a proposal of our own form."""
    return {
        "project": "prod-sg",
        "task": "media-872",
        "reason": "uplink at 98 %",
        "channel": "C0INCIDENTS",
    } | more


def webhook(*, status: str = "firing", **labels: str) -> dict[str, Any]:
    """Return what Alertmanager sends."""
    about = {"alertname": "UplinkFull", "oms_project": "prod-sg", "oms_task": "media-872"} | labels
    alert = {"status": status, "labels": about, "annotations": {"summary": "uplink at 98 %"}}
    return {"version": "4", "status": status, "receiver": "oms", "alerts": [alert]}


def posted(world: World) -> list[Message]:
    """Return what stands in the channel."""
    return world.slack.messages(world.room)


async def test_a_proposal_is_a_message_and_whoever_reviews_it_gets_their_own_card(world: World) -> None:
    """And a paused task after their click; the proposer is named, and has done nothing."""
    answer = await send(world, proposal())
    assert answer.status_code == 202
    [one] = answer.json()["proposals"]
    assert one["status"] == "posted"
    assert one["link"].startswith("http")
    [message] = posted(world)
    assert "alertmanager proposes:* pause media-872 in prod-sg" in said(message)
    assert "uplink at 98 %" in said(message)
    assert buttons(message) == ["Review"]
    await world.slack.click(world.alice, message, "oms_run")
    [card] = await world.slack.wait_for(lambda: posted(world)[1:], PATIENCE)
    assert card.text.startswith("Pause media-872?")
    assert "alertmanager" in said(card)
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    assert world.stops("alice") == 1


async def test_what_is_said_again_writes_on_the_same_message(world: World) -> None:
    """Within ten minutes; two that come at once are one too."""
    answers = await asyncio.gather(*(send(world, proposal()) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {202}
    await send(world, proposal(reason="uplink at 99 %"))
    [message] = posted(world)
    assert "uplink at 99 %" in said(message)
    assert "4 times" in said(message)


async def test_a_message_that_slack_gives_no_link_to_stands_all_the_same(world: World) -> None:
    """The proposer is told that it was posted; what is sent again is not posted a second time."""
    world.slack.faults.add("chat.getPermalink", error="internal_error")
    answer = await send(world, proposal())
    assert (answer.status_code, answer.json()["proposals"][0]["status"]) == (202, "posted")
    assert (await send(world, proposal())).json()["proposals"][0]["status"] == "updated"
    assert len(posted(world)) == 1


async def test_what_is_said_again_of_a_message_that_was_deleted_is_posted_anew(world: World) -> None:
    """The next time, however soon that is: somebody may have deleted it by mistake, and it is needed still."""
    await send(world, proposal())
    world.slack.faults.add("chat.update", error="message_not_found")
    assert (await send(world, proposal())).status_code == 503
    assert (await send(world, proposal())).json()["proposals"][0]["status"] == "posted"
    assert len(posted(world)) == 2


async def test_alertmanager_s_own_webhook_is_understood(world: World) -> None:
    """Its labels and annotations name the task; a resolved alert says so on the message, which loses its button."""
    assert (await send(world, webhook())).status_code == 202
    answer = await send(world, webhook(status="resolved"))
    assert answer.json()["proposals"][0]["status"] == "resolved"
    [message] = posted(world)
    assert "no longer proposes" in said(message)
    assert buttons(message) == []
    assert (await send(world, webhook(status="resolved"))).json()["proposals"][0]["status"] == "ignored"


async def test_an_alert_about_something_else_is_none_of_the_bots(world: World) -> None:
    """Alertmanager may send everything here."""
    answer = await send(
        world, {"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "Disk"}}]}
    )
    assert (answer.status_code, answer.json()) == (202, {"proposals": []})
    assert posted(world) == []


@pytest.mark.parametrize(
    ("body", "token", "status"),
    [
        (proposal(), "another-token-of-some-length", 401),
        (proposal(), "", 401),
        (proposal(project="prod-eu"), TOKEN, 403),
        (proposal(channel="C0ELSEWHERE"), TOKEN, 403),
        (proposal(task=""), TOKEN, 400),
        ({"project": "prod-sg"}, TOKEN, 400),
        ({"alerts": "all of them"}, TOKEN, 400),
        (b"[]", TOKEN, 400),
        (b"{", TOKEN, 400),
        (b"{" * 100_000, TOKEN, 400),
        (b" " * 300_000, TOKEN, 413),
    ],
)
async def test_what_is_not_for_this_proposer_is_turned_away(
    world: World, body: dict[str, Any] | bytes, token: str, status: int
) -> None:
    """With a sentence that tells nothing of projects and tasks, and nothing is posted."""
    answer = await send(world, body, token=token)
    assert answer.status_code == status
    assert "error" in answer.text
    assert TASK not in answer.text
    assert posted(world) == []


async def test_a_proposer_learns_nothing_of_tasks(world: World) -> None:
    """Whether there is such a task, is for whoever reviews it."""
    there, not_there = await send(world, proposal()), await send(world, proposal(task="no-such-task"))
    assert there.json()["proposals"][0]["status"] == not_there.json()["proposals"][0]["status"] == "posted"
    assert world.cloud.calls == []


async def test_everything_it_says_is_inert(world: World) -> None:
    """No mention, link or mark-up of its own; nor can its words become another command."""
    evil = "<!channel> *look* <https://evil.example|here> --anyway"
    await send(world, proposal(task='x" --anyway', reason=evil))
    [message] = posted(world)
    assert "<!channel>" not in message.text
    assert message.blocks
    assert "&lt;https://evil" in json.dumps(message.blocks[0])
    [button] = [element for _, element in message.elements()]
    assert button["value"].startswith("pause prod-sg ")
    assert not button["value"].endswith("--anyway")
    await world.slack.click(world.alice, message, "oms_run")
    await world.whispered(world.alice, "No task in prod-sg is named")


async def test_one_that_says_too_much_is_told_to_wait(world: World) -> None:
    """Each has its own rate."""
    answers = [await send(world, proposal(task=f"media-{number}")) for number in range(6)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 202, 429, 429]
    assert answers[-1].headers["Retry-After"]
    assert len(posted(world)) == 4


async def test_what_slack_does_not_take_may_be_sent_again(world: World) -> None:
    """Alertmanager does so by itself after a 503."""
    fault = world.slack.faults.add("chat.postMessage", error="service_unavailable")
    assert (await send(world, proposal())).status_code == 503
    world.slack.faults.clear()
    assert fault is not None
    assert (await send(world, proposal())).status_code == 202
    assert len(posted(world)) == 1


async def test_its_token_is_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """In no log, no post and no row."""
    await send(world, proposal())
    await send(world, proposal(), token=TOKEN + "x")
    assert TOKEN not in caplog.text
    assert TOKEN.encode() not in world.kept()
    assert TOKEN not in json.dumps([message.blocks for message in posted(world)])
    assert small_print(posted(world)[0])
    proposed = [record for record in world.bot.audit.records() if record.event == "proposed"]
    assert len(proposed) == 1


async def test_without_proposers_there_is_no_such_path(make_world: MakeWorld) -> None:
    """What nobody has set up answers nothing."""
    async with make_world() as world:
        assert (await send(world, proposal())).status_code == 404
