"""What another version of the bot recorded of a conversation, and how to go on with it.

DBOS replays a workflow by its steps' names and order, and refuses one that has others. Such a workflow is not replayed:
another one, whose id ends in `ANEW`, takes stock of the recorded steps and goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dbos import DBOS
from dbos import error as dbos_error

from bot.conversation.outcomes import TOLD

ANEW: Final = ":anew"
LATER: Final = "_later"  # marks the steps that tell what was seen after a first ending
_AGE: Final = timedelta(days=7)  # nobody waits any more for what was stranded before


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How far a decision came, as JSON values, since a step stores it; `outcome` as `outcomes.dump` makes it."""

    outcome: dict[str, Any] | None = None
    accepted: bool = False
    told: bool = False
    watched: bool = False

    @property
    def later(self) -> str:
        """Return what marks the telling of `outcome`."""
        return LATER if self.watched else ""


async def take_stock(workflow_id: str) -> Stock:
    """Return the `Stock` of a decision, from its steps and those of the workflows that went on with it."""
    steps: list[tuple[str, Any]] = []
    while recorded := await DBOS.list_workflow_steps_async(workflow_id):
        steps += [(step["function_name"], step["output"]) for step in recorded if step["error"] is None]
        workflow_id += ANEW
    return stock_of(steps)


def stock_of(steps: Iterable[tuple[str, Any]]) -> Stock:
    """Return what the names and results of *steps* say, whichever version took them."""
    stock = Stock()
    for name, result in steps:
        match name.removesuffix(LATER), result:
            case "act" | "pause", None:
                stock = replace(stock, accepted=True)
            case "tell" | "tell_at_last", told:
                stock = replace(stock, told=bool(told))
            case "watch", None:
                stock = replace(stock, watched=True)
            case "watch", {"kind": _}:
                stock = replace(stock, outcome=result, told=False, watched=True)
            case _, {"kind": _}:
                stock = replace(stock, outcome=result, told=stock.told or bool(result.get(TOLD)))
    return stock


async def stranded(names: Collection[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return name, id and input of the workflows that ended as an error because of another version's steps."""
    since = (datetime.now(UTC) - _AGE).isoformat()
    failed = await DBOS.list_workflows_async(status="ERROR", name=list(names), start_time=since)
    return [
        (workflow.name, workflow.workflow_id, workflow.input["args"][0])
        for workflow in failed
        if dbos_error.DBOSUnexpectedStepError.__name__
        in (type(workflow.error).__name__, getattr(workflow.error, "name", ""))
        and workflow.input
    ]
