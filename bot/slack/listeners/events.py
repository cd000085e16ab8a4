"""What Slack tells of accounts and of the app itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp

from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.payloads import accounts_of


class Links(Protocol):
    """What is needed of linking."""

    async def disable(self, accounts: Collection[tuple[str, str]]) -> None:
        """Make the links of a deactivated account unusable: workspaces and ids under which it may have made them."""

    async def forget(self, teams: Collection[str]) -> None:
        """Destroy the links of workspaces that have removed the bot."""


def register(app: AsyncApp, door: Door, links: Links) -> None:
    """Listen to changes of accounts."""

    @app.event("user_change")
    async def on_user_change(ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Somebody's Slack account changed; one that was deactivated may no longer use its links."""
        await ack()
        user = event.get("user")
        if isinstance(user, dict) and user.get("deleted"):
            door.later(links.disable(accounts_of(user, body)))


def register_uninstalled(app: AsyncApp, links: Links) -> None:
    """Listen to the removal of the app from the one workspace that it is in."""

    @app.event("app_uninstalled")
    async def on_uninstalled(ack: Ack, body: dict[str, Any]) -> None:
        """A failure is not acknowledged, so Slack tells again."""
        await links.forget({str(body.get("team_id") or ""), str(body.get("enterprise_id") or "")})
        await ack()
