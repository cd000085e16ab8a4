"""The bot as an operator starts it, ``oms-bot serve``, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from bot.sandbox.stage.forked import Forked
from tests import plain_http
from tests.ports import free_port


class Process:
    """The bot as a child process, on one port for its whole life; *source*, if given, is the tree it runs from.

    *environment* is what it has beside ours.
    """

    def __init__(
        self, log: Path, source: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._source = source
        self.environment = environment or {}
        self._child: asyncio.subprocess.Process | Forked | None = None

    async def start(self, *python: str) -> None:
        """Start it, in an interpreter of its own if a *python* command is given, and wait until it answers."""
        serve = ("serve", "--port", str(self.port))
        if python or self._source:
            self._child = await self._interpreted(*(python or (sys.executable, "-m", "bot")), *serve)
        else:
            environment = os.environ | self.environment
            self._child = Forked(
                *serve, environment=environment, folder=Path.cwd(), out=self.log, err=self.log
            )
        async with plain_http.async_client() as http, asyncio.timeout(60):
            while True:
                assert self._child.returncode is None, self.log.read_text()
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get(f"{self.url}/healthz")).status_code == 200:
                        return
                await asyncio.sleep(0.05)

    async def _interpreted(self, *command: str) -> asyncio.subprocess.Process:
        source = {"PYTHONPATH": str(self._source)} if self._source else {}
        environment = os.environ | self.environment | source
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command, stdout=log, stderr=log, cwd=self._source, env=environment
            )

    async def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it with a signal and wait until it is gone."""
        if self._child and self._child.returncode is None:
            self._child.send_signal(how)
            await self._child.wait()

    def suspend(self) -> None:
        """Stop its clock, as a paused virtual machine or an overloaded host does."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it stood, as if no time had passed."""
        self._signal(signal.SIGCONT)

    def _signal(self, how: signal.Signals) -> None:
        assert self._child
        self._child.send_signal(how)

    async def ended(self) -> None:
        """Wait until it ends by itself."""
        assert self._child
        await self._child.wait()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._child
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._child.returncode if self._child else None
