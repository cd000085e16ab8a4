"""A proxy before PostgreSQL that can go silent: it takes all and passes nothing on, like a dead NAT entry."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import sqlalchemy as sa


class PostgresProxy:
    """Connections through it, and whether they still carry anything. New ones follow `silent` when they are made."""

    def __init__(self, server_url: str) -> None:
        self._server = sa.make_url(server_url)
        self._tasks: set[asyncio.Task[None]] = set()
        self._carries = asyncio.Event()
        self._carries.set()
        self.url = ""

    def fall_silent(self) -> None:
        """Carry nothing any more on the connections there are; those made from now on work."""
        self._carries.clear()
        self._carries = asyncio.Event()
        self._carries.set()

    def block(self) -> None:
        """Carry nothing, on new connections neither, until `unblock`."""
        self._carries.clear()

    def unblock(self) -> None:
        """Carry what was held up, and all that comes."""
        self._carries.set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a connection of the bot's with one to the server."""
        folder = self._server.query["host"]
        upstream = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        carries = self._carries
        both = [(reader, upstream[1]), (upstream[0], writer)]
        for pump in [asyncio.create_task(_pump(source, sink, carries)) for source, sink in both]:
            self._tasks.add(pump)
            pump.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End all connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, carries: asyncio.Event) -> None:
    try:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                await carries.wait()
                sink.write(data)
                await sink.drain()
    finally:
        sink.close()


@contextlib.asynccontextmanager
async def proxied(server_url: str) -> AsyncIterator[PostgresProxy]:
    """Run a proxy on loopback; its `url` is the server's, through it."""
    proxy = PostgresProxy(server_url)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy.url = f"postgresql://postgres@127.0.0.1:{port}/{sa.make_url(server_url).database}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
