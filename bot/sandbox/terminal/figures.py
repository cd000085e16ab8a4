"""Tables, charts and plans in a terminal. Pure."""

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.sandbox.page.blockkit_rich import rich_text
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json
from bot.sandbox.terminal.text import html_text, inert

_HEIGHTS = "▁▂▃▄▅▆▇█"
_STATES = {
    "pending": ("○", "dim"),
    "in_progress": ("◔", "cyan"),
    "complete": ("✓", "bold green"),
    "error": ("✗", "bold red"),
}


def table_view(block: Json, reader: Reader, button: Callable[[Json], Text]) -> RenderableType:
    """Show all rows of a table, since a terminal has no pages; `button` shows a cell's."""
    header, *rows = block["rows"]
    drawn = Table(title=inert(block["caption"]), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for number, cell in enumerate(header):
        counts = all(row[number]["type"] == "raw_number" for row in rows)
        drawn.add_column(inert(cell["text"]), justify="right" if counts else "left", no_wrap=counts)
    for row in rows:
        drawn.add_row(*(_cell(cell, reader, button) for cell in row))
    return drawn


def _cell(cell: Json, reader: Reader, button: Callable[[Json], Text]) -> Text:
    if cell["type"] == "action_cell":
        return button(cell["element"])
    if cell["type"] == "rich_text":
        return html_text(rich_text(cell["elements"], reader))
    return Text(inert(cell["text"]))


def chart_view(block: Json) -> RenderableType:
    """Show each series as a row of bars, between its first and its last category."""
    drawn = Table.grid(padding=(0, 2, 0, 0))
    categories = block["chart"]["axis_config"]["categories"]
    for one in block["chart"]["series"]:
        values = {point["label"]: float(point["value"]) for point in one["data"]}
        heights = [values[label] for label in categories]
        most = max(*heights, 0.0) or 1.0
        bars = "".join(_HEIGHTS[round(max(0.0, value) / most * 7)] for value in heights)
        drawn.add_row(inert(one["name"]), Text(bars, "cyan"), f"up to {most:g}")
    ends = f"{categories[0]} – {categories[-1]}"
    return Group(Text(inert(block["title"]), "bold"), drawn, Text(inert(ends), "dim"))


def plan_view(block: Json, reader: Reader) -> RenderableType:
    """Show a plan, or a single task card: a sign for each task's state, its title, what came of it."""
    drawn = Table.grid(padding=(0, 1, 0, 0))
    for task in block["tasks"] if block["type"] == "plan" else [block]:
        said = Text(inert(task["title"]))
        for part in ("details", "output"):
            if part in task:
                said.append("\n").append_text(html_text(rich_text(task[part]["elements"], reader)))
        drawn.add_row(Text(*_STATES[task.get("status", "pending")]), said)
    return Group(Text(inert(block["title"]), "bold"), drawn) if block["type"] == "plan" else drawn
