"""The slash command, ``/oms …``."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.listeners.acknowledge import Ack
from bot.slack.listeners.hearing import Hearing
from bot.slack.payloads import Heard, name_of_delivery, named_in
from bot.spelling import unescape


def register(app: AsyncApp, hearing: Hearing) -> None:
    """Listen to it."""

    @app.command("/oms")
    async def on_command(ack: Ack, body: dict[str, Any]) -> None:
        heard = Heard(
            delivery=name_of_delivery(body),
            workspace=body.get("team_id") or body.get("enterprise_id") or "",
            named=named_in(body.get("team_id"), enterprise=body.get("enterprise_id")),
            user_id=body["user_id"],
            channel_id=body["channel_id"],
            response_url=body.get("response_url") or "",
            trigger=body.get("trigger_id") or "",
        )
        answer = await hearing.hear(unescape(body.get("text") or ""), heard)
        if answer:
            await ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")
        else:
            await ack()
