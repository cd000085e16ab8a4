"""The command line in a process of its own, forked from one that has imported the bot already.

To import the bot takes an interpreter seconds, and is the same each time. All else is as an operator has it: the
environment, the folder, the signals, the exit code, and a process that `kill -9` ends. What a start itself is like is
tested with interpreters of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final

from bot.cli.main import main

ROOT: Final = Path(__file__).parents[1]
IMPORTED: Final = [
    "bot.cli.check",
    "bot.cli.main",
    "bot.cli.users",
    "bot.logs",
    "bot.serving",
    "bot.slack.socket",
    "bot.store.postgres",
    "bot.web",
    "uvloop",
]
SECONDS: Final = 60


class Forked:
    """A child as asyncio's own is to whoever starts, waits for and ends it; what it says goes to files."""

    def __init__(self, *arguments: str, environment: Mapping[str, str], out: Path, err: Path) -> None:
        self._process = _forks().Process(
            target=_run, args=(arguments, dict(environment), Path.cwd(), out, err), daemon=True
        )
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.exitcode

    def send_signal(self, how: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process.pid
        os.kill(self._process.pid, how)

    def join(self, seconds: float) -> None:
        """Wait until it has ended, at most so long."""
        self._process.join(seconds)

    async def wait(self) -> None:
        """Wait until it has ended."""
        while self.returncode is None:
            await asyncio.sleep(0.01)


def run(*arguments: str, environment: Mapping[str, str] = os.environ) -> subprocess.CompletedProcess[str]:
    """Run ``oms-bot`` with these *arguments* until it ends by itself; it has nothing to read."""
    with tempfile.TemporaryDirectory(prefix="oms-bot-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        child = Forked(*arguments, environment=environment, out=out, err=err)
        child.join(SECONDS)
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, SECONDS)
        return subprocess.CompletedProcess(arguments, child.returncode, out.read_text(), err.read_text())


@functools.cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    with contextlib.chdir(ROOT):  # it imports what it finds where it starts
        forkserver.ensure_running()
    return context


def _run(arguments: tuple[str, ...], environment: dict[str, str], folder: Path, out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in enumerate((out, err), 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), number)
    sys.argv = ["oms-bot", *arguments]
    main()
