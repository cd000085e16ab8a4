"""Installing the bot in a workspace: Bolt's OAuth flow, and the two pages around Slack's consent.

``/slack/install`` says what is asked for and leads to Slack; ``/slack/oauth_redirect`` is where Slack leads back to.
The state that ties the two together works once, for ten minutes, in the browser that began.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urljoin

import structlog
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.limits import ADDRESS_WINDOW, AddressLimit
from bot.pages.rendering import Renderer
from bot.slack.workspaces.store import STATE_SECONDS
from bot.text import say_setting_up
from bot.text.languages import Language, language_accepted

log = structlog.get_logger(__name__)

INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"
# __Host-: a browser takes it from this very host over TLS only, so a neighbouring host can't plant one.
COOKIE: Final = "__Host-oms-bot-install"
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{1,31}")
_HTML: Final = {"Content-Type": "text/html; charset=utf-8"}

Installed = Callable[[Bot, str], Awaitable[None]]
MayInstall = Callable[[str | None, str | None], bool]
"""Whether a workspace, or the organisation it belongs to, is one of those that the operator lets install."""


class NotInvited(Exception):  # noqa: N818  # reads as what happened
    """The operator does not let this workspace install the bot. Its token has been given back."""


class Flow(AsyncOAuthFlow):
    """Bolt's flow with a store and states of ours. `installed` is told of each bot and of who installed it.

    `may_install` is asked before anything is stored.

    Everything is given explicitly: what is not, slack_sdk reads from the environment or keeps in files.
    """

    def __init__(
        self,
        *,
        client: AsyncWebClient,
        store: AsyncInstallationStore,
        states: AsyncOAuthStateStore,
        installed: Installed,
        may_install: MayInstall,
        client_id: str,
        client_secret: SecretStr,
        scopes: list[str],
        slack_api_url: str,
        public_url: str,
    ) -> None:
        settings = AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret.get_secret_value(),
            scopes=scopes,
            user_scopes=[],
            redirect_uri=public_url + REDIRECT_PATH,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            authorization_url=urljoin(slack_api_url, "/oauth/v2/authorize"),
            installation_store=store,
            installation_store_bot_only=True,
            state_store=states,
            state_cookie_name=COOKIE,
            state_expiration_seconds=STATE_SECONDS,
        )
        super().__init__(client=client, logger=_silent_logger(), settings=settings)
        self.public_url = public_url
        self._installed = installed
        self._may_install = may_install

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Return Slack's consent page. Bolt pastes ``?team=`` in as it comes, which could add parameters of its own."""
        team = request.query.get("team", [""])[0]
        asked = {
            "state": state,
            "client_id": self.client_id,
            "scope": ",".join(self.settings.scopes or []),
            "user_scope": "",
            "redirect_uri": self.redirect_uri or "",
        }
        if _TEAM.fullmatch(team):
            asked["team"] = team
        return f"{self.settings.authorization_url}?{urlencode(asked)}"

    async def run_installation(self, code: str) -> Installation | None:
        """Exchange the code; None if Slack does not answer with an installation.

        Raises:
            NotInvited: by a workspace that may not install.
        """
        try:
            installation = await super().run_installation(code)
        except Exception as error:  # noqa: BLE001  # Bolt takes Slack's answer for granted; its text may hold the token
            log.warning("installation_failed", error=type(error).__name__)
            return None
        if installation is None or not installation.bot_token or not installation.user_id:
            log.warning("installation_refused")
            return None
        if not self._may_install(installation.team_id, installation.enterprise_id):
            log.warning(
                "installation_not_invited", team=installation.team_id, enterprise=installation.enterprise_id
            )
            await self._give_back(installation.bot_token)
            raise NotInvited
        return installation

    async def _give_back(self, token: str) -> None:
        """Revoke a token that will not be kept. If Slack does not do it, it is forgotten all the same."""
        try:
            await self.client.auth_revoke(token=token)
        except Exception as error:  # noqa: BLE001  # its text may hold the token
            log.warning("token_not_revoked", error=type(error).__name__)

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:  # noqa: ARG002  # Bolt's signature
        """Store and audit an installation.

        Raises:
            BoltError: that failed.
        """
        try:
            await self.settings.installation_store.async_save(installation)
            await self._installed(installation.to_bot(), installation.user_id)
        except Exception as error:  # noqa: BLE001  # the database or the vault; the page tells
            log.error("installation_not_stored", error=type(error).__name__)  # noqa: TRY400  # a trace would show the row
            raise BoltError("the installation could not be stored") from None


def _silent_logger() -> logging.Logger:
    """Return a logger for Bolt's flow that says nothing: it would log codes and whole queries."""
    silent = logging.getLogger(f"{__name__}.bolt")
    silent.disabled = True
    return silent


@dataclass(frozen=True, kw_only=True)
class _Page:
    """What a page shows. `entries` are pairs of what stands out and what explains it."""

    heading: str
    sentence: str
    entries: list[tuple[str, str]]
    link: str
    label: str


class Pages:
    """The pages of a flow, which asks for `scopes`; `addresses` counts who asks too often.

    `open_` False: nobody may install, so nobody is led to Slack. `language` is the one that is fixed for all.
    """

    def __init__(
        self,
        flow: Flow,
        *,
        scopes: Sequence[str],
        open_: bool,
        language: Language | None,
        addresses: AddressLimit,
    ) -> None:
        self._flow = flow
        self._open = open_
        self._scopes = scopes
        self._language = language
        self._addresses = addresses
        self._renderer = Renderer(forms="'none'", over_https=flow.public_url.startswith("https://"))
        callbacks = AsyncCallbackOptions(success=self._succeeded, failure=self._failed)
        flow.success_handler, flow.failure_handler = callbacks.success, callbacks.failure

    def routes(self) -> list[Route]:
        """Return the routes of the two pages."""
        return [
            Route(INSTALL_PATH, self._install, methods=["GET"]),
            Route(REDIRECT_PATH, self._redirected, methods=["GET"]),
        ]

    async def _install(self, request: Request) -> Response:
        return await self._answer(request, self._begin)

    async def _redirected(self, request: Request) -> Response:
        return await self._answer(request, self._flow.handle_callback)

    async def _answer(
        self, request: Request, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
    ) -> Response:
        if request.method == "HEAD":  # a link checker's; it must neither begin nor use up anything
            return Response(headers=self._renderer.headers() | _HTML)
        language = self._reads(request.headers.get("Accept-Language", ""))
        address = request.client.host if request.client else ""
        if self._addresses.is_reached(address):
            page = self._failure(language, "too_many", 429)
            page.headers["retry-after"] = [str(round(ADDRESS_WINDOW))]
            return to_starlette_response(page)
        try:
            await self._addresses.count(address)
            if not self._open:
                return to_starlette_response(self._failure(language, "closed", 403))
            return to_starlette_response(await handle(to_async_bolt_request(request, b"")))
        except NotInvited:
            return to_starlette_response(self._failure(language, "not_invited", 403))
        except Exception as error:  # noqa: BLE001  # the database; its text may hold a state
            log.error("install_page_failed", error=type(error).__name__)  # noqa: TRY400  # a trace would show it
            return to_starlette_response(self._failure(language, "unavailable", 503))

    def _reads(self, accepted: str, *_others: str) -> Language:
        return self._language or language_accepted(accepted)

    async def _begin(self, request: AsyncBoltRequest) -> BoltResponse:
        language = self._reads(*request.headers.get("accept-language", [""]))
        state = await self._flow.issue_new_state(request)
        heading, sentence, label = say_setting_up.install_page(language)
        page = self._page(
            language,
            _Page(
                heading=heading,
                sentence=sentence,
                entries=say_setting_up.scopes(language, self._scopes),
                link=await self._flow.build_authorize_url(state, request),
                label=label,
            ),
            200,
        )
        page.headers["set-cookie"] = [self._flow.settings.state_utils.build_set_cookie_for_new_state(state)]
        return page

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        installation = args.installation
        org_wide = installation.is_enterprise_install
        name = installation.enterprise_name if org_wide else installation.team_name
        language = self._reads(*args.request.headers.get("accept-language", [""]))
        said = say_setting_up.installed(language, name or "", org_wide=org_wide)
        place = {
            "app": installation.app_id or "",
            "team": installation.team_id or installation.enterprise_id or "",
        }
        return self._ended(
            language,
            _Page(
                heading=said.heading,
                sentence=said.sentence,
                entries=say_setting_up.next_steps(language),
                link=f"https://slack.com/app_redirect?{urlencode(place)}",
                label=say_setting_up.open_slack(language),
            ),
            200,
        )

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        language = self._reads(*args.request.headers.get("accept-language", [""]))
        match args.reason:
            case "access_denied" | "invalid_browser" | "invalid_state" | "storage_error":
                log.info("installation_ended", reason=args.reason)
                return self._failure(language, args.reason, args.suggested_status_code)
            case _:  # perhaps a word of the query, which anybody can write: neither shown nor logged
                log.info("installation_ended", reason="not_confirmed")
                return self._failure(language, "not_confirmed", max(args.suggested_status_code, 400))

    def _failure(self, language: Language, reason: say_setting_up.Turned, status: int) -> BoltResponse:
        said = say_setting_up.not_installed_page(language, reason)
        again = self._flow.public_url + INSTALL_PATH
        label = say_setting_up.begin_again(language)
        return self._ended(
            language,
            _Page(heading=said.heading, sentence=said.sentence, entries=[], link=again, label=label),
            status,
        )

    def _ended(self, language: Language, page: _Page, status: int) -> BoltResponse:
        response = self._page(language, page, status)
        response.headers["set-cookie"] = [self._flow.settings.state_utils.build_set_cookie_for_deletion()]
        return response

    def _page(self, language: Language, page: _Page, status: int) -> BoltResponse:
        html, headers = self._renderer.page(
            "installing.html", language=language, heading=page.heading, page=page
        )
        return BoltResponse(status=status, body=html, headers={**_HTML, **headers})
