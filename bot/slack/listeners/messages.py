"""What people write to the bot itself, in its direct messages: a command without its slash, or anything else.

Slack tells of it only where the operator has added the scope im:history and the event message.im; see
`docs/reference/scopes.md`. The manifest asks for neither.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.hearing import Hearing, operation_id
from bot.slack.listeners.mentions import heard_in
from bot.spelling import unescape


def register(app: AsyncApp, door: Door, hearing: Hearing) -> None:
    """Listen to them. What the bot, or another one, has written is none of it, and neither is an edit."""

    @app.event("message", matchers=[_is_said_to_the_bot])
    async def on_message(ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
        heard = heard_in(body, event)
        if await door.knows(operation_id(heard.workspace, heard.delivery)):
            await ack()
            return
        said = unescape(str(event.get("text") or ""))
        await hearing.hear_and_whisper(ack, said if hearing.understands(said) else "help", heard)


async def _is_said_to_the_bot(event: dict[str, Any]) -> bool:
    is_own = event.get("channel_type") == "im" and bool(event.get("user"))
    return is_own and not event.get("subtype") and not event.get("bot_id")
