"""The durable function that tells what is due long after: one for each row of `bot.conversation.due`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import structlog
from dbos import DBOS, SetWorkflowID

from bot.conversation.consent import Consent
from bot.conversation.due import Kind, Work
from bot.conversation.durable import Bound, Durable
from bot.conversation.planned import Planned
from bot.conversation.stored import known

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Means:
    """What it works with in this process."""

    planned: Planned
    consent: Consent
    durable: Durable


_here: Bound[Means] = Bound()
bind = _here.bind


@DBOS.workflow(name="remind", max_recovery_attempts=None)
async def remind(work: dict[str, Any]) -> None:
    """Tell what is due. If this program fails in it, nobody waits for what would have been told."""
    here = _here()
    planned, consent, durable = here.planned, here.consent, here.durable
    due = known(Work, {**work, "kind": Kind(work["kind"])})

    async def failed() -> None:
        log.error("not_reminded", kind=due.kind.value)

    async with durable.running(due.operation_id, anew=failed, on_fault=failed):
        if due.kind is Kind.BREAK_GLASS:
            await durable.step("offer_alone", lambda: consent.offer_alone(due.operation_id))
        else:
            await durable.step("remind", lambda: planned.carry_out(due))


async def start_remind(work: Work) -> None:
    """Start to tell what is due; once."""
    with SetWorkflowID(work.id):
        await DBOS.start_workflow_async(remind, {**asdict(work), "kind": work.kind.value})
