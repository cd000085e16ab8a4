"""Many workspaces: which token serves a request, how it is kept fresh, and what happens when a workspace leaves.

    installations = Installations(engine, key_ring, client_id=…, …)
    AsyncApp(authorize=installations.authorize, before_authorize=installations.before_authorize, …)
    installations.register(app)                     # app_uninstalled, tokens_revoked
    Starlette(routes=[…, *installations.routes()])  # /slack/install, /slack/oauth_redirect
    chat = await ManyWorkspaces(installations, Chat).chat(team_id)

Bolt's own `AsyncInstallationStoreAuthorize` is not used: it asks Slack (auth.test, token rotation) before a request is
acknowledged. Here a request reads one row, and a token is refreshed when Slack is about to be called with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final

import aiohttp
import sqlalchemy as sa
import structlog
from cachetools import TTLCache
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from bot.audit import Audit, Event
from bot.identity.keyring import KeyRing
from bot.pages.limits import AddressLimit
from bot.slack.client import new_client
from bot.slack.departures import Departures
from bot.slack.workspaces import oauth
from bot.slack.workspaces.authorization import Unserved, answer_unserved, authorize_with
from bot.slack.workspaces.oauth import MayInstall
from bot.slack.workspaces.rotation import Rotation
from bot.slack.workspaces.store import InstallationStore, Place, StateStore, place_of
from bot.store.recent import Recent
from bot.text import say_setting_up
from bot.text.languages import Language

log = structlog.get_logger(__name__)

CACHE_SECONDS: Final = 5.0  # how long a replica may not know that another one saw an uninstallation
# An event about an older installation must not remove a newer one; clocks may differ by this.
CLOCK_TOLERANCE_SECONDS: Final = 30.0


Left = Callable[[Collection[str]], Awaitable[None]]
"""Told of workspaces (and organisations) that are served no more, before their tokens are forgotten."""


class Installations:
    """The workspaces that installed the bot. `clock` gives Unix seconds.

    `may_install` says which the operator lets install; any other is not served either. None: nobody is. `language` is
    the one that is fixed for all.

    Attributes:
        authorize: For `AsyncApp(authorize=…)`.
        before_authorize: For `AsyncApp(before_authorize=…)`; answers workspaces that are not served, in words.
        departures: Finds the workspaces that left while nobody was told.
    """

    def __init__(
        self,
        engine: sa.Engine,
        key_ring: KeyRing,
        *,
        client_id: str,
        client_secret: SecretStr,
        slack_api_url: str,
        public_url: str,
        scopes: Sequence[str],
        session: aiohttp.ClientSession,
        is_slacks: Callable[[str], bool],
        may_install: MayInstall | None,
        left: Left,
        language: Language | None = None,
        clock: Callable[[], float],
        audit: Audit,
    ) -> None:
        self._left = left
        self._may_install = may_install or _nobody
        self._slack_api_url = slack_api_url
        self._session = session
        self._is_slacks = is_slacks
        self._clock = clock
        self._audit = audit
        self._install_url = f"{public_url.rstrip('/')}{oauth.INSTALL_PATH}"
        self._store = InstallationStore(client_id, engine, key_ring)
        self._bots: TTLCache[tuple[str | None, str | None], Bot] = TTLCache(
            10_000, CACHE_SECONDS, timer=clock
        )
        self._rotation = Rotation(
            self._store,
            engine,
            client_id=client_id,
            client_secret=client_secret,
            client=self._new_client(),
            clock=clock,
        )
        self.departures = Departures(
            self._store, self._rotation, new_client=self._new_client, forget=self._forget, clock=clock
        )
        self._background: set[asyncio.Task[None]] = set()
        flow = oauth.Flow(
            client=self._new_client(),
            store=self._store,
            states=StateStore(engine, clock),
            installed=self._installed,
            may_install=self._may_install,
            client_id=client_id,
            client_secret=client_secret,
            scopes=list(scopes),
            slack_api_url=slack_api_url,
            public_url=public_url.rstrip("/"),
        )
        self._language = language
        self._pages = oauth.Pages(
            flow,
            scopes=scopes,
            open_=may_install is not None,
            language=language,
            addresses=AddressLimit("install", Recent(engine, clock), clock=clock),
        )
        self.authorize = authorize_with(self._find)
        self.before_authorize = answer_unserved(self._find, self._may_install, self._explain)

    def routes(self) -> list[Route]:
        """Return ``/slack/install`` and ``/slack/oauth_redirect``."""
        return self._pages.routes()

    def register(self, app: AsyncApp) -> None:
        """Let Bolt tell of uninstallations. A failure is not acknowledged, so Slack tells again."""

        async def app_uninstalled(context: AsyncBoltContext, body: dict[str, Any]) -> None:
            await self.uninstalled(context.team_id, context.enterprise_id, **_told(context, body))

        async def tokens_revoked(context: AsyncBoltContext, body: dict[str, Any]) -> None:
            tokens = body["event"].get("tokens") or {}
            await self.tokens_revoked(
                context.team_id, context.enterprise_id, bots=tokens.get("bot") or [], **_told(context, body)
            )

        app.event("app_uninstalled")(app_uninstalled)
        app.event("tokens_revoked")(tokens_revoked)

    async def drain(self) -> None:
        """Let what is under way end: refreshes, and answers to those who are not served."""
        await self._rotation.drain()
        await asyncio.gather(*self._background, return_exceptions=True)

    # --- calling Slack -------------------------------------------------------------------------------------------

    async def client(self, team_id: str | None, enterprise_id: str | None = None) -> AsyncWebClient | None:
        """Return a client with the token of a workspace; None if the bot is not installed there.

        Args:
            team_id: The workspace where it is to act; not that of a person who only shares a channel with it.
            enterprise_id: Its organisation, if known; learnt from the workspace's requests otherwise.

        Raises:
            Unavailable: the token has expired, and Slack could not be asked for the next one.
            VaultError: the stored token can't be opened.
        """
        bot = await self._find(team_id, enterprise_id)
        if bot is not None and self._rotation.is_due(bot):
            bot = await self._rotation.refreshed(place_of(bot))
            self._bots.clear()
        if bot is None:
            return None
        # A token of a whole organisation must say which workspace is meant. Source: Slack, "Organization-ready apps"
        return self._new_client(bot.bot_token, team_id if bot.is_enterprise_install else None)

    async def _find(self, team_id: str | None, enterprise_id: str | None) -> Bot | None:
        key = (enterprise_id, team_id)
        bot: Bot | None = self._bots.get(key)
        if bot is None and (bot := await self._store.find(team_id, enterprise_id)):
            self._bots[key] = bot
        if bot and not self._may_install(team_id or bot.team_id, enterprise_id or bot.enterprise_id):
            return None  # installed when it was still allowed to
        return bot

    async def home(self, team_id: str) -> frozenset[str]:
        """Return *team_id* with the workspace and the organisation whose installation serves it.

        Raises:
            VaultError: the stored token can't be opened.
        """
        bot = await self._find(team_id, None)
        return frozenset({team_id, *filter(None, (bot.team_id, bot.enterprise_id))} if bot else ())

    def _new_client(self, token: str | None = None, team_id: str | None = None) -> AsyncWebClient:
        return new_client(self._session, self._slack_api_url, token, team_id)

    # --- coming and leaving --------------------------------------------------------------------------------------

    async def _installed(self, bot: Bot, installer: str) -> None:
        self._bots.clear()
        place = place_of(bot)
        await self._audit.append(
            Event.INSTALLED,
            f"workspace {place}",
            once=str(bot.installed_at),
            team=place.team_id,
            enterprise=place.enterprise_id,
            user=installer,
            scopes=sorted(bot.bot_scopes),
        )

    async def uninstalled(
        self,
        team_id: str | None,
        enterprise_id: str | None = None,
        *,
        org_wide: bool = False,
        happened_at: float | None = None,
        once: str = "",
        reason: str = "app_uninstalled",
    ) -> bool:
        """Forget an installation and its tokens; False if there was none.

        Args:
            team_id: The workspace; None for a whole organisation.
            enterprise_id: The organisation, if any.
            org_wide: The organisation's installation is meant, also if a workspace is named.
            happened_at: When, in Unix seconds; what was installed after that stays.
            once: The event's id, so that a repeated one is audited once.
            reason: Slack's word for it.
        """
        place = await self._store.place_known(None if org_wide else team_id, enterprise_id)
        before = None if happened_at is None else happened_at + CLOCK_TOLERANCE_SECONDS
        return await self._forget(place, before, once=once or str(self._clock()), reason=reason)

    async def _forget(self, place: Place, before: float | None, *, once: str, **why: str) -> bool:
        """Destroy what was installed at *place* before a moment, and what its people linked."""
        if not await self._store.holds(place, installed_before=before):
            return False
        details: dict[str, Any] = {"team": place.team_id, "enterprise": place.enterprise_id, **why}
        # Audited first: if either fails, it is told or found again, and the same *once* is recorded only once.
        await self._audit.append(Event.UNINSTALLED, f"workspace {place}", once=once, **details)
        await self._left(await self._store.served_only_by(place))
        await self._store.remove(place, installed_before=before)
        self._bots.clear()
        return True

    async def tokens_revoked(
        self,
        team_id: str | None,
        enterprise_id: str | None = None,
        *,
        bots: list[str],
        org_wide: bool = False,
        happened_at: float | None = None,
        once: str = "",
    ) -> bool:
        """Forget an installation whose bot token was revoked; *bots* are the bot users concerned, as Slack lists them.

        Tokens of people may be revoked too; the bot has none.
        """
        if not bots:
            return False
        return await self.uninstalled(
            team_id,
            enterprise_id,
            org_wide=org_wide,
            happened_at=happened_at,
            once=once,
            reason="tokens_revoked",
        )

    # --- nobody's workspace --------------------------------------------------------------------------------------

    def _explain(self, body: Mapping[str, Any], why: Unserved) -> BoltResponse:
        """Answer a request that can't be served, in words where Slack shows any."""
        language = self._language or Language.EN  # whom no installation serves can't be asked about
        match why:
            case "not_installed":
                text = say_setting_up.not_installed(language, self._install_url)
            case "not_invited":
                text = say_setting_up.not_invited(language)
            case "not_looked_up":
                text = say_setting_up.not_looked_up(language)
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
        if (url := body.get("response_url")) and self._is_slacks(url):
            task = asyncio.create_task(self._respond(url, text))
            self._background.add(task)
            task.add_done_callback(self._background.discard)
            return BoltResponse(status=200)
        # An event has nobody to be answered. One that could not be looked up is worth Slack's sending it again.
        again = why == "not_looked_up" and body.get("type") == "event_callback"
        return BoltResponse(status=503 if again else 200)

    async def _respond(self, url: str, text: str) -> None:
        body = {"response_type": "ephemeral", "replace_original": False, "text": text}
        try:
            async with self._session.post(url, json=body, allow_redirects=False) as response:
                log.debug("explained", status=response.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("not_explained", error=type(error).__name__)  # its text would quote the URL


def _nobody(_team_id: str | None, _enterprise_id: str | None) -> bool:
    return False


def _told(context: AsyncBoltContext, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event says of itself."""
    return {
        "org_wide": bool(context.is_enterprise_install),
        "happened_at": body.get("event_time"),
        "once": body.get("event_id") or "",
    }
