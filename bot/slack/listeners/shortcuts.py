"""Shortcuts: the global one opens the modal."""

from __future__ import annotations

from typing import Any, Final

from slack_bolt.async_app import AsyncApp

from bot.slack.ask_modal import Draft
from bot.slack.listeners.acknowledge import Ack
from bot.slack.listeners.modal import AskModal
from bot.slack.payloads import Interaction

ANYWHERE: Final = "oms_pause"


def register(app: AsyncApp, modal: AskModal) -> None:
    """Listen to them."""

    @app.shortcut(ANYWHERE)
    async def on_shortcut(ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        modal.open_later(Interaction(body).heard(), Draft())
