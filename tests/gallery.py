"""The gallery of messages as the sandbox's page shows it: for pictures, and to be measured."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bot.gallery.examples import NOW
from bot.gallery.messages import State
from bot.sandbox.page import messages
from bot.sandbox.page.messages import Shown, message_html
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack import objects
from bot.slack.cards import Message

ORIGIN: Final = "http://cards.localhost/"  # what is asked for there is answered from STATIC
STATIC: Final = Path(str(find_spec("nicegui").origin)).with_name("static")  # type: ignore[union-attr]  # it is there
CSS: Final = Path(messages.__file__).with_name("page.css")
ALICE = objects.User("U0ALICE", "alice", "T0SANDBOX")
BOB = objects.User("U0BOB", "bob", "T0SANDBOX")
BOT = objects.User("U0BOT", "oms-bot", "T0SANDBOX", is_bot=True)
PEOPLE = {user.id: user for user in (ALICE, BOB, BOT)}


def page(states: Iterable[State], *, width: int, dark: bool = False) -> str:
    """Return a page with the *states* one below the other, as wide as a phone's or a desk's.

    In the font that the sandbox's page brings along, so that it is as wide on every machine.
    """
    reader = Reader(
        users={user.id: user.name for user in PEOPLE.values()}, groups={"S0ONCALL": "oncall"}, zone=UTC
    )
    shown = "".join(
        f'<section id="{state.name}" data-open="{state.open}">{_html(state, reader)}</section>'
        for state in states
    )
    theme = "body--dark" if dark else "body--light"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Cards</title><base href="{ORIGIN}">'
        f'<link rel="stylesheet" href="fonts.css"><style>{CSS.read_text("utf-8")}'
        "body { font-family: Roboto, sans-serif; margin: 0; overflow: auto } section { padding: 6px 0 }"
        f"body {{ width: {width}px }}</style>"
        f'<body class="{theme}">{shown}</body></html>'
    )


def _html(state: State, reader: Reader) -> str:
    replies = [_message(state.thread)] if state.thread else []
    return str(message_html(Shown(_message(state.message), replies), PEOPLE, reader))


def _message(message: Message) -> objects.Message:
    return objects.Message("C0INCIDENTS", f"{NOW:.6f}", BOT.id, text=message.text, blocks=message.blocks)
