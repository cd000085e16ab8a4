"""The state of a sandbox Slack, and who watches it change.

Everything here may be read at any time; it is changed through `World`'s methods, so that each
change is announced. A lock makes that safe when the sandbox is served from another thread.
"""

import asyncio
import itertools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sandbox.slack.objects import Channel, Hook, Json, Message, SlackError, Token, User, View, with_ids

T = TypeVar("T")
Thing = TypeVar("Thing", User, Channel)


@dataclass(frozen=True)
class Change:
    """One thing that happened: `kind` such as "message.posted", and what it happened to."""

    kind: str
    subject: Any


class World:
    """The state of one Slack workspace and of the app that is installed in it."""

    def __init__(self, *, team_id: str, clock: Callable[[], float], enterprise_id: str | None = None) -> None:
        self.team_id, self.clock, self.enterprise_id = team_id, clock, enterprise_id
        self.team_name = self.team_domain = "sandbox"
        self.app_id, self.bot_id = "A0SANDBOX", "B0SANDBOX"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.log: list[Message] = []
        self.views: list[View] = []
        self.usergroups: dict[str, list[str]] = {}
        self.tokens: dict[str, Token] = {}
        self.hooks: dict[str, Hook] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        self.codes: dict[str, tuple[str, float, set[str]]] = {}
        self.client_id, self.client_secret = "1000.2000", secrets.token_hex(16)
        self.redirect_urls: list[str] = []
        self.installer: str | None = None  # who says yes on the consent page; None says no
        self.at_browser: str | None = None  # who is signed in to Slack there; None says no
        self.sign_ins: dict[str, tuple[str, str]] = {}  # code → user, nonce
        self.socket_tickets: set[str] = set()
        self.granted: list[str] | None = (
            None  # the workspaces of an organisation's token; None: it is this one's
        )
        self.unknown_blocks: set[str] = set()  # types of blocks that an older workspace refuses
        self.functions: dict[str, Json] = {}  # the app's steps for workflows, as its manifest has them
        self.runs: dict[str, Any] = {}  # of those steps
        self.changes: list[Change] = []
        self.lock = threading.RLock()
        self._observers: list[Callable[[Change], None]] = []
        self._numbers = itertools.count(1)
        self._last_us = 0
        self.bot = self.add(User("U0SANDBOXBOT", "oms-pause", team_id, is_bot=True, bot_id=self.bot_id))

    # --- watching -----------------------------------------------------------------------------------------

    def emit(self, kind: str, subject: object) -> None:
        """Record a change and tell every observer, in the thread that made it."""
        change = Change(kind, subject)
        with self.lock:
            self.changes.append(change)
            observers = list(self._observers)
        for observer in observers:
            observer(change)

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` after every change; the returned function ends that."""
        with self.lock:
            self._observers.append(callback)

        def unsubscribe() -> None:
            with self.lock:
                self._observers.remove(callback)

        return unsubscribe

    async def wait_for(self, predicate: Callable[[], T | None], seconds: float) -> T:
        """Return the first true result of `predicate`, asked again after every change; else TimeoutError."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake(_: Change) -> None:
            loop.call_soon_threadsafe(woken.set)  # the change may come from the thread that serves the app

        unsubscribe = self.subscribe(wake)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    woken.clear()  # before the question, so that a change during it is not lost
                    if found := predicate():
                        return found
                    await woken.wait()
        except TimeoutError:
            recent = ", ".join(change.kind for change in self.changes[-8:]) or "nothing"
            raise TimeoutError(f"not seen within {seconds} s; the last changes were: {recent}") from None
        finally:
            unsubscribe()

    # --- names and numbers --------------------------------------------------------------------------------

    def next_ts(self) -> str:
        """Return a message timestamp: seconds with six decimals, greater than every one before."""
        with self.lock:
            self._last_us = max(int(self.clock() * 1_000_000), self._last_us + 1)
            return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """Return an id that is unique in this workspace, e.g. "C0000007"."""
        return f"{prefix}{next(self._numbers):07d}"

    def new_trigger(self, user: str) -> str:
        """Return a trigger_id, which opens one modal for `user` within 3 s (platforms.md, Slack: payloads)."""
        now = self.clock()
        trigger = f"{int(now)}.{next(self._numbers):010d}.{secrets.token_hex(16)}"
        self.triggers[trigger] = (user, now)
        return trigger

    # --- people and places --------------------------------------------------------------------------------

    def add(self, thing: Thing) -> Thing:
        """Add or replace a user or a channel, and return it."""
        kind = "user" if isinstance(thing, User) else "channel"
        shelf: dict[str, Any] = self.users if isinstance(thing, User) else self.channels
        with self.lock:
            shelf[thing.id] = thing
        self.emit(f"{kind}.added", thing)
        return thing

    def user(self, ref: "User | str") -> User:
        """Return a user by object, id or name. Raises SlackError("user_not_found")."""
        if isinstance(ref, User):
            return ref
        found = self.users.get(ref) or next(
            (u for u in self.users.values() if u.name == ref.lstrip("@")), None
        )
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, ref: "Channel | str") -> Channel:
        """Return a channel by object, id or name. Raises SlackError("channel_not_found")."""
        if isinstance(ref, Channel):
            return ref
        by_name = (c for c in self.channels.values() if c.name and c.name == ref.lstrip("#"))
        found = self.channels.get(ref) or next(by_name, None)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct(self, *people: str) -> Channel:
        """Return the direct message between two people, opened if need be."""
        wanted = set(people)
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == wanted:
                return channel
        return self.add(Channel(self.next_id("D"), "", "im", list(people)))

    # --- messages -----------------------------------------------------------------------------------------

    def post(self, message: Message) -> Message:
        """Store a message; blocks and elements without an id get one, as in Slack."""
        message.blocks = with_ids(message.blocks, self.next_id)
        with self.lock:
            self.log.append(message)
        self.emit("message.ephemeral" if message.ephemeral_to else "message.posted", message)
        return message

    def edit(self, message: Message, **parts: Any) -> Message:
        """Change parts of a message in place, keeping what it was in `versions`."""
        with self.lock:
            before = message.snapshot()
            before.versions = []
            message.versions.append(before)
            if "blocks" in parts:
                parts["blocks"] = with_ids(parts["blocks"], self.next_id)
            for part, value in parts.items():
                setattr(message, part, value)
            message.edited = self.next_ts()
        self.emit("message.edited", message)
        return message

    def delete(self, message: Message) -> None:
        """Mark a message as deleted; it stays in the log for those who look for it."""
        message.deleted = True
        self.emit("message.deleted", message)

    def find(self, channel: str, ts: str) -> Message | None:
        """Return the message that everybody in `channel` can see at `ts`, deleted ones excepted."""
        for message in reversed(self.log):
            if (message.channel, message.ts) == (channel, ts) and not (
                message.deleted or message.ephemeral_to
            ):
                return message
        return None
