"""Takes proposals: may this proposer say so, here? Then one message, with a button that a person presses.

A proposer acts as nobody and is told nothing of tasks: neither whether there is such a one, nor how it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import structlog
from cachetools import TTLCache

from bot.audit import Audit, Event
from bot.conversation.proposed import Proposal, Standing
from bot.conversation.values import PAUSE, Wish
from bot.metrics import Metrics
from bot.proposals import messages
from bot.proposals.board import Board
from bot.settings.sections import Project, Proposer
from bot.slack.cards import Message
from bot.slack.chat import Chat
from bot.slack.delivery import Doubtful, SlackError
from bot.slack.readers import Readers
from bot.slack.workspaces.one import Workspaces
from bot.spelling import quote
from bot.verbs.grammar import parse
from bot.verbs.registry import Registry

log = structlog.get_logger(__name__)

Outcome = Literal["posted", "updated", "resolved", "ignored"]
"""What can become of a proposal that is taken."""


class DeniedError(Exception):
    """The proposer may not say this; the message says why, in words for whoever set it up."""


class TooManyError(Exception):
    """The proposer has said enough for this minute."""


class UnavailableError(Exception):
    """Slack does not take it now; it may be sent again. Nothing was posted."""


@dataclass(frozen=True)
class Taken:
    """What became of a proposal, and a link to its message, if Slack gave one."""

    outcome: Outcome
    link: str = ""


class Desk:
    """Takes proposals. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        proposers: Mapping[str, Proposer],
        projects: Mapping[str, Project],
        board: Board,
        workspaces: Workspaces,
        readers: Readers,
        audit: Audit,
        metrics: Metrics,
        registry: Registry,
        clock: Callable[[], float],
    ) -> None:
        self._proposers = proposers
        self._projects = projects
        self._board = board
        self._workspaces = workspaces
        self._readers = readers
        self._audit = audit
        self._metrics = metrics
        self._registry = registry
        self._clock = clock
        self._lately: TTLCache[str, list[float]] = TTLCache(1_000, 60)

    async def take(self, proposal: Proposal) -> Taken:
        """Post a proposal, or note on its message that it came again, or is needed no longer.

        Raises:
            DeniedError: it is not for this proposer to say, or nothing that could be typed.
            TooManyError: too often.
            UnavailableError: Slack did not take it.
        """
        proposal = self._permitted(proposal)
        wish = self._wish(proposal)
        if proposal.resolved:
            standing = await self._board.resolve(proposal)
        else:
            self._count(proposal.proposer)
            standing = await self._board.put(proposal)
        taken = await self._show(standing, wish) if standing else Taken("ignored")
        self._metrics.proposals.labels(proposal.proposer, taken.outcome).inc()
        return taken

    def _permitted(self, proposal: Proposal) -> Proposal:
        """Return the proposal with its channel; the only one there is need not be named."""
        proposer = self._proposers[proposal.proposer]
        if not proposal.channel and len(proposer.channels) == 1:
            proposal = replace(proposal, channel=next(iter(proposer.channels)))
        if not proposal.channel:
            raise DeniedError("channel is missing: this proposer may use several")
        if proposal.channel not in proposer.channels:
            raise DeniedError("channel is not one of those that this proposer may use")
        return proposal

    def _wish(self, proposal: Proposal) -> Wish:
        """Return what a person would type for it."""
        typed = parse(
            f"{PAUSE} {quote(proposal.project)} {quote(proposal.task)}", self._projects, self._registry
        )
        allowed = self._proposers[proposal.proposer].projects
        # Of projects it is not told which there are.
        if not isinstance(typed, Wish) or typed.project not in allowed:
            raise DeniedError("project is not one of those that this proposer may name")
        if typed.verb != PAUSE:
            raise DeniedError("task is not one that could be typed")
        channels = self._projects[typed.project].channels
        if channels and proposal.channel not in channels:
            raise DeniedError("channel is not one in which this project may be used")
        return replace(typed, reason=": ".join(filter(None, (proposal.proposer, proposal.reason))))

    def _count(self, proposer: str) -> None:
        now = self._clock()
        lately = [at for at in self._lately.get(proposer, []) if now - at < 60]
        if len(lately) >= self._proposers[proposer].per_minute:
            raise TooManyError
        self._lately[proposer] = [*lately, now]

    async def _show(self, standing: Standing, wish: Wish) -> Taken:
        """Post it, or write on the message that stands."""
        team_id, _, channel = standing.proposal.channel.rpartition(":")
        if not standing.is_new and standing.message_ts is None:
            return Taken("updated")  # it is being posted
        message = messages.proposed(self._readers.of(""), standing, wish)
        try:
            chat = await self._workspaces.chat(team_id)
            if standing.message_ts:
                ts = standing.message_ts
                await chat.update(channel, ts, message)
            else:
                ts = await self._post(chat, channel, message, standing, wish)
            link = await chat.link(channel, ts)
        except Doubtful:
            link = ""  # it may stand there; what comes after half a minute is posted anew
        except SlackError as error:
            log.warning("proposal_not_shown", proposer=standing.proposal.proposer, error=error.error)
            if standing.is_new:
                await self._board.forget(standing.proposal)
            raise UnavailableError from None
        if standing.is_new:
            return Taken("posted", link)
        return Taken("resolved" if standing.resolved_at else "updated", link)

    async def _post(self, chat: Chat, channel: str, message: Message, standing: Standing, wish: Wish) -> str:
        proposal = standing.proposal
        ts = await chat.post(channel, message)
        await self._board.place(proposal, ts)
        await self._audit.append(
            Event.PROPOSED,
            f"proposal:{ts}",
            once=channel,
            proposer=proposal.proposer,
            project=wish.project,
            task=proposal.task,
            channel=proposal.channel,
            reason=proposal.reason,
        )
        return ts
