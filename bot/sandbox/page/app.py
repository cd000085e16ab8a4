"""The page as an ASGI app: NiceGUI, our style sheet, and one `Window` for each browser tab."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import nicegui
from fastapi import FastAPI
from nicegui import ui
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.sandbox.page.meter import EVERY, Meter
from bot.sandbox.page.window import Window, playable
from bot.sandbox.stage.scene import INCIDENT
from bot.sandbox.stage.stage import Stage
from bot.sandbox.stage.tour import Tour

_HERE = Path(__file__).parent
_FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#c8102e"/>'
    '<rect x="10" y="9" width="6" height="18" rx="1.5" fill="#fff"/>'
    '<rect x="20" y="9" width="6" height="18" rx="1.5" fill="#fff"/></svg>'
)


def create_app(stage: Stage) -> FastAPI:
    """Return the app that shows `stage`. Once a process: NiceGUI keeps its pages in module globals."""
    tour, meter = Tour(stage), Meter(stage)
    style, script = (_HERE / "page.css").read_text(), (_HERE / "page.js").read_text()

    @contextlib.asynccontextmanager
    async def measuring(_: FastAPI) -> AsyncIterator[None]:
        reading = asyncio.create_task(_measure(meter))
        try:
            yield
        finally:
            reading.cancel()

    app = FastAPI(lifespan=measuring, openapi_url=None)

    @ui.page("/")
    def index(as_: str = "alice", in_: str = INCIDENT) -> None:
        ui.add_head_html(f"<style>{style}</style><script>{script}</script>")
        ui.query(".nicegui-content").classes(replace="nicegui-content bare")
        Window(stage, tour, meter, name=playable(as_), place=in_)

    @nicegui.app.exception_handler(404)
    async def elsewhere(request: Request, error: Exception) -> Response:
        """There is one page: whoever looks for another is led to it."""
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/")
        return PlainTextResponse(str(error), 404)

    ui.run_with(
        app,
        title="oms-bot · sandbox",
        favicon=_FAVICON,
        language="en-US",
        tailwind=False,
        dark=None,
        reconnect_timeout=30,  # a tab that something keeps busy for seconds is not gone
        show_welcome_message=False,
        binding_refresh_interval=None,
    )
    return app


async def _measure(meter: Meter) -> None:
    while True:
        meter.read()
        await asyncio.sleep(EVERY)
