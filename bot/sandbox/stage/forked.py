"""The command line in a process of its own, forked from one that has imported the bot already.

To import the bot takes an interpreter a second or two, and is the same each time. All else is as an operator has it:
the environment, the folder, the signals, the exit code, and a process that `kill -9` ends.
"""

import asyncio
import contextlib
import functools
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final, cast

import bot
from bot.cli.main import main

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


class Forked:
    """A child as asyncio's own is to whoever starts, waits for and ends it; it reads nothing and writes to files.

    To make one waits until the process that it is forked from has imported the bot. Not a *daemon*, it may have
    children of its own, and is waited for.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        folder: Path,
        out: Path,
        err: Path,
        daemon: bool = True,
    ) -> None:
        self._process = ready().Process(
            target=_run, args=(arguments, dict(environment), folder, out, err), daemon=daemon
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return cast("int", self._process.pid)  # it was started

    @property
    def returncode(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.exitcode

    def send_signal(self, how: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, how)

    def join(self, seconds: float) -> None:
        """Wait until it has ended, at most so long."""
        self._process.join(seconds)

    async def wait(self) -> None:
        """Wait until it has ended."""
        while self.returncode is None:  # noqa: ASYNC110  # an exit sets no event
            await asyncio.sleep(0.01)


@functools.cache
def ready() -> ForkServerContext:
    """Let the process to fork from begin to import the bot, unless there is one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    # It imports what it finds where it starts.
    with contextlib.chdir(Path(bot.__file__).parents[1]), _deaf_to_interrupts():
        forkserver.ensure_running()
    return context


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """What is started meanwhile stays deaf: Ctrl-C reaches everybody in the foreground, and it would say so."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(arguments: tuple[str, ...], environment: dict[str, str], folder: Path, out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate((out, err), 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), number)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    sys.argv = ["oms-bot", *arguments]
    main()
