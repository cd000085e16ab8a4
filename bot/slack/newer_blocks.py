"""Blocks that not every Slack takes yet: a message that has some carries a plain form beside them.

Slack documents no way to ask which a workspace takes, but `blocks.validate`, which is a call more. So a message is sent
as it is, and once more in its plain form if that is refused. A refusal is remembered for a while, in memory only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import structlog
from cachetools import TTLCache

from bot.slack.cards import Message
from bot.slack.delivery import Answer, CannotDeliver

log = structlog.get_logger(__name__)

NEWER: Final = ("container", "data_table", "data_visualization", "plan", "task_card")
REFUSALS: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""What Slack says of blocks that it does not take. Source: chat.postMessage's error table."""
_REMEMBERED_SECONDS: Final = 3600


class NewerBlocks:
    """Which of them each workspace refuses; `counted` is told of each that was sent in its plain form."""

    def __init__(self, counted: Callable[[str], object] = lambda _block: None) -> None:
        self._counted = counted
        self._refused: TTLCache[tuple[str, str], bool] = TTLCache(1_000, _REMEMBERED_SECONDS)

    async def send(
        self, workspace: str, message: Message, send: Callable[[Message], Awaitable[Answer]]
    ) -> Answer:
        """Send *message*; in its plain form where Slack refuses, or has refused, what is newer of it.

        Raises:
            SlackError: as *send* does.
        """
        blocks = [block for block in NEWER if any(part["type"] == block for part in message.blocks)]
        if not (blocks and message.plain):
            return await send(message)
        if not any((workspace, block) in self._refused for block in blocks):
            try:
                return await send(message)
            except CannotDeliver as error:
                if error.error not in REFUSALS:
                    raise
                log.warning("blocks_refused", method=error.method, error=error.error, blocks=blocks)
        sent = await send(replace(message, blocks=message.plain))
        for block in blocks:  # only now: what is refused in its plain form too was not refused for these
            self._refused[workspace, block] = True
            self._counted(block)
        return sent
