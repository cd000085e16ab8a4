"""The Slack side of an operation on many targets: how far it is, and the ending of each."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.audit import Audit, Event
from bot.conversation import outcomes
from bot.conversation.names import ending_name
from bot.conversation.outcomes import OfTarget, Outcome, Several
from bot.conversation.ports import Verb
from bot.conversation.values import Operation, card_from
from bot.conversation.verdicts import Verdict
from bot.metrics import Metrics
from bot.slack import cards_of_many
from bot.slack.delivery import SlackError
from bot.slack.readers import Readers
from bot.slack.threads import Threads
from bot.slack.workspaces.one import Workspaces

log = structlog.get_logger(__name__)


class TellingMany:
    """What people are shown of it. Each method is safe to run again."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        readers: Readers,
        audit: Audit,
        metrics: Metrics,
        verbs: Mapping[str, Verb],
    ) -> None:
        self._workspaces = workspaces
        self._readers = readers
        self._audit = audit
        self._threads = Threads(workspaces, audit)
        self._metrics = metrics
        self._verbs = verbs

    async def show_progress(self, operation: Operation, verdict: Verdict, so_far: Several) -> None:
        """Show on the card how far it is. Only a courtesy, so it is tried once."""
        card = card_from(operation.card)
        message = cards_of_many.acting(self._readers.of(card.locale), card, verdict, so_far)
        try:
            chat = await self._workspaces.chat(operation.team_id)
            for place in {verdict.message_ts, operation.message_ts} - {None}:
                await chat.update(operation.channel_id, str(place), message)
        except SlackError as error:
            log.info("progress_not_shown", error=error.error)

    async def record_ending_of(
        self, operation: Operation, target: str, outcome: Outcome, *, once: str = ""
    ) -> None:
        """Record how one of many targets ended; *once* sets a later, better ending apart."""
        ending = ending_name(outcome, self._verbs[operation.verb])
        new = await self._audit.append(
            Event.ENDED,
            operation.id,
            once=":".join(filter(None, (target, once))),
            ending=ending,
            verb=operation.verb,
            target=target,
            **outcomes.dump(outcome),
        )
        if new:
            self._metrics.targets.labels(operation.verb, ending).inc()

    async def write_ending_of(self, operation: Operation, verdict: Verdict, ending: OfTarget) -> None:
        """Tell in the thread how one of many targets ended after all; if that can't be done, the requester directly."""
        card = card_from(operation.card)
        message = cards_of_many.later(self._readers.of(card.locale), card, verdict, ending)
        target = ending.task.task_id
        await self._threads.tell(operation, message, once=target, card_ts=verdict.message_ts, target=target)
