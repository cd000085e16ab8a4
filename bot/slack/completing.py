"""What runs of a workflow's step are told: the words of an ending, and the calls that end them in Slack.

They are made with the bot's own token. The one that Slack lends for a run is gone after 15 minutes, and nowhere here.
Source: github.com/slackapi/bolt-python, issue 1075.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import structlog

from bot.audit import Audit, Event
from bot.conversation.answers import Answer, NoCard
from bot.conversation.names import ending_name
from bot.conversation.outcomes import Failed, Outcome, Refused
from bot.conversation.ports import Verb
from bot.conversation.runs import Completion, Result
from bot.conversation.values import Operation, Request, card_from
from bot.conversation.waiting import DAY
from bot.metrics import Metrics
from bot.slack import cards_of_many
from bot.slack.answers import answered
from bot.slack.chat import Chat
from bot.slack.delivery import MENDED_BY_INSTALLING, CannotDeliver, SlackError
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.telling import NOT_POSTED
from bot.slack.workspaces.one import Workspaces
from bot.text import say, say_runs
from bot.text.format import unmarked

log = structlog.get_logger(__name__)

RECEIVER: Final = "workflow"  # as the metrics and the audit call all of them
LONGEST_WAIT: Final = 900.0  # seconds between two attempts
NOT_REVIEWED: Final = "not_reviewed"
"""The ending of a proposal that nobody has reviewed in time."""
# It was told before, or somebody has ended the workflow. Source: Slack, "functions.completeSuccess", errors
_OVER: Final = frozenset({"execution_not_in_running_state", "function_execution_not_found"})


class Completing:
    """Tells them. `clock` gives Unix seconds."""

    not_posted = NOT_POSTED

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        people: People,
        readers: Readers,
        verbs: Mapping[str, Verb],
        audit: Audit,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._workspaces = workspaces
        self._people = people
        self._readers = readers
        self._verbs = verbs
        self._audit = audit
        self._metrics = metrics
        self._clock = clock

    def ended(self, operation: Operation, outcome: Outcome, *, at: float) -> Result:
        """Return what is told of an operation's end: in its requester's language."""
        card = card_from(operation.card)
        language = self._readers.of(card.locale)
        said = cards_of_many.ending_of(
            language, card, outcome, at=at, confirm_within=operation.confirm_within
        )
        return self._result(operation.verb, outcome, said.text)

    async def answered(self, request: Request, answer: Answer) -> Result:
        """Return what is told where nothing was asked."""
        language = await self._people.language(request.team_id, request.user_id)
        said = answered(language, answer, wish=request.wish, operation_id=request.id).text
        if isinstance(answer, NoCard):
            return self._result(request.wish.verb, answer.outcome, said)
        return Result(error=unmarked(said))

    def _result(self, verb: str, outcome: Outcome, said: str) -> Result:
        """Return an ending; what was refused, by the bot or by Huawei Cloud, is an error that somebody can mend."""
        if isinstance(outcome, Refused | Failed):
            return Result(error=unmarked(said))
        return Result(ending=ending_name(outcome, self._verbs[verb]), summary=unmarked(said))

    def not_asked(self, request: Request | None) -> Result:
        """Return what is told if Slack took no card, or no proposal."""
        language = self._readers.language(request.user_id if request else "")
        return Result(error=unmarked(say_runs.not_asked(language)))

    def not_reviewed(self, seconds: float) -> Result:
        """Return what is told if nobody reviewed a proposal in time."""
        return Result(ending=NOT_REVIEWED, summary=say_runs.not_reviewed(self._readers.of(""), seconds))

    def own_fault(self) -> Result:
        """Return what is told after a fault of this program."""
        return Result(error=unmarked(say.own_fault(self._readers.of(""))))

    async def complete(self, completion: Completion, attempt: int) -> float | None:
        """Tell a run its result once. Return when to try again (Unix seconds), if Slack did not take it."""
        try:
            chat = await self._workspaces.chat(completion.team_id)
            await _complete(chat, completion)
        except SlackError as error:
            if error.error not in _OVER:
                return await self._not_taken(completion, error, attempt)
            log.info("step_over", error=error.error)
        self._metrics.published.labels(RECEIVER, "sent").inc()
        return None

    async def _not_taken(self, completion: Completion, error: SlackError, attempt: int) -> float | None:
        lasts = isinstance(error, CannotDeliver) and error.error not in MENDED_BY_INSTALLING
        again_at = self._clock() + max(error.retry_after or 0.0, min(2.0**attempt, LONGEST_WAIT))
        if not lasts and again_at < completion.at + DAY:
            return again_at
        log.warning("step_not_completed", error=error.error)
        await self._audit.append(
            Event.UNPUBLISHED,
            completion.run,
            once=RECEIVER,
            receiver=RECEIVER,
            ending=completion.ending,
            error=error.error,
            result="given_up",
        )
        self._metrics.published.labels(RECEIVER, "given_up").inc()
        return None


async def _complete(chat: Chat, completion: Completion) -> None:
    if completion.error:
        await chat.fail_step(completion.run, completion.error)
        return
    outputs = {"ending": completion.ending, "summary": completion.summary}
    link = await chat.link(completion.channel_id, completion.ts) if completion.ts else ""
    await chat.complete_step(completion.run, outputs | ({"link": link} if link else {}))
