"""Who people are, asked of Slack anew for every command and click: a permission hangs on it.

A click may be asked about while it is being recorded; the answer is for that click alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Collection, Iterable, Iterator
from typing import Final, Literal

import structlog
from cachetools import TTLCache

from bot.conversation.policy import Person, Refused, may_join
from bot.conversation.reasons import Reason
from bot.conversation.values import CannotTell
from bot.huawei.fault import Fault, FaultKind
from bot.slack.delivery import CannotDeliver, SlackError, deliver
from bot.slack.readers import Readers
from bot.slack.workspaces.one import Workspaces
from bot.text.languages import Language

log = structlog.get_logger(__name__)

_ASKED_IN_ADVANCE: Final = 2.0  # seconds; then the click is too long ago, and Slack is asked again
_PATIENCE: Final = 10.0  # seconds


class People:
    """Asks Slack. Every method raises `CannotTell` if Slack does not say."""

    def __init__(self, workspaces: Workspaces, readers: Readers) -> None:
        self._workspaces = workspaces
        self._readers = readers
        self._asked: TTLCache[tuple[str, str, str], asyncio.Task[Person]] = TTLCache(
            10_000, _ASKED_IN_ADVANCE
        )

    def expect(self, team_id: str, user_id: str, click_id: str) -> None:
        """Begin to ask about somebody who has clicked just now."""
        key = (team_id, user_id, click_id)
        if key not in self._asked:
            asking = asyncio.create_task(self._ask(team_id, user_id))
            asking.add_done_callback(_seen)
            self._asked[key] = asking

    async def person(self, team_id: str, user_id: str, click_id: str = "") -> Person:
        """Return who somebody is: now, or when they made the click that is being decided on."""
        asking = self._asked.pop((team_id, user_id, click_id), None)
        with _told_as_fault():
            return await (asking or self._ask(team_id, user_id))

    async def language(self, team_id: str, user_id: str) -> Language:
        """Return what somebody reads; English if Slack does not say now. It is asked only if it is not known."""
        if not self._readers.knows(user_id):
            try:
                chat = await self._workspaces.chat(team_id)
                self._readers.meet(await chat.person(user_id))
            except SlackError as error:
                log.info("language_unknown", error=error.error)
        return self._readers.language(user_id)

    async def home(self, team_id: str) -> frozenset[str]:
        """Return the workspace that the bot acts in when *team_id* is named, and its organisation."""
        with _told_as_fault():
            return await deliver(
                lambda: self._workspaces.home(team_id), within_seconds=_PATIENCE, repeatable=True
            )

    async def may_not_join(self, team_id: str, user_id: str, named: Collection[str]) -> Reason | None:
        """Say why somebody may not deal with the bot at all; None if they may. *named*: as in `policy.may_join`."""
        person, home = await self.person(team_id, user_id), await self.home(team_id)
        joined = may_join(person, home=home, named=named)
        return joined.reason if isinstance(joined, Refused) else None

    async def members(self, team_id: str, groups: Iterable[str]) -> dict[str, list[str]]:
        """Return who is in each of these user groups now."""
        with _told_as_fault(about="Group"):
            chat = await self._workspaces.chat(team_id)
            return {
                group: await deliver(
                    functools.partial(chat.group_members, group), within_seconds=_PATIENCE, repeatable=True
                )
                for group in groups
            }

    async def _ask(self, team_id: str, user_id: str) -> Person:
        chat = await self._workspaces.chat(team_id)
        person = await deliver(lambda: chat.person(user_id), within_seconds=_PATIENCE, repeatable=True)
        self._readers.meet(person)
        return person


@contextlib.contextmanager
def _told_as_fault(*, about: Literal["Slack", "Group"] = "Slack") -> Iterator[None]:
    """Turn Slack's refusals into what is told of them: whether it passes, or lasts until somebody does something."""
    try:
        yield
    except SlackError as error:
        lasts = isinstance(error, CannotDeliver)
        fault = Fault(
            kind=FaultKind(f"{about}{'Refused' if lasts else 'Fault'}"),
            source="slack",
            code=error.error,
            message=error.needed,
            may_pass=not lasts,
        )
        raise CannotTell(fault) from None


def _seen(asking: asyncio.Task[Person]) -> None:
    """Take note of a failure that nobody may wait for, so that it is not logged as one that was forgotten."""
    if not asking.cancelled():
        asking.exception()
