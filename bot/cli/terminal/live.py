"""What only a terminal can show: tables with rules, and a bar that moves. Elsewhere, columns and silence."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.cli.printing import print_table
from bot.conversation.snapshots import Snapshot
from bot.visible import visible

Seen = Callable[[Snapshot], None]
"""Is shown each reading of a task."""


def show_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their heads."""
    if not sys.stdout.isatty():
        print_table(head, rows)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*head, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))  # no markup: names are from outside
    Console().print(table)


@contextlib.contextmanager
def bars(described: Callable[[Snapshot], tuple[str, str]]) -> Iterator[Seen]:
    """While this lasts, show a bar for each task that is read, between the two halves of how it is *described*.

    On a terminal only.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    lines: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:

        def seen(task: Snapshot) -> None:
            title, said = map(visible, described(task))
            if task.task_id not in lines:
                lines[task.task_id] = progress.add_task(title, said=said)
            total = None if task.progress is None else 1.0
            progress.update(lines[task.task_id], total=total, completed=task.progress or 0, said=said)

        yield seen
