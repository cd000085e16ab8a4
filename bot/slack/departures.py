"""Workspaces that removed the bot while it was not told: each installation's token is shown to Slack.

Slack tells of an uninstallation once, and repeats it for minutes only; a bot that was down never hears of it. Only
Slack's clear word ends an installation. Whatever else it answers, or does not, it is asked again tomorrow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.workspaces.rotation import Rotation
from bot.slack.workspaces.store import InstallationStore, Place, place_of

FOUND: Final = "found_by_sweep"
ACCEPTED: Final = "ok"
# Words that mean one thing only. Source: the error table of auth.test; the last one is the event's name.
GONE: Final = frozenset({"account_inactive", "token_revoked", "app_uninstalled"})
# What Slack says of a token that it does not know, but also to a machine whose address it does not let in: it counts
# when Slack has just accepted another token from here. Source: the same table.
UNKNOWN: Final = "invalid_auth"

log = structlog.get_logger(__name__)


class Forget(Protocol):
    """Destroys what was installed at a place before a moment (`Installations` of `bot.slack.workspaces`)."""

    async def __call__(self, place: Place, before: float | None, *, once: str, **why: str) -> bool:
        """Return False if there was nothing."""


@dataclass(frozen=True)
class Asked:
    """What Slack said of an installation's token, and since when that is known."""

    bot: Bot
    at: float
    said: str


class Departures:
    """Finds the workspaces that left. `new_client` takes a token; `clock` gives Unix seconds."""

    def __init__(
        self,
        store: InstallationStore,
        rotation: Rotation,
        *,
        new_client: Callable[[str], AsyncWebClient],
        forget: Forget,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._rotation = rotation
        self._new_client = new_client
        self._forget = forget
        self._clock = clock

    async def look(self, pause: float) -> None:
        """Ask about each installation, with *pause* seconds in between, and forget those that are no more."""
        answers: list[Asked] = []
        for place in await self._store.places():
            answers += await self._look_at(place)
            await asyncio.sleep(pause)
        if any(asked.said == ACCEPTED for asked in answers):
            for asked in answers:
                if asked.said == UNKNOWN and self._in_date(asked.bot):
                    await self._end(asked)

    async def _look_at(self, place: Place) -> list[Asked]:
        try:
            asked = await self._ask(place)
            if asked and asked.said in GONE:
                await self._end(asked)
        except Exception:  # Slack, a key, the database, the links' vault: this one is asked about tomorrow
            log.exception("installation_not_swept", workspace=str(place))
            return []
        return [asked] if asked else []

    async def _ask(self, place: Place) -> Asked | None:
        stored = await self._store.encrypted_bot(place)
        if stored is None:
            return None
        bot = self._store.open(stored)
        if self._rotation.is_due(bot):
            bot = await self._rotation.refreshed(place) or bot
        at = self._clock()
        said = await _said_of(self._new_client(bot.bot_token))
        if said != ACCEPTED:
            log.warning("installation_refused", workspace=str(place), error=said)
        return Asked(bot, at, said)

    async def _end(self, asked: Asked) -> None:
        """Forget an installation, unless it was made or refreshed anew since Slack was asked."""
        place = place_of(asked.bot)
        now = await self._store.encrypted_bot(place)
        if now and self._store.open(now).bot_token == asked.bot.bot_token:
            once = f"{FOUND}:{asked.bot.installed_at}"
            await self._forget(place, asked.at, once=once, reason=FOUND, said=asked.said)

    def _in_date(self, bot: Bot) -> bool:
        """Say whether Slack should know the token; one that has expired and was not refreshed proves nothing."""
        return bot.bot_token_expires_at is None or bot.bot_token_expires_at > self._clock()


async def _said_of(client: AsyncWebClient) -> str:
    """Return Slack's own word of a token, or what came instead, which is never one of its words."""
    try:
        await client.auth_test()
    except SlackApiError as error:
        # What is no JSON comes as aiohttp's own response; and with any other status than 200 it may be a proxy's.
        status = getattr(error.response, "status_code", None)
        data: Any = getattr(error.response, "data", None)
        word = data.get("error") if status == 200 and isinstance(data, dict) else None
        return word if isinstance(word, str) and data.get("ok") is False else "unreadable"
    except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError, AttributeError) as error:
        # The last two: slack_sdk meets text or a list where it takes an object for granted.
        return type(error).__name__
    return ACCEPTED
