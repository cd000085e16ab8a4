"""A link to PostgreSQL that can break, as a dead NAT entry or a host that is cut off does it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import sqlalchemy as sa

from tests.link import Link


class PostgresProxy(Link):
    """Its `url` is the server's, through it."""

    def __init__(self, server_url: str) -> None:
        self._server = sa.make_url(server_url)
        super().__init__(self._open)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if folder := self._server.query.get("host"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        assert self._server.host
        return await asyncio.open_connection(self._server.host, self._server.port or 5432)

    @property
    def url(self) -> str:
        """Where the bot finds it."""
        here = self._server.set(host="127.0.0.1", port=self.port, query={})
        return here.render_as_string(hide_password=False)


@contextlib.asynccontextmanager
async def proxied(server_url: str) -> AsyncIterator[PostgresProxy]:
    """Run one on loopback."""
    proxy = PostgresProxy(server_url)
    async with proxy.open():
        yield proxy
