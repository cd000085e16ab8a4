"""What people are told of links in a direct message, whatever they are doing."""

from __future__ import annotations

import structlog

from bot.identity.linking_results import Done, Tried
from bot.slack import cards
from bot.slack.chat import Chat
from bot.slack.delivery import SlackError
from bot.slack.home_news import HomeNews
from bot.slack.people import People
from bot.slack.workspaces.one import Workspaces
from bot.text import say_linking

log = structlog.get_logger(__name__)


class LinkNews:
    """Tells people what has become of links, in a direct message."""

    def __init__(self, workspaces: Workspaces, people: People, home_news: HomeNews) -> None:
        self._home_news = home_news
        self._workspaces = workspaces
        self._people = people

    async def linked(self, team_id: str, user_id: str, done: Done) -> None:
        """Confirm a new link to its owner, who would notice if somebody else had made it."""
        self._home_news.of(team_id, user_id)
        language = await self._people.language(team_id, user_id)
        text = say_linking.linked(
            language,
            done.link.principal,
            done.link.projects,
            replaced=done.replaced,
            named_by_iam=done.proved.named_by_iam,
        )
        await self._tell(await self._workspaces.chat(team_id), user_id, text)

    async def tried(self, tried: Tried) -> None:
        """Tell people that one of them tried to link an IAM identity that acts for the other."""
        chat = await self._workspaces.chat(tried.team_id)
        language = await self._people.language(tried.team_id, tried.holder.user_id)
        warning = say_linking.tried_by_another(language, tried.who, tried.by_user, proved=tried.proved)
        await self._tell(chat, tried.holder.user_id, warning)
        if tried.proved:
            language = await self._people.language(tried.team_id, tried.by_user)
            await self._tell(chat, tried.by_user, say_linking.tried_anothers(language, tried.who))

    async def _tell(self, chat: Chat, user_id: str, text: str) -> None:
        try:
            await chat.post(user_id, cards.note(text))
        except SlackError as error:
            log.warning("link_not_told", error=error.error)
