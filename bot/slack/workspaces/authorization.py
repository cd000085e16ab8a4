"""What Bolt asks before it serves a request: whose token is it served with, and what hear those who are not served?

Bolt's own answers take a call to Slack before the acknowledgement, and are a 500 if that fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Final, Literal

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Bot

from bot.identity.keyring import VaultError
from bot.slack.workspaces.oauth import MayInstall

log = structlog.get_logger(__name__)

LOOKUP_SECONDS: Final = 2.0  # Slack gives up after 3 s. Source: Slack, "Acknowledging requests"

Unserved = Literal["not_installed", "not_invited", "not_looked_up"]
Find = Callable[[str | None, str | None], Coroutine[Any, Any, Bot | None]]
Explain = Callable[[Mapping[str, Any], Unserved], BoltResponse]


def authorize_with(find: Find) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Return what is for `AsyncApp(authorize=…)`: a function, as Bolt takes a method's `self` for an argument."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Give Bolt the workspace's own token, without asking Slack before an acknowledgement."""
        bot = await find(team_id, enterprise_id)
        if bot is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=bot.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_scopes=bot.bot_scopes,
        )

    return authorize  # type: ignore[return-value]  # Bolt takes None for "not installed"; its annotation forgets it


def answer_unserved(
    find: Find, may_install: MayInstall, explain: Explain
) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Return what is for `AsyncApp(before_authorize=…)`: whoever can't be served hears why from *explain*."""

    async def before_authorize(
        context: AsyncBoltContext, body: dict[str, Any], next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Let a request pass whose workspace can be served; answer any other."""
        if context.team_id is None and context.enterprise_id is None:
            await next_()  # url_verification
            return None
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                bot = await find(context.team_id, context.enterprise_id)
        except Exception as error:  # noqa: BLE001  # whatever it is, the person is told and the operator finds it here
            log.error("installation_unreadable", workspace=context.team_id, error=_sentence(error))  # noqa: TRY400  # it says all
            return explain(body, "not_looked_up")
        if bot is None:
            log.info("not_installed", workspace=context.team_id, enterprise=context.enterprise_id)
            invited = may_install(context.team_id, context.enterprise_id)
            return explain(body, "not_installed" if invited else "not_invited")
        await next_()
        return None

    return before_authorize


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, VaultError) else type(error).__name__
