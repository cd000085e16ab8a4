"""Who went while the bot was not told: workspaces, and people who are linked. Looked for at the start and daily.

Slack tells of a deactivated account once, and repeats it for minutes only; a bot that was down never hears of it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.identity.link import Link
from bot.identity.linking import Linking
from bot.identity.store import SecretStore
from bot.slack.delivery import CannotDeliver, SlackError
from bot.slack.workspaces.one import Workspaces

if TYPE_CHECKING:
    from bot.slack.departures import Departures

GONE: Final = "slack_user_deleted"
EVERY: Final = 86_400.0  # seconds
PAUSE: Final = 1.0  # seconds between two questions; Slack allows some hundred such questions a minute

log = structlog.get_logger(__name__)


class Sweep:
    """One for each process. Only Slack's clear word disables a link; what it does not say now, it is asked tomorrow.

    The one workspace of a configured token has no `departures`: that its token is refused may be a slip of the pen.
    """

    def __init__(
        self,
        *,
        store: SecretStore,
        linking: Linking,
        workspaces: Workspaces,
        departures: Departures | None,
        pause: float = PAUSE,
    ) -> None:
        self._store = store
        self._linking = linking
        self._workspaces = workspaces
        self._departures = departures
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

    async def workspaces(self) -> None:
        """Ask about each workspace that installed the bot."""
        if self._departures:
            await self._departures.look(self._pause)

    async def people(self) -> None:
        """Ask about each person who is linked."""
        for link in await self._store.all_links():
            if link.disabled is None and await self._is_gone(link):
                await self._linking.disable(link.team_id, link.user_id, GONE)
            await asyncio.sleep(self._pause)

    async def _forever(self) -> None:
        while True:
            for look in (self.workspaces, self.people):
                try:
                    await look()
                except Exception:  # the database, or HashiCorp Vault; none of them may end this
                    log.exception("not_swept", what=look.__name__)
            await asyncio.sleep(EVERY)

    async def _is_gone(self, link: Link) -> bool:
        try:
            if link.team_id not in await self._workspaces.home(link.team_id):
                return False  # the bot was moved to another workspace, which knows nobody of this one
            chat = await self._workspaces.chat(link.team_id)
            return (await chat.person(link.user_id)).deleted
        except SlackError as error:
            log.debug("link_not_asked_about", error=error.error)
            return isinstance(error, CannotDeliver) and error.error == "user_not_found"
