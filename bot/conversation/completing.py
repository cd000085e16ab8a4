"""Runs of a workflow's step in Slack: each is told how it ended, by a workflow of its own, beside all else.

    propose    post the proposal of a run that nobody stands behind → its review is awaited, for `review_within`
    complete   tell it → not taken → wait → tell it …, for a day

A run that somebody stands behind is an `ask` like any other; its request and its operation say what awaits their end.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Final

from dbos import DBOS

from bot.conversation.answers import AmbiguousTask, Answer, NoCard, NoSuchTask
from bot.conversation.due import Due, Kind, Work
from bot.conversation.durable import Bound, Durable, start_apart
from bot.conversation.operations import Operations
from bot.conversation.outcomes import AlreadyDone, EndedInstead, NotReady, Outcome, is_watched
from bot.conversation.ports import Completer
from bot.conversation.reviews import Reviews
from bot.conversation.runs import PROPOSAL, Completion, Result, Run, Waiting
from bot.conversation.stored import known
from bot.conversation.values import Operation, Request
from bot.conversation.waiting import DAY

_UNDER_WAY_LOOK: Final = 30.0  # seconds between two looks whether what a review led to has ended
_LONGEST_WAIT: Final = 60.0  # seconds between two tries to post a proposal

Waits = Callable[[str], Awaitable[None]]
"""Notes that a run waits for the review of the proposal of that name."""

Propose = Callable[[Run, Waits], Awaitable[Result | None]]
"""Posts the proposal of a run, once it is noted what waits for it. Returns why there is none, if so.

Raises `NotNowError` if it may be tried again.
"""


class NotNowError(Exception):
    """Slack does not take a proposal now."""


def complete_id(run: str) -> str:
    """Return the workflow id under which a run is completed, once: the first result is the one it is told."""
    return f"{run}:complete"


@DBOS.workflow(name="complete", max_recovery_attempts=None)
async def complete(completion: dict[str, Any]) -> None:
    """Tell Slack how a workflow's step ended."""
    await _here().complete(known(Completion, completion))


@DBOS.workflow(name="propose", max_recovery_attempts=None)
async def propose(run: dict[str, Any]) -> None:
    """Post what a workflow proposes that nobody stands behind."""
    await _here().propose(known(Run, run))


class Completions:
    """Starts and carries out what runs are told. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        completer: Completer,
        propose: Propose,
        reviews: Reviews,
        operations: Operations,
        due: Due,
        durable: Durable,
        review_within: float,
        clock: Callable[[], float],
    ) -> None:
        self._completer = completer
        self._propose = propose
        self._reviews = reviews
        self._operations = operations
        self._due = due
        self._durable = durable
        self._review_within = review_within
        self._clock = clock

    # --- what becomes of a request ----------------------------------------------------------------------------------

    async def ended(self, operation: Operation, outcome: Outcome, *, at: float) -> None:
        """Let those who await the end of an operation know it; what is watched on has a better one to come."""
        if not operation.awaited_by or is_watched(outcome):
            return
        result = self._completer.ended(operation, outcome, at=at)
        await self._start(operation.awaited_by, operation.team_id, result, operation)

    async def answered(self, request: Request, answer: Answer) -> None:
        """Let whoever awaits the end of a request know that nothing is asked.

        What holds for the person who reviewed a proposal only, is no answer to it: others may review it too.
        """
        if request.awaited_by and not (request.awaited_by.startswith(PROPOSAL) and _is_personal(answer)):
            result = await self._completer.answered(request, answer)
            await self._start(request.awaited_by, request.team_id, result)

    async def not_asked(self, request: Request) -> None:
        """Let a run know that Slack took no card; unless it took one without owning up to it, which then ends."""
        if not request.awaited_by or request.awaited_by.startswith(PROPOSAL):
            return
        operation = await self._operations.get(request.id)
        if operation is None or operation.ending == self._completer.not_posted:
            result = self._completer.not_asked(request)
            await self._start(request.awaited_by, request.team_id, result)

    async def unreviewed(self, work: Work) -> float | None:
        """End a run whose proposal nobody has reviewed in time; return until when to wait, if it is under way."""
        waiting = await self._reviews.get(work.target)
        if waiting is None:
            return None
        if await self._reviews.is_under_way(waiting.proposal):
            return self._clock() + _UNDER_WAY_LOOK
        await self._start_one(waiting.run, waiting.team_id, self._completer.not_reviewed(self._review_within))
        await self._reviews.forget(waiting.run)
        return None

    async def _start(
        self, awaited_by: str, team_id: str, result: Result, operation: Operation | None = None
    ) -> None:
        if not awaited_by.startswith(PROPOSAL):
            await self._start_one(awaited_by, team_id, result, operation)
            return
        for run in await self._reviews.of(awaited_by.removeprefix(PROPOSAL), team_id):
            await self._start_one(run, team_id, result, operation)
            await self._reviews.forget(run)

    async def _start_one(
        self, run: str, team_id: str, result: Result, operation: Operation | None = None
    ) -> None:
        completion = Completion(
            run=run,
            team_id=team_id,
            at=self._clock(),
            channel_id=operation.channel_id if operation else "",
            ts=(operation.message_ts or "") if operation else "",
            **asdict(result),
        )
        await start_apart(complete, complete_id(run), asdict(completion))

    # --- the workflows ----------------------------------------------------------------------------------------------

    async def complete(self, completion: Completion) -> None:
        """Tell a run its result until Slack takes it, refuses it for good, or a day is over."""

        async def ended() -> None:
            """Leave it at that, after a fault of this program: people have been told."""

        async with self._durable.running(completion.run, anew=ended, on_fault=ended):
            tell = functools.partial(self._completer.complete, completion)
            await self._durable.repeated_step("complete", tell, longest_wait=DAY)

    async def propose(self, run: Run) -> None:
        """Post a proposal, as long as its review would be awaited."""

        async def failed() -> None:
            await self._start_one(run.id, run.team_id, self._completer.own_fault())

        async with self._durable.running(run.id, anew=failed, on_fault=failed):
            post = functools.partial(self._try_to_propose, run)
            await self._durable.repeated_step("propose", post, longest_wait=_LONGEST_WAIT)

    async def _try_to_propose(self, run: Run, attempt: int) -> float | None:
        """Post it; return when to try again, if Slack does not take it now."""
        until = run.at + self._review_within

        async def waits(proposal: str) -> None:
            await self._reviews.note(Waiting(run=run.id, team_id=run.team_id, proposal=proposal))
            await self._due.plan(Work(kind=Kind.NOT_REVIEWED, operation_id=proposal, target=run.id, at=until))

        try:
            refused = await self._propose(run, waits)
        except NotNowError:
            again_at = self._clock() + min(2.0**attempt, _LONGEST_WAIT)
            if again_at < until:
                return again_at
            refused = self._completer.not_asked(None)
        if refused:
            await self._start_one(run.id, run.team_id, refused)
            await self._reviews.forget(run.id)
        return None


def _is_personal(answer: Answer) -> bool:
    """Tell whether an answer depends on who asked; what Huawei Cloud says of the task does not."""
    match answer:
        case NoCard(outcome=AlreadyDone() | NotReady() | EndedInstead()) | NoSuchTask() | AmbiguousTask():
            return False
        case _:
            return True


_here: Bound[Completions] = Bound()
bind = _here.bind
