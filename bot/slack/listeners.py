"""What Bolt calls: understand a delivery, record it, acknowledge. The work itself is the conversation's.

Nothing here talks to Slack, IAM or OMS before the acknowledgement, and no exception leaves a listener: Bolt would turn
it into a failed delivery, and Slack into an error for a person whose request was recorded.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import asdict
from typing import Any

import structlog
from dbos import DBOS
from slack_bolt.async_app import AsyncApp

from bot import commands, policy
from bot.audit import Audit
from bot.conversation import verdict_id
from bot.intake import Intake, Start
from bot.metrics import Metrics
from bot.pausing import Verdict
from bot.preview import Request
from bot.settings import Project
from bot.slack import cards
from bot.slack.cards import Message
from bot.slack.chat import Chat, SlackError
from bot.store.operations import Operation, Operations
from bot.text import en

log = structlog.get_logger(__name__)

Ack = Callable[..., Awaitable[Any]]
RECORD_SECONDS = 2.5  # Slack gives up after 3 s. Source: Slack, "Acknowledging requests"


class Listeners:
    """The listeners and what they need. `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        projects: Mapping[str, Project],
        intake: Intake,
        operations: Operations,
        chat: Chat,
        audit: Audit,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        self._projects = projects
        self._intake = intake
        self._operations = operations
        self._chat = chat
        self._audit = audit
        self._metrics = metrics
        self._clock = clock
        self._background: set[asyncio.Task[None]] = set()

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what is listened to."""
        app.command("/oms")(self.on_command)
        app.event("app_mention")(self.on_mention)
        app.action(cards.CONFIRM)(self.on_confirm)
        app.action(cards.CANCEL)(self.on_cancel)
        app.action(cards.ASK)(self.on_ask)

    async def drain(self, seconds: float = 5) -> None:
        """Let what was begun after an acknowledgement end; called when the app stops."""
        if self._background:
            await asyncio.wait(self._background, timeout=seconds)

    # --- asking ----------------------------------------------------------------------------------------------------

    async def on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        """A slash command, ``/oms …``."""
        answer = await self._hear(
            body.get("text") or "",
            delivery=body.get("trigger_id") or "",
            team=body["team_id"],
            user=body["user_id"],
            channel=body["channel_id"],
            response_url=body.get("response_url") or "",
        )
        await ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")

    async def on_ask(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button that stands for a command: Pause in a list, Try again."""
        click = _Click(body)
        answer = await self._hear(
            click.value,
            delivery=click.id,
            team=click.team_id,
            user=click.user_id,
            channel=click.channel_id,
            response_url=click.response_url,
        )
        await ack()
        self._later(self._chat.whisper(click.key, click.channel_id, click.user_id, answer))

    async def on_mention(self, ack: Ack, body: dict[str, Any], event: dict[str, Any]) -> None:
        """``@oms-bot pause …``, which unlike a slash command can be typed in a thread."""
        text = (event.get("text") or "").partition(">")[2]
        answer = await self._hear(
            text,
            delivery=body["event_id"],
            team=event.get("team") or body["team_id"],
            user=event["user"],
            channel=event["channel"],
        )
        await ack()
        self._later(self._chat.whisper(body["event_id"], event["channel"], event["user"], answer))

    async def _hear(
        self, text: str, *, delivery: str, team: str, user: str, channel: str, response_url: str = ""
    ) -> Message:
        """Understand *text*; record what is asked for; return what to say at once, to this person alone."""
        command = commands.parse(text, self._projects)
        self._metrics.commands.labels(type(command).__name__).inc()
        match command:
            case commands.Help():
                return cards.note(en.help_text(list(self._projects)))
            case commands.Pause() | commands.ListTasks():
                request = Request(
                    id=_operation_id(team, delivery),
                    team_id=team,
                    user_id=user,
                    channel_id=channel,
                    project=command.project,
                    task=command.task if isinstance(command, commands.Pause) else None,
                    reason=command.reason if isinstance(command, commands.Pause) else "",
                    at=self._clock(),
                )
                self._chat.remember_response_url(request.id, response_url)
                recorded = await self._record(Start("ask", request.id, asdict(request)))
                return cards.note(en.reading(command) if recorded else en.busy())
            case _:
                return cards.note(en.problem(command))

    async def _record(self, start: Start) -> bool:
        """Make *start* durable. False if that could not be done in the time Slack gives."""
        try:
            async with asyncio.timeout(RECORD_SECONDS):
                await self._intake.submit(start)
        except Exception:
            log.exception("not_recorded", workflow=start.workflow, operation=start.id)
            return False
        return True

    # --- deciding --------------------------------------------------------------------------------------------------

    async def on_confirm(self, ack: Ack, body: dict[str, Any]) -> None:
        """The card's Pause button."""
        await self._decide(ack, _Click(body), "confirm")

    async def on_cancel(self, ack: Ack, body: dict[str, Any]) -> None:
        """The card's Cancel button."""
        await self._decide(ack, _Click(body), "cancel")

    async def _decide(self, ack: Ack, click: _Click, kind: Any) -> None:  # noqa: ANN401  # a Literal of Verdict
        operation = await self._find(click.value)
        decision = policy.may_decide(click.facts(), _asked(operation), now=self._clock())
        if isinstance(decision, policy.Refused) or operation is None:
            reason = (
                decision.reason if isinstance(decision, policy.Refused) else policy.Reason.UNKNOWN_OPERATION
            )
            await ack()
            self._later(self._refuse(click, operation, reason))
            return
        verdict = Verdict(
            operation_id=operation.id,
            kind=kind,
            user_id=click.user_id,
            message_ts=click.message_ts,
            click_id=click.id,
            at=self._clock(),
        )
        recorded = await self._record(Start("settle", verdict_id(operation.id), asdict(verdict)))
        await ack()
        self._later(self._tell_loser(click, verdict) if recorded else self._say(click, en.busy()))

    async def _find(self, operation_id: str) -> Operation | None:
        try:
            async with asyncio.timeout(RECORD_SECONDS):
                return await self._operations.get(operation_id)
        except Exception:
            log.exception("operation_unreadable")
            return None

    async def _refuse(self, click: _Click, operation: Operation | None, reason: policy.Reason) -> None:
        self._metrics.refusals.labels(reason.value).inc()
        text = en.refusal(
            reason,
            project=operation.project if operation else "",
            requester=operation.user_id if operation else "",
            task_id=operation.task_id if operation else "",
        )
        await self._audit.append(
            "refused_click",
            operation.id if operation else "unknown",
            once=click.id,
            reason=reason.value,
            team=click.team_id,
            user=click.user_id,
            channel=click.channel_id,
        )
        await self._say(click, text)

    async def _tell_loser(self, click: _Click, mine: Verdict) -> None:
        """If another decision came first, say who won. A second click for the same decision needs no words."""
        for _ in range(20):
            status = await DBOS.get_workflow_status_async(verdict_id(mine.operation_id))
            if status is not None:
                break
            await asyncio.sleep(0.05)  # it was recorded together with others and is about to start
        else:
            return
        recorded: dict[str, Any] = status.input["args"][0] if status.input else {}
        if (recorded.get("kind"), recorded.get("user_id")) != (mine.kind, mine.user_id):
            await self._say(click, en.too_late(recorded.get("kind", ""), recorded.get("user_id")))

    async def _say(self, click: _Click, text: str) -> None:
        self._chat.remember_response_url(click.key, click.response_url)
        await self._chat.whisper(click.key, click.channel_id, click.user_id, cards.note(text))

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


class _Click:
    """The parts of a ``block_actions`` payload that matter. `team_id` is the clicker's own workspace."""

    def __init__(self, body: dict[str, Any]) -> None:
        action = body["actions"][0]
        container = body.get("container") or {}
        message = body.get("message") or {}
        user = body["user"]
        self.user_id: str = user["id"]
        self.team_id: str = user.get("team_id") or (body.get("team") or {}).get("id") or ""
        self.channel_id: str = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        self.message_ts: str = container.get("message_ts") or message.get("ts") or ""
        self.value: str = action.get("value") or ""
        self.id: str = body.get("trigger_id") or f"{self.message_ts}:{action.get('action_ts')}"
        self.response_url: str = body.get("response_url") or ""
        self.key = f"click:{self.id}"

    def facts(self) -> policy.Click:
        """Return what the policy looks at."""
        return policy.Click(self.team_id, self.user_id, self.channel_id, self.message_ts)


def _asked(operation: Operation | None) -> policy.Asked | None:
    if operation is None:
        return None
    return policy.Asked(
        team_id=operation.team_id,
        user_id=operation.user_id,
        channel_id=operation.channel_id,
        message_ts=None if operation.reposted else operation.message_ts,
        expires_at=operation.expires_at,
    )


def _operation_id(team: str, delivery: str) -> str:
    """Name an operation after its delivery, so that a delivery repeated is the same operation."""
    return hashlib.blake2b(f"{team}:{delivery}".encode(), digest_size=12).hexdigest()
