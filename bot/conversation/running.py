"""Which workflows run in this process, and by which right: DBOS knows what should, this knows what does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterator
from contextvars import ContextVar
from typing import Any

import structlog
from dbos import DBOS, _context  # there is no public way to an execution's token

from bot.conversation.assured import Hold
from bot.store.workflows import Execution

log = structlog.get_logger(__name__)

_current: ContextVar[Execution] = ContextVar("current execution")


class Disowned(asyncio.CancelledError):
    """Another execution owns this workflow now. This one ends where it stands, as at a stop: nothing is recorded."""


class Running:
    """The executions in this process. While they are not `permitted`, none begins."""

    def __init__(self) -> None:
        self._tasks: dict[Execution, asyncio.Task[Any]] = {}
        self._recording: set[Execution] = set()  # over, and DBOS is recording how they ended
        self._left: set[Execution] = set()
        self._calling: set[Execution] = set()
        self.permitted = True
        self.hold = Hold()

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """Surround a workflow. It must be the event loop's own task, as DBOS starts each."""
        execution, task = _execution(), asyncio.current_task()
        assert task is not None  # noqa: S101  # workflows are coroutines of the one event loop
        task.add_done_callback(lambda _: self._leave(execution))
        if not self.permitted:
            raise Disowned
        self._tasks[execution] = task
        _current.set(execution)
        try:
            with self.hold.here():
                yield
        finally:
            self._recording.add(execution)
            self._calling.discard(execution)
            del self._tasks[execution]

    def _leave(self, execution: Execution) -> None:
        self._recording.discard(execution)
        self._left.add(execution)

    def calls(self, execution: Execution) -> None:
        """Note that this one makes its changing call: what is answered must be recorded, so let it go on."""
        self._calling.add(execution)

    def current(self) -> Execution:
        """Return the execution that this is called in."""
        return _current.get()

    def all(self) -> set[Execution]:
        """Return what is being run."""
        return self._tasks.keys() | self._recording

    def take_left(self) -> set[Execution]:
        """Return what has ended since this was asked last. If it is still recorded as under way, nobody runs it."""
        left, self._left = self._left, set()
        return left

    def tasks(self) -> list[asyncio.Task[Any]]:
        """Return the tasks of all workflows that are not over."""
        return list(self._tasks.values())

    def stop(self) -> None:
        """Permit nothing, and stop what runs, but for what is in the middle of its call or after it."""
        self.permitted = False
        self.cancel(self._tasks.keys() - self._calling)

    def cancel(self, executions: Collection[Execution]) -> None:
        """Stop these where they stand, if they still run."""
        for execution in executions:
            if task := self._tasks.get(execution):
                task.cancel()


def _execution() -> Execution:
    workflow_id, context = DBOS.workflow_id, _context.get_local_dbos_context()
    assert workflow_id  # noqa: S101  # asked in workflows only
    assert context  # noqa: S101  # as above
    return Execution(workflow_id, context.owner_xid)
