"""``/oms link``, ``/oms unlink``, ``/oms whoami``: what people say to Slack about their own credential.

No secret passes here: it is typed into the linking page, or into the operator's terminal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import assert_never

import structlog

from bot.audit import Audit, Event
from bot.conversation.policy import Refused, may_join
from bot.identity.directory import Directory
from bot.identity.keyring import VaultError
from bot.identity.linking import Linking
from bot.identity.typed import looks_like_secret
from bot.slack.delivery import SlackError
from bot.slack.home_news import HomeNews
from bot.slack.payloads import Heard
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.sweep import GONE
from bot.slack.workspaces.one import Workspaces
from bot.text import say_linking
from bot.text.languages import Language
from bot.text.say_refusals import refusal
from bot.verbs.linking import Link, Unlink, WhoAmI

log = structlog.get_logger(__name__)


class LinkCommands:
    """Answers the three commands."""

    def __init__(
        self,
        *,
        linking: Linking,
        directory: Directory,
        workspaces: Workspaces,
        people: People,
        readers: Readers,
        audit: Audit,
        home_news: HomeNews,
    ) -> None:
        self._home_news = home_news
        self._linking = linking
        self._directory = directory
        self._workspaces = workspaces
        self._people = people
        self._readers = readers
        self._audit = audit

    async def answer(self, command: Link | Unlink | WhoAmI, heard: Heard) -> str:
        """Do what is asked and return the words for it."""
        try:
            match command:
                case Link(text=text):
                    return await self._link(text, heard)
                case Unlink():
                    return await self._unlink(heard)
                case WhoAmI():
                    return await self._whoami(heard)
                case _:
                    assert_never(command)
        except VaultError:
            log.exception("links_unreadable")
            return say_linking.unreadable(await self._language(heard))

    async def disable(self, accounts: Collection[tuple[str, str]]) -> None:
        """Make the links of a deactivated Slack account unusable."""
        for team_id, user_id in sorted(accounts):
            await self._linking.disable(team_id, user_id, GONE)

    async def forget(self, teams: Collection[str]) -> None:
        """Destroy the links of workspaces that have removed the bot."""
        await self._linking.forget(teams)

    async def _link(self, text: str, heard: Heard) -> str:
        if looks_like_secret(text):
            await self._audit.append(
                Event.SECRET_TYPED, f"link:{heard.team_id}:{heard.user_id}", once=heard.delivery
            )
            return say_linking.link_secret_typed(await self._language(heard))
        chat = await self._workspaces.chat(heard.workspace)
        person = await chat.person(heard.user_id)
        language = self._readers.meet(person)
        home = await self._workspaces.home(heard.workspace)
        decision = may_join(person, home=home, named=heard.named)
        if isinstance(decision, Refused):
            return refusal(language, decision.reason)
        if not self._linking.has_page:
            return say_linking.link_by_operator(language)
        url = await self._linking.issue(heard.team_id, heard.user_id, person.name, person.locale)
        return say_linking.link_offer(language, url)

    async def _unlink(self, heard: Heard) -> str:
        if heard.delivery and not await self._audit.append(
            Event.UNLINK_ASKED,
            f"link:{heard.team_id}:{heard.user_id}",
            once=hashlib.blake2b(heard.delivery.encode(), digest_size=16).hexdigest(),
        ):
            # Delivered again, perhaps to another replica, perhaps by a thief.
            return say_linking.unlinked_before(await self._language(heard))
        also = await self._belongs_to(heard)
        removed = await self._linking.unlink(heard.team_id, heard.user_id, also)
        self._home_news.of(heard.team_id, heard.user_id)
        left = await self._directory.find(heard.team_id, heard.user_id, also)
        language = await self._language(heard)
        return say_linking.unlinked(language, removed=removed, still=left.principal if left else None)

    async def _whoami(self, heard: Heard) -> str:
        found = await self._linking.whoami(heard.team_id, heard.user_id, await self._belongs_to(heard))
        language = await self._language(heard)
        return say_linking.whoami(language, **vars(found)) if found else say_linking.whoami_nobody(language)

    async def _belongs_to(self, heard: Heard) -> frozenset[str]:
        """Return where else the speaker is the same person; that Slack does not say it keeps nobody from unlinking."""
        try:
            chat = await self._workspaces.chat(heard.workspace)
            person = await chat.person(heard.user_id)
        except SlackError as error:
            log.warning("not_known_elsewhere", error=error.error)
            return frozenset()
        self._readers.meet(person)
        return person.belongs_to

    async def _language(self, heard: Heard) -> Language:
        return await self._people.language(heard.workspace, heard.user_id)
