"""``/oms link``, ``/oms unlink``, ``/oms whoami``: what people say to Slack about their own credential.

No secret passes here: it is typed into the linking page, or into the operator's terminal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import assert_never

import structlog

from bot.audit import Audit
from bot.conversation.policy import Refused, may_join
from bot.identity.directory import Directory
from bot.identity.keyring import VaultError
from bot.identity.linking import Linking
from bot.identity.typed import looks_like_secret
from bot.slack.chat import Workspaces
from bot.slack.delivery import SlackError
from bot.slack.payloads import Heard
from bot.slack.sweep import GONE
from bot.text import en_linking
from bot.text.en_refusals import refusal
from bot.verbs.linking import Link, Unlink, WhoAmI

log = structlog.get_logger(__name__)


class LinkCommands:
    """Answers the three commands."""

    def __init__(
        self, *, linking: Linking, directory: Directory, workspaces: Workspaces, audit: Audit
    ) -> None:
        self._linking = linking
        self._directory = directory
        self._workspaces = workspaces
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
            return en_linking.unreadable()

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
                "secret_typed", f"link:{heard.team_id}:{heard.user_id}", once=heard.delivery
            )
            return en_linking.link_secret_typed()
        chat = await self._workspaces.chat(heard.workspace)
        person = await chat.person(heard.user_id)
        home = await self._workspaces.home(heard.workspace)
        decision = may_join(person, home=home, named=heard.named)
        if isinstance(decision, Refused):
            return refusal(decision.reason)
        if not self._linking.has_page:
            return en_linking.link_by_operator()
        return en_linking.link_offer(
            await self._linking.issue(heard.team_id, heard.user_id, person.name, person.locale)
        )

    async def _unlink(self, heard: Heard) -> str:
        if heard.delivery and not await self._audit.append(
            "unlink_asked",
            f"link:{heard.team_id}:{heard.user_id}",
            once=hashlib.blake2b(heard.delivery.encode(), digest_size=16).hexdigest(),
        ):
            return (
                en_linking.unlinked_before()
            )  # delivered again, perhaps to another replica, perhaps by a thief
        also = await self._belongs_to(heard)
        removed = await self._linking.unlink(heard.team_id, heard.user_id, also)
        left = await self._directory.find(heard.team_id, heard.user_id, also)
        return en_linking.unlinked(removed=removed, still=left.principal if left else None)

    async def _whoami(self, heard: Heard) -> str:
        found = await self._linking.whoami(heard.team_id, heard.user_id, await self._belongs_to(heard))
        return en_linking.whoami(**vars(found)) if found else en_linking.whoami_nobody()

    async def _belongs_to(self, heard: Heard) -> frozenset[str]:
        """Return where else the speaker is the same person; that Slack does not say it keeps nobody from unlinking."""
        try:
            chat = await self._workspaces.chat(heard.workspace)
            return (await chat.person(heard.user_id)).belongs_to
        except SlackError as error:
            log.warning("not_known_elsewhere", error=error.error)
            return frozenset()
