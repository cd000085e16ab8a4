"""Lists of tasks as messages: a table where Slack takes one, else ten at a time. Pure.

Source of a table's limits: Slack, "Data table block": 10,000 characters in all cells together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.conversation.answers import History, TaskList
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import PAUSE, Wish
from bot.slack.blocks import Blocks, action_blocks, section
from bot.slack.cards import Message, ask_button, command_of, run_button, side_by_side, wish_button
from bot.text import say, say_history, say_lists
from bot.text.format import spoken
from bot.text.languages import Language
from bot.text.say_freezes import at_the_top

MOST_LISTED: Final = 10
"""How many a list without a table shows; a release stored all there were."""

_PAGE: Final = 10
_CHARACTERS: Final = 10_000

Cell = dict[str, Any]


def task_list(language: Language, found: TaskList) -> Message:
    """List tasks, each with a button that asks as if the command had been typed; and one for more."""
    plain = _plain(language, found)
    return _table(language, found, plain) if found.tasks else plain


def one_of(language: Language, wish: Wish, tasks: Sequence[Snapshot], *, text: str, head: str) -> Message:
    """Show *tasks* of which one is meant, each with a button that wishes the same for it; *text* says it all."""
    blocks: Blocks = [section(head)]
    for number, task in enumerate(tasks):
        command = command_of(replace(wish, targets=(task.task_id,)))
        label = f"{say.ask_for(language, wish.verb)} {task.task_id}"
        ask = run_button(say.ask_for(language, wish.verb), command, spoken=label)
        line = section(say_lists.line_with_status(language, task)) | {"block_id": f"task_{number}"}
        blocks.append(line | {"accessory": ask})
    return Message(text, blocks)


def _plain(language: Language, found: TaskList) -> Message:
    shown = found.tasks[:MOST_LISTED]
    top = _top(language, found, len(shown))
    blocks: Blocks = [section(text) for text in top]
    for number, (task, verb) in enumerate(zip(shown, _offers(found), strict=False)):
        line = section(say_lists.task_line(language, task)) | {"block_id": f"task_{number}"}
        blocks.append(line | ({"accessory": ask_button(language, verb, found.project, task)} if verb else {}))
    lines = [say_lists.task_line(language, task).replace("\n", " · ") for task in shown]
    said = "\n".join(spoken(text).replace("`", "") for text in (*top, *lines))
    return Message(said, [*blocks, *_more(language, found, len(shown))])


def _table(language: Language, found: TaskList, plain: Message) -> Message:
    """Show as many as a table holds; *plain* is for where Slack takes none."""
    rows = [[_text(heading) for heading in say_lists.columns(language)]]
    room = _CHARACTERS - _length(rows[0])
    for row in _rows(language, found):
        room -= _length(row)
        if room < 0:
            break
        rows.append(row)
    shown = len(rows) - 1
    asking = [cell for row in rows for cell in row if "element" in cell]
    for cell, apart in zip(asking, side_by_side(cell["element"] for cell in asking), strict=True):
        cell["element"] = apart
    table = {
        "type": "data_table",
        "caption": say_lists.caption(language, found),
        "page_size": _PAGE,
        "row_header_column_index": 0,
        "rows": rows,
    }
    top = [section(text) for text in _top(language, found, shown)]
    return Message(plain.text, [*top, table, *_more(language, found, shown)], plain=plain.blocks)


def _top(language: Language, found: TaskList, shown: int) -> list[str]:
    """Return what stands above a list of which so many are *shown*: that the project is frozen, and what it has."""
    frozen = at_the_top(language, found.freeze, found.project)
    return [*([frozen] if frozen else []), say_lists.head(language, found, shown)]


def _rows(language: Language, found: TaskList) -> Iterator[list[Cell]]:
    for task, verb in zip(found.tasks, _offers(found), strict=True):
        yield [
            _text(say_lists.name_cell(language, task)),
            _action(language, found, task, verb) if verb else _text(say_lists.none(language)),
            _text(task.task_id),
            _text(say_lists.status_cell(language, task)),
            *(
                {"type": "raw_number", "value": value, "text": text}
                for value, text in say_lists.figure_cells(language, task)
            ),
        ]


def _action(language: Language, found: TaskList, task: Snapshot, verb: str) -> Cell:
    """Return a cell with a button, and what is shown where Slack knows no such cell."""
    asking = ask_button(language, verb, found.project, task)
    return {"type": "action_cell", "element": asking, "fallback": _text(say_lists.none(language))}


def _text(text: str) -> Cell:
    return {"type": "raw_text", "text": text}


def _length(row: list[Cell]) -> int:
    """Count the characters of a row, those of its button and of what stands in for it included."""
    texts = [cell.get("text", "") for cell in row]
    buttons = [
        cell["element"]["text"]["text"] + cell["fallback"]["text"] for cell in row if "element" in cell
    ]
    return sum(map(len, texts + buttons))


def _offers(found: TaskList) -> tuple[str, ...]:
    """Return the verb that each task's button asks for; what a release stored was all to be paused."""
    return (PAUSE,) * len(found.tasks) if found.offers is None else found.offers


def _more(language: Language, found: TaskList, shown: int) -> Blocks:
    """Return the button for what follows, if anything does."""
    following = found.first + shown
    if not shown or following > (found.total or 0):
        return []
    state = "" if found.state == "migrating" else found.state
    wish = Wish(verb="list", project=found.project, terms=f"{state} {following}".strip())
    return action_blocks(wish_button(say_lists.more(language), wish))


def history(language: Language, found: History) -> Message:
    """List what was done, a paragraph each, with a button for what is older."""
    head = say_history.head(language, found)
    lines = [say_history.line(language, past) for past in found.page]
    blocks: Blocks = [section(line) for line in (head, *lines)]
    if found.older:
        blocks += action_blocks(wish_button(say_lists.more(language), found.older))
    return Message(spoken("\n".join((head, *lines))), blocks)
