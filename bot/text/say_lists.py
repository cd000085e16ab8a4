"""What stands in a list of tasks: which sentence, whatever the language. Pure."""

from __future__ import annotations

from bot.conversation.answers import TaskList
from bot.conversation.outcomes import Snapshot
from bot.text.figures import counted, joined, speed
from bot.text.format import inert, plain
from bot.text.languages import Language
from bot.text.say_cards import LABEL, NAME, PROJECT, amounts
from bot.text.words import verbs_of, words_of


def task_list(language: Language, found: TaskList, shown: int) -> str:
    """Head the list of a project's migrating tasks, of which so many are *shown*."""
    words, total = words_of(language).lists, found.total if found.total is not None else len(found.tasks)
    if total == 0:
        return words.nothing_migrates.format(project=found.project)
    together = words.together.format(speed=speed(language, found.speed)) if found.speed and total > 1 else ""
    if total <= shown:
        which = ""
    elif found.first == 1:
        which = words.fastest.format(number=shown)
    else:
        which = words.from_to.format(first=found.first, last=found.first + shown - 1)
    return joined(language, counted(language, words.migrating, total, project=found.project), together, which)


def more(language: Language) -> str:
    """Label the button that shows the next tasks."""
    return words_of(language).lists.more


def label_ask(language: Language, verb: str, task: Snapshot, project: str) -> str:
    """Tell a screen reader which task a button in a list asks about."""
    words = verbs_of(language)[verb]
    return words.ask_label.format(name=plain(task.name, NAME), project=plain(project, PROJECT))[:LABEL]


def task_line(language: Language, task: Snapshot) -> str:
    """Describe a task in a list."""
    return f"*{inert(task.name)}* · `{inert(task.task_id)}`\n{amounts(language, task)}"
