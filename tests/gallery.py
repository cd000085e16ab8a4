"""The gallery of messages and views as the sandbox's page shows it: for pictures, and to be measured."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from bot.gallery.examples import NOW
from bot.gallery.messages import State
from bot.sandbox.page import messages
from bot.sandbox.page.dialogs import home_html, modal_html
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
READER: Final = Reader(
    users={user.id: user.name for user in PEOPLE.values()},
    channels={"C0INCIDENTS": "incidents"},
    groups={"S0ONCALL": "oncall"},
    zone=UTC,
)


def page(states: Iterable[State], *, width: int, dark: bool = False) -> str:
    """Return a page with the *states* one below the other, as wide as a phone's or a desk's.

    In the font that the sandbox's page brings along, so that it is as wide on every machine.
    """
    shown = (
        f'<section id="{state.name}" data-open="{state.open}">{_html(state)}</section>' for state in states
    )
    return _page("".join(shown), width=width, dark=dark)


def view_page(views: Iterable[tuple[str, dict[str, Any]]], *, width: int, dark: bool = False) -> str:
    """Return a page with modals and App Homes, each by its name and definition, as wide as on a phone or a desk."""
    shown = (
        f'<section id="{name}"><div class="sheet">{_view_html(definition)}</div></section>'
        for name, definition in views
    )
    return _page("".join(shown), width=width, dark=dark)


def _page(shown: str, *, width: int, dark: bool) -> str:
    theme = "body--dark" if dark else "body--light"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Cards</title><base href="{ORIGIN}">'
        f'<link rel="stylesheet" href="fonts.css"><style>{CSS.read_text("utf-8")}'
        "body { font-family: Roboto, sans-serif; margin: 0; overflow: auto } section { padding: 6px 0 }"
        f"body {{ width: {width}px }} .sheet {{ max-width: {width}px; box-sizing: border-box }}</style>"
        f'<body class="{theme}">{shown}</body></html>'
    )


def _html(state: State) -> str:
    replies = [_message(state.thread)] if state.thread else []
    return str(message_html(Shown(_message(state.message), replies), PEOPLE, READER))


def _view_html(definition: dict[str, Any]) -> str:
    view = objects.View("V1", "0.hash", ALICE.id, definition, "V1")
    return str(home_html(view, READER) if view.type == "home" else modal_html(view, READER, {}))


def _message(message: Message) -> objects.Message:
    return objects.Message("C0INCIDENTS", f"{NOW:.6f}", BOT.id, text=message.text, blocks=message.blocks)
