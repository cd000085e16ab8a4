"""Where the person at the terminal sits: who they are, what they see, and which buttons have a number."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json, Message, User
from bot.sandbox.stage.scene import INCIDENT
from bot.sandbox.stage.stage import Stage


@dataclass(frozen=True)
class Button:
    """A button of a message; unlike an action_id alone, the block it stands in makes it one of a kind."""

    ts: str
    block_id: str
    action_id: str


@dataclass
class Room:
    """One person's view of the incident channel.

    Attributes:
        stage: Where it plays.
        me: The name of whom one acts as.
        numbered: Whether buttons carry the number that clicks them.
        pressed: The button that is being clicked at this moment.
        width: How many columns the terminal has.
    """

    stage: Stage
    me: str = "alice"
    numbered: bool = False
    pressed: Button | None = None
    width: int = 80

    @property
    def user(self) -> User:
        """Return whom one acts as."""
        return self.stage.workspace.world.user(self.me)

    def reader(self) -> Reader:
        """Say how mrkdwn reads to this person."""
        world = self.stage.workspace.world
        return Reader(
            users={user.id: user.name for user in world.users.values()},
            channels={one.id: one.name for one in world.channels.values()},
            me=self.user.id,
            zone=datetime.now().astimezone().tzinfo or UTC,
            now=time.time(),
        )

    def author(self, message: Message) -> str:
        """Return the name above a message."""
        user = self.stage.workspace.world.users.get(message.user)
        if user is None:
            return "Slackbot"
        return user.real_name if user.is_bot else user.name

    def place(self, message: Message) -> str:
        """Return where a message is, unless it is where everybody looks."""
        channel = self.stage.workspace.world.channel(message.channel)
        if channel.name == INCIDENT:
            return ""
        return f"#{channel.name}" if channel.name else "direct message"

    def sees(self, message: Message) -> bool:
        """Say whether this person sees a message."""
        members = self.stage.workspace.world.channel(message.channel).members
        return (
            not message.deleted and self.user.id in members and message.ephemeral_to in (None, self.user.id)
        )

    def root(self, message: Message) -> Message:
        """Return the message whose thread this one is in, or the message itself."""
        if not message.thread_ts or message.thread_ts == message.ts:
            return message
        return self.stage.workspace.world.find(message.channel, message.thread_ts) or message

    def replies(self, message: Message) -> list[Message]:
        """Return what this person sees in the thread of a message, oldest first."""
        log = self.stage.workspace.world.log
        return [one for one in log if one is not message and self.root(one) is message and self.sees(one)]

    def clickable(self) -> tuple[Message | None, list[tuple[Button, str]]]:
        """Return the last message that has or had buttons, and those that it has now, with what they say.

        Once it has none, no older message steps in: its numbers have scrolled away, and a key must never click what
        the person does not have before their eyes.
        """
        log = self.stage.workspace.world.log
        message = next((one for one in reversed(log) if self.sees(one) and _had_buttons(one)), None)
        return message, _buttons(message) if message else []

    def numbers(self) -> dict[Button, int]:
        """Return the number of every button that can be clicked with a key."""
        if not self.numbered:
            return {}
        return {button: number for number, (button, _) in enumerate(self.clickable()[1], start=1)}


def button_of(message: Message, block_id: str, element: Json) -> Button:
    """Name a button."""
    return Button(message.ts, block_id, str(element["action_id"]))


def _buttons(message: Message) -> list[tuple[Button, str]]:
    return [
        (button_of(message, block_id, element), str(element["text"]["text"]))
        for block_id, element in message.elements()
        if element.get("type") == "button"
    ]


def _had_buttons(message: Message) -> bool:
    return any(_buttons(version) for version in (message, *message.versions))
