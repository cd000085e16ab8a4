"""The sandbox is served on loopback, cuts connections for real, and stops without a trace."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.sandbox.serving import DroppedConnection, serve, serve_in_thread
from tests import plain_http


async def _hello(_: Request) -> Response:
    return PlainTextResponse("hello")


async def _cut(_: Request) -> Response:
    return DroppedConnection()


async def _forever(_: Request) -> Response:
    await asyncio.Event().wait()
    return PlainTextResponse("never")


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await asyncio.Event().wait()


APP = Starlette(
    routes=[
        Route("/", _hello),
        Route("/cut", _cut),
        Route("/forever", _forever),
        WebSocketRoute("/socket", _socket),
    ]
)


async def test_serves_in_the_running_loop_on_a_free_port() -> None:
    """Two servers of one app run side by side, and each has gone when its block ends."""
    async with serve(APP) as one, serve(APP) as two, plain_http.async_client() as client:
        assert one != two
        assert (await client.get(one)).text == (await client.get(two)).text == "hello"
    async with plain_http.async_client() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(one)


def test_serves_in_a_thread_for_clients_that_block() -> None:
    """A synchronous client reaches the app."""
    with serve_in_thread(APP) as url:
        assert httpx.get(url).text == "hello"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "", "::ffff:10.0.0.1"])  # noqa: S104  # that is refused
async def test_refuses_what_is_not_loopback(host: str) -> None:
    """The sandbox can never be reached from outside."""
    with pytest.raises(ValueError, match="loopback only"):
        async with serve(APP, host):
            pass


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "::1"])
async def test_accepts_every_loopback_address(host: str) -> None:
    """Also the IPv6 one, written in brackets in the URL."""
    async with serve(APP, host) as url, plain_http.async_client() as client:
        assert (await client.get(url)).text == "hello"


async def test_a_port_that_is_taken_is_an_error() -> None:
    """OSError, and nothing is left open."""
    async with serve(APP) as url:
        with pytest.raises(OSError, match="in use"):
            async with serve(APP, port=int(url.rpartition(":")[2])):
                pass


async def test_signal_handlers_stay_whose_they_were() -> None:
    """Ctrl-C belongs to the demo's own server, not to a sandbox inside it."""
    before = signal.getsignal(signal.SIGINT)
    async with serve(APP):
        assert signal.getsignal(signal.SIGINT) is before


async def test_a_dropped_connection_sends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The client sees a broken connection, not a 500, and the server logs no error."""
    async with serve(APP) as url, plain_http.async_client() as client:
        with pytest.raises(httpx.TransportError):
            await client.get(url + "/cut")
        assert (await client.get(url)).text == "hello"
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_dropped_connection_is_an_error_in_process_too() -> None:
    """Without a TCP connection to cut, the same thing happens to the caller."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://sandbox") as client:
        with pytest.raises(ConnectionResetError):
            await client.get("/cut")


async def test_stopping_does_not_wait_for_slow_answers(caplog: pytest.LogCaptureFixture) -> None:
    """A request that would take for ever is dropped when the server stops, without a log line."""
    async with plain_http.async_client() as client:
        async with serve(APP) as url:
            slow = asyncio.create_task(client.get(url + "/forever"))
            await asyncio.sleep(0.05)
        with pytest.raises(httpx.TransportError):
            await slow
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_websockets_are_served_and_dropped_on_stopping(caplog: pytest.LogCaptureFixture) -> None:
    """Slack's Socket Mode needs them; stopping is as quiet as for requests."""
    async with aiohttp.ClientSession() as client:
        async with serve(APP) as url:
            socket = await client.ws_connect(url + "/socket")
            assert await socket.receive_str() == "hello"
        assert (await socket.receive()).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_an_app_that_cannot_start_is_an_exception() -> None:
    """Not an exit of the whole process, which is uvicorn's way."""

    @contextlib.asynccontextmanager
    async def broken(_: Starlette) -> AsyncIterator[None]:
        raise LookupError("no such thing")
        yield

    with pytest.raises(RuntimeError, match="failed to start"):
        async with serve(Starlette(lifespan=broken)):
            pass
