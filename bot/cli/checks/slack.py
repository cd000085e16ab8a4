"""Slack: whether it is reached, takes both tokens, and lets the bot do what a command needs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import httpx
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.checks.blocks import blocks
from bot.cli.checks.installs import installs, scopes_wanted
from bot.cli.checks.line import Line
from bot.cli.checks.way import Unreached, reach
from bot.settings.load import Settings
from bot.settings.rules import of_nobody
from bot.slack.chat import Chat
from bot.slack.client import new_client, new_slack_session
from bot.slack.delivery import CannotDeliver, SlackError, classify
from bot.text.starting import app_token_refused, unreachable

_UPDATE: Final = "update the app from the manifest (`oms-bot manifest`), reinstall it"


async def slack(
    settings: Settings, http: httpx.AsyncClient, *, with_blocks: bool = False
) -> AsyncIterator[Line]:
    """Ask Slack what every command needs. One token that is wrong keeps the other from nothing.

    *with_blocks* asks besides whether this workspace takes everything that the bot can show.
    """
    bot_token = settings.slack_bot_token.get_secret_value()
    if not (bot_token or settings.socket_mode or settings.many_workspaces):
        return
    way = await reach(http, settings.slack_api_url, time.time)
    if isinstance(way, Unreached):
        yield Line(False, "Slack", unreachable(way.kind, settings.slack_api_url, way.why))
        return
    async with new_slack_session(settings.outgoing, settings.timing.request_timeout) as session:
        client = new_client(session, settings.slack_api_url, bot_token)
        if settings.many_workspaces:
            yield await _client_secret(settings, client)
            async for line in installs(settings):
                yield line
        elif bot_token:
            async for line in _bot_token(settings, client):
                yield line
            if with_blocks:
                async for line in blocks(Chat(client)):
                    yield line
        if settings.socket_mode:
            yield await _socket_mode(settings, client)


async def _client_secret(settings: Settings, client: AsyncWebClient) -> Line:
    """Show Slack the app's own credentials with a code that is none: what it says then is about them, or the code."""
    secret = settings.slack_client_secret.get_secret_value()
    try:
        await client.oauth_v2_access(client_id=settings.slack_client_id, client_secret=secret, code="check")
    except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError) as error:
        said = classify("oauth.v2.access", error).error
        if said != "invalid_code":
            return Line(False, f"Slack: {said}", "check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET")
    return Line(True, f"Slack: workspaces can install the bot at {settings.public_url}/slack/install")


async def _bot_token(settings: Settings, client: AsyncWebClient) -> AsyncIterator[Line]:
    try:
        who = await Chat(client).auth_test()
    except SlackError as error:
        yield Line(False, f"Slack: {error.error}", "check SLACK_BOT_TOKEN, and that the app is installed")
        return
    yield Line(
        True, f"Slack: {who.get('user', 'the bot')} in workspace {who.get('team', who.get('team_id'))}"
    )
    for fault in of_nobody(settings.users, who):
        yield Line(False, fault)
    if who.get("is_enterprise_install"):
        yield await _granted(client)
    if scopes := _scopes(settings, who):
        yield scopes
    yield await _people(client)


async def _granted(client: AsyncWebClient) -> Line:
    """Say in which workspaces of the organisation the bot is: installed on all of it, it is in none by itself."""
    try:
        names = await Chat(client).teams()
    except SlackError as error:
        return Line(
            False, f"Slack: {error.method}: {error.error}", "where the bot is in can't be known; try again"
        )
    if not names:
        remedy = "an administrator of the organisation adds it: Manage apps, Add to more workspaces"
        return Line(False, "Slack: installed on the organisation, but in none of its workspaces", remedy)
    return Line(True, f"Slack: installed on the organisation, in {', '.join(names)}")


def _scopes(settings: Settings, who: dict[str, Any]) -> Line | None:
    granted = {scope.strip() for scope in str(who.get("scopes", "")).split(",")} - {""}
    wanted = scopes_wanted(settings)
    missing = [scope for scope in wanted if scope not in granted]
    if granted and missing:
        return Line(False, f"Slack scopes: {', '.join(missing)} missing", _UPDATE)
    return Line(True, f"Slack scopes: {', '.join(wanted)}") if granted else None


async def _people(client: AsyncWebClient) -> Line:
    """Look somebody up, as is done for every command and click: what Slack says of its scopes is not the deed."""
    try:
        await Chat(client).prove()
    except SlackError as error:
        lacking = f" ({error.needed})" if error.needed else ""
        remedy = f"without users:read nobody can pause; {_UPDATE}"
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
