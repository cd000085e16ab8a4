"""Buttons: those of a card, which decide, and those that stand for typing a command."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack import cards
from bot.slack.listeners.acknowledge import Ack
from bot.slack.listeners.deciding import DOUBLE_TAP_SECONDS, Deciding
from bot.slack.listeners.hearing import Hearing
from bot.slack.payloads import Pressed
from bot.slack.repeated import Repeated


def register(app: AsyncApp, hearing: Hearing, deciding: Deciding, repeated: Repeated) -> None:
    """Listen to them."""

    @app.action(cards.CONFIRM)
    async def on_confirm(ack: Ack, body: dict[str, Any]) -> None:
        await deciding.decide(ack, Pressed(body), "confirm")

    @app.action(cards.CANCEL)
    async def on_cancel(ack: Ack, body: dict[str, Any]) -> None:
        await deciding.decide(ack, Pressed(body), "cancel")

    @app.action(cards.KEEP)
    async def on_keep(ack: Ack, body: dict[str, Any]) -> None:
        await deciding.decide(ack, Pressed(body), "keep")

    async def on_run(ack: Ack, body: dict[str, Any]) -> None:
        pressed = Pressed(body)
        if await repeated.note("tap", *pressed.same_wish, seconds=DOUBLE_TAP_SECONDS) > 1:
            await ack()  # a double tap, not a second wish
            return
        await hearing.hear_and_whisper(ack, pressed.value, pressed.heard())

    for action in (cards.RUN, cards.RUN_ALSO, cards.RUN_BEFORE):
        app.action(action)(on_run)
