"""One ASGI app around a bot: Slack's endpoint behind the gate, the linking page, health, readiness, metrics."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import AsyncIterator, Callable

import structlog
from dbos import DBOSConfig
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.app import Bot
from bot.settings.load import Settings
from bot.slack.gate import Gate
from bot.store.presence import Presence
from bot.tracing import Traces
from bot.verbs.registry import REGISTRY, Registry

log = structlog.get_logger(__name__)


def create_app(
    settings: Settings,
    held: Presence,
    *,
    dbos_options: DBOSConfig | None = None,
    refuse: Callable[[str], None] = log.error,
    registry: Registry = REGISTRY,
    traces: Traces | None = None,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """Return the ASGI app: Slack's endpoint behind the gate, health, readiness and metrics.

    *held* is what `prepare` returned. *dbos_options* go over the bot's own choices; tests use them to make shutting
    down fast. *refuse* is called with a sentence when it turns out, while serving, that the bot can never work as it
    was set up. *registry* has all that can be typed. *traces* go there instead of where the settings say.
    *clock* gives Unix seconds.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        bot = app.state.bot = Bot(
            settings,
            held,
            clock=clock,
            dbos_options=dbos_options,
            refuse=refuse,
            registry=registry,
            traces=traces,
        )
        app.router.routes = _routes(bot, clock)
        await bot.start()
        try:
            yield
        finally:
            await bot.stop()

    trusted = settings.network.trusted()
    middleware = [Middleware(ProxyHeadersMiddleware, trusted_hosts=trusted)] if trusted else []
    if settings.metrics_port:
        middleware.append(Middleware(_MetricsApart, port=settings.metrics_port))
    return Starlette(lifespan=lifespan, middleware=middleware)


def _routes(bot: Bot, clock: Callable[[], float]) -> list[BaseRoute]:
    """Return what answers at each path. A bot is made inside the event loop, so they come when the app starts."""

    def linking_page() -> ASGIApp:
        from bot.pages.limits import AddressLimit  # noqa: PLC0415  # as below
        from bot.pages.linking import routes  # noqa: PLC0415  # Jinja is slow to import and seldom needed

        rejected = functools.partial(bot.rejected.count, "page")
        return Router(
            routes(
                bot.linking,
                sign_in=bot.sign_in,
                rejected=rejected,
                language=bot.language,
                addresses=AddressLimit("link", bot.recent, clock=clock),
            )
        )

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        faults = await bot.readiness.faults()
        return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)

    async def metrics(_request: Request) -> Response:
        return Response(await bot.exposition.read(), media_type="text/plain; version=0.0.4; charset=utf-8")

    rejected_at_gate = functools.partial(bot.rejected.count, "gate")
    return [
        Route(
            "/slack/events",
            Gate(
                bot.bolt.answer,
                bot.settings.slack_signing_secret,
                others=bot.others,
                rejected=rejected_at_gate,
                clock=clock,
            ),
        ),
        Route("/link/{token}", _WhenAsked(linking_page)),
        *(_for_proposers(bot) if bot.settings.proposers else ()),
        *(bot.installations.routes() if bot.installations else ()),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


def _for_proposers(bot: Bot) -> list[BaseRoute]:
    return [
        Route("/propose", _WhenAsked(bot.proposals.endpoint)),
        Route("/mcp", _WhenAsked(bot.proposals.assistants)),
    ]


class _MetricsApart:
    """Lets the metrics be read at a port of their own only, and nothing else there."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"] == "/metrics") != (scope["server"][1] == self._port):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _WhenAsked:
    """An ASGI app that is made when the first request for it comes."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._app = functools.cache(make)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app()(scope, receive, send)
