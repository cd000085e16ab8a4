"""The modal that puts a command together: opened at once, filled when Slack has said who it is for, heard as if typed.

Whatever comes back from it may be forged. So it is only ever read as words, and those are heard as anybody's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from slack_bolt.async_app import AsyncApp

from bot.conversation.authority import Authority
from bot.conversation.policy import Refused
from bot.conversation.values import PAUSE, CannotTell, Wish
from bot.settings.sections import Project
from bot.slack import ask_modal, cards
from bot.slack.answers import objected
from bot.slack.ask_modal import Draft
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.hearing import Hearing
from bot.slack.payloads import Heard, Pressed, Submitted
from bot.slack.readers import Readers
from bot.slack.task_menu import TaskMenu
from bot.slack.workspaces.one import Workspaces
from bot.text import say_modal
from bot.text.say_refusals import refusal
from bot.verbs.grammar import parse
from bot.verbs.registry import Registry

_ASKING_SECONDS: Final = 1.0  # of the three in which a submission must be answered; then it is recorded


class AskModal:
    """Opens the modal, keeps it filled, and takes what is submitted."""

    def __init__(
        self,
        door: Door,
        *,
        authority: Authority,
        workspaces: Workspaces,
        readers: Readers,
        menu: TaskMenu,
        registry: Registry,
        projects: Mapping[str, Project],
    ) -> None:
        self._door = door
        self._authority = authority
        self._workspaces = workspaces
        self._readers = readers
        self._menu = menu
        self._forms = ask_modal.fitting({name: registry.words[name].form for name in registry.verbs})
        self._projects = projects

    def open_later(self, heard: Heard, draft: Draft) -> None:
        """Open it for whoever was heard, after the acknowledgement."""
        self._door.later(self.open(heard, draft))

    async def open(self, heard: Heard, draft: Draft) -> None:
        """Open it with what needs no asking, before the trigger is too old; then fill it. Say so if Slack did not."""
        language = self._readers.language(heard.user_id)
        view = ask_modal.modal(language, draft, self._forms, projects=None)
        otherwise = cards.note(say_modal.not_opened(language, PAUSE))
        if view_id := await self._door.open_modal(heard, view, otherwise):
            await self._fill(heard, draft, view_id)

    async def _fill(self, heard: Heard, draft: Draft, view_id: str) -> None:
        """Show the projects to choose from, or why there are none."""
        chat = await self._workspaces.chat(heard.workspace)
        await chat.update_view(view_id, await self._filled(heard, draft))

    async def _filled(self, heard: Heard, draft: Draft) -> dict[str, Any]:
        place = draft.asks_in or draft.channel or None
        try:
            found = await self._authority.usable(heard.workspace, heard.user_id, place, named=heard.named)
        except CannotTell as error:
            language = self._readers.language(heard.user_id)
            return ask_modal.notice(language, objected(language, error.fault, None).text)
        language = self._readers.language(heard.user_id)
        if isinstance(found, Refused):
            return ask_modal.notice(language, refusal(language, found.reason))
        usable = sorted(project.alias for project in found)
        if len(usable) == 1:
            draft = replace(draft, project=usable[0])
        if draft.project in usable:
            self._menu.expect(_placed(heard, draft), draft.project, draft.verb)
        return ask_modal.modal(language, draft, self._forms, usable)

    def register(self, app: AsyncApp, hearing: Hearing) -> None:
        """Listen to what is chosen in it, and to its submission."""

        async def on_choice(ack: Ack, body: dict[str, Any]) -> None:
            held = Submitted(body)
            await ack()
            self._door.later(self._fill(held.heard(), self._read(held), held.view_id))

        @app.action(ask_modal.OPEN)
        async def on_open(ack: Ack, body: dict[str, Any]) -> None:
            pressed = Pressed(body)
            await ack()
            self.open_later(pressed.heard(), self._meant(pressed))

        for name in (ask_modal.VERB, ask_modal.PROJECT, ask_modal.CONVERSATION):
            app.action(name)(on_choice)

        @app.options(ask_modal.TASK)
        async def on_tasks(ack: Ack, body: dict[str, Any]) -> None:
            await ack(options=await self._options(Submitted(body), body.get("value")))

        @app.view(ask_modal.MODAL)
        async def on_submit(ack: Ack, body: dict[str, Any]) -> None:
            held = Submitted(body)
            draft = self._read(held)
            errors = await self._errors(held, draft)
            if not errors and (answer := await hearing.hear(draft.command, held.heard(*draft.place))):
                errors = {ask_modal.VERB: say_modal.refused(answer.text)}
            await (ack(response_action="errors", errors=errors) if errors else ack())

    def _meant(self, pressed: Pressed) -> Draft:
        """Return the command that a button stands for, as far as it is one for the modal."""
        wish = parse(pressed.value, self._projects)
        channel = pressed.channel_id
        if not isinstance(wish, Wish) or wish.verb not in self._forms:
            return Draft(channel=channel)
        return Draft(verb=wish.verb, project=wish.project, task=next(iter(wish.targets), ""), channel=channel)

    async def _options(self, held: Submitted, typed: object) -> list[dict[str, Any]]:
        draft = self._read(held)
        tasks = await self._menu.soon(_placed(held.heard(), draft), draft.project, draft.verb)
        return ask_modal.task_options(
            self._readers.language(held.user_id),
            tasks,
            typed.strip() if isinstance(typed, str) else "",
            takes_all="|all" in self._forms[draft.verb],
        )

    async def _errors(self, held: Submitted, draft: Draft) -> dict[str, str]:
        """Say what is wrong with what was submitted, by the block that it is said beside."""
        language = self._readers.language(held.user_id)
        if found := ask_modal.errors(language, draft, held):
            return found
        heard = held.heard()
        try:
            async with asyncio.timeout(_ASKING_SECONDS):
                usable = await self._authority.usable(
                    heard.workspace, heard.user_id, draft.asks_in, named=heard.named
                )
        except (CannotTell, TimeoutError):
            return {}  # who asks is told in the ordinary way
        language = self._readers.language(held.user_id)
        if isinstance(usable, Refused):
            return {ask_modal.PROJECT: say_modal.refused(refusal(language, usable.reason))}
        if draft.project in self._projects and draft.project not in {one.alias for one in usable}:
            return {ask_modal.CONVERSATION: say_modal.refused(say_modal.elsewhere(language, draft.project))}
        return {}

    def _read(self, held: Submitted) -> Draft:
        """Return what stands in it, with a verb that there is."""
        draft = ask_modal.read(held)
        return draft if draft.verb in self._forms else replace(draft, verb=PAUSE)


def _placed(heard: Heard, draft: Draft) -> Heard:
    return replace(heard, channel_id=draft.asks_in or draft.channel)
