"""A change is permitted at the last moment: with the connection in hand, and right before anything is sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Generator

import httpx
import pytest

from bot.huawei.oms.client import OmsClient
from bot.huawei.transport import Permit, new_http_client
from bot.network import Outgoing

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class LogIn(httpx.Auth):
    """Asks for a token first, as a password does."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Log in, then send."""
        yield httpx.Request("POST", request.url.copy_with(path="/v3/auth/tokens"))
        yield request


@contextlib.asynccontextmanager
async def oms(seen: list[str], permit: Permit) -> AsyncIterator[OmsClient]:
    """A client of a server that notes what reaches it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append("connected")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                seen.append(head.split(b" ", 2)[1].decode().rpartition("/")[2])
                writer.write(OK)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with new_http_client(5, Outgoing()) as http:
        url = f"http://127.0.0.1:{port}"
        yield OmsClient(http, endpoint=url, project_id="p", auth=LogIn(), permit=permit)
    server.close()
    await server.wait_closed()


async def test_a_change_is_permitted_after_all_else_and_a_reading_needs_no_permit() -> None:
    """Not before the login, nor before the connection is there."""
    seen: list[str] = []

    async def permit() -> None:
        seen.append("permitted")

    async with oms(seen, permit) as client:
        await client.change("stop_task", "POST", "tasks/1/stop")
        await client.change("stop_task", "POST", "tasks/2/stop")
    change = ["tokens", "permitted", "stop"]
    assert seen == ["connected", *change, *change]


@pytest.mark.parametrize("waits", [True, False])
async def test_what_is_not_permitted_is_not_sent(*, waits: bool) -> None:
    """Whether it is refused, or stopped while it waits for the permit."""
    seen: list[str] = []
    asked = asyncio.Event()

    async def permit() -> None:
        asked.set()
        if waits:
            await asyncio.Future()
        raise asyncio.CancelledError

    async with oms(seen, permit) as client:
        changing = asyncio.create_task(client.change("stop_task", "POST", "tasks/1/stop"))
        await asked.wait()
        if waits:
            changing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await changing
    assert seen == ["connected", "tokens"]
