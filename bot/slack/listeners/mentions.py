"""``@oms-bot pause …``, which unlike a slash command can be typed in a thread."""

from __future__ import annotations

from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.hearing import Hearing, operation_id
from bot.slack.payloads import Heard, bot_ids, named_in, thread_of
from bot.slack.repeated import Repeated
from bot.verbs.grammar import after_mention
from bot.verbs.registry import Registry

# Slack repeats an event for about 5 min. Source: Slack, "Events API", retries
_RETRIED_SECONDS: Final = 10 * 60


def register(app: AsyncApp, door: Door, hearing: Hearing, registry: Registry, repeated: Repeated) -> None:
    """Listen to them.

    A message is one wish, however often Slack tells of it: it repeats events, and sends another when one is edited.
    """

    @app.event("app_mention")
    async def on_mention(
        ack: Ack, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        heard = heard_in(body, event)
        if not heard.user_id or not heard.channel_id:
            await ack()  # another app's mention has no user, and apps can't ask
            return
        said = after_mention(event.get("text") or "", bot_ids(body, context.bot_user_id), registry)
        wish = ("mention", heard.workspace, heard.delivery, said)
        if await repeated.is_known(*wish) or await door.knows(operation_id(heard.workspace, heard.delivery)):
            await ack()
            return
        await hearing.hear_and_whisper(ack, said, heard)
        door.later(repeated.note(*wish, seconds=_RETRIED_SECONDS))


def heard_in(body: dict[str, Any], event: dict[str, Any]) -> Heard:
    """Return who said what an event tells of, where."""
    # In a shared channel the event's own team may be a stranger's.
    installed = _first(body.get("authorizations"))
    place = installed.get("team_id") or body.get("team_id")
    enterprise = body.get("enterprise_id") or installed.get("enterprise_id")
    own = (event.get(key) for key in ("user_team", "team", "source_team"))
    return Heard(
        delivery=_message_id(event) or body["event_id"],
        workspace=place or enterprise or "",
        named=named_in(body.get("team_id"), *own, enterprise=enterprise),
        user_id=event.get("user") or "",
        channel_id=event.get("channel") or "",
        thread_ts=thread_of(event),
    )


def _first(entries: object) -> dict[str, Any]:
    entry = entries[0] if isinstance(entries, list) and entries else None
    return entry if isinstance(entry, dict) else {}


def _message_id(event: dict[str, Any]) -> str:
    """Return what names the message of an event; no two in one channel have the same ``ts``."""
    return f"{event['channel']}:{event['ts']}" if event.get("channel") and event.get("ts") else ""
