"""What is told of one task, and what could be done next, as a message. Pure."""

from __future__ import annotations

from bot.conversation.answers import TaskReport
from bot.conversation.values import Wish
from bot.slack.blocks import Blocks, action_blocks, lines_of, section, small_print
from bot.slack.cards import Message, ask_button, command_of, run_button
from bot.slack.watch_messages import speed_chart
from bot.text import say_status
from bot.text.format import spoken
from bot.text.languages import Language


def report(language: Language, found: TaskReport) -> Message:
    """Tell all about a task, the stake first; below it, what could be asked for."""
    head = say_status.headline(language, found)
    stakes = say_status.stakes(language, found)
    small = say_status.circumstances(language, found)
    top, below = [section(lines_of(head, *stakes))], [*small_print(*small), *_buttons(language, found)]
    drawn, plainly = speed_chart(language, found.task.name, found.samples)
    text = spoken(lines_of(head, *stakes, *small))
    return Message(text, [*top, *drawn, *below], plain=[*top, *plainly, *below] if drawn else [])


def _buttons(language: Language, found: TaskReport) -> Blocks:
    """Return what could be done next: what the verbs that act would take, then what tells more."""
    name, project = found.task.task_id, found.project
    acting = [ask_button(language, verb, project, found.task) for verb in found.offers]
    telling = [
        run_button(
            say_status.also(language, verb),
            command_of(Wish(verb=verb, project=project, targets=(name,))),
            spoken=say_status.label_also(language, verb, found),
        )
        for verb in found.also
    ]
    return action_blocks(*acting, *telling)
