"""What stands in a list of tasks: which sentence, whatever the language. Pure."""

from __future__ import annotations

from bot.conversation.answers import TaskList
from bot.conversation.snapshots import Kind, Snapshot
from bot.huawei.oms.models import TaskStatus
from bot.text.figures import counted, duration, in_brackets, joined, percent, speed
from bot.text.format import inert, label, plain
from bot.text.languages import Language
from bot.text.say import status_word
from bot.text.say_cards import amounts
from bot.text.say_targets import kind_word, with_kind
from bot.text.words import verbs_of, words_of

_CELL = 40  # columns
_UNKNOWN = -1.0  # what is not known is less than anything that is


def head(language: Language, found: TaskList, shown: int) -> str:
    """Head the list of what a project has in a state, of which so many are *shown*."""
    words, total = words_of(language).lists, total_of(found)
    if total == 0:
        return words.nothing[found.state].format(project=inert(found.project))
    together = words.together.format(speed=speed(language, found.speed)) if found.speed and total > 1 else ""
    return joined(
        language,
        counted(language, words.there_are[found.state], total, project=inert(found.project)),
        counted(language, words.groups, found.groups) if found.groups else "",
        together,
        _which(language, found, shown) if total > shown else "",
    )


def _which(language: Language, found: TaskList, shown: int) -> str:
    words = words_of(language).lists
    if found.first > 1:
        return words.from_to.format(first=found.first, last=found.first + shown - 1)
    return (words.fastest if found.state == "migrating" else words.first).format(number=shown)


def total_of(found: TaskList) -> int:
    """Return how many there are; a release stored all of them, and no number."""
    return found.total if found.total is not None else len(found.tasks)


def more(language: Language) -> str:
    """Label the button that shows the next tasks."""
    return words_of(language).lists.more


def label_ask(language: Language, verb: str, task: Snapshot, project: str) -> str:
    """Tell a screen reader which task a button in a list asks about."""
    return label(verbs_of(language)[verb].ask_label, with_kind(language, task.kind, task.name), project)


def task_line(language: Language, task: Snapshot) -> str:
    """Describe a task in a list; that it migrates, its speed tells."""
    return line_with_status(language, task, unless=TaskStatus.MIGRATING)


def line_with_status(language: Language, task: Snapshot, *, unless: TaskStatus | None = None) -> str:
    """Describe a task with its status, *unless* it is the expected one."""
    figures = amounts(language, task)
    if task.status != unless:
        figures = f"{status_word(language, task.status)} · {figures}"
    name = of_its_kind(language, task, f"*{inert(task.name)}*")
    return f"{name} · `{inert(task.task_id)}`\n{figures}"


def of_its_kind(language: Language, task: Snapshot, name: str) -> str:
    """Add to a *name* that it is of a task group or a sync task; or mark that such a one drives it."""
    if task.kind is not Kind.TASK:
        return name + in_brackets(language, [kind_word(language, task.kind)])
    return words_of(language).lists.driven.format(name=name) if task.group else name


# --- as a table ---------------------------------------------------------------------------------------------------


def caption(language: Language, found: TaskList) -> str:
    """Call a table what it is of."""
    templates = words_of(language).lists.there_are
    return counted(language, templates[found.state], total_of(found), project=inert(found.project))


def columns(language: Language) -> tuple[str, ...]:
    """Head the columns of a table of tasks; the second has buttons, where a phone shows them too."""
    words = words_of(language).lists
    return (words.name, words.action, words.id, words.status, words.progress, words.speed, words.time_left)


def none(language: Language) -> str:
    """Return what stands in a cell that has nothing to say."""
    return words_of(language).lists.none


def name_cell(language: Language, task: Snapshot) -> str:
    """Name a task, as plain text."""
    return of_its_kind(language, task, plain(task.name, _CELL))


def status_cell(language: Language, task: Snapshot) -> str:
    """Say a task's status."""
    return status_word(language, task.status)


def figure_cells(language: Language, task: Snapshot) -> list[tuple[float, str]]:
    """Return a task's progress, speed and time left, each as a number to sort by and as it is shown."""
    migrates, nothing = task.status == TaskStatus.MIGRATING, (_UNKNOWN, none(language))
    return [
        nothing if task.progress is None else (task.progress, percent(language, task.progress)),
        nothing if task.speed is None or not migrates else (task.speed, speed(language, task.speed)),
        (task.seconds_left, duration(language, task.seconds_left))
        if task.seconds_left and migrates
        else nothing,
    ]
