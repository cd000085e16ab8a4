"""Shortcuts: the global one opens the modal, a message's asks about the task that the message speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from slack_bolt.async_app import AsyncApp

from bot.conversation.values import PAUSE
from bot.settings.sections import Project
from bot.slack.ask_modal import Draft
from bot.slack.listeners.acknowledge import Ack, Door
from bot.slack.listeners.hearing import Hearing
from bot.slack.listeners.modal import AskModal
from bot.slack.payloads import Heard, Interaction, texts_of, thread_of
from bot.slack.task_menu import TaskMenu
from bot.verbs.mentioned import mentioned, named_in

ANYWHERE: Final = "oms_pause"
OF_MESSAGE: Final = "oms_pause_message"


class Shortcuts:
    """Takes them."""

    def __init__(
        self,
        door: Door,
        *,
        hearing: Hearing,
        modal: AskModal,
        menu: TaskMenu,
        projects: Mapping[str, Project],
    ) -> None:
        self._door = door
        self._hearing = hearing
        self._modal = modal
        self._menu = menu
        self._projects = projects

    def register(self, app: AsyncApp) -> None:
        """Listen to them."""

        @app.shortcut(ANYWHERE)
        async def on_shortcut(ack: Ack, body: dict[str, Any]) -> None:
            await ack()
            self._modal.open_later(Interaction(body).heard(), Draft())

        @app.shortcut(OF_MESSAGE)
        async def on_message_shortcut(ack: Ack, body: dict[str, Any]) -> None:
            message = body.get("message") or {}
            channel = str((body.get("channel") or {}).get("id") or "")
            # What is asked about a message belongs below it.
            thread = thread_of(message) or str(message.get("ts") or "")
            heard = Interaction(body).heard(channel, thread)
            draft, certain = self._found_at_once(texts_of(message), heard)
            if certain:
                await self._hearing.hear_and_whisper(ack, draft.command, heard)
                return
            await ack()
            self._door.later(self._by_name(texts_of(message), heard, draft))

    def _found_at_once(self, text: str, heard: Heard) -> tuple[Draft, bool]:
        """Return what a message speaks of, as far as its text alone tells, and whether that is certain."""
        found = mentioned(text, self._projects)
        draft = Draft(
            project=found.projects[0] if len(found.projects) == 1 else "",
            task=found.tasks[0] if len(found.tasks) == 1 else "",
            channel=heard.channel_id,
            thread=heard.thread_ts or "",
        )
        return draft, bool(draft.project and draft.task)

    async def _by_name(self, text: str, heard: Heard, draft: Draft) -> None:
        """Look for the name of a task that could be paused; ask if it is one, else let them choose."""
        named = []
        if draft.project and not draft.task:
            named = named_in(text, await self._menu.soon(heard, draft.project, PAUSE))
        if len(named) == 1:
            command = replace(draft, task=named[0].task_id).command
            if answer := await self._hearing.hear(command, heard):
                await self._door.whisper(heard, answer)
            return
        await self._modal.open(heard, draft)
