"""The sandbox Slack's Socket Mode, with Bolt's own handler at the other end."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.serving import serve_in_thread
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace

BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "oms_confirm", "text": {"type": "plain_text", "text": "Pause"}}
        ],
    }
]


@pytest.fixture
async def seen(slack: Workspace) -> AsyncIterator[list[dict[str, Any]]]:
    """What a Bolt app has received, that is connected by Socket Mode."""
    bodies: list[dict[str, Any]] = []
    app = AsyncApp(client=AsyncWebClient(slack.bot_token, base_url=slack.api_url))

    @app.command("/oms")
    async def _(ack: Any, body: Any, client: Any) -> None:
        bodies.append(body)
        await ack("Working on it." if body["text"] == "help" else "")
        if body["text"] == "pause":
            await client.chat_postMessage(channel=body["channel_id"], text="Pause?", blocks=BUTTONS)

    @app.action("oms_confirm")
    async def _(ack: Any, body: Any, respond: Any) -> None:
        await ack()
        bodies.append(body)
        await respond("Paused.", replace_original=True)

    @app.event("app_mention")
    async def _(body: Any) -> None:
        bodies.append(body)

    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.wait_for(lambda: slack.sockets.connections, 2)
    yield bodies
    await handler.close_async()  # type: ignore[no-untyped-call]
    await handler.client.aiohttp_client_session.close()


async def test_a_command_a_click_and_a_mention_go_down_the_socket(
    slack: Workspace, alice: User, incidents: Channel, seen: list[dict[str, Any]]
) -> None:
    """The same deeds as over HTTP."""
    assert (await slack.slash(alice, incidents, "/oms", "pause")).ok
    [card] = await slack.wait_for(lambda: slack.messages(incidents), 2)
    assert (await slack.click(alice, card, "oms_confirm")).ok
    await slack.wait_for(lambda: card.text == "Paused.", 2)
    assert (await slack.mention(alice, incidents, "pause")).ok
    assert [body.get("type", "command") for body in seen] == ["command", "block_actions", "event_callback"]


@pytest.mark.usefixtures("seen")
async def test_an_acknowledgement_with_a_payload_is_the_answer(
    slack: Workspace, alice: User, incidents: Channel
) -> None:
    """The person reads it; an unhandled command is not acknowledged and times out."""
    await slack.slash(alice, incidents, "/oms", "help")
    assert [said.text for said in slack.ephemerals(alice)] == ["Working on it."]
    slack.dispatcher.ack_seconds = 0.05
    assert (await slack.slash(alice, incidents, "/other")).error == "operation_timeout"


async def test_bolt_reconnects_when_asked_to_and_may_get_an_envelope_again(
    slack: Workspace, alice: User, incidents: Channel, seen: list[dict[str, Any]]
) -> None:
    """Slack refreshes connections; the same envelope_id can then come twice (platforms.md, Slack: deliveries)."""
    await slack.slash(alice, incidents, "/oms", "status")
    [old] = slack.sockets.connections
    slack.sockets.redeliver = 1
    await slack.sockets.disconnect("refresh_requested")
    await slack.wait_for(lambda: slack.sockets.connections and old not in slack.sockets.connections, 3)
    await slack.wait_for(lambda: len(seen) == 2, 2)
    assert seen[0]["trigger_id"] == seen[1]["trigger_id"]
    slack.sockets.redeliver = 0
    assert (await slack.slash(alice, incidents, "/oms", "status")).ok


async def test_the_sockets_may_be_served_by_another_thread() -> None:
    """Envelopes then cross from the scenario's event loop to the server's."""
    slack = Workspace()
    alice = slack.add_user("alice")
    incidents = slack.add_channel("incidents", members=[alice])
    with serve_in_thread(slack.app) as slack.base_url:
        client = AsyncWebClient(base_url=slack.api_url)
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            command = asyncio.create_task(slack.slash(alice, incidents, "/oms", "help"))
            envelope_id = (await socket.receive_json())["envelope_id"]
            await socket.send_json({"envelope_id": envelope_id, "payload": {"text": "Say pause."}})
            assert (await command).ok
    assert [said.text for said in slack.ephemerals(alice)] == ["Say pause."]


async def test_each_payload_goes_to_one_of_the_connections(
    slack: Workspace, alice: User, incidents: Channel
) -> None:
    """Ten connections at most, greeted with hello; a ticket opens one."""
    client = AsyncWebClient(base_url=slack.api_url)
    async with aiohttp.ClientSession() as http, contextlib.AsyncExitStack() as stack:
        urls = [(await client.apps_connections_open(app_token=slack.app_token))["url"] for _ in range(11)]
        sockets = [await stack.enter_async_context(http.ws_connect(url)) for url in urls[:10]]
        hello = [(await socket.receive_json())["num_connections"] for socket in sockets]
        assert hello == list(range(1, 11))
        too_many = await stack.enter_async_context(http.ws_connect(urls[10]))
        assert (await too_many.receive_json())["reason"] == "too_many_websockets"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(urls[0])
        slack.dispatcher.ack_seconds = 1
        commands = [slack.slash(alice, incidents, "/oms", str(number)) for number in range(10)]
        deliveries = asyncio.gather(*commands)
        envelopes = [await socket.receive_json() for socket in sockets]
        assert {envelope["type"] for envelope in envelopes} == {"slash_commands"}
        assert len({envelope["payload"]["text"] for envelope in envelopes}) == 10
        await sockets[0].send_str(json.dumps({"envelope_id": envelopes[0]["envelope_id"]}))
        assert sum(delivery.ok for delivery in await deliveries) == 1


async def test_connecting_takes_an_app_level_token(slack: Workspace) -> None:
    """A bot token opens no socket."""
    client = AsyncWebClient(base_url=slack.api_url)
    with pytest.raises(Exception, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=slack.bot_token)
