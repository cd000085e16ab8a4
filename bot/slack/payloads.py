"""What Slack delivers, reduced to what matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot import policy
from bot.pausing import Approval, Verdict


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Who said something, where. `workspace` is where it was said, `team_id` the speaker's own.

    `thread_ts` names the thread in which it was said, if any: what is answered belongs there.
    """

    delivery: str
    workspace: str
    team_id: str
    user_id: str
    channel_id: str
    response_url: str = ""
    thread_ts: str | None = None

    @property
    def key(self) -> str:
        """Return what the response_url is remembered under."""
        return f"click:{self.delivery}"


class Click:
    """The parts of a ``block_actions`` payload that matter. `team_id` is the clicker's own workspace."""

    def __init__(self, body: dict[str, Any]) -> None:
        action = body["actions"][0]
        container = body.get("container") or {}
        message = body.get("message") or {}
        user = body["user"]
        self.user_id: str = user["id"]
        self.workspace: str = (body.get("team") or {}).get("id") or user.get("team_id") or ""
        enterprise = (body.get("enterprise") or {}).get("id")
        own = user.get("team_id")
        # In an Enterprise organisation Slack may name the organisation instead of the workspace.
        self.team_id: str = self.workspace if enterprise and own == enterprise else own or ""
        self.channel_id: str = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        self.message_ts: str = container.get("message_ts") or message.get("ts") or ""
        self.thread_ts = thread_of({"ts": self.message_ts, **message, **container})
        self.value: str = action.get("value") or ""
        self.id: str = body.get("trigger_id") or f"{self.message_ts}:{action.get('action_ts')}"
        self.response_url: str = body.get("response_url") or ""
        self.key = f"click:{self.id}"

    def facts(self) -> policy.Click:
        """Return what the policy looks at."""
        return policy.Click(self.workspace, self.team_id, self.user_id, self.channel_id, self.message_ts)

    @property
    def same_wish(self) -> tuple[str, ...]:
        """Return what two taps on one button have in common."""
        return (self.workspace, self.user_id, self.message_ts, self.value)

    def heard(self) -> Heard:
        """Return who clicked, where."""
        return Heard(
            delivery=self.id,
            workspace=self.workspace,
            team_id=self.team_id,
            user_id=self.user_id,
            channel_id=self.channel_id,
            response_url=self.response_url,
            thread_ts=self.thread_ts,
        )

    def verdict(self, kind: Literal["confirm", "cancel"], at: float) -> Verdict:
        """Return the decision that this click is."""
        return Verdict(
            operation_id=self.value,
            kind=kind,
            user_id=self.user_id,
            message_ts=self.message_ts,
            click_id=self.id,
            at=at,
        )

    def approval(self, at: float) -> Approval:
        """Return the agreement that this click is."""
        return Approval(
            operation_id=self.value,
            workspace=self.workspace,
            team_id=self.team_id,
            user_id=self.user_id,
            channel_id=self.channel_id,
            message_ts=self.message_ts,
            click_id=self.id,
            at=at,
            thread_ts=self.thread_ts,
        )


def thread_of(message: dict[str, Any]) -> str | None:
    """Return the thread that a message was written in; one that began a thread stands in the channel itself."""
    thread_ts = message.get("thread_ts")
    return thread_ts if isinstance(thread_ts, str) and thread_ts and thread_ts != message.get("ts") else None


def bot_ids(body: dict[str, Any], known: str | None) -> set[str]:
    """Return the user ids under which an event may mention the bot: those it was delivered for, and the *known* one."""
    authorizations = body.get("authorizations") or []
    ids = {one.get("user_id") for one in authorizations if one.get("is_bot", True)}
    return {user_id for user_id in {*ids, known} if user_id}
