"""Socket Mode's connection: made in the background, made anew, and given up only when Slack refuses the token."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace
from bot.slack.chat import Chat
from bot.slack.delivery import Unavailable
from bot.slack.socket import Socket
from bot.text.starting import app_token_refused
from tests.link import Link


class World:
    """A Slack, and a bot's Socket that answers a command with a word."""

    def __init__(self, slack: Workspace, session: aiohttp.ClientSession, **seconds: float) -> None:
        self.slack = slack
        self.alice: User = slack.add_user("alice")
        self.room: Channel = slack.add_channel("incidents", members=[self.alice])
        self.refusals: list[str] = []
        client = AsyncWebClient(
            token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=slack.bot_token)

        bolt = AsyncApp(client=client, authorize=authorize, process_before_response=True)
        bolt.command("/oms")(self.on_command)
        self.socket = Socket(
            Chat(client), session, slack.app_token, bolt, turned_down=self.refusals.append, **seconds
        )

    async def on_command(self, ack: Any) -> None:
        """Acknowledge with a text of its own."""
        await ack("heard")


async def until(predicate: Callable[[], object]) -> None:
    """Wait for what tells nobody when it comes."""
    async with asyncio.timeout(10):
        while not predicate():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def _world(**seconds: float) -> AsyncIterator[World]:
    slack = Workspace()
    async with serve(slack.app) as slack.base_url, aiohttp.ClientSession() as session:
        world = World(slack, session, **seconds)
        yield world
        await world.socket.stop()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A world whose Socket has not been started."""
    async with _world() as world:
        yield world


async def test_a_command_is_heard_and_acknowledged(world: World) -> None:
    """With what the listener answered."""
    world.socket.start()
    await until(lambda: world.socket.connected)
    delivery = await world.slack.slash(world.alice, world.room, "/oms", "help")
    assert delivery.ok
    assert "heard" in world.slack.ephemerals(world.alice)[-1].text


@pytest.mark.parametrize(
    "fault",
    [
        {"cut": True},
        {"status": 503},
        {"status": 404},
        {"error": "internal_error"},
        {"error": "team_added_to_org"},
    ],
)
async def test_what_may_pass_is_one_line_and_tried_again(world: World, fault: dict[str, Any]) -> None:
    """A network, a proxy, a Slack in trouble: none of them says anything about the token."""
    world.slack.faults.add("apps.connections.open", times=2, **fault)
    with capture_logs() as logs:
        world.socket.start()
        with pytest.raises(Unavailable, match="connecting"):
            await world.socket.check()
        await until(lambda: world.socket.connected)
    await world.socket.check()
    lines = [entry for entry in logs if entry["event"] != "slack"]
    assert [entry["event"] for entry in lines] == ["socket_ended", "socket_ended", "socket_open"]
    assert not any("exc_info" in entry for entry in lines)
    assert world.refusals == []


@pytest.mark.parametrize(
    "error",
    ["invalid_auth", "not_allowed_token_type", "missing_scope", "account_inactive", "token_revoked", "not_authed",
     "token_expired", "no_permission", "access_denied", "forbidden_team"],
)  # fmt: skip
async def test_a_token_that_slack_refuses_is_refused_for_good(world: World, error: str) -> None:
    """In Slack's own word, however long Slack took to say so; it is not sent again."""
    world.slack.faults.add("apps.connections.open", cut=True)
    refused = world.slack.faults.add("apps.connections.open", error=error, times=None)
    world.socket.start()
    await until(lambda: world.refusals)
    assert world.refusals == [error]
    with pytest.raises(Unavailable, match=error):
        await world.socket.check()
    sentence = app_token_refused(error)
    assert "SLACK_APP_TOKEN" in sentence
    assert error in sentence
    assert "connections:write" in sentence or "Basic Information" in sentence
    assert refused.hits == 1


async def test_a_token_that_was_good_once_never_ends_the_bot(world: World) -> None:
    """Revoked while the bot runs, it may be given back; what is under way must end meanwhile."""
    world.socket.start()
    await until(lambda: world.socket.connected)
    fault = world.slack.faults.add("apps.connections.open", error="token_revoked", times=2)
    for connection in list(world.slack.sockets.connections):
        await connection.close()
    await until(lambda: not fault.times)
    await until(lambda: world.socket.connected)
    assert world.refusals == []


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_the_next_connection_is_open_before_the_old_one_goes(world: World, reason: str) -> None:
    """Slack announces its end and closes it some seconds later: no moment without one."""
    world.socket.start()
    await until(lambda: world.socket.connected)
    before = list(world.slack.sockets.connections)
    await world.slack.sockets.disconnect(reason)
    assert world.socket.connected
    await until(lambda: len(world.slack.sockets.connections) == 2)
    assert before[0] in world.slack.sockets.connections
    assert world.socket.connected
    await before[0].close()
    await until(lambda: len(world.slack.sockets.connections) == 1)
    assert (await world.slack.slash(world.alice, world.room, "/oms", "help")).ok
    assert world.socket.connected


async def test_an_old_connection_is_left_when_slack_does_not_close_it() -> None:
    """Connections are counted: an app may have ten."""
    async with _world(leave_seconds=0.05) as world:
        world.socket.start()
        await until(lambda: world.socket.connected)
        old = world.slack.sockets.connections[0]
        await world.slack.sockets.disconnect()
        await until(lambda: world.slack.sockets.connections and old not in world.slack.sockets.connections)
        await until(lambda: world.socket.connected)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"type": "events_api", "envelope_id": "1", "payload": 7}']
)
async def test_what_can_not_be_read_does_no_harm(world: World, text: str) -> None:
    """The connection stays, and the next command is heard."""
    world.socket.start()
    await until(lambda: world.socket.connected)
    await world.slack.sockets.connections[0].socket.send_text(text)
    assert (await world.slack.slash(world.alice, world.room, "/oms", "help")).ok
    assert len(world.slack.sockets.connections) == 1


async def test_a_slack_that_takes_the_connection_and_says_nothing_is_not_waited_for() -> None:
    """Neither at the start, which returns at once, nor at the end."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    slack = Workspace()
    slack.base_url = f"http://127.0.0.1:{port}"
    async with server, aiohttp.ClientSession() as session:
        world = World(slack, session, connect_seconds=0.1)
        with capture_logs() as logs:
            world.socket.start()
            await until(lambda: any(entry["event"] == "socket_ended" for entry in logs))
        with pytest.raises(Unavailable, match="timeout"):
            await world.socket.check()
        await world.socket.stop()


async def test_a_connection_that_falls_silent_is_replaced() -> None:
    """Not even its end arrives: an answer to a ping is missed, and what is typed then comes by another one."""
    slack = Workspace()
    async with serve(slack.app) as url, aiohttp.ClientSession() as session:
        host, port = url.removeprefix("http://").split(":")
        link = Link(lambda: asyncio.open_connection(host, int(port)))
        async with link.open():
            slack.base_url = f"http://127.0.0.1:{link.port}"
            world = World(slack, session, heartbeat_seconds=0.2)
            world.socket.start()
            await until(lambda: world.socket.connected)
            link.fall_silent()
            await until(lambda: len(slack.sockets.connections) > 1)
            await until(lambda: world.socket.connected)
            await slack.sockets.connections[0].close()  # as Slack does some time
            await until(lambda: len(slack.sockets.connections) == 1)
            assert (await slack.slash(world.alice, world.room, "/oms", "help")).ok
            await world.socket.stop()


async def test_a_stop_while_a_connection_is_made_leaves_none_open(world: World) -> None:
    """What was begun is hung up before the stop is over: the session that it is in may be closed then."""
    world.socket.start()
    await until(lambda: [call for call in world.slack.calls if call.method == "apps.connections.open"])
    await world.socket.stop()
    going_on = [name for task in asyncio.all_tasks() if "Socket." in (name := repr(task.get_coro()))]
    assert going_on == []
