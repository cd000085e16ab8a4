"""What every listener shares: a delivery is recorded, then acknowledged in time; the rest comes after.

Nothing waits for Slack, IAM or OMS before the acknowledgement, and no exception leaves a listener: Bolt would turn it
into a failed delivery, and Slack into an error for a person whose request was recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import structlog

from bot.conversation.intake import Intake, Start
from bot.conversation.values import operation_of
from bot.slack.cards import Message
from bot.slack.delivery import SlackError
from bot.slack.payloads import Heard
from bot.slack.response_urls import ResponseUrls
from bot.slack.workspaces.one import Workspaces
from bot.tracing import Traces

log = structlog.get_logger(__name__)

Ack = Callable[..., Awaitable[Any]]
RECORD_SECONDS: Final = 2.5  # Slack gives up after 3 s. Source: Slack, "Acknowledging requests"


class Door:
    """Where deliveries come in."""

    def __init__(
        self, *, intake: Intake, workspaces: Workspaces, response_urls: ResponseUrls, traces: Traces
    ) -> None:
        self._intake = intake
        self._traces = traces
        self._workspaces = workspaces
        self._background: set[asyncio.Task[None]] = set()
        self.knows = intake.knows
        self.remember = response_urls.remember

    @staticmethod
    def deadline() -> float:
        """Return when, by the event loop's clock, a request that has just come in must be acknowledged."""
        return asyncio.get_running_loop().time() + RECORD_SECONDS

    async def record(self, start: Start, deadline: float) -> bool:
        """Make *start* durable. False if that could not be done before *deadline*."""
        recorded = False
        try:
            async with asyncio.timeout_at(deadline):
                await self._intake.submit(start)
            recorded = True
        except Exception:
            log.exception("not_recorded", workflow=start.workflow, operation=start.id)
        waited = asyncio.get_running_loop().time() - (deadline - RECORD_SECONDS)
        self._traces.delivered(start.workflow, operation_of(start.id), waited, recorded=recorded)
        return recorded

    async def whisper(self, heard: Heard, message: Message) -> None:
        """Say something to whoever was heard, alone."""
        chat = await self._workspaces.chat(heard.workspace)
        await chat.whisper(heard.key, heard.channel_id, heard.user_id, message, thread_ts=heard.thread_ts)

    async def open_modal(self, heard: Heard, view: dict[str, Any], otherwise: Message) -> str:
        """Open a modal for whoever was heard, and return its id. If Slack does not, whisper *otherwise*; empty then."""
        self.remember(heard.key, heard.response_url)
        chat = await self._workspaces.chat(heard.workspace)
        try:
            return await chat.open_view(heard.trigger, view)
        except SlackError:
            await self.whisper(heard, otherwise)
            return ""

    def later(self, work: Coroutine[Any, Any, object]) -> None:
        """Do *work* after the acknowledgement; keep hold of it, so that it is neither collected nor cut off."""

        async def guarded() -> None:
            try:
                await work
            except SlackError as error:
                log.warning("not_said", error=error.error)
            except Exception:
                log.exception("background_failed")

        task = asyncio.create_task(guarded())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def drain(self, seconds: float = 4) -> None:
        """Let what was begun after an acknowledgement end, or cut it off; called when the app stops."""
        if self._background:
            _, late = await asyncio.wait(self._background, timeout=seconds)
            for task in late:
                task.cancel()
