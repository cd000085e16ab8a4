"""How workflows run in this process: DBOS, their steps, the end of the process, faults that may not end in silence."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextvars import ContextVar
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from dbos import error as dbos_error

from bot.conversation import outcomes
from bot.conversation.outcomes import Outcome
from bot.conversation.running import Running
from bot.conversation.values import operation_of
from bot.conversation.waiting import time_left
from bot.tracing import Traces

log = structlog.get_logger(__name__)

Workflow = Callable[..., Coroutine[Any, Any, None]]
Used = TypeVar("Used")

_awaited: ContextVar[asyncio.Future[None]] = ContextVar("until what a stop waits for is recorded")

# A constant of ours: workflows that wait for an answer outlive a deployment, also of one that takes other steps; see
# `bot.conversation.earlier`.
WORKFLOW_VERSION: Final = "1"
GRACE_SECONDS: Final = 4.0  # for what waits for an answer of Slack or OMS; the whole stop takes seven at most


def launch(engine: sa.Engine, executor_id: str, options: DBOSConfig | None = None) -> None:
    """Start DBOS in this process, on the bot's own database. *options* go over the bot's own choices."""
    config: DBOSConfig = {
        "name": "oms-bot",
        "system_database_url": engine.url.render_as_string(hide_password=False),
        "system_database_engine": engine,
        "application_version": WORKFLOW_VERSION,
        "executor_id": executor_id,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "ERROR",
        "enable_otlp": False,  # its spans quote what exceptions say; see `bot.tracing` for ours
        "max_executor_threads": 4 if engine.dialect.name == "sqlite" else 20,
    }
    DBOS(config={**config, **(options or {})})
    # DBOS gives its logger a handler of its own; its lines must pass the redaction like all others.
    logging.getLogger("dbos").handlers.clear()
    logging.getLogger("dbos").propagate = True
    DBOS.launch()


class Bound(Generic[Used]):
    """What the workflows of a module work with in this process.

    DBOS finds them by their names, so they can't be given anything.
    """

    def __init__(self) -> None:
        self._used: Used | None = None

    def bind(self, used: Used) -> None:
        """Let them work with this. Before DBOS is launched, which begins them."""
        self._used = used

    def __call__(self) -> Used:
        """Return it."""
        if self._used is None:
            raise RuntimeError("`bind` comes before the launch")
        return self._used


class Durable:
    """The workflows that run here. `clock` gives Unix seconds."""

    def __init__(self, running: Running, traces: Traces, clock: Callable[[], float]) -> None:
        self._running = running
        self._traces = traces
        self._clock = clock
        self._under_way: set[asyncio.Future[None]] = set()
        self._stopping = False

    @contextlib.asynccontextmanager
    async def running(
        self,
        operation_id: str,
        *,
        anew: Callable[[], Awaitable[None]],
        on_fault: Callable[[], Awaitable[None]],
    ) -> AsyncIterator[None]:
        """Surround a workflow: each log line names the operation, and `suspend` finds it.

        *anew* goes on with a workflow whose recorded steps are those of another version; *on_fault* tells people of a
        fault of this program.
        """
        with self._running.here(), structlog.contextvars.bound_contextvars(operation=operation_id):
            try:
                yield
            except dbos_error.DBOSUnexpectedStepError as error:
                log.warning("steps_of_another_version", reason=error.message)
                await anew()
            except dbos_error.DBOSException:
                raise  # DBOS's own way to say that another process runs this workflow
            except Exception:
                log.exception("conversation_failed")
                await on_fault()
                raise  # so that DBOS has it among its errors

    async def step(
        self,
        name: str,
        function: Callable[[], Awaitable[Any]],
        *,
        on_fault: Outcome | None = None,
    ) -> Any:  # noqa: ANN401  # any JSON
        """Run *function* as a durable step: its result is stored, and a step that has one never runs again.

        A fault of this program ends in *on_fault*, if given, so that even then somebody is told.
        """

        async def run() -> Any:  # noqa: ANN401  # any JSON
            try:
                with self.part(name):
                    return await function()
            except Exception:
                if on_fault is None:
                    raise
                log.exception("own_fault", step=name)
                return outcomes.dump(on_fault)

        await self._begin()
        try:
            return await DBOS.run_step_async({"name": name}, run)
        finally:
            self._let_go()

    async def repeated_step(
        self, name: str, attempt: Callable[[int], Awaitable[float | None]], *, longest_wait: float
    ) -> None:
        """Run a step until *attempt*, given the number of the try, returns None; else it returns when to try again.

        As that is a stored Unix time, no wait exceeds *longest_wait* seconds, whatever two clocks say.
        """
        for number in itertools.count(1):
            again_at = await self.step(name, functools.partial(attempt, number))
            if again_at is None:
                return
            await asyncio.sleep(time_left(again_at, self._clock(), at_most=longest_wait))

    def part(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Surround a step, or a part of one that is to be seen in the operation's trace as if it were one."""
        return self._traces.step(name, operation_of(self._running.current().id))

    @contextlib.asynccontextmanager
    async def only_reads(self) -> AsyncIterator[None]:
        """Surround a part of a step that changes nothing.

        It may take long, and is cut off when the process is asked to end.
        """
        self._let_go()
        yield
        await self._begin()

    async def _begin(self) -> None:
        """Let `suspend` wait for what this workflow does from here on."""
        if self._stopping:
            await asyncio.Future()  # until `suspend` cuts this off: it is the next start's
        awaited: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.add(awaited)
        _awaited.set(awaited)

    def _let_go(self) -> None:
        awaited = _awaited.get()
        self._under_way.discard(awaited)
        awaited.cancel()

    async def suspend(self, seconds: float = GRACE_SECONDS) -> None:
        """Stop every workflow where it stands; the next start resumes it at the step that was not finished.

        A step that waits for an answer of Slack or OMS is given some *seconds* to have it recorded first: else the
        next start would not know of it, and post again.
        """
        self._stopping = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        tasks = self._running.tasks()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def start_apart(workflow: Workflow, workflow_id: str, given: dict[str, Any]) -> None:
    """Start a workflow, once, and as no step of the one that this is called in."""

    async def start() -> None:
        with SetWorkflowID(workflow_id):
            await DBOS.start_workflow_async(workflow, given)

    await asyncio.create_task(start(), context=contextvars.Context())
