"""The start and the end of the process: no peer holds either up, and a signal is always heard.

The bot is a process of its own here; where the start or the end itself is looked at, ``python -m bot serve``.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import plain_http
from tests.scenario.conftest import MakeWorld, World
from tests.scenario.process import Process

UNWANTED = """
    aiohttp.test_utils alembic babel cryptography dbos._kafka hvac jinja2 mcp opentelemetry pygments rich.console
    slack_sdk.socket_mode sqlalchemy.dialects.mysql
    bot.cli.check bot.gallery bot.pages.linking bot.proposals bot.publishing bot.sandbox
"""
WITHIN = 20.0  # what hangs here hangs for longer; how fast it goes is not judged on a busy machine


@contextlib.asynccontextmanager
async def _silent() -> AsyncIterator[str]:
    """Yield the URL of a server that takes connections and never says a word."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@contextlib.asynccontextmanager
async def _by_socket(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with make_world(start=False) as world:
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        monkeypatch.delenv("SLACK_SIGNING_SECRET")
        yield world


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_slack_that_hangs_holds_up_neither_start_nor_end(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, process: Process, how: signal.Signals
) -> None:
    """The port is open, readiness tells, the log has no traceback; a signal ends it in time, with exit code 0."""
    async with _by_socket(make_world, monkeypatch), _silent() as slack:
        monkeypatch.setenv("SLACK_API_URL", f"{slack}/api/")
        await process.start(sys.executable, "-m", "bot")
        async with plain_http.async_client(base_url=process.url) as http:
            ready = await http.get("/readyz", timeout=10)
        assert ready.status_code == 503
        assert ready.json()["faults"]["socket"] == "connecting"
        async with asyncio.timeout(WITHIN):
            await process.stop(how)
        assert process.exit_code == 0
        assert "Traceback" not in process.log.read_text()


async def test_a_slack_that_refuses_connections_is_a_line_each_time(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, process: Process
) -> None:
    """Not kilobytes: a night without a network must not fill a disk."""
    async with _by_socket(make_world, monkeypatch):
        monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
        await process.start()
        async with asyncio.timeout(10):
            while process.log.read_text().count("socket_ended") < 3:
                await asyncio.sleep(0.05)
        await process.stop(signal.SIGTERM)
        log = process.log.read_text()
        assert process.exit_code == 0
        assert "Traceback" not in log
        assert max(len(line) for line in log.splitlines() if "unreachable" in line) < 300


async def test_an_app_token_that_slack_refuses_ends_the_process_in_one_sentence(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, process: Process
) -> None:
    """Exit code 2, the setting, Slack's word, the remedy; and the port was open before Slack had answered."""
    async with _by_socket(make_world, monkeypatch) as world:
        world.slack.faults.add("apps.connections.open", error="invalid_auth", delay=3, times=None)
        await process.start()
        async with asyncio.timeout(15):
            await process.ended()
        assert process.exit_code == 2
        said = [line for line in process.log.read_text().splitlines() if line.startswith("SLACK_APP_TOKEN")]
        assert len(said) == 1
        assert "invalid_auth" in said[0]
        assert "connections:write" in said[0]


@pytest.mark.sqlite_only("what PostgreSQL needs is loaded only there")
async def test_a_start_loads_nothing_that_it_does_not_need(make_world: MakeWorld, process: Process) -> None:
    """Each of these takes memory for as long as the bot runs, and time that somebody may be waiting for."""
    async with make_world(start=False):
        await process.start(sys.executable, "-X", "importtime", "-m", "bot")
    timed = [line for line in process.log.read_text().splitlines() if line.startswith("import time:")]
    loaded = {line.rpartition("|")[2].strip() for line in timed}
    assert "bot.web" in loaded
    assert set(UNWANTED.split()) & loaded == set()


@pytest.mark.sqlite_only("only there somebody else can hold all of it")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_a_start_that_waits_for_its_database(
    make_world: MakeWorld, tmp_path: Path, how: signal.Signals
) -> None:
    """Somebody else holds the file: the driver would wait in C for half a minute, where Python hears no signal."""
    async with make_world(start=False):
        with contextlib.closing(sqlite3.connect(tmp_path / "oms-bot.sqlite3")) as other:
            other.execute("BEGIN EXCLUSIVE")
            command = (sys.executable, "-X", "importtime", "-m", "bot", "serve", "--port", "0")
            child = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
            assert child.stderr
            async with asyncio.timeout(30):
                while b"bot.web" not in await child.stderr.readline():
                    pass
            await asyncio.sleep(1)
            child.send_signal(how)
            async with asyncio.timeout(WITHIN):
                await child.communicate()
            assert child.returncode == 0
