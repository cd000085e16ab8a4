"""Help for who asks: what they may do in this channel, with an example of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conversation.authority import Authority
from bot.conversation.policy import Refused
from bot.conversation.values import PAUSE, CannotTell
from bot.settings.sections import BucketCredential, Project
from bot.slack import cards
from bot.slack.answers import objected
from bot.slack.cards import Message
from bot.slack.payloads import Heard
from bot.slack.readers import Readers
from bot.slack.task_menu import TaskMenu
from bot.text import say_help
from bot.text.say_help import MayDo


class Helping:
    """Finds out what somebody may do, and says it."""

    def __init__(
        self,
        *,
        authority: Authority,
        readers: Readers,
        menu: TaskMenu,
        bucket_credentials: Mapping[str, BucketCredential],
    ) -> None:
        self._authority = authority
        self._readers = readers
        self._menu = menu
        self._bucket_credentials = bucket_credentials

    async def help(self, heard: Heard) -> Message:
        """Return the help for a member who was heard, where they were."""
        try:
            usable = await self._authority.usable(heard.workspace, heard.user_id, None, named=heard.named)
            language = self._readers.language(heard.user_id)
            if isinstance(usable, Refused):
                return cards.note(say_help.first_step(language))
            return cards.note(say_help.help_text(language, await self._may_do(heard, usable)))
        except CannotTell as error:
            return objected(self._readers.language(heard.user_id), error.fault, None)

    async def within(self, heard: Heard, projects: Sequence[Project]) -> MayDo:
        """Return what somebody may do with these *projects*, wherever they may use them.

        Raises:
            CannotTell: who is in their approvers' user groups can't be known now.
        """
        return MayDo(
            projects=[one.alias for one in projects],
            without_keys=[one.alias for one in projects if not self._has_keys(one.alias)],
            unfrozen_by_others=[one.alias for one in projects if not await self._may_unfreeze(heard, one)],
        )

    async def _may_do(self, heard: Heard, usable: Sequence[Project]) -> MayDo:
        here = [one for one in usable if not one.channels or heard.channel_id in one.channels]
        tasks = await self._menu.soon(heard, here[0].alias, PAUSE) if here else ()
        return replace(
            await self.within(heard, here),
            elsewhere={
                one.alias: sorted(channel for channel in one.channels if ":" not in channel)
                for one in usable
                if one not in here
            },
            task=next((task.name for task in tasks if task.name), ""),
        )

    async def _may_unfreeze(self, heard: Heard, project: Project) -> bool:
        return await self._authority.is_approver_of(project, heard.workspace, heard.user_id)

    def _has_keys(self, alias: str) -> bool:
        """Tell whether there is a key at all with which something could be resumed there."""
        return any(not one.projects or alias in one.projects for one in self._bucket_credentials.values())
