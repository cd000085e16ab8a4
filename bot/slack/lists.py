"""Lists of tasks as messages. Pure."""

from __future__ import annotations

from bot.conversation.answers import TaskList
from bot.conversation.values import PAUSE
from bot.slack.blocks import Blocks, section
from bot.slack.cards import Message, run_button
from bot.text import say_cards, say_lists
from bot.text.format import spoken
from bot.text.languages import Language

MOST_LISTED = 10  # a release stored all of them


def task_list(language: Language, found: TaskList) -> Message:
    """List migrating tasks, each with a Pause button that asks as if the command had been typed; and one for more."""
    shown = found.tasks[:MOST_LISTED]
    head = say_lists.task_list(language, found, len(shown))
    blocks: Blocks = [section(head)]
    for number, task in enumerate(shown):
        line = section(say_lists.task_line(language, task)) | {"block_id": f"task_{number}"}
        label = say_lists.label_ask(language, PAUSE, task, found.project)
        ask = run_button(
            say_cards.button(language, PAUSE), f"{PAUSE} {found.project} {task.task_id}", spoken=label
        )
        blocks.append(line | {"accessory": ask})
    following = found.first + len(shown)
    if shown and following <= (found.total or 0):
        more = run_button(say_lists.more(language), f"list {found.project} {following}")
        blocks.append({"type": "actions", "elements": [more]})
    return Message(spoken(head), blocks)
