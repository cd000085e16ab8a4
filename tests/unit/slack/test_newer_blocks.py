"""Newer blocks: Slack gets them first, and a plain form where it does not take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace
from bot.slack import cards
from bot.slack.cards import Message
from bot.slack.chat import Chat
from bot.slack.delivery import CannotDeliver
from bot.slack.newer_blocks import NewerBlocks

ROW = [{"type": "raw_text", "text": "media-872"}]
PLAIN = cards.note("A list.").blocks
TABLE = Message(
    "A list.",
    [{"type": "data_table", "caption": "A list", "rows": [ROW, ROW]}, {"type": "divider"}],
    plain=PLAIN,
)
PIE = {"type": "pie", "segments": [{"label": "done", "value": 1}, {"label": "left", "value": 2}]}
CHART = Message(
    "A chart.",
    [{"type": "data_visualization", "title": "Speed", "chart": PIE}, {"type": "divider"}],
    plain=PLAIN,
)
WAYS = {
    "post": "chat.postMessage",
    "update": "chat.update",
    "ephemeral": "chat.postEphemeral",
    "respond": "response_url",
}


@dataclass
class Room:
    """A channel with alice and the bot, whose way is `chat`; `counted` is what the metrics are told."""

    slack: Workspace
    chat: Chat
    alice: User
    channel: Channel
    counted: Counter[str]

    def refuse(self, block: str = "data_table", *, error: str = "invalid_blocks") -> None:
        """Let Slack take no message with such a block."""
        for method in WAYS.values():
            self.slack.faults.add(
                method, error=error, times=None, when=lambda args: block in str(args["blocks"])
            )

    async def way(self, name: str) -> Callable[[Message], Awaitable[object]]:
        """Return one of the ways to say something; nothing is counted of getting there."""
        chat, channel, alice = self.chat, self.channel.id, self.alice.id
        match name:
            case "post":
                return lambda message: chat.post(channel, message)
            case "update":
                ts = await chat.post(channel, cards.note("Before."))
                self.slack.calls.clear()
                return lambda message: chat.update(channel, ts, message)
            case "ephemeral":
                return lambda message: chat.whisper("none", channel, alice, message)
            case _:
                payload = self.slack.slash_payload(self.alice, self.channel, "/oms", "list")
                chat.response_urls.remember("key", payload.data["response_url"])
                return lambda message: chat.respond("key", message)

    @property
    def sent(self) -> list[str]:
        """The methods by which messages were sent, however they were answered."""
        return [call.method for call in self.slack.calls if call.method in WAYS.values()]

    @property
    def shown(self) -> list[list[str]]:
        """The blocks of each message that stands there, by their types."""
        messages = self.slack.messages(self.channel) or self.slack.ephemerals(self.alice)
        return [[block["type"] for block in message.blocks or ()] for message in messages]


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """A workspace, served, and the bot's way to it."""
    slack, counted = Workspace(), Counter[str]()
    alice = slack.add_user("alice")
    async with (
        serve(slack.app) as slack.base_url,
        aiohttp.ClientSession(trust_env=False, cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        client = AsyncWebClient(slack.bot_token, slack.api_url, session=session, retry_handlers=[])
        chat = Chat(client, newer_blocks=NewerBlocks(lambda block: counted.update([block])))
        yield Room(slack, chat, alice, slack.add_channel("incidents", members=[alice]), counted)


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
@pytest.mark.parametrize("name", WAYS)
async def test_what_slack_does_not_take_is_sent_once_more_in_its_plain_form(
    room: Room, name: str, error: str
) -> None:
    """Whichever way it goes: counted, logged, and the reader sees one message."""
    say = await room.way(name)
    room.refuse(error=error)
    with capture_logs() as logs:
        await say(TABLE)
    assert room.shown == [["section"]]
    assert room.sent == [WAYS[name]] * 2
    assert room.counted == {"data_table": 1}
    [told] = [log for log in logs if log["event"] == "blocks_refused"]
    assert (told["method"], told["error"], told["blocks"]) == (WAYS[name], error, ["data_table"])


@pytest.mark.parametrize("name", WAYS)
async def test_where_slack_takes_it_the_newer_form_is_sent_once(room: Room, name: str) -> None:
    """The plain form is not needed then."""
    say = await room.way(name)
    await say(TABLE)
    assert room.shown == [["data_table", "divider"]]
    assert room.sent == [WAYS[name]]
    assert not room.counted


async def test_a_refusal_is_remembered_so_that_a_list_is_not_sent_twice_each_time(room: Room) -> None:
    """For the block that was refused: others are still tried. Whichever way it was refused."""
    room.refuse()
    await room.chat.whisper("none", room.channel.id, room.alice.id, TABLE)
    await room.chat.post(room.channel.id, TABLE)
    await room.chat.post(room.channel.id, CHART)
    assert room.sent == ["chat.postEphemeral"] * 2 + ["chat.postMessage"] * 2
    assert room.shown == [["section"], ["data_visualization", "divider"]]
    assert room.counted == {"data_table": 2}


async def test_what_one_workspace_refuses_another_is_still_sent(room: Room) -> None:
    """Slack brings new blocks to workspaces at different times."""
    known = NewerBlocks()
    async with aiohttp.ClientSession(trust_env=False, cookie_jar=aiohttp.DummyCookieJar()) as session:
        client = AsyncWebClient(room.slack.bot_token, room.slack.api_url, session=session, retry_handlers=[])
        first, second = (Chat(client, workspace=team, newer_blocks=known) for team in ("T1", "T2"))
        room.refuse()
        await first.post(room.channel.id, TABLE)
        room.slack.faults.clear()
        await second.post(room.channel.id, TABLE)
        await first.post(room.channel.id, TABLE)
    assert room.shown == [["section"], ["data_table", "divider"], ["section"]]


async def test_what_is_refused_in_its_plain_form_too_is_not_blamed_on_the_newer_block(room: Room) -> None:
    """The next message is tried as if nothing had happened."""
    room.slack.faults.add("chat.postMessage", error="invalid_blocks", times=2)
    with pytest.raises(CannotDeliver, match="invalid_blocks"):
        await room.chat.post(room.channel.id, TABLE)
    await room.chat.post(room.channel.id, TABLE)
    assert room.shown == [["data_table", "divider"]]
    assert not room.counted


@pytest.mark.parametrize("error", ["not_in_channel", "token_revoked"])
async def test_what_is_refused_for_another_reason_is_not_sent_again(room: Room, error: str) -> None:
    """A plainer form would not help."""
    room.slack.faults.add("chat.postMessage", error=error)
    with pytest.raises(CannotDeliver, match=error):
        await room.chat.post(room.channel.id, TABLE)
    assert room.sent == ["chat.postMessage"]


async def test_a_message_without_another_form_is_sent_once(room: Room) -> None:
    """As all that has ordinary blocks only."""
    room.slack.faults.add("chat.postMessage", error="invalid_blocks")
    with pytest.raises(CannotDeliver, match="invalid_blocks"):
        await room.chat.post(room.channel.id, cards.note("Hello."))
    assert room.sent == ["chat.postMessage"]
