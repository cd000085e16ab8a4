"""A way to a server that can break like a cable: nothing arrives any more, not even that a connection has ended."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Literal

Direction = Literal["there", "back"]
BOTH: Final[tuple[Direction, ...]] = ("there", "back")

_ESTABLISHED: Final = 1  # as the kernel calls a connection that neither end has closed
_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Link:
    """A port of loopback behind which a server is. `connect` opens a connection to it."""

    def __init__(self, connect: Callable[[], Awaitable[_Streams]]) -> None:
        self._connect = connect
        self._pumps: set[asyncio.Task[None]] = set()
        self._carries = _whole()
        self._refuses = False
        self._tries = 0
        self.port = 0

    def fall_silent(self) -> None:
        """Carry nothing any more on the connections there are; those made from now on work."""
        self.block()
        self._carries = _whole()

    async def fall_silent_until_noticed(self, seconds: float) -> None:
        """Fall silent; after this time both ends know it, by their keep-alive, and close what leads nowhere."""
        silent = list(self._pumps)
        self.fall_silent()
        await asyncio.sleep(seconds)
        for pump in silent:
            pump.cancel()

    def block(self, *directions: Direction) -> None:
        """Carry nothing in these *directions*, both if none is named, on new connections neither."""
        for direction in directions or BOTH:
            self._carries[direction].clear()

    def unblock(self) -> None:
        """Carry what was held up, as what is sent again would come, and all that follows."""
        for carries in self._carries.values():
            carries.set()

    def refuse(self, *, refuses: bool = True) -> None:
        """End new connections at once, as where nobody listens; or no longer."""
        self._refuses = refuses

    async def used(self, times: int) -> None:
        """Wait until somebody has tried to connect so often."""
        async with asyncio.timeout(30):
            while self._tries < times:
                await asyncio.sleep(0.01)

    async def sever(self) -> None:
        """End all connections there are, as a server that restarts does."""
        for pump in list(self._pumps):
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen on `port`."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await self.sever()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carries = self._carries
        self._tries += 1
        try:
            if self._refuses:
                raise ConnectionRefusedError
            for carried in carries.values():  # over half a cable nobody is connected either
                await carried.wait()
            if _has_left(writer):
                raise ConnectionAbortedError
            behind = await self._connect()
        except OSError:
            writer.close()
            return
        self._start(_pump(reader, behind[1], carries["there"]))
        self._start(_pump(behind[0], writer, carries["back"]))

    def _start(self, pump: Awaitable[None]) -> None:
        task = asyncio.ensure_future(pump)
        self._pumps.add(task)
        task.add_done_callback(self._pumps.discard)


def _has_left(writer: asyncio.StreamWriter) -> bool:
    """Tell whether who connected has closed already: the kernel knows, though what they sent is not read yet."""
    state: int = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO)
    return state & 0xFF != _ESTABLISHED


def _whole() -> dict[Direction, asyncio.Event]:
    carries: dict[Direction, asyncio.Event] = {direction: asyncio.Event() for direction in BOTH}
    for event in carries.values():
        event.set()
    return carries


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, carries: asyncio.Event) -> None:
    """Pass on what comes from *source*, and that it has ended, as far as the link *carries* it."""
    try:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                await carries.wait()
                sink.write(data)
                await sink.drain()
        await carries.wait()
    finally:
        sink.close()


class Doorway:
    """A port of loopback that leads to a server of HTTP, a connection for each request. With `last`, it closes then.

    `answering`, if set, is done once, when the next answer is there and before it is passed on.
    """

    def __init__(self, url: str) -> None:
        self._host, port = url.removeprefix("http://").split(":")
        self._port = int(port)
        self.last = False
        self.answering: Callable[[], object] | None = None
        self.url = ""

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen at `url`."""
        async with await asyncio.start_server(self._accept, "127.0.0.1", 0) as self._server:
            self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
            yield

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        behind, there = await asyncio.open_connection(self._host, self._port)
        there.write(asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = await behind.read()
        there.close()
        if self.answering:
            self.answering()
            self.answering = None
        if self.last:
            self._server.close()
        with contextlib.suppress(ConnectionError):
            writer.write(answer)
            await writer.drain()
        writer.close()
