"""The button that ends a watch: anybody's who belongs here and stands in its channel."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.conversation.reasons import Reason
from bot.conversation.values import CannotTell
from bot.conversation.watches import Watches
from bot.conversation.watching import Watching
from bot.huawei.fault import Fault
from bot.slack.answers import objected
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.payloads import Heard, Pressed
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.watch_messages import STOP


class WatchButtons:
    """Takes the clicks on watches."""

    def __init__(
        self, door: Door, *, watches: Watches, watching: Watching, people: People, readers: Readers
    ) -> None:
        self._door = door
        self._watches = watches
        self._watching = watching
        self._people = people
        self._readers = readers

    def register(self, app: AsyncApp) -> None:
        """Listen to them."""

        @app.action(STOP)
        async def on_stop(ack: Ack, body: dict[str, Any]) -> None:
            pressed = Pressed(body)
            await ack()
            self._door.later(self._stop(pressed))

    async def _stop(self, pressed: Pressed) -> None:
        heard = pressed.heard()
        self._door.remember(heard.key, heard.response_url)
        if objection := await self._objection(heard):
            language = self._readers.language(heard.user_id)
            await self._door.whisper(heard, objected(language, objection, None))
            return
        watch = await self._watches.get(pressed.value)
        if watch and (watch.team_id, watch.channel_id) == (heard.workspace, heard.channel_id):
            await self._watching.stop(watch, heard.user_id)

    async def _objection(self, heard: Heard) -> Reason | Fault | None:
        """Say why somebody may not stop it: guests and strangers deal with the bot in nothing."""
        try:
            return await self._people.may_not_join(heard.workspace, heard.user_id, heard.named)
        except CannotTell as error:
            return error.fault
