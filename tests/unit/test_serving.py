"""What anybody on the network may cost: connections that say nothing, too little, too slowly, or are too many."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from starlette.types import Receive, Scope, Send

from bot import serving

GET = b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n"
LARGE = 4_000_000  # bytes; more than what the kernel takes off an answer's hands


class Hasty(serving.Protocol):
    """Waits for tenths of a second."""

    head_seconds = 0.2
    request_seconds = 0.6


async def app(scope: Scope, receive: Receive, send: Send) -> None:  # ASGI's signature
    """Answer at once, without reading a body; `/body` reads it first, `/large` answers much, `/never` nothing."""
    while scope["path"] == "/never":
        if (await receive())["type"] == "http.disconnect":
            return
    if scope["path"] == "/body":
        while (await receive()).get("more_body"):
            pass
    body = b"x" * (LARGE if scope["path"] == "/large" else 2)
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Served:
    """A running server."""

    def __init__(self, server: serving.Server, port: int) -> None:
        self.server = server
        self.port = port
        self.open: list[asyncio.StreamWriter] = []

    async def connect(self, first: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection, and send something."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.open.append(writer)
        writer.write(first)
        return reader, writer

    async def status(self) -> bytes:
        """Return the status line of a request of its own."""
        reader, _ = await self.connect(GET)
        return await asyncio.wait_for(reader.readline(), 10)


@contextlib.asynccontextmanager
async def served(
    protocol: type[serving.Protocol] = Hasty, most: int = 50, idle: float = 0.2
) -> AsyncIterator[Served]:
    """Serve `app` with the bot's own server."""
    server = serving.new_server(app, "127.0.0.1", 0)
    server.config.http = protocol
    server.config.lifespan = "off"
    server.config.limit_concurrency = most
    server.config.timeout_keep_alive = idle  # type: ignore[assignment]  # tenths of a second do as well
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    world = Served(server, server.servers[0].sockets[0].getsockname()[1])
    try:
        yield world
    finally:
        for writer in world.open:
            writer.transport.abort()
        for listening in server.servers:
            listening.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)


async def _ended(reader: asyncio.StreamReader) -> bytes:
    """Return all that still comes, to the end of the connection."""
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionError):
            return await reader.read()
    return b""


@pytest.mark.parametrize(
    "first",
    [b"", b"\r\n", b"GET", b"GET / HTTP/1.1\r\nHost: bot\r\nX: ", b"POST /body HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"],
)  # fmt: skip
async def test_who_does_not_say_all_is_not_waited_for(first: bytes) -> None:
    """Never a word, blank lines, half a head, half a body: the connection ends."""
    async with served() as world:
        reader, _ = await world.connect(first)
        await _ended(reader)
        assert await world.status() == b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        (b"GET / HTTP/1.1\r\nX: ", b"x"),
        (b"", b"\r\n"),
        (GET, b"\r\n"),
        (GET + b"GET / HT", b""),
        (b"POST / HTTP/1.1\r\nContent-Length: 999999\r\n\r\n", b"x"),
    ],
)
async def test_a_drop_now_and_then_does_not_keep_a_connection(before: bytes, drop: bytes) -> None:
    """Each comes before the last one's time is over; what counts is a whole head. Also after an answer."""
    async with served() as world:
        reader, writer = await world.connect(before)
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(10):
                while not reader.at_eof():
                    writer.write(drop)
                    await writer.drain()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(reader.read(1000), 0.05)


async def test_a_connection_that_is_not_used_again_ends() -> None:
    """Its answer came first."""
    async with served() as world:
        reader, _ = await world.connect(GET)
        assert (await _ended(reader)).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("close", [b"", b"Connection: close\r\n"])
async def test_who_does_not_read_the_answer_is_not_waited_for(close: bytes) -> None:
    """Whether the bot still writes or has only to close."""
    async with served() as world:
        _, writer = await asyncio.open_connection("127.0.0.1", world.port, limit=1)
        world.open.append(writer)
        writer.write(b"GET /large HTTP/1.1\r\nHost: bot\r\n" + close + b"\r\n")
        state = world.server.server_state
        async with asyncio.timeout(10):
            while not state.connections:
                await asyncio.sleep(0.01)
            while state.connections:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("first", [b"", b"GET / HT", b"POST /body HTTP/1.1\r\nContent-Length: 9\r\n\r\n"])
async def test_many_that_keep_waiting_shut_nobody_out(first: bytes) -> None:
    """The one that has for longest makes room; whoever asks is answered."""
    async with served(serving.Protocol, most=20) as world:
        held = [await world.connect(first) for _ in range(60)]
        for _ in range(5):
            assert await world.status() == b"HTTP/1.1 200 OK\r\n"
        assert len(world.server.server_state.connections) <= 20
        assert await _ended(held[0][0]) == b""


async def test_a_request_that_is_being_answered_never_makes_room() -> None:
    """When all are at work, the next is told so."""
    async with served(serving.Protocol, most=5) as world:
        for _ in range(4):
            await world.connect(b"GET /never HTTP/1.1\r\nHost: bot\r\n\r\n")
        state = world.server.server_state
        async with asyncio.timeout(10):
            while len(state.tasks) < 4:
                await asyncio.sleep(0.01)
        assert await world.status() == b"HTTP/1.1 503 Service Unavailable\r\n"
        assert len(state.tasks) == 4


def test_a_start_that_fails_is_no_success() -> None:
    """Whoever runs the process sees it by the exit code."""

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "it can't"})

    server = serving.new_server(broken, "127.0.0.1", 0)
    server.run()
    assert server.exit_code == 1


@pytest.mark.parametrize(
    ("soft", "hard", "most"), [(64, 64, 32), (64, 400, 200), (256, 4096, 1000), (8, 8, 8)]
)
def test_connections_stay_below_the_limit_of_file_descriptors(soft: int, hard: int, most: int) -> None:
    """Of which the process takes as many as it may have."""
    code = (
        "import resource; from bot import serving;"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}));"
        "print(serving.most_connections(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(most), str(hard)]
