"""Plans and their task cards, containers and alerts as HTML. Pure."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.sandbox.page.blockkit_elements import element
from bot.sandbox.page.blockkit_rich import rich_text
from bot.sandbox.page.blockkit_text import text
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.slack.objects import Json

_EMPTY = Markup()
Render = Callable[[Sequence[Json], Reader], Markup]
STATES = {"pending": "○", "in_progress": "◔", "complete": "✓", "error": "✗"}
"""How a task's state looks; it is written out beside it."""


def plan(block: Json, reader: Reader) -> Markup:
    """Show a plan: its title and, in order, its tasks."""
    tasks = _EMPTY.join(
        Markup("<li>{}</li>").format(task_card(task, reader)) for task in block.get("tasks", [])
    )
    return Markup('<div class="bk-plan"><b>{}</b><ol>{}</ol></div>').format(block["title"], tasks)


def task_card(task: Json, reader: Reader) -> Markup:
    """Show a task: its state, its title, and what came of it."""
    state = str(task.get("status", "pending"))
    more = _EMPTY.join(
        rich_text(task[name]["elements"], reader) for name in ("details", "output") if name in task
    )
    sources = _EMPTY.join(
        element(
            {"type": "button", "text": {"type": "plain_text", "text": one["text"]}, "url": one["url"]},
            "",
            reader,
        )
        for one in task.get("sources", [])
    )
    return Markup(
        '<div class="bk-task bk-task-{0}"><span class="bk-state" role="img" aria-label="{1}" title="{1}">{2}</span>'
        '<div class="bk-body"><span>{3}</span>{4}{5}</div></div>'
    ).format(state, state.replace("_", " "), STATES.get(state, "?"), task["title"], more, sources)


def container(block: Json, reader: Reader, render: Render) -> Markup:
    """Show blocks in a frame; `render` shows them."""
    title = (
        rich_text(block["rich_text_title"]["elements"], reader)
        if "rich_text_title" in block
        else text(block["title"], reader)
    )
    subtitle = (
        Markup(' <span class="muted">{}</span>').format(text(block["subtitle"], reader))
        if "subtitle" in block
        else _EMPTY
    )
    inside = render(block["child_blocks"], reader)
    if not block.get("is_collapsible"):
        return Markup('<section class="bk-container"><b>{}</b>{}{}</section>').format(title, subtitle, inside)
    opened = _EMPTY if block.get("default_collapsed") else Markup(" open")
    return Markup('<details class="bk-container"{}><summary><b>{}</b>{}</summary>{}</details>').format(
        opened, title, subtitle, inside
    )


def alert(block: Json, reader: Reader) -> Markup:
    """Show an alert of a modal."""
    return Markup('<div class="bk-alert bk-alert-{}" role="note">{}</div>').format(
        block.get("level", "default"), text(block["text"], reader)
    )
