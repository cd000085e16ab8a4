"""Where the bot is installed, as the conversation asks for it, and the simplest answer: in one workspace."""

from __future__ import annotations

from typing import Protocol

from bot.slack.chat import Chat


class Workspaces(Protocol):
    """Where the bot is installed."""

    async def chat(self, team_id: str) -> Chat:
        """Return the way to talk to a workspace.

        Raises:
            CannotDeliver: the bot is not installed there.
        """

    async def home(self, team_id: str) -> frozenset[str]:
        """Return the workspace that the bot acts in when *team_id* is named, and its organisation.

        Raises:
            SlackError: that can't be known now.
        """


class OneWorkspace:
    """The single workspace that SLACK_BOT_TOKEN belongs to."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._home: frozenset[str] = frozenset()

    async def chat(self, _team_id: str) -> Chat:
        """Return the one there is."""
        return self._chat

    async def home(self, team_id: str) -> frozenset[str]:
        """Return what Slack says the token belongs to, which never changes, and the place of the delivery.

        Slack signs deliveries of no other workspace for this app, so whoever belongs to that place is no stranger.
        """
        if not self._home:
            who = await self._chat.auth_test()
            self._home = frozenset({str(who.get(key) or "") for key in ("team_id", "enterprise_id")} - {""})
        return self._home | {team_id}
