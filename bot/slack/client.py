"""How Slack's Web API is reached: one session for all that the bot says to Slack, and a client for each token."""

from __future__ import annotations

from typing import Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.network import Outgoing, new_session

SLACK_SECONDS: Final = 30  # a post that is given up on too early is doubtful, and is not repeated
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


def new_slack_session(outgoing: Outgoing, seconds: float = SLACK_SECONDS) -> aiohttp.ClientSession:
    """Return a session that follows no redirect and gives each answer so many *seconds*."""
    return new_session(
        outgoing, middlewares=[_refuse_redirects], timeout=aiohttp.ClientTimeout(total=seconds)
    )


def new_client(
    session: aiohttp.ClientSession, slack_api_url: str, token: str | None = None, team_id: str | None = None
) -> AsyncWebClient:
    """Return a client with a token, for the workspace *team_id* if the token is a whole organisation's."""
    return AsyncWebClient(
        token=token,
        base_url=slack_api_url,
        session=session,
        timeout=SLACK_SECONDS,
        team_id=team_id,
        retry_handlers=[],  # `delivery.deliver` knows which calls may be repeated
    )


async def _refuse_redirects(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep Slack's client from following a redirect, which would carry the token to wherever it points."""
    response = await send(request)
    if response.status in _REDIRECTS:
        response.close()
        raise aiohttp.ClientError("a redirect was not followed")
    return response
