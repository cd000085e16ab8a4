"""Modals: opened by a button within the trigger's three seconds; a submission stands for typing a command."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.conversation.operations import Operations
from bot.conversation.reasons import Reason
from bot.conversation.values import Operation, card_from
from bot.slack import cards, modals
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.hearing import Hearing
from bot.slack.modals import Subject
from bot.slack.payloads import Pressed, Submitted
from bot.slack.readers import Readers
from bot.text import say, say_limits
from bot.text.say_refusals import refusal
from bot.verbs.parsing import BadLimit


class Views:
    """Opens modals, and takes what is typed into them."""

    def __init__(
        self,
        door: Door,
        *,
        hearing: Hearing,
        operations: Operations,
        readers: Readers,
    ) -> None:
        self._door = door
        self._hearing = hearing
        self._operations = operations
        self._readers = readers

    def register(self, app: AsyncApp) -> None:
        """Listen to them."""

        @app.action(modals.SLOW_DOWN)
        async def on_slow_down(ack: Ack, body: dict[str, Any]) -> None:
            pressed = Pressed(body)
            await ack()
            self._door.later(self._ask_how_fast(pressed))

        @app.view(modals.THROTTLE)
        async def on_throttle(ack: Ack, body: dict[str, Any]) -> None:
            errors = await self._throttle(Submitted(body))
            await (ack(response_action="errors", errors=errors) if errors else ack())

    async def _ask_how_fast(self, pressed: Pressed) -> None:
        heard, language = pressed.heard(), self._readers.language(pressed.user_id)
        operation = await self._operation(pressed)
        if operation is None:
            self._door.remember(heard.key, heard.response_url)
            await self._door.whisper(heard, cards.note(refusal(language, Reason.UNKNOWN_OPERATION)))
            return
        subject = Subject(
            project=operation.project,
            task=operation.task_id,
            channel=operation.channel_id,
            thread=(operation.thread_ts if pressed.in_home else pressed.thread_ts) or "",
        )
        view = modals.throttle(language, subject, card_from(operation.card).task.name)
        await self._door.open_modal(heard, view, cards.note(say.busy(language)))

    async def _operation(self, pressed: Pressed) -> Operation | None:
        """Return the operation of the card that was pressed; none of another place, or of another's in one's home."""
        operation = await self._operations.get(pressed.value)
        if operation is None or operation.team_id != pressed.workspace:
            return None
        if pressed.in_home:
            return operation if operation.user_id == pressed.user_id else None
        return operation if operation.channel_id == pressed.channel_id else None

    async def _throttle(self, submitted: Submitted) -> dict[str, str]:
        """Hear it as if it had been typed; return what is wrong with which input."""
        language = self._readers.language(submitted.user_id)
        subject = modals.loaded(Subject, submitted.metadata)
        if subject is None:
            return {modals.RATE: refusal(language, Reason.UNKNOWN_OPERATION)}
        typed = modals.throttle_command(subject, *map(submitted.text_in, (modals.RATE, modals.HOURS)))
        found = await self._hearing.submit(typed, submitted.heard(subject.channel, subject.thread))
        match found:
            case None:
                return {}
            case BadLimit(wrong="missing" | "rate"):
                return {modals.RATE: say_limits.bad_input(language, found)}
            case BadLimit():
                return {modals.HOURS: say_limits.bad_input(language, found)}
            case _:
                return {modals.RATE: found.text}
