"""What is said to a request about which nothing is asked, or not yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from bot.audit import Audit, Event
from bot.conversation.answers import Answer, AskedBefore
from bot.conversation.values import Request
from bot.conversation.waiting import DAY, time_left
from bot.slack.answers import answered
from bot.slack.cards import Message
from bot.slack.delivery import CannotDeliver, SlackError, deliver
from bot.slack.home_news import HomeNews
from bot.slack.people import People
from bot.slack.workspaces.one import Workspaces
from bot.text import say
from bot.text.languages import Language

ACKNOWLEDGED_SECONDS: Final = 0.1  # until the acknowledgement of a command is certainly out

log = structlog.get_logger(__name__)


class Answering:
    """Says it. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        people: People,
        audit: Audit,
        home_news: HomeNews,
        clock: Callable[[], float],
    ) -> None:
        self._home_news = home_news
        self._workspaces = workspaces
        self._people = people
        self._audit = audit
        self._clock = clock

    async def whisper(self, request: Request, answer: Answer) -> None:
        """Tell the requester alone."""
        await self.say(request, await self._message(request, answer))

    async def announce(self, request: Request, answer: Answer) -> None:
        """Tell everybody where it was asked for; the requester alone if Slack does not take it there."""
        message = await self._message(request, answer)
        self._home_news.of(request.team_id)
        try:
            await deliver(lambda: self._post(request, message), within_seconds=DAY, repeatable=False)
        except SlackError as error:
            log.warning("not_announced", error=error.error)
            await self.say(request, message)
        else:
            await self._audit.append(Event.ANSWERED, request.id, text=message.text)

    async def _message(self, request: Request, answer: Answer) -> Message:
        language = await self._people.language(request.team_id, request.user_id)
        link = ""
        if isinstance(answer, AskedBefore):
            link = await self.link_to(request.team_id, answer.channel_id, answer.ts)
        return answered(language, answer, wish=request.wish, operation_id=request.id, link=link)

    async def _post(self, request: Request, message: Message) -> str:
        chat = await self._workspaces.chat(request.team_id)
        return await chat.post(request.channel_id, message, thread_ts=request.thread_ts)

    async def link_to(self, team_id: str, channel_id: str, ts: str | None) -> str:
        """Return a link to a card; empty if Slack gives none."""
        try:
            chat = await self._workspaces.chat(team_id)
            return await chat.link(channel_id, ts) if ts else ""
        except SlackError as error:
            log.info("message_not_linked", error=error.error)
            return ""

    async def say(self, request: Request, message: Message, *, within_seconds: float = DAY) -> None:
        """Say it to the requester, after the acknowledgement. If Slack takes it nowhere, the audit has it."""
        acknowledged = request.at + ACKNOWLEDGED_SECONDS
        await asyncio.sleep(time_left(acknowledged, self._clock(), at_most=ACKNOWLEDGED_SECONDS))
        try:
            await deliver(
                lambda: self._say(request, message), within_seconds=within_seconds, repeatable=False
            )
        except SlackError as error:
            await self._audit.append(Event.UNDELIVERED, request.id, text=message.text, error=error.error)
        else:
            await self._audit.append(Event.ANSWERED, request.id, text=message.text)

    async def _say(self, request: Request, message: Message) -> None:
        chat = await self._workspaces.chat(request.team_id)
        await chat.whisper(
            request.id, request.channel_id, request.user_id, message, thread_ts=request.thread_ts
        )


def not_taken(language: Language, name: str, error: SlackError) -> str:
    """Say why Slack did not take the message about what is called so."""
    if not isinstance(error, CannotDeliver):
        return say.slack_unavailable(language, name)
    return say.not_posted(language, name, error.error, needed=error.needed, for_operator=error.for_operator)
