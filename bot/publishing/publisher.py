"""Sends endings to their receivers. When, and how often, is a workflow's to say: one that is down delays nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Literal, get_args

import httpx
import structlog

from bot.audit import Audit, Event
from bot.conversation import outcomes
from bot.conversation.assured import assured
from bot.conversation.ports import Verb
from bot.conversation.publication import Publication
from bot.conversation.stored import known
from bot.conversation.values import Operation
from bot.conversation.verdicts import Verdict
from bot.conversation.waiting import DAY
from bot.metrics import Metrics
from bot.publishing.event import Ending, ending_of
from bot.publishing.receivers import InDoubt, Receiver, ReceiverError, TryAgain
from bot.text.languages import Language

log = structlog.get_logger(__name__)

LONGEST_WAIT: Final = 900.0  # seconds between two attempts
AT_ONCE: Final = 8  # to one receiver
Result = Literal["sent", "given_up", "in_doubt"]


class Publisher:
    """Knows the receivers by their names. `clock` gives Unix seconds."""

    def __init__(
        self,
        receivers: Mapping[str, Receiver],
        *,
        http: httpx.AsyncClient,
        verbs: Mapping[str, Verb],
        language: Language,
        audit: Audit,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._receivers = receivers
        self._http = http
        self._verbs = verbs
        self._language = language
        self._audit = audit
        self._metrics = metrics
        self._clock = clock
        self._slots = {name: asyncio.Semaphore(AT_ONCE) for name in receivers}
        for name in receivers:  # from nothing to one, Prometheus sees no increase
            for result in get_args(Result):
                metrics.published.labels(name, result)

    @property
    def receivers(self) -> list[str]:
        """The names of the receivers."""
        return list(self._receivers)

    async def publish(
        self,
        publication: Publication,
        operation: Operation,
        *,
        attempt: int,
    ) -> float | None:
        """Send an ending to a receiver once. Return when to try again (Unix seconds), if it did not take it."""
        receiver = self._receivers.get(publication.receiver)
        if receiver is None:  # the settings have changed meanwhile
            return None
        verb = self._verbs[operation.verb]
        verdict, outcome = known(Verdict, publication.verdict), outcomes.load(publication.ended)
        ending = ending_of(self._language, operation, verdict, outcome, verb, at=publication.at)
        try:
            await self._not_twice(publication.receiver, receiver, operation, ending, attempt)
            async with self._slots[publication.receiver]:
                await assured()
                sent = await receiver.send(self._http, ending)
        except TryAgain as error:
            again_at = self._clock() + max(error.after or 0.0, min(2.0**attempt, LONGEST_WAIT))
            if again_at < publication.at + DAY:
                return again_at
            await self._lost(publication.receiver, operation, ending, error, "given_up")
        except ReceiverError as error:
            result: Result = "in_doubt" if isinstance(error, InDoubt) else "given_up"
            await self._lost(publication.receiver, operation, ending, error, result)
        else:
            if sent:
                self._metrics.published.labels(publication.receiver, "sent").inc()
        return None

    async def _not_twice(
        self, name: str, receiver: Receiver, operation: Operation, ending: Ending, attempt: int
    ) -> None:
        """Note an attempt before it is made, where a repetition could not be told from a second ending.

        Raises:
            InDoubt: this very attempt was begun before, and a crash came in between.
        """
        if receiver.repeatable:
            return
        once = f"{name}:{ending.id}:{attempt}"
        if not await self._audit.append(Event.PUBLISHING, operation.id, once=once, receiver=name):
            raise InDoubt("the bot restarted in between")

    async def _lost(
        self, name: str, operation: Operation, ending: Ending, error: ReceiverError, result: Result
    ) -> None:
        log.warning("outcome_not_sent", receiver=name, why=str(error), result=result)
        about = {"receiver": name, "ending": ending.data["ending"], "error": str(error), "result": result}
        await self._audit.append(Event.UNPUBLISHED, operation.id, once=f"{name}:{ending.id}", **about)
        self._metrics.published.labels(name, result).inc()
