"""Keeping the tokens of installations fresh: each refresh token is used once, whichever replicas want it.

A refresh token works once. Bolt refreshes inside its authorization, so two requests, or two replicas, use it twice, and
the bot is locked out of the workspace. Here one task of one replica refreshes, and everybody else waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Final

import aiohttp
import sqlalchemy as sa
import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackClientError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.delivery import Unavailable
from bot.slack.workspaces.store import InstallationStore, Place, place_of

log = structlog.get_logger(__name__)

# Access tokens live 12 h; refreshed when 2 h are left, a failed refresh can wait for the next call.
# Source: Slack, "Using token rotation"; Bolt does the same.
ROTATE_MINUTES: Final = 120
# What Slack says when a refresh token will never work again.
_DEAD: Final = frozenset({"invalid_refresh_token", "token_revoked", "token_expired", "account_inactive"})
_LOCKS: Final = 0x6F6D7369  # "omsi": keeps these advisory locks apart from others in the same database
_ROTATIONS_AT_ONCE: Final = 2  # each holds a connection of the pool while Slack answers


class Rotation:
    """Refreshes tokens that are about to expire. `client` carries no token; `clock` gives Unix seconds."""

    def __init__(
        self,
        store: InstallationStore,
        engine: sa.Engine,
        *,
        client_id: str,
        client_secret: SecretStr,
        client: AsyncWebClient,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._rotator = AsyncTokenRotator(
            client_id=client_id, client_secret=client_secret.get_secret_value(), client=client
        )
        self._under_way: dict[Place, asyncio.Task[Bot | None]] = {}
        self._few = asyncio.Semaphore(_ROTATIONS_AT_ONCE)

    def is_due(self, bot: Bot) -> bool:
        """Say whether a token is to be refreshed before it is used."""
        return (
            bot.bot_refresh_token is not None
            and bot.bot_token_expires_at is not None
            and bot.bot_token_expires_at - self._clock() < ROTATE_MINUTES * 60
        )

    async def refreshed(self, place: Place) -> Bot | None:
        """Return the bot of a place with a fresh token; None if nothing is installed there, or not any more.

        Raises:
            Unavailable: the token has expired, and Slack could not be asked for the next one.
            VaultError: the stored token can't be opened.
        """
        task = self._under_way.get(place)
        if task is None:
            # A task of its own: whoever asked may be cancelled, but Slack's answer must be stored.
            task = self._under_way[place] = asyncio.create_task(self._rotate(place))
            task.add_done_callback(lambda _: self._under_way.pop(place, None))
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Let refreshes under way end: a refresh token that Slack has taken must not be lost with its answer."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _rotate(self, place: Place) -> Bot | None:
        async with self._turn(place):
            stored = await self._store.encrypted_bot(place)
            bot = self._store.open(stored) if stored else None
            if stored and bot and self.is_due(bot):  # else another replica has just done it
                bot = await self._refresh(stored, bot)
            return bot

    @contextlib.asynccontextmanager
    async def _turn(self, place: Place) -> AsyncIterator[None]:
        """Keep other replicas from refreshing the same token. PostgreSQL ends a dead replica's turn.

        On SQLite there is one process, and `_under_way` has it refresh once.
        """
        if self._engine.dialect.name != "postgresql":
            yield
            return
        key = zlib.crc32(f"{place.enterprise_id}:{place.team_id}".encode()) - 2**31
        async with self._few:
            connection = await asyncio.to_thread(self._engine.connect)
            try:
                wait = sa.select(sa.func.pg_advisory_xact_lock(_LOCKS, key))
                await asyncio.to_thread(connection.execute, wait)
                yield
            finally:
                await asyncio.to_thread(connection.close)  # ends the transaction, and the lock with it

    async def _refresh(self, stored: Bot, bot: Bot) -> Bot | None:
        """Exchange the refresh token and store what Slack gives for it."""
        try:
            fresh = await self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=ROTATE_MINUTES
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            return self._not_refreshed(bot, _word(error))
        if fresh is None:
            return self._not_refreshed(bot, "no_bot_token")
        log.info("token_refreshed", workspace=str(place_of(bot)))
        if await self._store.replace(stored, fresh):
            return fresh
        # Installed anew or uninstalled meanwhile: that counts.
        current = await self._store.encrypted_bot(place_of(bot))
        return self._store.open(current) if current else None

    def _not_refreshed(self, bot: Bot, word: str) -> Bot | None:
        """Return the old token while it lasts.

        Raises:
            Unavailable: it has expired, and asking Slack again may help.
        """
        log.warning("token_not_refreshed", workspace=str(place_of(bot)), error=word)
        if (bot.bot_token_expires_at or 0) > self._clock():
            return bot
        if word in _DEAD:  # only installing again helps
            return None
        raise Unavailable("oauth.v2.access", word)


def _word(error: Exception) -> str:
    """Name a failed refresh without its text, which may quote what was sent."""
    if isinstance(error, SlackTokenRotationError):
        data = getattr(error.api_error.response, "data", None)
        said = data.get("error") if isinstance(data, dict) else None
        return str(said or "unreadable")
    return type(error).__name__
