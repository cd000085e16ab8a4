"""What the bot itself knows of a target, beside what OMS tells: what was done to it here, whether it is watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.answers import Last, TaskReport
from bot.conversation.offers import offers
from bot.conversation.operations import Operations
from bot.conversation.ports import Verb
from bot.conversation.snapshots import Kind
from bot.conversation.values import Request
from bot.conversation.watched import ENDED, thinned
from bot.conversation.watches import Watches

if TYPE_CHECKING:
    from bot.settings.sections import Project

log = structlog.get_logger(__name__)

_SAMPLES: Final = 20  # as many as a chart shows
_WATCH, _HISTORY, _THROTTLE = "watch", "history", "throttle"


class Reporting:
    """Adds it to a report. What the database does not tell is left out: what OMS said is the larger part."""

    def __init__(self, *, verbs: Mapping[str, object], operations: Operations, watches: Watches) -> None:
        self._verbs = verbs
        self._operations = operations
        self._watches = watches
        self._done = [verb.done for verb in verbs.values() if isinstance(verb, Verb)]

    async def complete(self, request: Request, project: Project, report: TaskReport) -> TaskReport:
        """Return *report* with what could be asked for, what was done last, and how fast it was lately."""
        task = report.task
        known = replace(
            report,
            region=project.region,
            offers=offers(self._verbs.values(), task, report.project, report.freeze),
            throttles=_THROTTLE in self._verbs and task.status not in ENDED and task.kind is not Kind.SYNC,
        )
        place = (request.team_id, report.project, task.task_id)
        try:
            operation = next(iter(await self._operations.last(*place, self._done)), None)
            watch = await self._watches.of_task(*place)
        except SQLAlchemyError as error:
            log.warning("report_incomplete", error=type(error).__name__)
            return known
        goes_on = task.status not in ENDED and not watch
        also = [
            verb for verb, would in ((_WATCH, goes_on), (_HISTORY, True)) if would and verb in self._verbs
        ]
        return replace(
            known,
            also=tuple(also),
            last=Last(verb=operation.verb, user_id=operation.user_id, at=operation.ended_at)
            if operation and operation.ended_at
            else None,
            samples=tuple(thinned(watch.samples, _SAMPLES)) if watch else (),
        )
