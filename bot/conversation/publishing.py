"""Endings that go elsewhere besides Slack: each to each receiver by a workflow of its own, for a day, beside all else.

    publish   send it → not taken → wait → send it …

A receiver that is down or slow delays neither Slack nor the other receivers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from dbos import DBOS

from bot.conversation import outcomes
from bot.conversation.durable import Durable, start_apart
from bot.conversation.operations import Operations
from bot.conversation.ports import Publisher
from bot.conversation.publication import Publication
from bot.conversation.stored import known
from bot.conversation.verdicts import Verdict
from bot.conversation.waiting import DAY


@DBOS.workflow(name="publish", max_recovery_attempts=None)
async def publish(publication: dict[str, Any]) -> None:
    """Send an ending to a receiver."""
    if _bound is None:  # the settings name no receiver any more
        return
    await _bound.publish(known(Publication, publication))


class Publications:
    """Starts and carries out what is sent elsewhere. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        publisher: Publisher,
        operations: Operations,
        durable: Durable,
        clock: Callable[[], float],
    ) -> None:
        self._publisher = publisher
        self._operations = operations
        self._durable = durable
        self._clock = clock

    async def start(self, verdict: Verdict, ending: outcomes.Outcome, later: str = "") -> None:
        """Begin to send an ending to each receiver, once; *later* sets a better one apart that came after it."""
        for receiver in self._publisher.receivers:
            publication = Publication(
                receiver=receiver, verdict=asdict(verdict), ended=outcomes.dump(ending), at=self._clock()
            )
            id_ = f"{verdict.operation_id}:publish:{receiver}{later}"
            await start_apart(publish, id_, asdict(publication))  # to start it again is to find it

    async def publish(self, publication: Publication) -> None:
        """Send it until it is taken, refused for good, or a day old."""

        async def ended() -> None:
            """Leave it at that, after a fault of this program: people have been told in Slack."""

        operation_id = publication.verdict["operation_id"]
        async with self._durable.running(operation_id, anew=ended, on_fault=ended):
            send = functools.partial(self._attempt, publication)
            await self._durable.repeated_step("publish", send, longest_wait=DAY)

    async def _attempt(self, publication: Publication, attempt: int) -> float | None:
        operation = await self._operations.recorded(publication.verdict["operation_id"])
        return await self._publisher.publish(publication, operation, attempt=attempt)


_bound: Publications | None = None


def bind(publications: Publications) -> None:
    """Let the workflows of this process work with *publications*. Before DBOS is launched, which begins them."""
    global _bound  # noqa: PLW0603  # DBOS finds workflows by their names, so they can't be given anything
    _bound = publications
