"""Links whose Slack account went while the bot was not told: looked for at the start and daily, one person at a time.

Slack tells of a deactivated account once, and repeats it for minutes only; a bot that was down never hears of it.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from bot.identity.link import Link
from bot.identity.linking import Linking
from bot.identity.stores import SecretStore
from bot.slack.chat import Workspaces
from bot.slack.delivery import SlackError

GONE: Final = "slack_user_deleted"
EVERY: Final = 86_400.0  # seconds
PAUSE: Final = 1.0  # seconds between two people; Slack allows some hundred such questions a minute

log = structlog.get_logger(__name__)


class Sweep:
    """One for each process. Only Slack's clear word disables a link; what it does not say now, it is asked tomorrow."""

    def __init__(
        self, *, store: SecretStore, linking: Linking, workspaces: Workspaces, pause: float = PAUSE
    ) -> None:
        self._store = store
        self._linking = linking
        self._workspaces = workspaces
        self._pause = pause
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the background."""
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """End where it is."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def once(self) -> None:
        """Ask about each person who is linked."""
        for link in await self._store.all_links():
            if link.disabled is None and await self._is_gone(link):
                await self._linking.disable(link.team_id, link.user_id, GONE)
            await asyncio.sleep(self._pause)

    async def _forever(self) -> None:
        while True:
            try:
                await self.once()
            except Exception:  # the database, or HashiCorp Vault; none of them may end this
                log.exception("links_not_swept")
            await asyncio.sleep(EVERY)

    async def _is_gone(self, link: Link) -> bool:
        try:
            if link.team_id not in await self._workspaces.home(link.team_id):
                return False  # the bot was moved to another workspace, which knows nobody of this one
            chat = await self._workspaces.chat(link.team_id)
            return (await chat.person(link.user_id)).deleted
        except SlackError as error:
            log.debug("link_not_asked_about", error=error.error)
            return error.error == "user_not_found"
