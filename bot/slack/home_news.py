"""Whose App Home is to be shown anew: of those who opened it lately, whoever something of it has changed for.

Each replica knows who opened theirs through it. A home that nobody has opened lately is up to date when it is opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from cachetools import TTLCache

from bot.conversation.values import Operation

log = structlog.get_logger(__name__)

_LATELY: Final = 60 * 60.0  # seconds
_TOGETHER: Final = 0.5  # seconds in which what happens to one person is shown at once

Person = tuple[str, str]
"""A workspace and a user id."""


class HomeNews:
    """Hears of changes, and has homes shown anew: soon, and once for all that happens together."""

    def __init__(self) -> None:
        self._opened: TTLCache[Person, tuple[str, ...]] = TTLCache(1_000, _LATELY)
        self._soon: set[Person] = set()
        self._showing: set[asyncio.Task[None]] = set()
        self._show: Callable[[str, str, tuple[str, ...]], Awaitable[None]] | None = None

    def bind(self, show: Callable[[str, str, tuple[str, ...]], Awaitable[None]]) -> None:
        """Say how a home is shown."""
        self._show = show

    def opened(self, team_id: str, user_id: str, named: tuple[str, ...]) -> None:
        """Note that somebody has opened theirs. *named* are the workspaces that Slack named with them."""
        self._opened[team_id, user_id] = named

    def of_operation(self, operation: Operation) -> None:
        """Tell that something became of an operation: its requester sees it, and whoever may agree."""
        by_others = bool(operation.card.get("approvals"))
        self.of(operation.team_id, None if by_others else operation.user_id)

    def of(self, team_id: str, user_id: str | None = None) -> None:
        """Tell that something has changed for somebody, or for all of a workspace."""
        for person in list(self._opened):
            if person[0] == team_id and user_id in (None, person[1]) and person not in self._soon:
                self._soon.add(person)
                showing = asyncio.create_task(self._show_soon(person))
                self._showing.add(showing)
                showing.add_done_callback(self._showing.discard)

    async def _show_soon(self, person: Person) -> None:
        await asyncio.sleep(_TOGETHER)
        self._soon.discard(person)  # what happens from here on is shown the next time
        named = self._opened.get(person)
        try:
            if named is not None and self._show:
                await self._show(*person, named)
        except Exception:
            log.exception("home_not_shown")

    def stop(self) -> None:
        """Show nothing any more."""
        for showing in self._showing:
            showing.cancel()
