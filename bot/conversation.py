"""The two durable functions that everything is about: `ask` and `settle`. They read top to bottom.

    ask     who? may? what?  → post the card → sleep until the answer is overdue → settle(expire)
    settle  again: who? may? what?  → act → verify → tell        (one per operation: its id is the decision)

They are DBOS workflows. Each outside effect is a step whose result is stored, and a crash resumes at the next one; a
step that was interrupted runs again, so each is safe to repeat. Inputs and results are stored as JSON and hold no
secret: a step finds the credential itself. DBOS runs one id once: a delivery repeated is one `ask`, and of all clicks
and the expiry the first to start `settle` is the decision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import structlog
from dbos import DBOS, SetWorkflowID

from bot import outcomes
from bot.audit import Audit
from bot.identity.directory import Directory, Identity
from bot.metrics import Metrics
from bot.oms.errors import (
    AnswerLost,
    HuaweiError,
    ServiceFault,
    UnexpectedAnswer,
    WrongState,
)
from bot.oms.models import TaskStatus
from bot.outcomes import Outcome, Snapshot
from bot.policy import Allowed, Reason, Refused, may_use
from bot.settings import Project, Timing
from bot.slack import cards
from bot.slack.cards import Card, Message
from bot.slack.chat import CannotDeliver, Chat, Doubtful, SlackError, Unavailable, deliver
from bot.store.operations import Operation, Operations
from bot.tasks import AmbiguousName, NoSuchTask, Tasks, fault_of
from bot.text import en

log = structlog.get_logger(__name__)

DAY = 24 * 3600.0
_ENDED = (TaskStatus.SUCCEEDED, TaskStatus.FAILED)


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


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was decided on an operation: by a click (`click_id` names the delivery), or by the clock."""

    operation_id: str
    kind: Literal["confirm", "cancel", "expire"]
    user_id: str = ""
    message_ts: str | None
    click_id: str = ""
    at: float


def verdict_id(operation_id: str) -> str:
    """Return the workflow id under which an operation is decided, once."""
    return f"{operation_id}:decision"


@dataclass(frozen=True, kw_only=True)
class Services:
    """What a conversation talks to. `clock` gives Unix seconds."""

    projects: Mapping[str, Project]
    timing: Timing
    home_team: Callable[[], Awaitable[str]]
    chat: Chat
    directory: Directory
    tasks: Tasks
    operations: Operations
    audit: Audit
    metrics: Metrics
    clock: Callable[[], float]


class Conversation:
    """The workflows, bound to what they talk to. One for each process, made before DBOS is launched."""

    def __init__(self, services: Services) -> None:
        self._s = services

        @DBOS.workflow(name="ask", max_recovery_attempts=None)
        async def ask(request: dict[str, Any]) -> None:
            await self._ask(Request(**request))

        @DBOS.workflow(name="settle", max_recovery_attempts=None)
        async def settle(request: dict[str, Any], card: dict[str, Any], verdict: dict[str, Any]) -> None:
            await self._settle(Request(**request), _card(card), Verdict(**verdict))

        self.ask = ask
        self.settle = settle
