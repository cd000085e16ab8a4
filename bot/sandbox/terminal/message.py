"""Messages as they look in a terminal: a card is a panel, everything else is a line. Pure but for the room's clock."""

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.sandbox.page.blockkit import render
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json, Message
from bot.sandbox.terminal.figures import chart_view, plan_view, table_view
from bot.sandbox.terminal.room import Button, Room, button_of
from bot.sandbox.terminal.text import html_text, inert, mrkdwn_text

WIDEST = 96  # longer lines are hard to read, whatever the terminal's width
_NAME = {"oms-bot": "bold red", "Slackbot": "dim"}


def message_view(message: Message, room: Room, *, replies: bool = True) -> RenderableType:
    """Show a message, with its thread beneath it."""
    shown = _Drawn(message, room).show()
    if not replies:
        return shown
    return Group(shown, *(reply_view(reply, room) for reply in room.replies(message)))


def reply_view(reply: Message, room: Room) -> RenderableType:
    """Show a reply in a thread."""
    row = Table.grid(padding=(0, 1))
    row.add_column(no_wrap=True)
    row.add_column(max_width=WIDEST - 6)
    row.add_row(Text("└", "dim"), _Drawn(reply, room).show(left=0))
    return Padding(row, (0, 0, 0, 3))


def said(name: str, text: RenderableType, note: str = "", *, left: int = 1) -> RenderableType:
    """Show who said what, on one line if it fits."""
    row = Table.grid(padding=(0, 1))
    row.add_column(no_wrap=True, min_width=7)
    row.add_column(max_width=WIDEST - 8)
    row.add_row(Text(name, _NAME.get(name, "bold")), Group(Text(note, "dim italic"), text) if note else text)
    return Padding(row, (0, 0, 0, left))


def inset(what: RenderableType) -> RenderableType:
    """Keep text off the edge, also where it wraps; what is no text keeps its distance itself."""
    return Padding(what, (0, 0, 0, 1)) if isinstance(what, Text) else what


class _Drawn:
    """One message on its way to the terminal."""

    def __init__(self, message: Message, room: Room) -> None:
        self._message, self._room = message, room
        self._reader: Reader = room.reader()
        self._numbers = room.numbers()

    def show(self, *, left: int = 1) -> RenderableType:
        message, name = self._message, self._room.author(self._message)
        if len(message.blocks) < 2:
            return said(name, self._body(), self._note(), left=left)
        head = Text(name, _NAME.get(name, "bold"))
        if note := self._note():
            head.append(f" · {note}", "dim italic")
        return Panel(
            self._body(),
            title=head,
            title_align="left",
            border_style="cyan" if message.elements() else "dim",
            padding=(0, 1),
            width=WIDEST if self._room.width > WIDEST else None,
        )

    def _note(self) -> str:
        parts = [self._room.place(self._message)]
        if self._message.ephemeral_to:
            parts.append("only visible to you")
        return " · ".join(filter(None, parts))

    def _body(self) -> RenderableType:
        if not self._message.blocks:
            return mrkdwn_text(self._message.text, self._reader, verbatim=False)
        return Group(*(self._block(block) for block in self._message.blocks))

    def _block(self, block: Json) -> RenderableType:
        try:
            match block:
                case {"type": "header", "text": {"text": text}}:
                    return Text(inert(text), "bold")
                case {"type": "section", "text": text, "accessory": {"type": "button"} as button}:
                    return self._beside(self._text(text), self._button(block, button))
                case {"type": "section", "text": text} if "accessory" not in block and "fields" not in block:
                    return self._text(text)
                case {"type": "context", "elements": elements} if all("text" in one for one in elements):
                    return Group(*(Text("", "dim").append_text(self._text(one)) for one in elements))
                case {"type": "actions", "elements": buttons} if all(
                    one["type"] == "button" for one in buttons
                ):
                    return self._actions(block, buttons)
                case {"type": "data_table"}:
                    return table_view(block, self._reader, lambda one: self._button(block, one))
                case {"type": "data_visualization", "chart": {"series": _}}:
                    return chart_view(block)
                case {"type": "plan" | "task_card"}:
                    return plan_view(block, self._reader)
        except (AttributeError, KeyError, TypeError, ValueError):
            pass  # what is malformed is shown as the web page shows it, which says so
        return html_text(render([block], self._reader))

    def _text(self, given: Json | str) -> Text:
        if isinstance(given, str):
            return mrkdwn_text(given, self._reader)
        if given["type"] == "mrkdwn":
            return mrkdwn_text(given["text"], self._reader, verbatim=bool(given.get("verbatim")))
        return Text(inert(given["text"]))

    def _beside(self, text: Text, button: Text) -> RenderableType:
        row = Table.grid(padding=(0, 2, 0, 0), expand=True)
        row.add_column(ratio=1)
        row.add_column(no_wrap=True, justify="right")
        row.add_row(text, button)
        return Padding(row, (1, 0, 0, 0))

    def _actions(self, block: Json, buttons: list[Json]) -> RenderableType:
        return Padding(Columns([self._button(block, one) for one in buttons], padding=(0, 2)), (1, 0, 0, 0))

    def _button(self, block: Json, element: Json) -> Text:
        button = button_of(self._message, block["block_id"], element)
        label = Text(f"[ {inert(element['text']['text'])} ]", self._face(button, element), no_wrap=True)
        number = self._numbers.get(button)
        return Text(f"{number} ", "bold cyan", no_wrap=True).append_text(label) if number else label

    def _face(self, button: Button, element: Json) -> str:
        colour = {"danger": "bold red", "primary": "bold green"}.get(str(element.get("style")), "bold")
        return f"{colour} reverse" if button == self._room.pressed else colour
