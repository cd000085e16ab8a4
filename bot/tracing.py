"""One trace for each operation, from the delivery that asks to its ending; nowhere, unless traces are sent somewhere.

Nothing is stored for it: a trace is named after its operation, so whoever goes on with that, after a restart or on
another replica, goes on with the trace. In a span stand words of ours, ids of operations and durations: nothing that
anybody typed, is called or may keep to themselves.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from contextvars import Context, ContextVar
from typing import Any, Final, Protocol

from bot.metrics import Observe


class Traces(Protocol):
    """What is told of an operation while it happens. Called in the event loop's thread; costs nothing if it is off."""

    def delivered(self, workflow: str, operation: str, seconds: float, *, recorded: bool) -> None:
        """Note that what Slack delivered was recorded, or could not be, *seconds* after it came."""

    def step(self, name: str, operation: str) -> AbstractContextManager[None]:
        """Surround a step of an operation."""

    def ended(self, verb: str, ending: str) -> None:
        """Note, in a step, how its operation ended."""

    def observe(self, service: str) -> Observe | None:
        """Return what a client of *service* calls after each request; None if nobody wants to know."""

    async def close(self) -> None:
        """Send what is left."""


class _Nowhere:
    def delivered(self, workflow: str, operation: str, seconds: float, *, recorded: bool) -> None:
        pass

    def step(self, name: str, operation: str) -> AbstractContextManager[None]:  # noqa: ARG002  # the protocol's
        return _NOTHING

    def ended(self, verb: str, ending: str) -> None:
        pass

    def observe(self, service: str) -> Observe | None:  # noqa: ARG002  # the protocol's
        return None

    async def close(self) -> None:
        pass


_NOTHING: Final = nullcontext()
NOWHERE: Final[Traces] = _Nowhere()

step_here: Final[ContextVar[Any]] = ContextVar("the span of the step that runs here", default=None)


def both(count: Observe, trace: Observe | None) -> Observe:
    """Return what tells one and, if there is one, the other."""
    if trace is None:
        return count

    def observe(operation: str, outcome: str, seconds: float) -> None:
        count(operation, outcome, seconds)
        trace(operation, outcome, seconds)

    return observe


def apart() -> Context:
    """Return an empty context for what serves more than one; it stands in the trace of whoever asked first."""
    context = Context()
    if (step := step_here.get()) is not None:
        context.run(step_here.set, step)
    return context
