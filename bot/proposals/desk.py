"""Takes proposals: may this proposer say so, here? Then one message, with a button that a person presses.

A proposer acts as nobody and is told nothing of tasks: neither whether there is such a one, nor how it goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import structlog

from bot.audit import Audit, Event
from bot.conversation.completing import Waits
from bot.conversation.proposed import Proposal, Standing
from bot.conversation.runs import Result, Run
from bot.conversation.values import PAUSE, Wish
from bot.metrics import Metrics
from bot.proposals import messages
from bot.proposals.board import Board
from bot.settings.sections import Project, Proposer
from bot.slack.cards import Message
from bot.slack.chat import Chat
from bot.slack.delivery import CannotDeliver, Doubtful, SlackError
from bot.slack.readers import Readers
from bot.slack.workspaces.one import Workspaces
from bot.spelling import quote
from bot.store.recent import Recent
from bot.text import say_runs
from bot.verbs.grammar import parse
from bot.verbs.registry import Registry

log = structlog.get_logger(__name__)

WORKFLOWS: Final = "Workflow Builder"
"""Who proposes what a workflow's step does that nobody stands behind; no section of the settings is called so."""
WORKFLOWS_PER_MINUTE: Final = 10

Outcome = Literal["posted", "updated", "resolved", "ignored"]
"""What can become of a proposal that is taken."""


class DeniedError(Exception):
    """The proposer may not say this; the message says why, in words for whoever set it up."""


class TooManyError(Exception):
    """The proposer has said enough for this minute."""


class UnavailableError(Exception):
    """Slack does not take it; nothing was posted. It may be sent again, unless that *lasts*."""

    def __init__(self, *, lasts: bool) -> None:
        super().__init__("Slack does not take it")
        self.lasts = lasts


@dataclass(frozen=True)
class Taken:
    """What became of a proposal, and a link to its message, if Slack gave one."""

    outcome: Outcome
    link: str = ""


class Desk:
    """Takes proposals."""

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
        recent: Recent,
    ) -> None:
        self._proposers = proposers
        self._projects = projects
        self._board = board
        self._workspaces = workspaces
        self._readers = readers
        self._audit = audit
        self._metrics = metrics
        self._registry = registry
        self._recent = recent

    async def take(self, proposal: Proposal) -> Taken:
        """Post a proposal, or note on its message that it came again, or is needed no longer.

        Raises:
            DeniedError: it is not for this proposer to say, or nothing that could be typed.
            TooManyError: too often.
            UnavailableError: Slack did not take it.
        """
        proposal = self._permitted(proposal)
        proposer = self._proposers[proposal.proposer]
        wish = self._wish(proposal)
        # Of projects it is not told which there are.
        if wish is None or wish.project not in proposer.projects:
            raise DeniedError("project is not one of those that this proposer may name")
        if wish.verb != PAUSE:
            raise DeniedError("task is not one that could be typed")
        channels = self._projects[wish.project].channels
        if channels and proposal.channel not in channels:
            raise DeniedError("channel is not one in which this project may be used")
        return await self._take(proposal, wish, proposer.per_minute)

    async def take_of_workflow(self, run: Run, waits: Waits) -> Result | None:
        """Post what a run of a workflow's step proposes, or say why not. Any project may be named where it may be used.

        What *waits* for the review is noted first, or somebody could be faster.

        Raises:
            UnavailableError: Slack does not take it now.
        """
        channel = f"{run.team_id}:{run.channel_id}"
        proposal = Proposal(
            proposer=WORKFLOWS, project=run.project, task=run.task, channel=channel, reason=run.reason
        )
        wish, language = self._wish(proposal), self._readers.of("")
        channels = self._projects[wish.project].seen_from(run.team_id).channels if wish else ()
        if wish is None or (channels and run.channel_id not in channels):
            return Result(error=say_runs.not_there(language, run.project))
        if wish.verb != PAUSE:
            return Result(error=say_runs.not_meant(language, run.task))
        try:
            await self._take(proposal, wish, WORKFLOWS_PER_MINUTE, waits)
        except TooManyError:
            return Result(error=say_runs.too_many(language))
        except UnavailableError as error:
            if not error.lasts:
                raise
            return Result(error=say_runs.not_asked(language))
        return None

    async def _take(
        self, proposal: Proposal, wish: Wish, per_minute: int, waits: Waits | None = None
    ) -> Taken:
        if proposal.resolved:
            standing = await self._board.resolve(proposal)
        else:
            await self._count(proposal.proposer, per_minute)
            standing = await self._board.put(proposal)
        if standing and waits:
            await waits(standing.id)
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

    def _wish(self, proposal: Proposal) -> Wish | None:
        """Return what a person would type for it; None if no such project is configured."""
        typed = parse(
            f"{PAUSE} {quote(proposal.project)} {quote(proposal.task)}", self._projects, self._registry
        )
        if not isinstance(typed, Wish):
            return None
        return replace(typed, reason=": ".join(filter(None, (proposal.proposer, proposal.reason))))

    async def _count(self, proposer: str, per_minute: int) -> None:
        if await self._recent.times("proposer", proposer, seconds=60) > per_minute:
            raise TooManyError

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
            lasts = isinstance(error, CannotDeliver)
            if standing.is_new or lasts:  # nothing is written on a message that was deleted: post it anew
                await self._board.forget(standing.proposal)
            raise UnavailableError(lasts=lasts and standing.is_new) from None
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
