"""Decisions that need a reason: a button opens a modal that asks for it, and its submission is the click that counts.

What comes back may be forged like any click: who submits it, for which card, and where that stands is judged anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncApp

from bot.conversation.reasons import Reason
from bot.conversation.values import card_from
from bot.conversation.verdicts import Click, ClickKind
from bot.slack import cards, modals, reason_modal
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.deciding import Deciding
from bot.slack.payloads import Pressed, Submitted
from bot.slack.readers import Readers
from bot.slack.reason_modal import LONGEST, REASON, Place
from bot.text import say, say_consent
from bot.text.say_consent import Why
from bot.text.say_refusals import refusal

_KINDS: Final[Mapping[Why, ClickKind]] = {"decline": "cancel", "break_glass": "break_glass"}
"""What is decided by which modal."""


class Reasons:
    """Opens the modals, and takes what is submitted. `clock` gives Unix seconds."""

    def __init__(
        self,
        door: Door,
        *,
        deciding: Deciding,
        readers: Readers,
        clock: Callable[[], float],
    ) -> None:
        self._door = door
        self._deciding = deciding
        self._readers = readers
        self._clock = clock

    def register(self, app: AsyncApp) -> None:
        """Listen to them."""
        for why, kind in _KINDS.items():
            self._register(app, why, kind)

    def _register(self, app: AsyncApp, why: Why, kind: ClickKind) -> None:
        @app.action(reason_modal.action(why))
        async def on_press(ack: Ack, body: dict[str, Any]) -> None:
            await ack()
            self._door.later(self._ask(Pressed(body), why, kind))

        @app.view(reason_modal.callback(why))
        async def on_submit(ack: Ack, body: dict[str, Any]) -> None:
            await self._take(ack, Submitted(body), kind)

    async def _ask(self, pressed: Pressed, why: Why, kind: ClickKind) -> None:
        opened = await self._deciding.open_to(pressed, kind)
        if opened is None:
            return
        operation, click = opened
        place = Place(
            operation=operation.id,
            channel=click.channel_id,
            message=click.message_ts,
            thread=click.thread_ts or "",
        )
        language = self._readers.language(pressed.user_id)
        view = reason_modal.ask(language, why, card_from(operation.card), place)
        await self._door.open_modal(pressed.heard(), view, cards.note(say.busy(language)))

    async def _take(self, ack: Ack, submitted: Submitted, kind: ClickKind) -> None:
        language = self._readers.language(submitted.user_id)
        place = modals.loaded(Place, submitted.metadata)
        reason = " ".join(submitted.text_in(REASON).split())[:LONGEST]
        if place is None or not reason:
            wrong = say_consent.needs_reason(language)
            unknown = refusal(language, Reason.UNKNOWN_OPERATION)
            await ack(response_action="errors", errors={REASON: wrong if place else unknown})
            return
        click = Click(
            operation_id=place.operation,
            workspace=submitted.workspace,
            team_id=submitted.team_id,
            user_id=submitted.user_id,
            channel_id=place.channel,
            message_ts=place.message,
            named=submitted.named,
            kind=kind,
            click_id=submitted.id,
            at=self._clock(),
            thread_ts=place.thread or None,
            reason=reason,
        )
        await self._deciding.take(ack, click, submitted.heard(place.channel, place.thread))
