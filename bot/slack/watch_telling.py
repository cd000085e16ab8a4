"""The Slack side of watches: the message, which is written anew no faster than Slack takes it, and whoever stops it."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import structlog
from cachetools import TTLCache

from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Operation, Request, card_from
from bot.conversation.waiting import DAY
from bot.conversation.watched import Sighting, Watch
from bot.huawei.fault import Fault
from bot.slack import cards, watch_messages
from bot.slack.answering import not_taken
from bot.slack.courtesies import PROMPT_SECONDS
from bot.slack.delivery import CannotDeliver, SlackError, Unavailable, deliver
from bot.slack.readers import Readers
from bot.slack.workspaces.one import Workspaces

EVERY_SECONDS: Final = 1.0
"""Between two messages written anew in one channel, over all watches. Source: Slack, "Rate limits"."""

log = structlog.get_logger(__name__)


class WatchTelling:
    """Shows them."""

    def __init__(self, workspaces: Workspaces, readers: Readers) -> None:
        self._workspaces = workspaces
        self._readers = readers
        self._turns: TTLCache[str, float] = TTLCache(10_000, 3600)

    async def post_watch(self, request: Request, watch: Watch, seen: Sighting) -> str | None:
        """Post the message and return where it stands. None if Slack takes none, which the asker was told.

        A post that may have been taken is not repeated: whoever sees it can't stop it, and it never changes.
        """
        language = self._readers.of(watch.locale)
        chat = await self._workspaces.chat(watch.team_id)
        message = watch_messages.going_on(language, watch, seen)
        try:
            return await deliver(
                lambda: chat.post(watch.channel_id, message, thread_ts=watch.thread_ts),
                within_seconds=PROMPT_SECONDS,
                repeatable=False,
            )
        except SlackError as error:
            note = cards.note(not_taken(language, watch.name, error))
            await chat.whisper(
                request.id, request.channel_id, request.user_id, note, thread_ts=request.thread_ts
            )
            return None

    async def show_watch(self, watch: Watch, last: Sighting | None, fault: Fault | None) -> bool:
        """Show what was read *last*. What Slack does not take now is left out; False if it will take nothing more."""
        await self._turn(watch.channel_id)
        message = watch_messages.going_on(self._readers.of(watch.locale), watch, last, fault)
        try:
            chat = await self._workspaces.chat(watch.team_id)
            await chat.update(watch.channel_id, watch.message_ts or "", message)
        except SlackError as error:
            log.info("watch_not_shown", error=error.error)
            if isinstance(error, Unavailable) and error.retry_after:
                self._turns[watch.channel_id] = time.monotonic() + error.retry_after
            return not isinstance(error, CannotDeliver) or error.for_operator
        return True

    async def close_watch(self, watch: Watch) -> None:
        """Show what came of it."""
        if watch.over == "lost" or not watch.message_ts:
            return
        message, ts = watch_messages.over(self._readers.of(watch.locale), watch), watch.message_ts
        try:
            chat = await self._workspaces.chat(watch.team_id)
            await deliver(
                lambda: chat.update(watch.channel_id, ts, message), within_seconds=DAY, repeatable=True
            )
        except SlackError as error:
            log.info("watch_not_shown", error=error.error)

    async def tell_slot_taken(self, operation: Operation, task: Snapshot) -> None:
        """Say in the thread of *operation* that another task has started since."""
        language = self._readers.of(card_from(operation.card).locale)
        message = watch_messages.slot_taken(language, operation.project, task)
        thread_ts = operation.thread_ts or operation.message_ts
        try:
            chat = await self._workspaces.chat(operation.team_id)
            await deliver(
                lambda: chat.post(operation.channel_id, message, thread_ts=thread_ts),
                within_seconds=DAY,
                repeatable=False,
            )
        except SlackError as error:
            log.info("slot_not_told", error=error.error)

    async def _turn(self, channel: str) -> None:
        """Wait until it is this one's turn in the channel."""
        now = time.monotonic()
        at = max(now, self._turns.get(channel, 0.0))
        self._turns[channel] = at + EVERY_SECONDS
        await asyncio.sleep(at - now)
