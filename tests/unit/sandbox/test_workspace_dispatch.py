"""What the sandbox Slack sends to a bot over HTTP, received by a real Bolt app."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.serving import serve, serve_in_thread
from bot.sandbox.slack.objects import Channel, ImpossibleError, User
from bot.sandbox.slack.workspace import Workspace
from tests import plain_http

BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "decision",
        "elements": [
            {
                "type": "button",
                "action_id": "oms_confirm",
                "style": "primary",
                "value": "op1",
                "text": {"type": "plain_text", "text": "Pause"},
            },
            {"type": "button", "action_id": "oms_cancel", "text": {"type": "plain_text", "text": "Cancel"}},
        ],
    }
]
REASON: dict[str, Any] = {
    "type": "modal",
    "callback_id": "why",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Why?"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


class Bot:
    """A small Bolt app: a card for each command, an outcome in its thread for each click."""

    def __init__(self, slack: Workspace) -> None:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        self.bolt = AsyncApp(client=client, signing_secret=slack.signing_secret)
        self.seen: list[dict[str, Any]] = []
        self.bolt.command("/oms")(self.command)
        self.bolt.action("oms_confirm")(self.confirm)
        self.bolt.view("why")(self.submitted)
        self.bolt.view_closed("why")(self.acknowledge)
        self.bolt.shortcut("pause_this")(self.acknowledge)
        self.bolt.action("home_button")(self.acknowledge)
        for event in ("app_mention", "app_home_opened", "user_change"):
            self.bolt.event(event)(self.event)
        handler = AsyncSlackRequestHandler(self.bolt)

        async def endpoint(request: Request) -> Response:
            return await handler.handle(request)

        self.app = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])

    async def command(self, ack: Any, body: Any, client: Any, respond: Any) -> None:
        """Answer what the command's text asks for."""
        self.seen.append(body)
        match body["text"]:
            case "help":
                await ack("Say pause.")
            case "shout":
                await ack(text="Listen!", response_type="in_channel")
            case "why":
                await ack()
                await client.views_open(trigger_id=body["trigger_id"], view=REASON)
            case "whisper":
                await ack()
                for number in range(6):
                    await respond(f"whisper {number}")
            case "silence":
                pass
            case _:
                await ack()
                await client.chat_postMessage(channel=body["channel_id"], text="Pause?", blocks=BUTTONS)

    async def confirm(self, ack: Any, body: Any, client: Any, respond: Any) -> None:
        """Take the buttons away and tell the outcome; an ephemeral card is replaced."""
        await ack()
        self.seen.append(body)
        if body["container"]["is_ephemeral"]:
            await respond("Done.", replace_original=True)
            return
        card = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**card, text="Pausing", blocks=[])
        await client.chat_postMessage(channel=card["channel"], thread_ts=card["ts"], text="Paused.")

    async def submitted(self, ack: Any, body: Any) -> None:
        """Refuse an empty reason, ask again for a short one, take a long one."""
        self.seen.append(body)
        reason = body["view"]["state"]["values"]["reason"]["text"]["value"]
        if not reason:
            await ack(response_action="errors", errors={"reason": "Please say why."})
        elif len(reason) < 3:
            await ack(response_action="push", view=REASON)
        else:
            await ack()

    async def acknowledge(self, ack: Any, body: Any) -> None:
        """Only note what came."""
        await ack()
        self.seen.append(body)

    async def event(self, body: Any) -> None:
        """Only note what came."""
        self.seen.append(body)


@pytest.fixture
async def bot(slack: Workspace) -> AsyncIterator[Bot]:
    """A Bolt app that the workspace sends its requests to."""
    bolt = Bot(slack)
    async with serve(bolt.app) as url:
        slack.connect_http(url, slack.signing_secret)
        yield bolt


async def test_a_command_brings_a_card_and_a_click_its_outcome(
    slack: Workspace, bot: Bot, alice: User, incidents: Channel
) -> None:
    """The whole way of a request, through Bolt, in one event loop."""
    delivery = await slack.slash(alice, incidents, "/oms", "pause prod-sg 191297407830872")
    assert (delivery.status, delivery.body, delivery.ok) == (200, "", True)
    [card] = await slack.wait_for(lambda: slack.messages(incidents), 2)
    assert (await slack.click(alice, card, "oms_confirm")).ok
    await slack.wait_for(lambda: slack.thread(incidents, card)[1:], 2)
    assert [message.text for message in slack.thread(incidents, card)] == ["Pausing", "Paused."]
    command, click = bot.seen
    assert (command["channel_name"], command["is_enterprise_install"]) == ("incidents", "false")
    assert command["response_url"].startswith(f"{slack.base_url}/commands/T0SANDBOX/")
    assert click["user"] == {"id": "U0ALICE", "username": "alice", "name": "alice", "team_id": "T0SANDBOX"}
    assert click["container"]["message_ts"] == click["message"]["ts"] == card.ts
    [action] = click["actions"]
    assert (action["value"], action["block_id"], action["type"]) == ("op1", "decision", "button")


def test_the_bot_may_be_in_another_thread_and_so_may_the_workspace() -> None:
    """As with a bot in another process: only HTTP connects the two."""
    slack = Workspace()
    alice = slack.add_user("alice")
    incidents = slack.add_channel("incidents", members=[alice])

    async def scenario() -> None:
        await slack.slash(alice, incidents, "/oms", "pause")
        [card] = await slack.wait_for(lambda: slack.messages(incidents), 2)
        await slack.click(alice, card, "oms_confirm")
        await slack.wait_for(lambda: slack.thread(incidents, card)[1:], 2)

    with serve_in_thread(slack.app) as slack.base_url, serve_in_thread(Bot(slack).app) as url:
        slack.connect_http(url)
        asyncio.run(scenario())


@pytest.mark.usefixtures("bot")
async def test_an_acknowledgement_with_text_is_shown_as_slack_shows_it(
    slack: Workspace, alice: User, incidents: Channel
) -> None:
    """To the person alone, or to everybody if it says so."""
    await slack.slash(alice, incidents, "/oms", "help")
    assert [(said.text, said.source) for said in slack.ephemerals(alice)] == [("Say pause.", "ack")]
    await slack.slash(alice, incidents, "/oms", "shout")
    assert [said.text for said in slack.messages(incidents)] == ["Listen!"]


@pytest.mark.usefixtures("bot")
async def test_a_late_answer_is_a_timeout_for_the_person(
    slack: Workspace, alice: User, incidents: Channel
) -> None:
    """Slack gives a bot 3 s; the person then reads an error, whatever the bot does later."""
    slack.dispatcher.ack_seconds = 0.02
    delivery = await slack.slash(alice, incidents, "/oms", "silence")
    assert (delivery.status, delivery.error) == (None, "operation_timeout")
    assert [said.text for said in slack.ephemerals(alice)] == [
        '/oms failed with the error "operation_timeout"'
    ]


@pytest.mark.usefixtures("bot")
async def test_an_unhandled_or_unreachable_command_is_a_dispatch_failure(
    slack: Workspace, alice: User, incidents: Channel
) -> None:
    """A 404 of Bolt, a closed port, and Socket Mode with nobody connected."""
    assert (await slack.slash(alice, incidents, "/other")).error == "dispatch_failed"
    slack.connect_http("http://127.0.0.1:1")
    assert (await slack.slash(alice, incidents, "/oms")).error == "dispatch_failed"
    slack.disconnect_http()
    assert (await slack.slash(alice, incidents, "/oms")).error == "dispatch_failed"
    assert len(slack.ephemerals(alice)) == 3


async def test_people_cannot_do_what_slacks_client_does_not_offer(
    slack: Workspace, bot: Bot, alice: User, incidents: Channel
) -> None:
    """Gone buttons, other people's whispers, channels they are not in, commands of another workspace."""
    await slack.slash(alice, incidents, "/oms", "pause")
    [card] = await slack.wait_for(lambda: slack.messages(incidents), 2)
    before = card.snapshot()
    with pytest.raises(ImpossibleError, match="oms_confirm, oms_cancel"):
        await slack.click(alice, card, "oms_retry")
    await slack.click(alice, card, "oms_confirm")
    await slack.wait_for(lambda: slack.thread(incidents, card)[1:], 2)
    with pytest.raises(ImpossibleError):
        await slack.click(alice, card, "oms_confirm")
    await slack.click(alice, card, "oms_confirm", stale_message=before)
    assert bot.seen[-1]["message"]["text"] == "Pause?"
    bob, mallory = slack.add_user("bob"), slack.add_user("mallory", team_id="T0FOREIGN")
    with pytest.raises(ImpossibleError):
        await slack.click(bob, before, "oms_confirm")
    slack.invite(incidents, mallory)
    with pytest.raises(ImpossibleError):
        await slack.slash(mallory, incidents, "/oms", "pause")
    slack.deactivate(alice)
    with pytest.raises(ImpossibleError):
        await slack.slash(alice, incidents, "/oms", "pause")


async def test_somebody_of_another_workspace_clicks_under_their_own_team(
    slack: Workspace, bot: Bot, alice: User
) -> None:
    """Slack Connect: user.team_id differs from team.id (platforms.md, Slack: payloads)."""
    mallory = slack.add_user("mallory", team_id="T0FOREIGN")
    shared = slack.add_channel("shared", members=[alice, mallory])
    await slack.slash(alice, shared, "/oms", "pause")
    [card] = await slack.wait_for(lambda: slack.messages(shared), 2)
    await slack.click(mallory, card, "oms_confirm")
    assert (bot.seen[-1]["user"]["team_id"], bot.seen[-1]["team"]["id"]) == ("T0FOREIGN", "T0SANDBOX")


async def test_a_response_url_works_five_times_and_where_the_bot_is_not(
    slack: Workspace, bot: Bot, alice: User
) -> None:
    """The sixth reply is refused; so is one after thirty minutes."""
    private = slack.add_channel("private", members=[alice], private=True, bot=False)
    await slack.slash(alice, private, "/oms", "whisper")
    calls = await slack.wait_for(lambda: slack.calls[6:], 2)
    assert (calls[-1].method, calls[-1].status, calls[-1].error) == ("response_url", 404, "used_url")
    assert [said.text for said in slack.ephemerals(alice, private)] == [f"whisper {n}" for n in range(5)]
    assert bot.seen[0]["channel_name"] == "privategroup"
    await slack.slash(alice, private, "/oms", "help")
    slack.world.clock = lambda: time.time() + 1801
    async with plain_http.async_client() as http:
        answer = await http.post(bot.seen[-1]["response_url"], json={"text": "too late"})
    assert answer.json()["error"] == "expired_url"


async def test_a_response_url_replaces_or_deletes_the_message_it_came_from(
    slack: Workspace, bot: Bot, alice: User, incidents: Channel
) -> None:
    """An ephemeral message can be changed in no other way."""
    client = bot.bolt.client
    await client.chat_postEphemeral(channel=incidents.id, user=alice.id, text="Sure?", blocks=BUTTONS)
    [whisper] = slack.ephemerals(alice)
    await slack.click(alice, whisper, "oms_confirm")
    await slack.wait_for(lambda: whisper.text == "Done.", 2)
    async with plain_http.async_client() as http:
        url = bot.seen[-1]["response_url"]
        await http.post(url, json={"text": "All", "response_type": "in_channel", "replace_original": False})
        await http.post(url, json={"delete_original": True})
    assert [said.text for said in slack.messages(incidents)] == ["All"]
    assert slack.ephemerals(alice) == []


async def test_a_modal_is_opened_refused_pushed_and_closed(
    slack: Workspace, bot: Bot, alice: User, incidents: Channel
) -> None:
    """The answer to a submission decides what the person sees next."""
    await slack.slash(alice, incidents, "/oms", "why")
    modal = await slack.wait_for(lambda: slack.modal(alice), 2)
    await slack.submit(alice, modal)
    assert modal.errors == {"reason": "Please say why."}
    await slack.submit(alice, modal, {"text": "eh"})
    pushed = slack.modal(alice)
    assert pushed
    assert pushed.previous_id == modal.id
    await slack.close_view(alice, pushed)
    assert bot.seen[-1]["type"] == "view_closed"
    await slack.submit(alice, modal, {"text": "traffic spike"})
    assert slack.modal(alice) is None
    with pytest.raises(ImpossibleError):
        await slack.submit(alice, modal)


async def test_shortcuts_homes_mentions_and_user_changes_reach_the_bot(
    slack: Workspace, bot: Bot, alice: User, incidents: Channel
) -> None:
    """The other ways in."""
    said = slack.say(alice, incidents, "the migration is too fast")
    await slack.shortcut(alice, "pause_this", said)
    await slack.shortcut(alice, "pause_this")
    await slack.mention(alice, incidents, "pause", thread_ts=said.ts)
    await slack.open_home(alice)
    slack.deactivate(alice)
    await slack.user_changed(alice)
    kinds = [body["event"]["type"] if "event" in body else body["type"] for body in bot.seen]
    assert kinds == ["message_action", "shortcut", "app_mention", "app_home_opened", "user_change"]
    assert bot.seen[0]["message"]["text"] == "the migration is too fast"
    assert bot.seen[2]["event"]["thread_ts"] == said.ts
    assert bot.seen[4]["event"]["user"]["deleted"] is True
    slack.kick(incidents)
    bob = slack.add_user("bob")
    slack.invite(incidents, bob)
    with pytest.raises(ImpossibleError, match="does not hear"):
        await slack.mention(bob, incidents, "pause")


async def test_buttons_of_an_app_home_can_be_clicked(slack: Workspace, bot: Bot, alice: User) -> None:
    """A view's click has a view for its container."""
    button = {"type": "button", "action_id": "home_button", "text": {"type": "plain_text", "text": "Go"}}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    await bot.bolt.client.views_publish(user_id=alice.id, view=home)
    view = slack.home(alice)
    assert view
    await slack.click_view(alice, view, "home_button")
    assert bot.seen[-1]["container"] == {"type": "view", "view_id": view.id}


async def test_a_request_can_be_replayed_repeated_and_forged(
    slack: Workspace, bot: Bot, alice: User, incidents: Channel
) -> None:
    """Bolt refuses what is not signed as it came; it does not notice a repetition."""
    payload = slack.slash_payload(alice, incidents, "/oms", "help")
    twice = await slack.send(payload, times=2, concurrently=True)
    assert [delivery.status for delivery in twice] == [200, 200]
    assert len({body["trigger_id"] for body in bot.seen}) == 1
    payload.data["user_id"] = "U0MALLORY"
    old = await slack.send(payload, timestamp=int(time.time()) - 301)
    wrong = await slack.send(payload, signature="v0=00")
    swapped = await slack.send(payload, body=payload.body().replace(b"help", b"pause"))
    assert [delivery.status for delivery in old + wrong + swapped] == [401, 401, 401]
    assert (await slack.send(payload))[0].status == 200
    assert bot.seen[-1]["user_id"] == "U0MALLORY"


async def test_an_event_is_repeated_until_it_is_acknowledged(slack: Workspace, alice: User) -> None:
    """Three retries, with their number and reason, unless the bot asks for none."""
    seen: list[tuple[str | None, str | None, str]] = []
    headers: dict[str, str] = {}

    async def refuse(request: Request) -> Response:
        event_id = json.loads(await request.body())["event_id"]
        got = request.headers
        seen.append((got.get("x-slack-retry-num"), got.get("x-slack-retry-reason"), event_id))
        return PlainTextResponse("no", 500, headers)

    async with serve(Starlette(routes=[Route("/slack/events", refuse, methods=["POST"])])) as url:
        slack.connect_http(url)
        delivery = await slack.user_changed(alice)
        headers["X-Slack-No-Retry"] = "1"
        await slack.user_changed(alice)
    assert [(number, reason) for number, reason, _ in seen] == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
        ("3", "http_error"),
        (None, None),
    ]
    assert len({event_id for _, _, event_id in seen}) == 2
    assert (delivery.attempt, delivery.error) == (3, "dispatch_failed")


async def test_waiting_wakes_on_every_change_and_says_what_it_saw(
    slack: Workspace, alice: User, incidents: Channel
) -> None:
    """A scenario that fails says what happened instead."""
    kinds: list[str] = []
    unsubscribe = slack.subscribe(lambda change: kinds.append(change.kind))
    slack.say(alice, incidents, "hello")
    with pytest.raises(TimeoutError, match=r"message\.posted"):
        await slack.wait_for(lambda: slack.messages(incidents)[1:], 0.01)
    unsubscribe()
    slack.say(alice, incidents, "again")
    assert kinds == ["message.posted"]
