"""What Bolt calls: understand a delivery, record it, acknowledge. The work itself is the conversation's.

Nothing here waits for Slack, IAM or OMS before the acknowledgement, and no exception leaves a listener: Bolt would turn
it into a failed delivery, and Slack into an error for a person whose request was recorded.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Literal, Protocol, assert_never

import structlog
from cachetools import TTLCache
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import commands, policy
from bot.decisions import Decisions, verdict_id
from bot.intake import Intake, Start
from bot.metrics import Metrics
from bot.pausing import Verdict
from bot.preview import Request
from bot.rejected_requests import RejectedRequests
from bot.setting_sections import Project
from bot.slack import cards
from bot.slack.cards import Message
from bot.slack.chat import ResponseUrls, SlackError, Workspaces
from bot.slack.payloads import Click, Heard, bot_ids, thread_of
from bot.slack.people import People
from bot.spelling import unescape
from bot.store.operations import Operation, Operations
from bot.telling import Telling
from bot.text import en, en_linking

log = structlog.get_logger(__name__)

Ack = Callable[..., Awaitable[Any]]
DOUBLE_TAP_SECONDS = 3
RETRIED_SECONDS = 10 * 60  # Slack repeats an event for about 5 min. Source: Slack, "Events API", retries
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
    ) -> None:
        self._projects = projects
        self._intake = intake
        self._operations = operations
        self._workspaces = workspaces
        self._people = people
        self._response_urls = response_urls
        self._links = links
        self._telling = telling
        self._decisions = decisions
        self._rejected = rejected
        self._metrics = metrics
        self._clock = clock
        self._background: set[asyncio.Task[None]] = set()
        self._asked_lately: TTLCache[tuple[str, ...], bool] = TTLCache(10_000, DOUBLE_TAP_SECONDS)
        self._mentioned: TTLCache[tuple[str, ...], bool] = TTLCache(10_000, RETRIED_SECONDS)

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what is listened to."""
        app.command("/oms")(self.on_command)
        app.event("app_mention")(self.on_mention)
        app.event("user_change")(self.on_user_change)
        app.action(cards.CONFIRM)(self.on_confirm)
        app.action(cards.CANCEL)(self.on_cancel)
        app.action(cards.ASK)(self.on_ask)

    async def drain(self, seconds: float = 5) -> None:
        """Let what was begun after an acknowledgement end, or cut it off; called when the app stops."""
        if self._background:
            _, late = await asyncio.wait(self._background, timeout=seconds)
            for task in late:
                task.cancel()

    # --- asking ----------------------------------------------------------------------------------------------------

    async def on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        """A slash command, ``/oms …``."""
        heard = Heard(
            delivery=body.get("trigger_id") or "",
            workspace=body.get("team_id") or body.get("enterprise_id") or "",
            team_id=body.get("team_id") or body.get("enterprise_id") or "",
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
        heard = Heard(
            delivery=_message_id(event) or body["event_id"],
            workspace=body.get("team_id") or "",
            team_id=event.get("user_team") or event.get("team") or body.get("team_id") or "",
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
        if heard.team_id != heard.workspace:
            self._rejected.count("command", policy.Reason.STRANGER)
            return cards.note(en.refusal(policy.Reason.STRANGER))
        match command:
            case commands.Help():
                return cards.note(en.help_text(list(self._projects)))
            case commands.Pause() | commands.ListTasks():
                return await self._ask(command, heard)
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
        )
        self._response_urls.remember(request.id, heard.response_url)
        recorded = await self._record(Start("ask", request.id, vars(request)), _deadline())
        return cards.note(en.reading(command) if recorded else en.busy())

    async def _answer_about_link(
        self, links: Links, command: commands.Link | commands.Unlink | commands.WhoAmI, heard: Heard
    ) -> None:
        await self._whisper(heard, cards.note(await links.answer(command, heard)))

    async def on_user_change(self, ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
        """Somebody's Slack account changed; one that was deactivated may no longer use its link."""
        await ack()
        user = event.get("user") or {}
        if user.get("deleted") and self._links:
            self._later(
                self._links.disable(user.get("team_id") or body.get("team_id") or "", user.get("id") or "")
            )

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
        await self._decide(ack, Click(body), "confirm")

    async def on_cancel(self, ack: Ack, body: dict[str, Any]) -> None:
        """The card's Cancel button."""
        await self._decide(ack, Click(body), "cancel")

    async def _decide(self, ack: Ack, click: Click, kind: Literal["confirm", "cancel"]) -> None:
        deadline = _deadline()
        try:
            async with asyncio.timeout_at(deadline):
                operation = await self._operations.get(click.value)
        except Exception:
            log.exception("operation_unreadable")
            await ack()
            self._later(self._whisper(click.heard(), cards.note(en.busy())))
            return
        answer = policy.may_decide(click.facts(), _asked(operation), kind, now=self._clock())
        match answer:
            case policy.Refused(reason=reason):
                await ack()
                self._later(self._refuse(click, operation, reason))
            case policy.NeedsApproval():
                approval = click.approval(self._clock())
                start = Start("agree", f"{click.value}:agree:{click.id}", vars(approval))
                await self._settle(ack, click, start, None, deadline)
            case policy.Allowed():
                if kind == "confirm":
                    self._people.expect(click.workspace, click.user_id, click.id)
                verdict = click.verdict(kind, self._clock())
                start = Start("settle", verdict_id(click.value), vars(verdict))
                await self._settle(ack, click, start, verdict, deadline)
            case _:
                assert_never(answer)

    async def _settle(
        self, ack: Ack, click: Click, start: Start, verdict: Verdict | None, deadline: float
    ) -> None:
        """Record a click that counts, acknowledge it, and tell its clicker if another one had decided before."""
        self._response_urls.remember(click.key, click.response_url)
        recorded = await self._record(start, deadline)
        await ack()
        if not recorded:
            self._later(self._whisper(click.heard(), cards.note(en.busy())))
        elif verdict:
            self._later(self._tell_loser(click, verdict))

    async def _refuse(self, click: Click, operation: Operation | None, reason: policy.Reason) -> None:
        won = (
            await self._decisions.of(operation.id) if operation and reason is policy.Reason.EXPIRED else None
        )
        text = (
            en.too_late(won.kind, won.user_id)
            if won
            else en.refusal(
                reason,
                project=operation.project if operation else "",
                requester=operation.user_id if operation else "",
                task_id=operation.task_id if operation else "",
            )
        )
        self._response_urls.remember(click.key, click.response_url)
        operation_id = operation.id if operation else "unknown"
        await self._telling.refuse(operation_id, click.approval(self._clock()), reason.value, text)

    async def _tell_loser(self, click: Click, mine: Verdict) -> None:
        """If another decision came first, say who won. A double tap needs no words."""
        won = await self._decisions.soon_of(mine.operation_id)
        if won is None or won.click_id == mine.click_id:
            return
        same = (won.kind, won.user_id) == (mine.kind, mine.user_id)
        if same and mine.at - won.at < DOUBLE_TAP_SECONDS:
            return
        text = en.too_late(won.kind, won.user_id)
        await self._telling.refuse(mine.operation_id, click.approval(mine.at), "decided", text)

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

    async def disable(self, team_id: str, user_id: str) -> None:
        """Make the link of a deactivated account unusable."""


def _asked(operation: Operation | None) -> policy.Asked | None:
    if operation is None:
        return None
    return policy.Asked(
        team_id=operation.team_id,
        user_id=operation.user_id,
        channel_id=operation.channel_id,
        message_ts=None if operation.reposted else operation.message_ts,
        expires_at=operation.expires_at,
        approvals=operation.card.get("approvals", 0),
        approvers=operation.card.get("approvers", ()),
    )


def _deadline() -> float:
    """Return when, by the event loop's clock, a request that has just come in must be acknowledged."""
    return asyncio.get_running_loop().time() + RECORD_SECONDS


def _message_id(event: dict[str, Any]) -> str:
    """Return what names the message of an event; no two in one channel have the same ``ts``."""
    return f"{event['channel']}:{event['ts']}" if event.get("channel") and event.get("ts") else ""


def _operation_id(team: str, delivery: str) -> str:
    """Name an operation after its delivery, so that a delivery repeated is the same operation."""
    return hashlib.blake2b(f"{team}:{delivery}".encode(), digest_size=12).hexdigest()
