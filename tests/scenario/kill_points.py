"""A bot that ends, as `kill -9` would end it, at a chosen point: before or after a step, or before or after a commit.

Which points there are is found by letting the same thing happen once. A point has a name that says what is done there,
such as ``after commit: update operations, insert audit #2``, so that what else the process does does not count.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import httpx
import sqlalchemy as sa
from dbos import DBOS
from sqlalchemy import event, pool

from bot.sandbox.stage.forked import ready
from tests import plain_http

KILLED: Final = 137
_WRITES: Final = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(?:\w+"?\."?)?(\w+)', re.IGNORECASE)


class _Points:
    """In the bot's process: counts what is reached since it was told to, and ends at the chosen one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reached: Counter[str] = Counter()
        self._order: list[str] | None = None
        self._chosen = ""

    def serve(self, control: Connection) -> None:
        """Do as the test says: begin to count, with a point to end at or none; tell what was reached."""
        while True:
            said, chosen = control.recv()
            with self._lock:
                if said == "begin":
                    self._reached, self._order, self._chosen = Counter(), [], chosen
                control.send(list(self._order or []))

    def reach(self, what: str) -> None:
        """Be at a point."""
        with self._lock:
            if self._order is None:
                return
            self._reached[what] += 1
            name = f"{what} #{self._reached[what]}"
            self._order.append(name)
            if name == self._chosen:
                os._exit(KILLED)

    def watch_steps(self) -> None:
        """Reach a point before and after each step."""
        taken: Callable[..., Awaitable[Any]] = DBOS.run_step_async

        async def run_step_async(options: Mapping[str, str], *args: Any, **kwargs: Any) -> Any:
            self.reach(f"before step: {options['name']}")
            result = await taken(options, *args, **kwargs)
            self.reach(f"after step: {options['name']}")
            return result

        setattr(DBOS, "run_step_async", run_step_async)  # noqa: B010  # its type has overloads; in this process only

    def watch_commits(self) -> None:
        """Reach a point before and after each commit of what writes."""

        @event.listens_for(sa.Engine, "before_cursor_execute")
        def written(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
            if found := _WRITES.match(statement):
                word, table = found.groups()
                connection.info.setdefault("writes", []).append(f"{word.split()[0].lower()} {table}")

        @event.listens_for(sa.Engine, "commit")
        def committing(connection: sa.Connection) -> None:
            if writes := connection.info.pop("writes", None):
                connection.info["committed"] = ", ".join(dict.fromkeys(writes))
                self.reach(f"before commit: {connection.info['committed']}")

        @event.listens_for(sa.Engine, "rollback")
        def undone(connection: sa.Connection) -> None:
            connection.info.pop("writes", None)

        @event.listens_for(pool.Pool, "checkin")
        def given_back(_connection: object, record: sa.PoolProxiedConnection) -> None:
            if committed := record.info.pop("committed", None):
                self.reach(f"after commit: {committed}")


class Killable:
    """Such a bot as a child process, which is started anew whenever it has ended."""

    def __init__(self, port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.deaths = 0
        self._port, self._log = port, log
        self._process: Any = None
        self._control: Connection
        self._lives = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and from then on whenever it is gone."""
        await self._start()
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """End it for good.

        Raises:
            AssertionError: it had ended otherwise than it was to, or could not be started anew.
        """
        keeping = self._keeping.done() and self._keeping.exception() if self._keeping else None
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._process and self._process.is_alive():
            self._process.kill()
        await asyncio.to_thread(self._process.join)
        assert not keeping, keeping

    async def begin(self, point: str = "") -> None:
        """Count from now on what is reached; end at *point*, if one is given.

        The point of before may be reached right now, after its story: then this is for the process that comes next.
        """
        while True:
            await self._lives.wait()
            with contextlib.suppress(EOFError, ConnectionError):
                await asyncio.to_thread(self._say, "begin", point)
                return
            await asyncio.sleep(0.05)  # in which its end is noticed

    async def reached(self) -> list[str]:
        """Return what was reached, in that order."""
        return await asyncio.to_thread(self._say, "report", "")

    def _say(self, word: str, point: str) -> list[str]:
        self._control.send((word, point))
        answer: list[str] = self._control.recv()
        return answer

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            if not self._process.is_alive():
                self._lives.clear()
                assert self._process.exitcode == KILLED, self._log.read_text()[-3000:]
                self.deaths += 1
                await self._start()

    async def _start(self) -> None:
        context = ready()
        self._control, theirs = context.Pipe()
        given = (theirs, dict(os.environ), self._port, self._log)
        self._process = context.Process(target=_run, args=given, daemon=True)
        self._process.start()
        async with plain_http.async_client() as http, asyncio.timeout(60):
            while True:
                try:
                    if (await http.get(f"{self.url}/healthz")).status_code == 200:
                        break
                except httpx.TransportError:
                    assert self._process.is_alive(), self._log.read_text()[-3000:]
                await asyncio.sleep(0.02)
        self._lives.set()


def _run(control: Connection, environment: dict[str, str], port: int, log: Path) -> None:
    from bot.cli.main import main  # noqa: PLC0415  # imported there already

    os.environ.clear()
    os.environ.update(environment)
    for number in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), number)
    points = _Points()
    points.watch_steps()
    points.watch_commits()
    threading.Thread(target=points.serve, args=(control,), daemon=True).start()
    sys.argv = ["oms-bot", "serve", "--port", str(port)]
    main()
