"""What the installations of many workspaces lack, as it is stored with them; Slack is not asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.checks.line import Line
from bot.cli.printing import counted
from bot.identity.keyring import KeyRing
from bot.preparation import StartRefusedError, examine_database
from bot.settings.load import Settings
from bot.slack.manifest import SCOPES
from bot.slack.workspaces.store import InstallationStore, place_of
from bot.store import database, migrations


def scopes_wanted(settings: Settings) -> list[str]:
    """Return the scopes that the bot needs with these settings."""
    groups = any(
        approver.rpartition(":")[2].startswith("S")
        for project in settings.projects.values()
        for approver in project.approvers
    )
    return [*SCOPES, "usergroups:read"] if groups else [*SCOPES]


async def installs(settings: Settings) -> AsyncIterator[Line]:
    """Say which lack a scope, or may not be any more. What is wrong with the database, `ground` has told."""
    try:
        if await asyncio.to_thread(examine_database, settings) != migrations.NEWEST:
            return
    except StartRefusedError:
        return
    engine = database.create_engine(settings.database_url.get_secret_value())
    try:
        ring = KeyRing.parse(settings.secret_keys)
        found = await InstallationStore(settings.slack_client_id, engine, ring).installed()
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()
    yield Line(True, f"Slack: the bot is installed in {counted(len(found), 'place')}")
    for bot in found:
        name = f"{bot.team_name or bot.enterprise_name or 'without a name'} ({place_of(bot)})"
        missing = [scope for scope in scopes_wanted(settings) if scope not in bot.bot_scopes]
        if not settings.installs.allow(bot.team_id, bot.enterprise_id):
            yield Line(
                False,
                f"Slack: {name} is not served",
                "[installs] does not name it; add it, or uninstall the bot",
            )
        elif missing:
            remedy = f"install it again there: {settings.public_url}/slack/install"
            yield Line(False, f"Slack: {name} lacks {', '.join(missing)}", remedy)
