"""*Sign in with Slack*: which Slack account sits at a browser? OpenID Connect's code flow, for the linking page.

The id token comes from Slack itself, over TLS, for a code that works once; so its signature need not be checked
(OpenID Connect Core 1.0, 3.1.3.7, point 6). Nothing of it is kept.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urljoin

import aiohttp
import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.pages.sign_in import CALLBACK, Account
from bot.settings.load import Settings
from bot.slack.client import new_client

log = structlog.get_logger(__name__)

_CLAIM: Final = "https://slack.com/"


class SignIn:
    """Asks Slack with an app's client id and secret. `client` carries no token; `clock` gives Unix seconds."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        client_id: str,
        client_secret: SecretStr,
        slack_api_url: str,
        public_url: str,
        clock: Callable[[], float],
    ) -> None:
        self._client = client
        self._client_id = client_id
        self._client_secret = client_secret
        self._page = urljoin(slack_api_url, "/openid/connect/authorize")
        self._redirect_uri = f"{public_url.rstrip('/')}{CALLBACK}"
        self._clock = clock

    def url(self, *, state: str, nonce: str, team_id: str) -> str:
        """Return where a browser signs in."""
        asked = {
            "response_type": "code",
            "scope": "openid profile",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "state": state,
            "nonce": nonce,
        }
        if team_id.startswith("T"):
            asked["team"] = team_id
        return f"{self._page}?{urlencode(asked)}"

    async def account(self, code: str, nonce: str) -> Account | None:
        """Return who signed in; None if Slack does not say, or says it of another browser or app."""
        try:
            answer = await self._client.openid_connect_token(
                client_id=self._client_id,
                client_secret=self._client_secret.get_secret_value(),
                code=code,
                redirect_uri=self._redirect_uri,
            )
            claims = _claims(answer.get("id_token"))
        except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("sign_in_failed", error=type(error).__name__)  # its text may quote the code
            return None
        if claims.get("nonce") != nonce or claims.get("aud") != self._client_id or self._is_over(claims):
            log.warning("sign_in_refused")
            return None
        teams = {claims.get(f"{_CLAIM}{name}") for name in ("team_id", "enterprise_id")}
        return Account(
            user_id=str(claims.get(f"{_CLAIM}user_id") or ""),
            teams=frozenset(team for team in teams if isinstance(team, str) and team),
        )

    def _is_over(self, claims: dict[str, Any]) -> bool:
        expires_at = claims.get("exp")
        return not isinstance(expires_at, int | float) or expires_at < self._clock()


def sign_in_with(
    settings: Settings, session: aiohttp.ClientSession, clock: Callable[[], float]
) -> SignIn | None:
    """Return the way to ask Slack; None where the app's credentials are not known, or there is no page."""
    own = settings.sign_in_with_slack
    if not settings.public_url or not (own or settings.many_workspaces):
        return None
    return SignIn(
        new_client(session, settings.slack_api_url),
        client_id=own.client_id if own else settings.slack_client_id,
        client_secret=own.client_secret if own else settings.slack_client_secret,
        slack_api_url=settings.slack_api_url,
        public_url=settings.public_url,
        clock=clock,
    )


def _claims(id_token: object) -> dict[str, Any]:
    """Read a JSON Web Token's middle part.

    Raises:
        ValueError: it is none.
    """
    parts = str(id_token).split(".")
    if len(parts) != 3:
        raise ValueError("no id token")
    claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    if not isinstance(claims, dict):
        raise ValueError("no claims")  # noqa: TRY004  # what came over the wire has a wrong value
    return claims
