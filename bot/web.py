"""One ASGI app around a bot: Slack's endpoint behind the gate, the linking page, health, readiness, metrics."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import AsyncIterator, Callable

import structlog
from dbos import DBOSConfig
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.app import Bot
from bot.settings.load import Settings
from bot.slack.gate import Gate
from bot.store.presence import Presence

log = structlog.get_logger(__name__)


def create_app(
    settings: Settings,
    held: Presence,
    *,
    dbos_options: DBOSConfig | None = None,
    refuse: Callable[[str], None] = log.error,
) -> Starlette:
    """Return the ASGI app: Slack's endpoint behind the gate, health, readiness and metrics.

    *held* is what `prepare` returned. *dbos_options* go over the bot's own choices; tests use them to make shutting
    down fast. *refuse* is called with a sentence when it turns out, while serving, that the bot can never work as it
    was set up.
    """
    bot: Bot | None = None
    linking_page: ASGIApp | None = None
    install_pages: ASGIApp | None = None
    installing = ("/slack/install", "/slack/oauth_redirect") if settings.many_workspaces else ()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        nonlocal bot
        bot = app.state.bot = Bot(settings, held, dbos_options=dbos_options, refuse=refuse)
        await bot.start()
        try:
            yield
        finally:
            await bot.stop()

    async def to_bolt(scope: Scope, receive: Receive, send: Send) -> None:
        assert bot is not None  # noqa: S101  # no request is served before the lifespan began
        response = await AsyncSlackRequestHandler(bot.bolt).handle(Request(scope, receive))
        await response(scope, receive, send)

    def rejected_at_gate(why: str) -> None:
        assert bot is not None  # noqa: S101
        bot.rejected.count("gate", why)

    async def to_linking_page(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal linking_page
        assert bot is not None  # noqa: S101
        if linking_page is None:
            from bot.pages.linking import routes  # noqa: PLC0415  # Jinja is slow to import and seldom needed

            rejected = functools.partial(bot.rejected.count, "page")
            linking_page = Router(
                routes(
                    bot.linking,
                    sign_in=bot.sign_in,
                    rejected=rejected,
                    language=bot.language,
                    clock=time.time,
                )
            )
        await linking_page(scope, receive, send)

    async def to_install_pages(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal install_pages
        assert bot is not None  # noqa: S101
        assert bot.installations is not None  # noqa: S101  # the routes are there in that mode only
        install_pages = install_pages or Router(bot.installations.routes())
        await install_pages(scope, receive, send)

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        assert bot is not None  # noqa: S101
        faults = await bot.readiness.faults()
        return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)

    async def metrics(_request: Request) -> Response:
        assert bot is not None  # noqa: S101
        return Response(await bot.exposition.read(), media_type="text/plain; version=0.0.4; charset=utf-8")

    trusted = settings.network.trusted()
    return Starlette(
        lifespan=lifespan,
        middleware=[Middleware(ProxyHeadersMiddleware, trusted_hosts=trusted)] if trusted else [],
        routes=[
            Route("/slack/events", Gate(to_bolt, settings.slack_signing_secret, rejected=rejected_at_gate)),
            Route("/link/{token}", _Asgi(to_linking_page), methods=None),
            *(Route(path, _Asgi(to_install_pages), methods=None) for path in installing),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ],
    )


class _Asgi:
    """An ASGI app that Starlette does not take for an endpoint function."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
