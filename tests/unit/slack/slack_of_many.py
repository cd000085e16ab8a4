"""One Slack with many workspaces: the sandbox's, behind one address, with organisations and token rotation."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import html
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import httpx
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.audit import Audit
from bot.identity.keyring import KeyRing, new_key
from bot.sandbox.serving import serve
from bot.sandbox.slack.workspace import Workspace
from bot.slack.manifest import SCOPES
from bot.slack.response_urls import ResponseUrls
from bot.slack.workspaces.installations import Installations
from bot.slack.workspaces.oauth import COOKIE, INSTALL_PATH, REDIRECT_PATH
from bot.slack.workspaces.store import InstallationStore
from tests import databases, plain_http

CLIENT_SECRET = "canary-client-secret"
PUBLIC_URL = "https://bot.example"


class SlackOfMany:
    """Slack, as an app of many workspaces sees it. People install where `choose` says.

    Attributes:
        app: The ASGI app: the Web API, the consent page, response_urls.
        refreshes: The refresh tokens that were presented, oldest first.
        asked: Set when a refresh has been asked for.
        answering: Cleared, it holds back the answers to refreshes.
        expires_in: How long new tokens live; None, as at first, is without token rotation.
        refuse_refresh: The error that refreshes are refused with.
        org_wide: Whether an administrator installs for the whole organisation.
        instead: What auth.test is answered with, whoever asks, unless None.
        before_answer: Done while auth.test is being answered.
    """

    def __init__(self) -> None:
        self.base_url = ""
        self.workspaces: dict[str, Workspace] = {}
        self.refreshes: list[str] = []
        self.asked, self.answering = asyncio.Event(), asyncio.Event()
        self.answering.set()
        self.expires_in: int | None = None
        self.refuse_refresh = ""
        self.org_wide = False
        self.instead: Response | None = None
        self.before_answer: Callable[[], Awaitable[object]] | None = None
        self._refresh_tokens: dict[str, str] = {}
        self.app = Starlette(
            routes=[
                Route("/oauth/v2/authorize", self._consent),
                Route("/api/oauth.v2.access", self._access, methods=["POST"]),
                Route("/api/{method}", self._method, methods=["GET", "POST"]),
                Route("/{kind}/{team}/{key}", self._hook, methods=["POST"]),
            ]
        )

    def add(self, team_id: str, *, enterprise_id: str | None = None) -> Workspace:
        """Add a workspace with alice in #incidents; she may install apps."""
        workspace = Workspace(team_id=team_id, enterprise_id=enterprise_id)
        world = workspace.world
        world.client_id, world.client_secret = "1000.2000", CLIENT_SECRET
        world.team_name = f"<b>{team_id}</b> & Co"
        workspace.base_url = self.base_url
        alice = workspace.add_user("alice", id=f"U0ALICE{team_id[1:]}")
        workspace.add_channel("incidents", members=[alice], id=f"C0{team_id[1:]}")
        world.installer = alice.id
        self.workspaces[team_id] = workspace
        return workspace

    async def _consent(self, request: Request) -> Response:
        chosen = self.workspaces[request.query_params.get("team") or next(iter(self.workspaces))]
        return await _forward(chosen, request)

    async def _hook(self, request: Request) -> Response:
        return await _forward(self.workspaces[request.path_params["team"]], request)

    def remove(self, team_id: str, word: str = "account_inactive") -> None:
        """A workspace removes the bot, and nobody is told."""
        for token in self.workspaces[team_id].world.tokens.values():
            token.error = word

    async def _method(self, request: Request) -> Response:
        answer = await self._answer(request)
        if request.path_params["method"] == "auth.test" and self.before_answer:
            await self.before_answer()
        return answer

    async def _answer(self, request: Request) -> Response:
        if request.path_params["method"] == "auth.test" and self.instead is not None:
            return self.instead
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        is_json = "json" in request.headers.get("content-type", "")
        team = (
            (await request.json()).get("team_id") if is_json else None
        )  # which one, of an organisation's token
        for team_id, workspace in self.workspaces.items():
            if token in workspace.world.tokens and team in (None, team_id):
                return await _forward(workspace, request)
        return JSONResponse({"ok": False, "error": "invalid_auth"})

    async def _access(self, request: Request) -> Response:
        asked = dict(parse_qsl((await request.body()).decode()))
        if asked.get("grant_type") == "refresh_token":
            return await self._refresh(request, asked["refresh_token"])
        for workspace in self.workspaces.values():
            if asked.get("code") in workspace.world.codes:
                answer = await _forward(workspace, request)
                return JSONResponse(
                    self._completed(workspace, httpx.Response(200, content=bytes(answer.body)).json())
                )
        return JSONResponse({"ok": False, "error": "invalid_code"})

    def _completed(self, workspace: Workspace, answer: dict[str, Any]) -> dict[str, Any]:
        if not answer["ok"]:
            return answer
        world = workspace.world
        if world.enterprise_id:
            answer["enterprise"] = {"id": world.enterprise_id, "name": "Initech"}
        if self.org_wide:
            answer |= {"team": None, "is_enterprise_install": True}
            for other in self.workspaces.values():
                if other.world.enterprise_id == world.enterprise_id:
                    other.world.tokens[answer["access_token"]] = world.tokens[answer["access_token"]]
        if self.expires_in:
            answer |= self._rotating(world.team_id, self.expires_in)
        return answer

    def _rotating(self, team_id: str, expires_in: int) -> dict[str, Any]:
        refresh = f"xoxe-1-canary-refresh-{secrets.token_hex(60)}"
        self._refresh_tokens[refresh] = team_id
        return {"refresh_token": refresh, "expires_in": expires_in}

    async def _refresh(self, request: Request, refresh: str) -> Response:
        credentials = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        assert credentials == f"1000.2000:{CLIENT_SECRET}"
        self.refreshes.append(refresh)
        self.asked.set()
        await self.answering.wait()
        if self.refuse_refresh:
            return JSONResponse({"ok": False, "error": self.refuse_refresh})
        team = self._refresh_tokens.pop(refresh, None)  # single use
        if team is None:
            return JSONResponse({"ok": False, "error": "invalid_refresh_token"})
        token = self.workspaces[team].issue_token("bot", SCOPES)
        answer = {"ok": True, "token_type": "bot", "access_token": token.value, "team": {"id": team}}
        return JSONResponse(answer | self._rotating(team, 12 * 3600))


async def _forward(workspace: Workspace, request: Request) -> Response:
    """Pass a request on to a workspace of the sandbox."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(workspace.app)) as client:
        headers = {k: v for k, v in request.headers.items() if k != "content-length"}
        answer = await client.request(
            request.method, str(request.url), headers=headers, content=await request.body()
        )
    return Response(answer.content, answer.status_code, dict(answer.headers))


class Browser:
    """Somebody's browser. httpx keeps Secure cookies from plain http, so they are kept here."""

    def __init__(self, bot_app: Starlette) -> None:
        self.cookie: str | None = None
        self.accepts = "*"  # languages
        self._bot = httpx.AsyncClient(transport=httpx.ASGITransport(bot_app), base_url=PUBLIC_URL)

    async def get(self, path: str, *, method: str = "GET") -> httpx.Response:
        """Open a page of the bot's."""
        headers = {"Accept-Language": self.accepts}
        if self.cookie:
            headers["Cookie"] = f"{COOKIE}={self.cookie}"
        page = await self._bot.request(method, path, headers=headers)
        for name, value in re.findall(r"^([^=;]+)=([^;]*);", page.headers.get("set-cookie", "")):
            assert name == COOKIE
            self.cookie = None if value == "deleted" else value
        return page

    async def begin(self, query: str = "") -> str:
        """Open the install page and return where its button leads."""
        page = await self.get(INSTALL_PATH + query)
        assert page.status_code == 200, page.text
        found = re.search(r'class="next" href="([^"]+)"', page.text)
        assert found is not None
        return html.unescape(found[1])

    async def consent(self, address: str) -> str:
        """Say yes (or no) in Slack, and return the address that Slack leads back to, without its host."""
        async with plain_http.async_client() as slack:
            answer = await slack.get(address)
        assert answer.status_code == 302, answer.text
        back = answer.headers["location"]
        assert back.startswith(PUBLIC_URL + REDIRECT_PATH)
        return str(back.removeprefix(PUBLIC_URL))

    async def install(self, team_id: str) -> httpx.Response:
        """Install the bot in a workspace, from the first page to the last."""
        return await self.get(await self.consent(await self.begin(f"?team={team_id}")))


def state_of(address: str) -> str:
    """Return the OAuth state in an address."""
    return parse_qs(urlsplit(address).query)["state"][0]


def read(page: httpx.Response) -> str:
    """Return what a person reads on a page."""
    text = re.sub(r"<style.*?</style>|<title.*?</title>", " ", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@dataclass
class World:
    """A Slack of many workspaces and one replica of the bot's installations. `offset` moves the bot's clock."""

    slack: SlackOfMany
    engine: sa.Engine
    session: aiohttp.ClientSession
    keys: str = field(default_factory=new_key)
    offset: float = 0.0

    def __post_init__(self) -> None:
        self.audit = Audit(self.engine, self.clock)
        self.left: list[str] = []
        self.installations = self.replica()
        self.app = Starlette(routes=[*self.installations.routes()])

    def clock(self) -> float:
        """Return the time, as the bot takes it."""
        return time.time() + self.offset

    def replica(self, **changes: Any) -> Installations:
        """Return another replica's installations, over the same database."""
        return Installations(
            changes.get("engine", self.engine),
            KeyRing.parse(SecretStr(changes.get("keys", self.keys))),
            client_id="1000.2000",
            client_secret=SecretStr(CLIENT_SECRET),
            slack_api_url=f"{self.slack.base_url}/api/",
            public_url=PUBLIC_URL,
            scopes=SCOPES,
            session=self.session,
            is_slacks=ResponseUrls(self.slack.base_url).is_slacks,
            may_install=changes.get("may_install", lambda _team, _enterprise: True),
            left=self._on_left,
            clock=self.clock,
            audit=self.audit,
        )

    def store(self, keys: str = "") -> InstallationStore:
        """Return where installations are kept, as it is opened with these keys, newest first."""
        return InstallationStore("1000.2000", self.engine, KeyRing.parse(SecretStr(keys)))

    async def _on_left(self, teams: Collection[str]) -> None:
        self.left += sorted(teams)

    def browser(self) -> Browser:
        """Return a browser that has seen nothing yet."""
        return Browser(self.app)

    def events(self) -> list[str]:
        """Return what was audited: event and operation."""
        return [f"{record.event} {record.operation}" for record in self.audit.records()]

    def rows(self, table: str = "slack_bots") -> list[dict[str, Any]]:
        """Return a table as somebody finds it who stole the database."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(f"SELECT * FROM {table}"))
            return [dict(row) for row in found.mappings()]


@contextlib.asynccontextmanager
async def running(url: str) -> AsyncIterator[World]:
    """A world over a database, with two workspaces, T1 and T2."""
    slack = SlackOfMany()
    engine = databases.engine(url)
    session = aiohttp.ClientSession(trust_env=False, cookie_jar=aiohttp.DummyCookieJar())
    async with serve(slack.app) as slack.base_url, session:
        slack.add("T1")
        slack.add("T2")
        world = World(slack, engine, session)
        yield world
        await world.installations.drain()
    engine.dispose()
