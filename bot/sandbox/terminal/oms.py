"""OMS's side in a terminal: each task, group and sync task with its bar, its figures and its status as a word. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bot.sandbox.stage.rows import Row
from bot.sandbox.terminal.message import WIDEST

_NARROW = 72  # below, the bar leaves no room for more than the share and the status
_STYLES = {
    "waiting": "dim",
    "migrating": "green",
    "synchronizing": "green",
    "paused": "bold blue",
    "stopped": "bold blue",
    "failed": "bold red",
    "finished": "green",
    "pausing": "bold yellow",
}
_EIGHTHS = " ▏▎▍▌▋▊▉"


def rows_view(rows: Iterable[Row], width: int) -> RenderableType:
    """Show what there is to see of OMS, one a line."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.width = min(width, WIDEST) - 1
    grid.add_column(no_wrap=True, min_width=13)
    grid.add_column(ratio=1)
    for least in (6,) if width < _NARROW else (6, 15, 8):
        grid.add_column(no_wrap=True, justify="right", min_width=least)
    grid.add_column(no_wrap=True, min_width=9)
    for row in rows:
        grid.add_row(*_cells(row, width))
    return grid


def _cells(row: Row, width: int) -> list[RenderableType]:
    style = _STYLES.get(row.word, "")
    figures: list[RenderableType] = [row.figures, row.megabytes] if width >= _NARROW else []
    bar: RenderableType = Text("") if row.share is None else Bar(row.share, style)
    share = "" if row.share is None else f"{row.share * 100:.1f} %"
    word = f"{row.word}…" if row.word == "pausing" else row.word
    return [f" {row.name}", bar, share, *figures, Text(word, style)]


@dataclass(frozen=True)
class Bar:
    """A bar as wide as its place, in eighths of a character, so that a tenth of a percent is seen to move."""

    share: float
    style: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width, 4)
        eighths = round(min(max(self.share, 0.0), 1.0) * width * 8)
        full, rest = divmod(eighths, 8)
        style = console.get_style(self.style or "none")
        if options.ascii_only:
            yield Segment("#" * full + "-" * (width - full), style)
            return
        partial = _EIGHTHS[rest] if rest else ""
        yield Segment("█" * full + partial, style)
        yield Segment("░" * (width - full - len(partial)), console.get_style("dim"))
