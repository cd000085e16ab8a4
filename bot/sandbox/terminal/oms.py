"""OMS's side in a terminal: each task with its bar, its figures and its status as a word. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bot.sandbox.huawei.oms_tasks import FAILED, FINISHED, MIGRATING, PAUSED, PAUSING, WAITING, Task
from bot.sandbox.terminal.message import WIDEST

_NARROW = 72  # below, the bar leaves no room for more than the share and the status
_WORDS = {
    WAITING: ("waiting", "dim"),
    MIGRATING: ("migrating", "green"),
    PAUSED: ("paused", "bold blue"),
    FAILED: ("failed", "bold red"),
    FINISHED: ("finished", "green"),
    PAUSING: ("pausing…", "bold yellow"),
}
_EIGHTHS = " ▏▎▍▌▋▊▉"


def status_word(task: Task) -> str:
    """Name a task's status."""
    return _WORDS.get(task.status, (f"status {task.status}", ""))[0]


def tasks_view(tasks: Iterable[Task], width: int) -> RenderableType:
    """Show tasks, one a line."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.width = min(width, WIDEST) - 1
    grid.add_column(no_wrap=True, min_width=13)
    grid.add_column(ratio=1)
    for least in (6,) if width < _NARROW else (6, 15, 8):
        grid.add_column(no_wrap=True, justify="right", min_width=least)
    grid.add_column(no_wrap=True, min_width=9)
    for task in tasks:
        grid.add_row(*_row(task, width))
    return grid


def _row(task: Task, width: int) -> list[RenderableType]:
    word, style = _WORDS.get(task.status, (status_word(task), ""))
    share = task.moved / task.total_size if task.total_size else 0.0
    figures: list[RenderableType] = []
    if width >= _NARROW:
        speed = task.speed / 1e6 if task.moving else 0.0
        figures = [f"{task.moved / 1e9:.1f} of {task.total_size / 1e9:.0f} GB", f"{speed:.0f} MB/s"]
    return [f" {task.name}", Bar(share, style), f"{share * 100:.1f} %", *figures, Text(word, style)]


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
