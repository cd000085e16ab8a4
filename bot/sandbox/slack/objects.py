"""The things in a sandbox Slack, as plain data: people, channels, messages, views, tokens, response_urls."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Json = dict[str, Any]


class SlackError(Exception):
    """A refusal in Slack's own words: `{"ok": false, "error": code, …extra}`."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra: Json = extra


class ImpossibleError(Exception):
    """A person was asked to do what Slack's client would not offer them, such as clicking no button."""


def _seconds_east_of_utc(zone: str) -> int:
    offset = datetime.now(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


@dataclass
class User:
    """A person or bot as `users.info` describes them (platforms.md, Slack: people)."""

    id: str
    name: str
    team_id: str
    real_name: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    enterprise_id: str | None = None
    teams: tuple[str, ...] = ()
    tz: str = "Etc/UTC"
    locale: str = "en-US"
    bot_id: str | None = None

    def as_json(self) -> Json:
        """Return the user object; like Slack's, a deactivated one has no role or time zone fields."""
        profile = {"real_name": self.real_name, "display_name": self.name, "team": self.team_id}
        answer: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "profile": profile | ({"bot_id": self.bot_id} if self.bot_id else {}),
        }
        if not self.deleted:
            answer |= {
                "real_name": self.real_name,
                "tz": self.tz,
                "tz_offset": _seconds_east_of_utc(self.tz),
                "is_admin": False,
                "is_owner": False,
                "is_restricted": self.is_restricted,
                "is_ultra_restricted": self.is_ultra_restricted,
            }
        if self.is_stranger:
            answer["is_stranger"] = True
        if self.enterprise_id:
            teams = list(self.teams or (self.team_id,))
            answer["enterprise_user"] = {"id": self.id, "enterprise_id": self.enterprise_id, "teams": teams}
        return answer


@dataclass
class Channel:
    """A conversation: a public or private channel, or a direct message ("im") between two people."""

    id: str
    name: str
    kind: Literal["public", "private", "im"] = "public"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    shared_with: list[str] = field(default_factory=list)

    @property
    def payload_name(self) -> str:
        """Return `channel_name` as payloads carry it: private ones do not give their name away."""
        return {"public": self.name, "private": "privategroup", "im": "directmessage"}[self.kind]


@dataclass
class Message:
    """A message, visible to everybody in the channel or, when `ephemeral_to` is set, to one person.

    `source` says how it came: a method's name, "response_url", "ack" (the answer to a slash command), "user",
    or "slack" (what Slack itself tells a person). `versions` holds what it looked like before each edit.
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    metadata: Json | None = None
    edited: str | None = None
    ephemeral_to: str | None = None
    deleted: bool = False
    source: str = "user"
    versions: list["Message"] = field(default_factory=list, repr=False)

    def snapshot(self) -> "Message":
        """Return a copy that later edits do not reach: what a client that was offline still shows."""
        return copy.deepcopy(self)

    def elements(self) -> list[tuple[str, Json]]:
        """Return every interactive element as (block_id, element), in reading order."""
        return interactive_elements(self.blocks)

    def as_json(self, *, team: str, app_id: str) -> Json:
        """Return the message object of the Web API and of payloads."""
        answer: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": team}
        if self.bot_id:
            answer |= {"bot_id": self.bot_id, "app_id": app_id}
        if self.edited:
            answer["edited"] = {"user": self.user, "ts": self.edited}
        optional = ("blocks", "attachments", "thread_ts", "metadata")
        return answer | {key: copy.deepcopy(found) for key in optional if (found := getattr(self, key))}


@dataclass
class View:
    """A modal or an App Home as one person sees it; `errors` are what a refused submission shows them.

    `inputs` is what they have chosen and typed, `offered` what the menus that ask the bot last offered: by block_id and
    action_id.
    """

    id: str
    hash: str
    user: str
    definition: Json
    root_id: str
    previous_id: str | None = None
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    inputs: dict[tuple[str, str], Any] = field(default_factory=dict)
    offered: dict[tuple[str, str], list[Json]] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Return "modal" or "home"."""
        return str(self.definition.get("type"))

    def as_json(self, *, team: str, app_id: str, bot_id: str) -> Json:
        """Return the view object of `views.*` answers and of payloads."""
        defaults = {"private_metadata": "", "callback_id": "", "external_id": "", "state": {"values": {}}}
        return (
            defaults
            | copy.deepcopy(self.definition)
            | {"id": self.id, "hash": self.hash, "team_id": team, "app_id": app_id, "bot_id": bot_id}
            | {"root_view_id": self.root_id, "previous_view_id": self.previous_id}
        )


@dataclass
class Token:
    """A credential of the app: a bot token (xoxb-) or an app-level token (xapp-)."""

    value: str = field(repr=False)
    kind: Literal["bot", "app"]
    scopes: set[str]
    error: str | None = None  # what Slack answers once it no longer works, e.g. "token_revoked"


@dataclass
class Hook:
    """Five uses in thirty minutes, for one person in one channel (platforms.md, Slack: response_url)."""

    key: str = field(repr=False)
    channel: str
    user: str
    expires_at: float
    source: Message | None = None
    said: Message | None = None
    uses: int = 0


def interactive_elements(blocks: list[Json]) -> list[tuple[str, Json]]:
    """Return each element that carries an action_id, with the block_id it sits in."""
    found: list[tuple[str, Json]] = []
    for block in blocks:
        waiting: list[Any] = [block]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, dict):
                if "action_id" in node:
                    found.append((block.get("block_id", ""), node))
                waiting[:0] = node.values()
            elif isinstance(node, list):
                waiting[:0] = node
    return found


def with_ids(blocks: list[Json], next_id: Callable[[str], str]) -> list[Json]:
    """Return a copy of the blocks in which every block has a block_id and every button an action_id."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", next_id("b"))
        for element in block.get("elements", ()) if block.get("type") == "actions" else ():
            element.setdefault("action_id", next_id("a"))
    return blocks
