"""The way in: a delivery is durable before it is acknowledged, and many that come together share one transaction.

Starting a workflow is one commit. Deliveries that arrive while a commit is under way are gathered and recorded as one
`start_all` workflow, whose only work is to start theirs; so a burst costs a few commits, not hundreds. Each keeps its
own workflow id, so a delivery that was recorded twice still runs once.

A commit that the database was away for is tried again by DBOS, after pauses that grow to a minute. What comes later
does not wait for it: it is recorded as soon as the database answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import structlog
from dbos import DBOS, SetWorkflowID

from bot.conversation.pace import Pace
from bot.conversation.running import Running
from bot.conversation.workflows import STARTED, start_all

STUCK_SECONDS: Final = 3.0  # after which Slack gives up on a delivery
PROVE_SECONDS: Final = 0.5  # between two tries, while the database is away


class NotPermittedError(Exception):
    """This replica may begin nothing at the moment; see `bot.conversation.failover`."""


class StuckError(Exception):
    """The database has not taken a delivery for too long."""


log = structlog.get_logger(__name__)

KNOWN_WITHIN = 0.4  # seconds; an acknowledgement waits for it


@dataclass(frozen=True)
class Start:
    """A workflow to start: which, under which id, with what input (JSON)."""

    workflow: Literal["ask", "settle", "agree", "decide", "propose", "complete"]
    id: str
    input: dict[str, Any]


class Intake:
    """Records deliveries. One for each process."""

    def __init__(
        self, pace: Pace, running: Running, *, sync_to_disk: Callable[[], None], prove: Callable[[], None]
    ) -> None:
        self._pace = pace
        self._running = running
        self._sync_to_disk = sync_to_disk
        self._prove = prove
        self._waiting: list[tuple[Start, asyncio.Future[None]]] = []
        self._committer: asyncio.Task[None] | None = None
        self._committing_since: float | None = None
        self._commits: set[asyncio.Task[None]] = set()

    async def knows(self, workflow_id: str) -> bool:
        """Tell whether a workflow was started under this id; False too if that can't be read."""
        try:
            async with asyncio.timeout(KNOWN_WITHIN):
                return await DBOS.get_workflow_status_async(workflow_id) is not None
        except Exception:
            log.exception("start_unknown")
            return False

    async def submit(self, start: Start) -> None:
        """Return as soon as *start* is on disk; it then happens, whatever dies.

        Raises:
            NotPermittedError: this replica's lock is lost, so it may begin nothing.
        """
        self._pace.arrived()
        if not self._running.permitted:
            raise NotPermittedError
        recorded = asyncio.get_running_loop().create_future()
        self._waiting.append((start, recorded))
        if self._committer is None:
            self._committer = asyncio.create_task(self._commit_waiting())
        await recorded

    async def check(self) -> None:
        """Raise if what is delivered has not been recorded for so long that Slack gave up on it."""
        since = self._committing_since
        if since is not None and time.monotonic() - since > STUCK_SECONDS:
            raise StuckError

    async def _commit_waiting(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                # Who was told that it couldn't be recorded has no need of it any more.
                if awaited := [(start, recorded) for start, recorded in batch if not recorded.done()]:
                    self._committing_since = time.monotonic()
                    await self._commit_or_leave(awaited)
        finally:
            self._committer = self._committing_since = None

    async def _commit_or_leave(self, batch: list[tuple[Start, asyncio.Future[None]]]) -> None:
        """Record these; if that hangs, leave it to DBOS as soon as the database answers."""
        commit = asyncio.create_task(self._commit(batch))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        await asyncio.wait({commit}, timeout=STUCK_SECONDS)
        while not commit.done():
            with contextlib.suppress(Exception):
                await asyncio.to_thread(self._prove)
                return
            await asyncio.wait({commit}, timeout=PROVE_SECONDS)

    async def _commit(self, batch: list[tuple[Start, asyncio.Future[None]]]) -> None:
        starts = _in_order([start for start, _ in batch])
        error: Exception | None = None
        try:
            if len(starts) == 1:
                await self._start(starts[0])
            else:
                with SetWorkflowID(f"accept:{uuid.uuid4()}"):
                    await DBOS.start_workflow_async(start_all, [vars(start) for start in starts])
            await asyncio.to_thread(self._sync_to_disk)
        except Exception as failure:  # noqa: BLE001  # each waiting listener gets it and answers in words
            error = failure
        for _, recorded in batch:
            if recorded.done():
                continue
            if error:
                recorded.set_exception(error)
            else:
                recorded.set_result(None)

    async def _start(self, start: Start) -> None:
        with SetWorkflowID(start.id):
            await DBOS.start_workflow_async(STARTED[start.workflow], start.input)


def _in_order(starts: list[Start]) -> list[Start]:
    """Return each workflow once, as it was delivered first; decisions before all else, so that none waits for work."""
    first: dict[str, Start] = {}
    for start in starts:
        first.setdefault(start.id, start)
    return sorted(first.values(), key=lambda start: start.workflow == "ask")
