"""What the bot stands on: its address, its database, the secrets that are stored, the name it holds a lock under."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import sqlalchemy as sa

from bot.cli.checks.line import Line
from bot.preparation import StartRefusedError, bind, examine_database, open_secrets
from bot.settings.load import Settings


async def ground(settings: Settings) -> AsyncIterator[Line]:
    """Say what `serve` would say of address, database and stored secrets, without changing them."""
    try:
        for socket in bind(settings.host):
            socket.close()
    except StartRefusedError as refused:
        yield Line(False, str(refused))
    where = "HashiCorp Vault" if settings.hashicorp_vault else "the database"
    revision = None
    try:
        revision = await asyncio.to_thread(examine_database, settings)
    except StartRefusedError as refused:
        yield Line(False, "database", str(refused))
        if not settings.hashicorp_vault:
            return
    else:
        yield Line(
            True,
            f"database: {_dialect(settings)}" + ("" if revision else ", empty; the first start prepares it"),
        )
    try:
        await open_secrets(settings, revision=revision)
    except StartRefusedError as refused:
        yield Line(False, f"links in {where}", str(refused))
        return
    if settings.hashicorp_vault or settings.secret_keys.get_secret_value():
        yield Line(True, f"links: kept in {where}, and can be opened")
    else:
        yield Line(True, "links: people can't link themselves without OMS_BOT_SECRET_KEYS")


def _dialect(settings: Settings) -> str:
    return sa.make_url(settings.database_url.get_secret_value()).get_backend_name()
