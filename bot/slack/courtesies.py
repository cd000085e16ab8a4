"""What is said only to spare people a doubt: that a request is still worked on, and what a card has no room for.

Nothing depends on either, so each is tried once, and neither is repeated after a crash.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog
from cachetools import TTLCache

from bot.conversation.values import Operation, Request, card_from
from bot.slack import cards
from bot.slack.delivery import SlackError
from bot.slack.readers import Readers
from bot.slack.workspaces.one import Workspaces
from bot.text import say

PROMPT_SECONDS: Final = 2.0  # in which Slack takes a message, unless it is down or limits the rate
DETAILS_SECONDS: Final = 1.5  # in which somebody who knows what they want has answered
WORKING_SECONDS: Final = 1.5  # after which somebody on a phone wonders whether they were heard

log = structlog.get_logger(__name__)


class Courtesies:
    """Says them."""

    def __init__(self, workspaces: Workspaces, readers: Readers) -> None:
        self._workspaces = workspaces
        self._readers = readers
        self._posted: TTLCache[str, tuple[Operation, str]] = TTLCache(1_000, 60)

    def note_posted(self, operation: Operation, ts: str) -> None:
        """Note that this process has posted a card, to say the rest of it later."""
        self._posted[operation.id] = operation, ts

    async def show_details(self, operation_id: str) -> None:
        """Say below a card that this process has posted what it has no room for, unless it is answered at once.

        What matters most stands on the card, so it is tried once.
        """
        if operation_id not in self._posted:
            return
        operation, ts = self._posted.pop(operation_id)
        await asyncio.sleep(DETAILS_SECONDS)
        card = card_from(operation.card)
        message = cards.details(self._readers.of(card.locale), card)
        thread_ts = operation.thread_ts or ts
        try:
            async with asyncio.timeout(PROMPT_SECONDS):
                chat = await self._workspaces.chat(operation.team_id)
                await chat.post(operation.channel_id, message, thread_ts=thread_ts)
        except (SlackError, TimeoutError) as error:
            log.info("details_not_posted", error=type(error).__name__)

    @contextlib.asynccontextmanager
    async def working(self, request: Request) -> AsyncIterator[None]:
        """While this lasts: once it takes long, say so; what was said is taken back at its end."""
        over = asyncio.Event()
        saying = asyncio.create_task(self._say_working(request, over))
        try:
            yield
        finally:
            over.set()  # what is on its way by then is waited for: else it would come after, and stay
            [said] = await asyncio.gather(saying, return_exceptions=True)
            if said is True:
                await self._take_back_working(request)

    async def _say_working(self, request: Request, over: asyncio.Event) -> bool:
        """Return whether it was said. Only where it can be taken back: at a command's or a button's response_url."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WORKING_SECONDS):
                await over.wait()
                return False
        note = cards.note(say.working(self._readers.language(request.user_id)))
        try:
            async with asyncio.timeout(PROMPT_SECONDS):
                await (await self._workspaces.chat(request.team_id)).respond(request.id, note)
        except (SlackError, TimeoutError):
            return False
        return True

    async def _take_back_working(self, request: Request) -> None:
        try:
            async with asyncio.timeout(PROMPT_SECONDS):
                await (await self._workspaces.chat(request.team_id)).take_back(request.id)
        except (SlackError, TimeoutError) as error:
            log.info("working_not_taken_back", error=type(error).__name__)
