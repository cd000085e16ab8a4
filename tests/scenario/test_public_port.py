"""The public port, as strangers find it: whose address is believed, and who is still served when it is crowded."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.pages.limits import REQUESTS_OF_ADDRESS
from tests import plain_http
from tests.ports import free_port
from tests.scenario.conftest import TASK, MakeWorld, World, said, served
from tests.scenario.process import Process

PROXIED = '[network]\ntrusted_proxies = ["127.0.0.0/8", "10.0.0.0/8"]\n'


class Visitor:
    """Opens the linking page with addresses that lead nowhere."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def open(self, forwarded_for: str) -> int:
        """Say that it comes from there, and return the status."""
        async with self._http.get("/link/x", headers={"X-Forwarded-For": forwarded_for}) as answer:
            return answer.status

    async def use_up(self, forwarded_for: str) -> None:
        """Do it as often as one address may."""
        for number in range(REQUESTS_OF_ADDRESS):
            assert await self.open(forwarded_for.format(number % 250)) == 410


@contextlib.asynccontextmanager
async def _visiting(world: World) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(world.extra["url"]) as http:
        yield Visitor(http)


async def test_nobody_is_believed_who_is_not_a_proxy(world: World) -> None:
    """Not even on this machine: a header that anybody can write moves nobody to another address."""
    async with _visiting(world) as visitor:
        await visitor.use_up("203.0.113.{}")
        assert await visitor.open("203.0.113.251") == 429


async def test_behind_a_trusted_proxy_each_client_has_its_own_limit(make_world: MakeWorld) -> None:
    """The last address that is no trusted proxy's counts: what stands before it is the client's own word."""
    async with make_world(more=PROXIED) as world, _visiting(world) as visitor:
        await visitor.use_up("198.51.100.{}, 203.0.113.7, 10.1.2.3")
        for spelling in ("203.0.113.7", "1.2.3.4, 203.0.113.7", "203.0.113.7:4711, 10.9.9.9"):
            assert await visitor.open(spelling) == 429
        assert await visitor.open("203.0.113.7, 203.0.113.8") == 410


def _with_few_files(limit: int) -> tuple[str, ...]:
    """Return how to start the bot with a limit of file descriptors that it can't raise."""
    lower = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({limit}, {limit}))"
    return sys.executable, "-c", f"{lower}; from bot.cli.main import main; main()"


@pytest.mark.parametrize("first", [b"", b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"])
async def test_at_the_limit_of_file_descriptors_commands_are_still_heard(
    make_world: MakeWorld, tmp_path: Path, first: bytes
) -> None:
    """More connections than the process has files for: silent ones and idle ones. A card comes all the same."""
    process = Process(tmp_path / "bot.log")
    async with make_world(start=False) as world:
        try:
            await process.start(*_with_few_files(128))
            with contextlib.ExitStack() as open_:
                for _ in range(200):
                    connection = socket.create_connection(("127.0.0.1", process.port))
                    open_.enter_context(connection).sendall(first)
                world.slack.connect_http(process.url)
                card = await world.card(f"pause prod-sg {TASK}")
                assert "media-872" in said(card)
        finally:
            await process.stop()
        assert "Traceback" not in process.log.read_text()


async def test_metrics_with_a_port_of_their_own_are_there_and_nowhere_else(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing else is there: that port may be open to others than the public one is."""
    port = free_port()
    monkeypatch.setenv("METRICS_PORT", str(port))
    async with served(make_world, process), plain_http.async_client() as http:

        async def status(base: str, path: str) -> int:
            return (await http.get(f"{base}{path}")).status_code

        apart = f"http://127.0.0.1:{port}"
        assert (await status(apart, "/metrics"), await status(process.url, "/metrics")) == (200, 404)
        for path, there in {"/healthz": 200, "/slack/events": 405, "/link/x": 410}.items():
            assert (await status(apart, path), await status(process.url, path)) == (404, there)
