"""What is said only to spare people a doubt, and leaves none behind."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.conversation.values import Request
from bot.sandbox.serving import serve
from bot.slack.courtesies import Courtesies
from bot.slack.readers import Readers
from bot.slack.workspaces.one import OneWorkspace
from tests.unit.slack.test_chat import chat_with


async def test_that_it_is_still_worked_on_is_taken_back_even_if_slack_was_taking_it_when_that_ended() -> None:
    """Else it would stand below the answer for good."""
    said: list[dict[str, Any]] = []
    on_its_way, ended = asyncio.Event(), asyncio.Event()

    async def endpoint(request: HttpRequest) -> PlainTextResponse:
        said.append(await request.json())
        on_its_way.set()
        await ended.wait()
        return PlainTextResponse("ok")

    async def read(courtesies: Courtesies, request: Request) -> None:
        async with courtesies.working(request):
            await on_its_way.wait()

    app = Starlette(routes=[Route("/respond", endpoint, methods=["POST"])])
    async with serve(app) as url, chat_with(f"{url}/api/") as chat:
        request = Request(
            id="1", team_id="T1", user_id="U1", channel_id="C1", project="prod-sg", task="2", at=0
        )
        chat.response_urls.remember(request.id, f"{url}/respond")
        reading = asyncio.create_task(read(Courtesies(OneWorkspace(chat), Readers()), request))
        await on_its_way.wait()
        asyncio.get_running_loop().call_soon(ended.set)
        await reading
    assert said[0]["text"].startswith("Still working")
    assert said[1:] == [{"delete_original": True}]
