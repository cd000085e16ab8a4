"""``oms-bot check``: what is right and what is wrong, before anybody needs the bot at night.

Nothing is changed, but that the database remembers which logins IAM refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import httpx
import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from bot.huawei.errors import HuaweiError
from bot.huawei.fault import fault_of
from bot.huawei.iam.rejections import REMEMBERED_FOR, Ledger
from bot.huawei.transport import new_http_client
from bot.identity.directory import Directory
from bot.identity.tries import RunningTries, open_tries
from bot.preparation import (
    StartRefusedError,
    bring_up_to_date,
    examine_address,
    examine_database,
    open_secrets,
)
from bot.settings.load import Settings, SettingsError, load
from bot.settings.rules import of_nobody
from bot.settings.sections import Project
from bot.slack.chat import Chat
from bot.slack.client import new_client, new_slack_session
from bot.slack.delivery import CannotDeliver, SlackError
from bot.slack.manifest import SCOPES
from bot.store import database
from bot.text.languages import Language
from bot.text.say_faults import fault_text
from bot.text.starting import app_token_refused
from bot.verbs.tasks import Oms


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. `remedy` says what to do if it is not `ok`."""

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{'✓' if self.ok else '✗'} {self.what}" + (f": {self.remedy}" if self.remedy else "")


async def check() -> AsyncIterator[Line]:
    """Yield a line for each thing looked at, as soon as it is known."""
    try:
        settings = load()
    except SettingsError as error:
        for fault in error.faults:
            yield Line(False, fault)
        return
    yield Line(True, f"settings: {len(settings.projects)} projects, {len(settings.users)} users")
    if settings.literal_secrets:
        yield Line(
            True,
            f"settings: {settings.literal_secrets} secrets stand in the file itself",
            "better refer to them with env:NAME or file:/path",
        )
    async for line in _prepared(settings):
        yield line
    yield Line(True, f"network: {settings.outgoing}")
    async with new_slack_session(settings.outgoing, settings.timing.request_timeout) as session:
        async for line in _slack(settings, session):
            yield line
    async with new_http_client(settings.timing.request_timeout, settings.outgoing) as http:
        async for line in _huawei(settings, http):
            yield line


async def _prepared(settings: Settings) -> AsyncIterator[Line]:
    """Say what `serve` would say of address, database and stored secrets, without changing them."""
    try:
        examine_address(settings.host)
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
        yield Line(True, f"database: {_dialect(settings)}" + ("" if revision else ", still empty"))
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


async def _slack(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Line]:
    client = new_client(session, settings.slack_api_url, settings.slack_bot_token.get_secret_value())
    try:
        who = await Chat(client).auth_test()
    except SlackError as error:
        remedy = (
            "check HTTPS_PROXY and NO_PROXY, or [network], and what the proxy allows"
            if error.error == "proxy_refused"
            else "check SLACK_BOT_TOKEN, and that the app is installed"
        )
        yield Line(False, f"Slack: {error.error}", remedy)
        return
    yield Line(
        True, f"Slack: {who.get('user', 'the bot')} in workspace {who.get('team', who.get('team_id'))}"
    )
    for fault in of_nobody(settings.users, who):
        yield Line(False, fault)
    granted = {scope.strip() for scope in str(who.get("scopes", "")).split(",")} - {""}
    groups = any(
        "S" in approver.rpartition(":")[2][:1] for p in settings.projects.values() for approver in p.approvers
    )
    wanted = [*SCOPES, "usergroups:read"] if groups else [*SCOPES]
    missing = [scope for scope in wanted if scope not in granted]
    if granted and missing:
        yield Line(
            False,
            f"Slack scopes: {', '.join(missing)} missing",
            "update the app from manifest.yml, reinstall it",
        )
    elif granted:
        yield Line(True, f"Slack scopes: {', '.join(wanted)}")
    yield await _people(client)
    if settings.socket_mode:
        yield await _socket_mode(settings, client)


async def _people(client: AsyncWebClient) -> Line:
    """Look somebody up, as is done for every command and click: what Slack says of its scopes is not the deed."""
    try:
        await Chat(client).prove()
    except SlackError as error:
        lacking = f" ({error.needed})" if error.needed else ""
        remedy = "without users:read nobody can pause; update the app from manifest.yml, reinstall it"
        return Line(False, f"Slack: {error.method} is refused: {error.error}{lacking}", remedy)
    return Line(True, "Slack: people can be looked up")


async def _socket_mode(settings: Settings, client: AsyncWebClient) -> Line:
    try:
        await Chat(client).open_socket(settings.slack_app_token.get_secret_value())
    except CannotDeliver as error:
        return Line(False, f"Socket Mode: {error.error}", app_token_refused(error.error))
    except SlackError as error:
        return Line(False, f"Socket Mode: {error.error}", "Slack can't be asked; check SLACK_API_URL")
    return Line(True, "Socket Mode: can connect")


async def _huawei(settings: Settings, http: httpx.AsyncClient) -> AsyncIterator[Line]:
    """Log in as each configured user and read one task of each project. Nothing is paused."""
    if not settings.users:
        yield Line(True, "Huawei Cloud: no user is configured, so nobody was logged in")
        return
    async with _ledger(settings) as ledger:
        directory = Directory(
            settings.users,
            http=http,
            service_account=settings.service_account,
            ledger=ledger,
            clock=time.time,
        )
        oms = Oms(http, directory, clock=time.time, observe=lambda *_: None)
        for key in settings.users:
            team, _, user = key.rpartition(":")
            for project in settings.projects.values():
                yield await _reach(directory, oms, team, user, project)


@contextlib.asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[Ledger | None]:
    """Yield what remembers the logins that IAM refused, so that looking often locks nobody out.

    A database that is still empty is prepared for that. None if it can't be used.
    """
    try:
        if await asyncio.to_thread(examine_database, settings) is None:
            await asyncio.to_thread(bring_up_to_date, settings)
    except StartRefusedError:
        yield None
        return
    engine = database.create_engine(settings.database_url.get_secret_value())
    try:
        yield RunningTries(open_tries(settings, engine, clock=time.time, remembered=REMEMBERED_FOR))
    finally:
        engine.dispose()


async def _reach(directory: Directory, oms: Oms, team: str, user: str, project: Project) -> Line:
    identity = await directory.find(team, user)
    assert identity is not None  # noqa: S101  # it was just read from the settings
    who = f"{project.alias} as {identity.principal} ({user})"
    try:
        await oms.seen_by(identity, project).probe()
    except HuaweiError as error:
        fault = fault_of(error)
        return Line(
            False, who, fault_text(Language.EN, fault, project=project.alias, principal=identity.principal)
        )
    return Line(True, f"{who}: logged in, may read tasks")
