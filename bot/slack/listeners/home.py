"""The App Home: shown when it is opened, and anew when something of it changes; tasks are read when asked for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from slack_bolt.async_app import AsyncApp

from bot.conversation.answers import Past
from bot.conversation.authority import Authority
from bot.conversation.decided import Verdicts
from bot.conversation.history import History
from bot.conversation.operations import Operations
from bot.conversation.policy import Refused, Rules, may_not_go_alone
from bot.conversation.ports import People, Sought
from bot.conversation.reasons import Reason
from bot.conversation.values import PAUSE, CannotTell, Operation, card_from
from bot.identity.keyring import VaultError
from bot.identity.linking import Linking
from bot.settings.sections import Project
from bot.slack import home
from bot.slack.answers import objected
from bot.slack.home import Home, Usable, Waits
from bot.slack.home_news import HomeNews
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.helping import Helping
from bot.slack.listeners.mentions import heard_in
from bot.slack.payloads import Heard, Interaction
from bot.slack.readers import Readers
from bot.slack.task_menu import TaskMenu
from bot.slack.workspaces.one import Workspaces
from bot.text import say_linking
from bot.text.languages import Language
from bot.text.say_refusals import refusal

_MOST_READ: Final = 3  # projects whose tasks are read for one press


class Homes:
    """Shows each person theirs. `clock` gives Unix seconds."""

    def __init__(
        self,
        door: Door,
        news: HomeNews,
        *,
        authority: Authority,
        people: People,
        readers: Readers,
        workspaces: Workspaces,
        linking: Linking,
        operations: Operations,
        verdicts: Verdicts,
        history: History,
        menu: TaskMenu,
        helper: Helping,
        clock: Callable[[], float],
    ) -> None:
        self._door = door
        self._news = news
        self._authority = authority
        self._people = people
        self._readers = readers
        self._workspaces = workspaces
        self._linking = linking
        self._operations = operations
        self._verdicts = verdicts
        self._history = history
        self._menu = menu
        self._helper = helper
        self._clock = clock
        news.bind(self._show_again)

    def register(self, app: AsyncApp) -> None:
        """Listen to who opens it, and to who wants to see tasks."""

        @app.event("app_home_opened")
        async def on_opened(ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
            await ack()
            heard = heard_in(body, event)
            if event.get("tab") == "home" and heard.user_id:
                self._news.opened(heard.workspace, heard.user_id, heard.named)
                self._door.later(self._show(heard))

        @app.action(home.SHOW)
        async def on_show(ack: Ack, body: dict[str, Any]) -> None:
            await ack()
            self._door.later(self._show(Interaction(body).heard(), tasks=True))

    async def _show_again(self, team_id: str, user_id: str, named: tuple[str, ...]) -> None:
        await self._show(Heard(delivery="", workspace=team_id, user_id=user_id, channel_id="", named=named))

    async def _show(self, heard: Heard, *, tasks: bool = False) -> None:
        chat = await self._workspaces.chat(heard.workspace)
        await chat.publish_home(heard.user_id, await self._view(heard, tasks=tasks))

    async def _view(self, heard: Heard, *, tasks: bool) -> dict[str, Any]:
        try:
            usable = await self._authority.usable(heard.workspace, heard.user_id, None, named=heard.named)
            language = self._readers.language(heard.user_id)
            if isinstance(usable, Refused) and usable.reason is not Reason.NOT_LINKED:
                return home.notice(refusal(language, usable.reason))
            projects = () if isinstance(usable, Refused) else usable
            return home.view(
                language,
                Home(
                    credential=await self._credential(heard, language),
                    linked=not isinstance(usable, Refused),
                    has_page=self._linking.has_page,
                    waiting=await self._waiting(heard),
                    past=await self._past(heard, projects),
                    projects=await self._usable(heard, projects, tasks=tasks),
                    shows=tasks,
                    cannot=await self._cannot(heard, projects),
                ),
            )
        except CannotTell as error:
            language = self._readers.language(heard.user_id)
            return home.notice(objected(language, error.fault, None).text)

    async def _credential(self, heard: Heard, language: Language) -> str:
        person = await self._people.person(heard.workspace, heard.user_id)
        try:
            found = await self._linking.whoami(heard.workspace, heard.user_id, person.belongs_to)
        except VaultError:
            return say_linking.unreadable(language)
        return say_linking.whoami(language, **vars(found)) if found else refusal(language, Reason.NOT_LINKED)

    async def _waiting(self, heard: Heard) -> list[Waits]:
        """Return the cards that this person can answer: own ones, and those that name them an approver.

        Where others must agree, an own one waits for its requester once they may go ahead alone.

        What anybody may agree to waits for nobody in particular; and who is not in its channel is not told of it.
        """
        now, found = self._clock(), []
        for operation in await self._operations.open_ones():
            is_here = operation.team_id == heard.workspace and operation.message_ts and not operation.follows
            if not is_here or operation.expires_at <= now:
                continue
            rules = self._authority.rules(operation)
            agreed = await self._operations.agreed(operation.id) if rules.approvals else []
            mine = await self._waits_for(operation, rules, heard.user_id, agreed, now)
            if mine and not await self._verdicts.of(operation.id):
                found.append(
                    Waits(
                        card=replace(card_from(operation.card), approvals=rules.approvals),
                        channel_id=operation.channel_id,
                        agreed=tuple(agreed),
                        own=heard.user_id == operation.user_id,
                    )
                )
        return found

    async def _waits_for(
        self, operation: Operation, rules: Rules, user_id: str, agreed: list[str], now: float
    ) -> bool:
        if user_id == operation.user_id:
            return not rules.approvals or not may_not_go_alone(user_id, operation, rules, now=now)
        if not rules.approvals or user_id in agreed or not rules.lists:
            return False
        with contextlib.suppress(CannotTell):
            return await self._authority.is_approver(operation, user_id)
        return False

    async def _past(self, heard: Heard, projects: tuple[Project, ...]) -> tuple[Past, ...]:
        page, _ = await self._history.page(heard.workspace, projects, Sought(user=heard.user_id))
        return page

    async def _cannot(self, heard: Heard, projects: tuple[Project, ...]) -> set[str]:
        """Return the verbs that are of no use to this person; none, while that can't be known."""
        with contextlib.suppress(CannotTell):
            return (await self._helper.within(heard, projects)).cannot
        return set()

    async def _usable(self, heard: Heard, projects: tuple[Project, ...], *, tasks: bool) -> list[Usable]:
        return list(
            await asyncio.gather(
                *(
                    self._one(heard, project, tasks=tasks and number < _MOST_READ)
                    for number, project in enumerate(sorted(projects, key=lambda one: one.alias))
                )
            )
        )

    async def _one(self, heard: Heard, project: Project, *, tasks: bool) -> Usable:
        return Usable(
            alias=project.alias,
            region=project.region,
            channels=tuple(sorted(channel for channel in project.channels if ":" not in channel)),
            freeze=await self._authority.freeze_of(project, heard.workspace),
            tasks=await self._menu.expect(heard, project.alias, PAUSE) if tasks else None,
        )
