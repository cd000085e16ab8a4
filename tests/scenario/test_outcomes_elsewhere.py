"""Endings go elsewhere too: to a webhook, to the incident of the channel. Slack never waits for that."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.serving import serve
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOKEN = "canary-token-of-the-incidents"


@dataclass
class Receiver:
    """A server that notes what it is sent, and answers with the statuses it was given, then 200."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    hold: asyncio.Event | None = None

    @property
    def app(self) -> Starlette:
        """The server."""

        async def take(request: Request) -> Response:
            self.got.append((request.url.path, dict(request.headers), await request.body()))
            if self.hold:
                await self.hold.wait()
            return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

        return Starlette(routes=[Route("/{path:path}", take, methods=["POST"])])

    async def first(self, number: int = 1) -> list[tuple[str, dict[str, str], bytes]]:
        """Return the first so many that came, waiting for them."""
        async with asyncio.timeout(PATIENCE):
            while len(self.got) < number:
                await asyncio.sleep(0.01)
        return self.got[:number]


@contextlib.asynccontextmanager
async def world_with(make_world: MakeWorld, kind: str, receiver: Receiver) -> AsyncIterator[World]:
    """Return a world whose endings go to *receiver* too."""
    async with serve(receiver.app) as url:
        sections = {
            "webhook": f'type = "webhook"\nurl = "{url}/hook"\nsecret = "{SECRET}"',
            "pagerduty": f'type = "pagerduty"\nurl = "{url}"\ntoken = "{TOKEN}"\nfrom = "bot@example.com"\n'
            'channels = { C0INCIDENTS = "P123" }',
            "rootly": f'type = "rootly"\nurl = "{url}"\ntoken = "{TOKEN}"\nchannels = {{ C0INCIDENTS = "r-1" }}',
        }
        async with make_world(more=f"[outcomes.elsewhere]\n{sections[kind]}\n") as world:
            yield world


async def paused(world: World) -> None:
    """Alice pauses the task."""
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")


async def test_a_webhook_is_sent_a_signed_event(make_world: MakeWorld) -> None:
    """As CloudEvents and Standard Webhooks have it; its id is the operation's with its ending."""
    receiver = Receiver()
    async with world_with(make_world, "webhook", receiver) as world:
        await paused(world)
        [(path, headers, body)] = await receiver.first()
        event = Webhook(SECRET).verify(body, headers)
        assert path == "/hook"
        assert headers["content-type"] == "application/cloudevents+json"
        assert (event["specversion"], event["type"]) == ("1.0", "oms-bot.operation.ended")
        assert event["id"] == headers["webhook-id"]
        assert event["id"].endswith(":paused")
        assert (event["subject"], event["data"]["ending"]) == (TASK, "paused")
        assert "Paused media-872" in event["data"]["text"]
        assert "<" not in event["data"]["text"]


async def test_one_that_is_down_is_tried_again_and_keeps_nobody_waiting(make_world: MakeWorld) -> None:
    """With the same id, so that it can tell."""
    receiver = Receiver(statuses=[503])
    async with world_with(make_world, "webhook", receiver) as world:
        await paused(world)
        first, second = await receiver.first(2)
        assert first[1]["webhook-id"] == second[1]["webhook-id"]


async def test_one_that_never_answers_does_not_delay_slack(make_world: MakeWorld) -> None:
    """The thread is told while it hangs."""
    receiver = Receiver(hold=asyncio.Event())
    async with world_with(make_world, "webhook", receiver) as world:
        await paused(world)
        await receiver.first()
        assert receiver.hold
        receiver.hold.set()


async def test_what_is_refused_for_good_is_given_up_and_on_record(make_world: MakeWorld) -> None:
    """Nobody waits for a day for a receiver that is gone."""
    receiver = Receiver(statuses=[410])
    async with world_with(make_world, "webhook", receiver) as world:
        await paused(world)
        await receiver.first()
        await world.until(lambda: any(r.event == "unpublished" for r in world.bot.audit.records()))
        assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("kind", "path", "authorization"),
    [
        ("pagerduty", "/incidents/P123/notes", f"Token token={TOKEN}"),
        ("rootly", "/v1/incidents/r-1/events", f"Bearer {TOKEN}"),
    ],
)
async def test_the_incident_of_the_channel_gets_a_note(
    make_world: MakeWorld, kind: str, path: str, authorization: str
) -> None:
    """In words."""
    receiver = Receiver()
    async with world_with(make_world, kind, receiver) as world:
        await paused(world)
        [(called, headers, body)] = await receiver.first()
        assert (called, headers["authorization"]) == (path, authorization)
        assert "Paused media-872" in json.dumps(json.loads(body))


async def test_what_may_have_arrived_is_not_sent_again_where_nobody_could_tell(
    make_world: MakeWorld,
) -> None:
    """A note has no id of ours: after a 500 it may stand there."""
    receiver = Receiver(statuses=[500])
    async with world_with(make_world, "pagerduty", receiver) as world:
        await paused(world)
        await receiver.first()
        await world.until(lambda: any(r.event == "unpublished" for r in world.bot.audit.records()))
        assert len(receiver.got) == 1


async def test_its_secrets_are_nowhere(make_world: MakeWorld, caplog: pytest.LogCaptureFixture) -> None:
    """In no log and no row."""
    receiver = Receiver(statuses=[503])
    async with world_with(make_world, "pagerduty", receiver) as world:
        await paused(world)
        await receiver.first(2)
        assert TOKEN not in caplog.text
        assert TOKEN.encode() not in world.kept()
