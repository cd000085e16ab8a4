"""What is it about? The card that asks, made of what Huawei Cloud says now; or why there is none."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation import outcomes
from bot.conversation.authority import Actor, CannotTell, Permissions
from bot.conversation.operations import Operations, sealed_fields
from bot.conversation.outcomes import Outcome, Snapshot
from bot.conversation.policy import Reason, Refused
from bot.huawei.errors import HuaweiError
from bot.huawei.oms.models import TaskStatus
from bot.identity.seals import Seals
from bot.settings.sections import Limits, Timing
from bot.slack import cards
from bot.slack.cards import Card
from bot.text import en, en_endings
from bot.verbs.tasks import AmbiguousName, NoSuchTask, Tasks, fault_of

log = structlog.get_logger(__name__)

DATABASE_FAULT = outcomes.Fault(kind="DatabaseFault", source="bot", may_pass=True)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One delivered wish to pause. `task` None asks for the list of what could be paused."""

    id: str
    team_id: str
    user_id: str
    channel_id: str
    project: str
    task: str | None
    reason: str = ""
    at: float
    thread_ts: str | None = None  # where it was asked, if in a thread: the card and the ending belong there
    named: tuple[str, ...] = ()


class Preview:
    """Makes cards. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        timing: Timing,
        permissions: Permissions,
        tasks: Tasks,
        operations: Operations,
        limits: Limits,
        seals: Seals,
        clock: Callable[[], float],
    ) -> None:
        self._timing = timing
        self._permissions = permissions
        self._tasks = tasks
        self._operations = operations
        self._limits = limits
        self._seals = seals
        self._clock = clock

    async def of(self, request: Request) -> dict[str, Any]:
        """Return ``{"card": …}`` to ask with, or ``{"answer": …}`` if there is nothing to ask. JSON values."""
        found = await self._look(request)
        if "card" not in found and request.task is not None:
            with contextlib.suppress(SQLAlchemyError):
                await self._operations.give_back(request.id)
        return found

    async def _look(self, request: Request) -> dict[str, Any]:
        principal = "your IAM user"
        try:
            actor = await self._permissions.who_may(
                request.team_id,
                request.user_id,
                request.channel_id,
                request.project,
                named=request.named,
            )
            if isinstance(actor, Refused):
                return _no_card(request, outcomes.Refused(reason=actor.reason))
            principal = actor.identity.principal
            if request.task is None:
                tasks = await self._tasks.migrating(actor.identity, actor.project)
                return {"answer": asdict(cards.task_list(request.project, tasks))}
            if await self._asked_too_often(request):
                return _no_card(request, outcomes.Refused(reason=Reason.TOO_MANY))
            task, waiting = await asyncio.gather(
                self._tasks.find(actor.identity, actor.project, request.task),
                self._tasks.count_waiting(actor.identity, actor.project),
            )
        except NoSuchTask as error:
            text = en.no_such_task(request.task or "", request.project, error.closest)
            return {"answer": asdict(cards.note(text))}
        except AmbiguousName as error:
            text = en.ambiguous_task(request.task or "", request.project, error.ids)
            return {"answer": asdict(cards.note(text))}
        except HuaweiError as error:
            return _no_card(request, outcomes.Failed(fault=fault_of(error)), principal=principal)
        except CannotTell as error:
            return _no_card(request, outcomes.Failed(fault=error.fault))
        match task.status:
            case TaskStatus.MIGRATING:
                return {"card": asdict(self._card(request, actor, replace(task, waiting_tasks=waiting)))}
            case TaskStatus.PAUSED:
                return _no_card(request, outcomes.AlreadyPaused(task=task))
            case _:
                return _no_card(request, outcomes.NotPausable(task=task))

    async def _asked_too_often(self, request: Request) -> bool:
        """Count this card, or tell that its asker is over the limit. Under whatever workspace, they are one person.

        Raises:
            CannotTell: that can't be known now.
        """
        limit = self._limits.cards_per_minute
        if not limit:
            return False
        try:
            return not await self._operations.reserve(
                request.id, request.user_id, self._clock(), limit=limit, seconds=60
            )
        except SQLAlchemyError:
            log.exception("limit_unknown")
            raise CannotTell(DATABASE_FAULT) from None

    def _card(self, request: Request, actor: Actor, task: Snapshot) -> Card:
        card = Card(
            operation_id=request.id,
            task=task,
            project=actor.project.alias,
            region=actor.project.region,
            user_id=request.user_id,
            principal=actor.identity.principal,
            reason=request.reason,
            expires_at=self._clock() + self._timing.confirm_within,
            link_id=actor.identity.link_id,
            found_in=actor.identity.found_in,
            acts_as=actor.identity.mark,
            project_id=actor.project.id,
            approvals=actor.project.approvals,
            approvers=tuple(sorted(actor.project.approvers)),
        )
        fields = sealed_fields(asdict(card), request.team_id, request.channel_id)
        return replace(card, seal=self._seals.seal("card", fields))


def _no_card(request: Request, outcome: Outcome, principal: str = "your IAM user") -> dict[str, Any]:
    if isinstance(outcome, outcomes.Failed):
        text = en_endings.unread(outcome.fault, project=request.project, principal=principal)
    else:
        text = en_endings.ending(outcome, project=request.project, principal=principal)
    retry = cards.try_again(request.project, request.task, request.reason) if request.task else None
    return {"answer": asdict(cards.note(text, retry if outcomes.is_retryable(outcome) else None))}
