"""What takes proposals, put together: nothing of it is loaded where nobody may propose."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from bot.conversation.completing import NotNowError, Waits
from bot.conversation.runs import Result, Run
from bot.core import Core
from bot.foundation import Foundation
from bot.parts import Identities, SlackSide
from bot.verbs.registry import Registry

if TYPE_CHECKING:
    from bot.proposals.assistants import Assistants
    from bot.proposals.desk import Desk


class Proposals:
    """The ways in for those who may propose."""

    def __init__(
        self, base: Foundation, slack: SlackSide, identities: Identities, core: Core, registry: Registry
    ) -> None:
        self._base = base
        self._slack = slack
        self._identities = identities
        self._core = core
        self._registry = registry
        self._assistants: Assistants | None = None

    @functools.cached_property
    def _desk(self) -> Desk:
        from bot.proposals.board import Board  # noqa: PLC0415  # seldom needed
        from bot.proposals.desk import Desk  # noqa: PLC0415  # as above

        base = self._base
        return Desk(
            proposers=base.settings.proposers,
            projects=base.settings.projects,
            board=Board(base.engine, base.clock),
            workspaces=self._slack.workspaces,
            readers=self._slack.readers,
            audit=base.audit,
            metrics=base.metrics,
            registry=self._registry,
            recent=base.recent,
        )

    async def propose(self, run: Run, waits: Waits) -> Result | None:
        """Post what a run of a workflow's step proposes; see `bot.conversation.completing.Propose`."""
        from bot.proposals.desk import UnavailableError  # noqa: PLC0415  # as above

        try:
            return await self._desk.take_of_workflow(run, waits)
        except UnavailableError:
            raise NotNowError from None

    def endpoint(self) -> ASGIApp:
        """Return what answers at ``/propose``."""
        from bot.proposals.endpoint import Endpoint  # noqa: PLC0415  # as above

        return Endpoint(self._desk, self._base.settings.proposers, rejected=self._rejected)

    def assistants(self) -> ASGIApp:
        """Return what answers at ``/mcp``."""
        from bot.proposals.assistants import Assistants  # noqa: PLC0415  # a second to import

        settings = self._base.settings
        self._assistants = Assistants(
            self._desk,
            settings.proposers,
            settings.projects,
            cloud=self._core.cloud,
            directory=self._identities.directory,
            rejected=self._rejected,
        )
        return self._assistants

    async def stop(self) -> None:
        """End what runs for open requests."""
        if self._assistants:
            await self._assistants.stop()

    def _rejected(self, why: str) -> None:
        self._base.rejected.count("propose", why)
