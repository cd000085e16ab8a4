"""What Bolt calls: understand a delivery, record it, acknowledge. The work itself is the conversation's.

Nothing here waits for Slack, IAM or OMS before the acknowledgement, and no exception leaves a listener: Bolt would turn
it into a failed delivery, and Slack into an error for a person whose request was recorded.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from typing import Any, Protocol

import structlog
from cachetools import TTLCache
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.conversation import policy
from bot.conversation.decided import Decisions
from bot.conversation.intake import Intake, Start
from bot.conversation.operations import Operations
from bot.conversation.preview import Request
from bot.identity.seals import Seals
from bot.metrics import Metrics
from bot.rejected_requests import RejectedRequests
from bot.settings.sections import Project
from bot.slack import cards
from bot.slack.cards import Message
from bot.slack.chat import ResponseUrls, Workspaces
from bot.slack.clicks import DOUBLE_TAP_SECONDS, Clicks
from bot.slack.delivery import SlackError
from bot.slack.payloads import Click, Heard, accounts_of, bot_ids, name_of_delivery, named_in, thread_of
from bot.slack.people import People, fault_of
from bot.slack.telling import Telling
from bot.spelling import unescape
from bot.text import en, en_linking
from bot.text.en_faults import fault_text
from bot.text.en_refusals import refusal
from bot.verbs import grammar as commands

log = structlog.get_logger(__name__)

Ack = Callable[..., Awaitable[Any]]
RETRIED_SECONDS = 10 * 60  # Slack repeats an event for about 5 min. Source: Slack, "Events API", retries
# What may only be answered to members, since the answer names projects.
_NAMING_PROJECTS = (commands.Help, commands.WhoAmI, commands.UnknownProject, commands.MissingProject)
Spoken = commands.Help | commands.Link | commands.Unlink | commands.WhoAmI | commands.Problem
RECORD_SECONDS = 2.5  # Slack gives up after 3 s. Source: Slack, "Acknowledging requests"


class Listeners:
    """The listeners and what they need. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        projects: Mapping[str, Project],
        intake: Intake,
        operations: Operations,
        workspaces: Workspaces,
        people: People,
        response_urls: ResponseUrls,
        links: Links | None,
        telling: Telling,
        decisions: Decisions,
        rejected: RejectedRequests,
        metrics: Metrics,
        clock: Callable[[], float],
        seals: Seals,
    ) -> None:
        self._projects = projects
        self._intake = intake
        self._workspaces = workspaces
        self._people = people
        self._response_urls = response_urls
        self._links = links
        self._rejected = rejected
        self._metrics = metrics
        self._clock = clock
        self._background: set[asyncio.Task[None]] = set()
        self._clicks = Clicks(
            projects=projects,
            operations=operations,
            people=people,
            response_urls=response_urls,
            telling=telling,
            decisions=decisions,
            clock=clock,
            seals=seals,
            record=self._record,
            whisper=self._whisper,
            later=self._later,
        )
        self._asked_lately: TTLCache[tuple[str, ...], bool] = TTLCache(10_000, DOUBLE_TAP_SECONDS)
        self._mentioned: TTLCache[tuple[str, ...], bool] = TTLCache(10_000, RETRIED_SECONDS)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what is listened to, what is hurried first: it asks each in turn whether it is meant."""
        app.action(cards.CONFIRM)(self.on_confirm)
        app.command("/oms")(self.on_command)
        app.action(cards.CANCEL)(self.on_cancel)
        app.action(cards.ASK)(self.on_ask)
        app.event("app_mention")(self.on_mention)
        app.event("user_change")(self.on_user_change)

    async def drain(self, seconds: float = 4) -> None:
        """Let what was begun after an acknowledgement end, or cut it off; called when the app stops."""
        if self._background:
            _, late = await asyncio.wait(self._background, timeout=seconds)
            for task in late:
                task.cancel()

    # --- asking ----------------------------------------------------------------------------------------------------

    async def on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        """A slash command, ``/oms …``."""
        heard = Heard(
            delivery=name_of_delivery(body),
            workspace=body.get("team_id") or body.get("enterprise_id") or "",
            named=named_in(body.get("team_id"), enterprise=body.get("enterprise_id")),
            user_id=body["user_id"],
            channel_id=body["channel_id"],
            response_url=body.get("response_url") or "",
        )
        answer = await self._hear(unescape(body.get("text") or ""), heard)
        if answer:
            await ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")
        else:
            await ack()

    async def on_ask(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button that stands for a command: Pause in a list, Try again."""
        click = Click(body)
        if self._asked_lately.get(click.same_wish):
            await ack()  # a double tap, not a second wish
            return
        self._asked_lately[click.same_wish] = True
        await self._hear_and_whisper(ack, click.value, click.heard())

    async def on_mention(
        self, ack: Ack, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        """``@oms-bot pause …``, which unlike a slash command can be typed in a thread.

        A message is one wish, however often Slack tells of it: it repeats events, and sends another when one is edited.
        """
        installed = _first(
            body.get("authorizations")
        )  # in a shared channel the event's own team may be a stranger's
        place = installed.get("team_id") or body.get("team_id")
        enterprise = body.get("enterprise_id") or installed.get("enterprise_id")
        own = (event.get(key) for key in ("user_team", "team", "source_team"))
        heard = Heard(
            delivery=_message_id(event) or body["event_id"],
            workspace=place or enterprise or "",
            named=named_in(body.get("team_id"), *own, enterprise=enterprise),
            user_id=event.get("user") or "",
            channel_id=event.get("channel") or "",
            thread_ts=thread_of(event),
        )
        if not heard.user_id or not heard.channel_id:
            await ack()  # another app's mention has no user, and apps can't ask
            return
        said = commands.after_mention(event.get("text") or "", bot_ids(body, context.bot_user_id))
        wish = (heard.workspace, heard.delivery, said)
        told_before = wish in self._mentioned
        self._mentioned[wish] = True
        if told_before or await self._intake.knows(_operation_id(heard.workspace, heard.delivery)):
            await ack()
            return
        await self._hear_and_whisper(ack, said, heard)

    async def _hear_and_whisper(self, ack: Ack, text: str, heard: Heard) -> None:
        answer = await self._hear(text, heard)
        await ack()
        if answer:
            self._later(self._whisper(heard, answer))

    async def _hear(self, text: str, heard: Heard) -> Message | None:
        """Understand *text*; record what is asked for; return what to say at once, to this person alone."""
        command = commands.parse(text, self._projects)
        self._metrics.commands.labels(type(command).__name__).inc()
        self._response_urls.remember(heard.key, heard.response_url)
        if isinstance(command, commands.Pause | commands.ListTasks):
            return await self._ask(command, heard)
        if heard.is_plain and not isinstance(command, _NAMING_PROJECTS):
            return self._answer(command, heard)
        self._later(self._answer_member(command, heard))
        # As if there were such a project: a stranger, or a guest, is told neither that there is nor that there is not.
        return cards.note(en.reading()) if isinstance(command, commands.UnknownProject) else None

    async def _answer_member(self, command: Spoken, heard: Heard) -> None:
        """Answer somebody once Slack has said that they belong here: guests and strangers hear no project's name."""
        try:
            person = await self._people.person(heard.workspace, heard.user_id)
            home = await self._people.home(heard.workspace)
        except SlackError as error:
            text = fault_text(fault_of(error), project="", principal="")
            await self._whisper(heard, cards.note(text))
            return
        joined = policy.may_join(person, home=home, named=heard.named)
        if isinstance(joined, policy.Refused):
            self._rejected.count("command", joined.reason)
            await self._whisper(heard, cards.note(refusal(joined.reason)))
        elif answer := self._answer(command, heard):
            await self._whisper(heard, answer)

    def _answer(self, command: Spoken, heard: Heard) -> Message | None:
        """Return the answer to a command that asks for no pause; None if it comes later."""
        match command:
            case commands.Help():
                return cards.note(en.help_text(list(self._projects)))
            case commands.Link() | commands.Unlink() | commands.WhoAmI():
                if self._links is None:
                    return cards.note(en_linking.link_by_operator())
                self._later(self._answer_about_link(self._links, command, heard))
                return None
            case _:
                return cards.note(en.problem(command))

    async def _ask(self, command: commands.Pause | commands.ListTasks, heard: Heard) -> Message:
        request = Request(
            id=_operation_id(heard.workspace, heard.delivery),
            team_id=heard.workspace,
            user_id=heard.user_id,
            channel_id=heard.channel_id,
            project=command.project,
            task=command.task if isinstance(command, commands.Pause) else None,
            reason=command.reason if isinstance(command, commands.Pause) else "",
            at=self._clock(),
            thread_ts=heard.thread_ts,
            named=heard.named,
        )
        self._response_urls.remember(request.id, heard.response_url)
        recorded = await self._record(Start("ask", request.id, vars(request)), _deadline())
        return cards.note(en.reading() if recorded else en.busy())

    async def _answer_about_link(
        self, links: Links, command: commands.Link | commands.Unlink | commands.WhoAmI, heard: Heard
    ) -> None:
        await self._whisper(heard, cards.note(await links.answer(command, heard)))

    async def on_user_change(self, ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Somebody's Slack account changed; one that was deactivated may no longer use its links."""
        await ack()
        user = event.get("user")
        if isinstance(user, dict) and user.get("deleted") and self._links:
            self._later(self._links.disable(accounts_of(user, body)))

    async def on_uninstalled(self, ack: Ack, body: dict[str, Any]) -> None:
        """The one workspace has removed the bot. A failure is not acknowledged, so Slack tells again."""
        if self._links:
            await self._links.forget({str(body.get("team_id") or ""), str(body.get("enterprise_id") or "")})
        await ack()

    async def _record(self, start: Start, deadline: float) -> bool:
        """Make *start* durable. False if that could not be done in the time Slack gives."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._intake.submit(start)
        except Exception:
            log.exception("not_recorded", workflow=start.workflow, operation=start.id)
            return False
        return True

    # --- deciding --------------------------------------------------------------------------------------------------

    async def on_confirm(self, ack: Ack, body: dict[str, Any]) -> None:
        """The card's Pause button."""
        await self._clicks.decide(ack, Click(body), "confirm", _deadline())

    async def on_cancel(self, ack: Ack, body: dict[str, Any]) -> None:
        """The card's Cancel button."""
        await self._clicks.decide(ack, Click(body), "cancel", _deadline())

    async def _whisper(self, heard: Heard, message: Message) -> None:
        chat = await self._workspaces.chat(heard.workspace)
        await chat.whisper(heard.key, heard.channel_id, heard.user_id, message, thread_ts=heard.thread_ts)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
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


class Links(Protocol):
    """What listeners need of linking."""

    async def answer(self, command: commands.Link | commands.Unlink | commands.WhoAmI, heard: Heard) -> str:
        """Do what is asked and return the words for it."""

    async def disable(self, accounts: Collection[tuple[str, str]]) -> None:
        """Make the links of a deactivated account unusable: workspaces and ids under which it may have made them."""

    async def forget(self, teams: Collection[str]) -> None:
        """Destroy the links of workspaces that have removed the bot."""


def _first(entries: object) -> dict[str, Any]:
    entry = entries[0] if isinstance(entries, list) and entries else None
    return entry if isinstance(entry, dict) else {}


def _deadline() -> float:
    """Return when, by the event loop's clock, a request that has just come in must be acknowledged."""
    return asyncio.get_running_loop().time() + RECORD_SECONDS


def _message_id(event: dict[str, Any]) -> str:
    """Return what names the message of an event; no two in one channel have the same ``ts``."""
    return f"{event['channel']}:{event['ts']}" if event.get("channel") and event.get("ts") else ""


def _operation_id(team: str, delivery: str) -> str:
    """Name an operation after its delivery, so that a delivery repeated is the same operation."""
    return hashlib.blake2b(f"{team}:{delivery}".encode(), digest_size=12).hexdigest()
