"""The `chat.*` methods, and what they share with response_url: turning arguments into a message."""

import json
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.faults import RateLimit
from bot.sandbox.slack.objects import Channel, Json, Message, SlackError, Token
from bot.sandbox.slack.world import World

_POST_LIMIT = 40_000  # characters of text in chat.postMessage
_UPDATE_LIMIT = 4_000  # characters of text in chat.update


@dataclass
class ApiCall:
    """One call of a Web API method, as its handler sees it."""

    world: World
    args: Json
    token: Token
    limits: RateLimit
    base_url: str

    def need(self, name: str) -> str:
        """Return a required argument. Raises SlackError("invalid_arguments") like Slack."""
        value = self.args.get(name)
        if value in (None, ""):
            said = f"missing required field: {name}"
            raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {said}"]})
        return str(value)

    def json(self, name: str, refusal: str) -> Any:  # noqa: ANN401  # JSON
        """Return a structured argument, which form-encoded callers send as JSON text."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(refusal) from None


def post_message(call: ApiCall) -> Json:
    """Answer chat.postMessage; a user id as channel means the direct message with them."""
    channel = _place(call)
    _writable(call, channel)
    content = _content(call, _POST_LIMIT)
    _slow_down(call, channel)
    message = call.world.post(
        Message(
            channel.id,
            call.world.next_ts(),
            call.world.bot.id,
            thread_ts=_thread(call.args),
            bot_id=call.world.bot_id,
            metadata=call.json("metadata", "invalid_metadata_format"),
            source="chat.postMessage",
            **content,
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": _shown(call.world, message)}


def post_ephemeral(call: ApiCall) -> Json:
    """Answer chat.postEphemeral; the reader has to be in the channel."""
    channel = _place(call)
    _writable(call, channel)
    user = call.world.users.get(call.need("user"))
    if user is None or user.deleted or user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    content = _content(call, _POST_LIMIT)
    message = call.world.post(
        Message(
            channel.id,
            call.world.next_ts(),
            call.world.bot.id,
            thread_ts=_thread(call.args),
            bot_id=call.world.bot_id,
            ephemeral_to=user.id,
            source="chat.postEphemeral",
            **content,
        )
    )
    return {"message_ts": message.ts}


def update(call: ApiCall) -> Json:
    """Answer chat.update; without `blocks` the old blocks stay, with an empty list they go."""
    message = _own_message(call, "cant_update_message")
    content = _content(call, _UPDATE_LIMIT)
    if (metadata := call.json("metadata", "invalid_metadata_format")) is not None:
        content["metadata"] = metadata
    given = {
        key: value for key, value in content.items() if key == "metadata" or call.args.get(key) is not None
    }
    call.world.edit(message, **given)
    shown = _shown(call.world, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: ApiCall) -> Json:
    """Answer chat.delete; a bot deletes only its own messages."""
    message = _own_message(call, "cant_delete_message")
    call.world.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: ApiCall) -> Json:
    """Answer chat.getPermalink."""
    channel = visible(call.world, call.need("channel"))
    message = call.world.find(channel.id, call.need("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    path = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    link = f"https://{call.world.team_domain}.slack.com/{path}{thread}"
    return {"channel": channel.id, "permalink": link}


def content_of(
    read: Callable[[str, str], Any], args: Json, *, unknown: Collection[str], limit: int = _POST_LIMIT
) -> Json:
    """Return the text, blocks and attachments of a message. `read(name, refusal)` parses a JSON argument.

    `unknown` are the types of blocks that the workspace does not know.

    Raises:
        SlackError: no_text, msg_too_long, invalid_blocks_format or invalid_blocks.
    """
    text = str(args.get("text") or args.get("markdown_text") or "")
    given = read("blocks", "invalid_blocks_format")
    blocks = check_blocks(given, unknown=unknown) if given is not None else []
    attachments = read("attachments", "invalid_attachments_format") or []
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    if len(text) > limit:
        raise SlackError("msg_too_long")
    return {"text": text, "blocks": blocks, "attachments": attachments}


def _content(call: ApiCall, limit: int) -> Json:
    return content_of(call.json, call.args, unknown=call.world.unknown_blocks, limit=limit)


def visible(world: World, ref: str) -> Channel:
    """Return a channel that the bot may know of. Raises SlackError("channel_not_found")."""
    channel = world.channel(ref)
    if channel.kind != "public" and world.bot.id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def _place(call: ApiCall) -> Channel:
    """Find where a message is to go; a user id stands for the direct message with them."""
    ref = call.need("channel")
    person = call.world.users.get(ref)
    if person is None:
        return visible(call.world, ref)
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("channel_not_found")
    return call.world.direct(person.id, call.world.bot.id)


def _writable(call: ApiCall, channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")
    if call.world.bot.id not in channel.members and "chat:write.public" not in call.token.scopes:
        raise SlackError("not_in_channel")


def _slow_down(call: ApiCall, channel: Channel) -> None:
    if seconds := call.limits.wait(channel.id):
        raise SlackError("ratelimited", retry_after=max(1, math.ceil(seconds)))


def _own_message(call: ApiCall, refusal: str) -> Message:
    channel = visible(call.world, call.need("channel"))
    message = call.world.find(channel.id, call.need("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != call.world.bot_id:
        raise SlackError(refusal)
    if channel.archived:
        raise SlackError("is_inactive")
    return message


def _thread(args: Json) -> str | None:
    return str(args["thread_ts"]) if args.get("thread_ts") else None


def _shown(world: World, message: Message) -> Json:
    return message.as_json(team=world.team_id, app_id=world.app_id)
