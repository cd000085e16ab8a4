"""The real bot as a child process, that can be killed and started again, and that never outlives its parent."""

import asyncio
import contextlib
import os
import signal
import socket
import time
import weakref
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import aiohttp

from bot.sandbox.stage.forked import Forked

# Waits for the end of its standard input, which comes however our process ends, and then ends the bot.
_GUARD = 'read -r _; kill -KILL "$1" 2>/dev/null'
_INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TMPDIR", "TZ", "VIRTUAL_ENV")


class BotError(RuntimeError):
    """The bot did not start; the message ends with the last lines of its log."""


class BotProcess:
    """`oms-bot serve` in a directory of its own; its log is `log`, its port stays the same for life."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home, self.log = home, home / "bot.log"
        kept = _any_port()
        self.port = int(kept.getsockname()[1])
        weakref.finalize(self, kept.close)
        self._environment = {key: os.environ[key] for key in _INHERITED if key in os.environ} | environment
        self._environment["PUBLIC_URL"] = self.url  # so that people can link their own credential, too
        self._process: Forked | None = None
        self._guard: Process | None = None

    @property
    def url(self) -> str:
        """Where the bot listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self, within: float = 30.0) -> None:
        """Start the process and return once it answers.

        Raises:
            BotError: it ended, or did not answer in time.
        """
        self._process = await asyncio.to_thread(self._fork)
        self._guard = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", _GUARD, "sh", str(self._process.pid), stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
        )
        until = time.monotonic() + within
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1)) as session:
            while not await _answers(session, self.url):
                if not self.alive or time.monotonic() > until:
                    raise BotError(f"the bot did not start; its log, {self.log}, ends with:\n{self._tail()}")
                await asyncio.sleep(0.05)

    def _fork(self) -> Forked:
        return Forked(
            *("serve", "--host", "127.0.0.1", "--port", str(self.port)),
            environment=self._environment,
            folder=self.home,
            out=self.log,
            err=self.log,
        )

    async def kill(self) -> None:
        """End the process as a power cut would: nothing is said, nothing is tidied up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end, and see that it does."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self.alive:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(how)
            try:
                await asyncio.wait_for(self._process.wait(), 8)
            except TimeoutError:
                self._process.send_signal(signal.SIGKILL)
                await self._process.wait()
        # Only now, so that there is no moment in which nobody watches over the bot.
        if self._guard is not None and self._guard.returncode is None:
            self._guard.kill()
            await self._guard.wait()

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/healthz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _any_port() -> socket.socket:
    """Keep a port from everybody but a server that asks for it: bound, not listened on, and to be used again."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    return kept
