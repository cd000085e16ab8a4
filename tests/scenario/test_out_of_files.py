"""The bot has no file descriptor left, for a while: nothing new can be opened, to OMS, to Slack, or on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import re
import resource
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from bot.sandbox.huawei.oms_tasks import MIGRATING
from tests.link import Doorway, Link
from tests.scenario.conftest import PATIENCE, TASK, MakeWorld, World, buttons, said
from tests.scenario.process import Process


@dataclass
class Crowded:
    """A bot that a balancer keeps connections to, and its ways to Slack and to OMS, which can be cut."""

    world: World
    process: Process
    slack: Link
    cloud: Doorway

    @contextlib.contextmanager
    def out_of_files(self) -> Iterator[None]:
        """Let the system refuse each new descriptor, as the lowest three are taken; those that are open stay."""
        soft, hard = resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (3, hard))
        try:
            yield
        finally:
            resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (soft, hard))


@contextlib.asynccontextmanager
async def _crowded(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Crowded]:
    async with make_world(start=False) as world, contextlib.AsyncExitStack() as opened:
        text = world.config.read_text()
        [address] = set(re.findall(r'_endpoint = "(.*)"', text))
        kept: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        cloud, slack, balancer = Doorway(address), _link(world.slack.base_url), Link(kept.get)
        for way in (cloud, slack, balancer):
            await opened.enter_async_context(way.open())
        world.config.write_text(text.replace(f'oms_endpoint = "{address}"', f'oms_endpoint = "{cloud.url}"'))
        world.slack.base_url = f"http://127.0.0.1:{slack.port}"
        monkeypatch.setenv("SLACK_API_URL", world.slack.api_url)
        world.prepared()
        opened.push_async_callback(process.stop)
        await process.start()
        for _ in range(6):
            kept.put_nowait(connection := await _greeted(process.port))
            opened.callback(connection[1].close)
        world.slack.connect_http(f"http://127.0.0.1:{balancer.port}")
        yield Crowded(world, process, slack, cloud)


def _link(url: str | None) -> Link:
    place = urlsplit(url or "")
    return Link(lambda: asyncio.open_connection(place.hostname, place.port))


async def _greeted(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection that the bot has answered on once, and waits for more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    [length] = re.findall(rb"content-length: (\d+)", head)
    await reader.readexactly(int(length))
    return reader, writer


async def test_a_command_that_nothing_can_be_read_for_is_told_so(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the way to Slack that is open still; what is recorded needs no descriptor. Afterwards all is as before."""
    async with _crowded(make_world, process, monkeypatch) as crowded:
        world = crowded.world
        await world.type(world.alice, f"status prod-sg {TASK}")
        await world.whispered(world.alice, "media-872")
        with crowded.out_of_files():
            await world.type(world.alice, f"pause prod-sg {TASK}")
            told = await world.whispered(world.alice, "OMS can't be reached, so it was asked nothing.")
            assert buttons(told) == ["Try again"]
        assert "Too many open files" in process.log.read_text()
        assert (world.recorded("answered"), world.cards()) == (1, [])
        assert "media-872" in said(await world.card())


async def test_a_call_that_can_not_be_made_asks_nothing_and_is_told_so(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last descriptor went between the reading and the call: OMS is asked nothing, and the person hears it once."""
    async with _crowded(make_world, process, monkeypatch) as crowded:
        world = crowded.world
        first = await world.card()
        await world.confirm(first)
        await world.told(first, "OMS confirmed it at")  # what the bot keeps open is open by now
        world.cloud.set_status(int(TASK), MIGRATING)
        card = await world.card()
        async with contextlib.AsyncExitStack() as exhausted:
            crowded.cloud.answering = lambda: exhausted.enter_context(crowded.out_of_files())
            await world.confirm(card)
            await world.until(lambda: world.recorded("ended") == 2)
        told = await world.told(card, "OMS can't be reached, so it was asked nothing.")
        assert "It keeps migrating" in said(told)
        assert (world.recorded("calling"), world.stops()) == (2, 1)


async def test_a_pause_that_can_not_be_watched_is_told_truly_when_it_can(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last descriptor went when OMS had taken the call: it is read again when that is possible, and told once."""
    async with _crowded(make_world, process, monkeypatch) as crowded:
        world = crowded.world
        world.cloud.tasks[int(TASK)].pause_takes = 0.5
        card = await world.card()
        await world.confirm(card)
        await world.until(lambda: world.stops() == 1)
        with crowded.out_of_files():
            await crowded.slack.sever()
            await asyncio.sleep(2)
            assert len(world.slack.thread(world.room, card)) == 1
        await world.told(card, "OMS confirmed it at", PATIENCE)
        assert (world.recorded("ended"), world.stops()) == (1, 1)
