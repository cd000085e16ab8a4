"""The way to talk to each of many workspaces, for whoever need not know how installations are kept."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
import structlog

from bot.identity.keyring import VaultError
from bot.slack.chat import Chat
from bot.slack.delivery import CannotDeliver, Unavailable
from bot.slack.workspaces.installations import Installations

log = structlog.get_logger(__name__)


class ManyWorkspaces:
    """The workspaces that installed the bot, as the conversation talks to them: `Workspaces`."""

    def __init__(self, installations: Installations, make_chat: Callable[..., Chat]) -> None:
        """Talk by *make_chat*, which is `Chat` but for a workspace's client and name."""
        self._installations = installations
        self._make_chat = make_chat

    async def chat(self, team_id: str) -> Chat:
        """Return the way to talk to a workspace.

        Raises:
            CannotDeliver: the bot is not installed there, or its stored token can't be opened.
            Unavailable: the database or Slack can't be asked just now.
        """
        try:
            client = await self._installations.client(team_id)
        except VaultError as error:
            log.error("installation_unreadable", workspace=team_id, error=str(error))  # noqa: TRY400  # it says all
            raise CannotDeliver("workspace", "installation_unreadable") from None
        except sa.exc.SQLAlchemyError as error:  # its text may hold a row
            raise Unavailable("workspace", type(error).__name__) from None
        if client is None:
            raise CannotDeliver("workspace", "not_installed")
        return self._make_chat(client, workspace=team_id)

    async def home(self, team_id: str) -> frozenset[str]:
        """Return the workspace and the organisation whose installation serves *team_id*."""
        try:
            return await self._installations.home(team_id)
        except VaultError:
            raise CannotDeliver("workspace", "installation_unreadable") from None
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable("workspace", type(error).__name__) from None
