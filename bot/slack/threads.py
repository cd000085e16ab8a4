"""What is told in the thread of an operation or, where Slack does not take it there, to the requester directly."""

from __future__ import annotations

from typing import Any

import structlog

from bot.audit import Audit, Event
from bot.conversation.values import Operation
from bot.conversation.waiting import DAY
from bot.slack.cards import Message
from bot.slack.delivery import SlackError, deliver
from bot.slack.workspaces.one import Workspaces

log = structlog.get_logger(__name__)


class Threads:
    """Tells it. If Slack takes it nowhere, the audit has it."""

    def __init__(self, workspaces: Workspaces, audit: Audit) -> None:
        self._workspaces = workspaces
        self._audit = audit

    async def tell(
        self, operation: Operation, message: Message, *, once: str, card_ts: str | None = None, **about: Any
    ) -> str | None:
        """Return where it was posted in the thread; None if it was told elsewhere, or nobody knows.

        *card_ts* is the card that began the thread, if not the one on record; *once* and *about* are for the audit.
        """
        if thread_ts := operation.thread_ts or card_ts or operation.message_ts:
            try:
                return await self._post(operation, operation.channel_id, message, thread_ts)
            except SlackError as error:
                log.warning("thread_not_written", error=error.error)
        await self.tell_directly(operation, message, once=once, **about)
        return None

    async def tell_directly(
        self, operation: Operation, message: Message, *, once: str = "", **about: Any
    ) -> None:
        """Tell the requester alone, in a message of its own."""
        try:
            await self._post(operation, operation.user_id, message)
        except SlackError as error:
            await self._audit.append(
                Event.UNDELIVERED, operation.id, once=once, text=message.text, error=error.error, **about
            )

    async def _post(
        self, operation: Operation, channel: str, message: Message, thread_ts: str | None = None
    ) -> str:
        async def post() -> str:
            chat = await self._workspaces.chat(operation.team_id)
            return await chat.post(channel, message, thread_ts=thread_ts)

        return await deliver(post, within_seconds=DAY, repeatable=False)
