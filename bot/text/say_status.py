"""What is told of one task: which sentence, whatever the language. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.conversation.answers import TaskReport
from bot.conversation.drivers import SYNC_TASK
from bot.conversation.snapshots import Kind, Snapshot
from bot.huawei.oms.models import BandwidthWindow
from bot.text.figures import counted, in_brackets, listed, speed
from bot.text.format import day_and_time, inert, label, link, mention
from bot.text.languages import Language
from bot.text.say import command, status_word
from bot.text.say_cards import amounts_copied, as_of, console, route, stake
from bot.text.say_freezes import at_the_top
from bot.text.say_lists import of_its_kind
from bot.text.say_targets import driver_word
from bot.text.words import verbs_of, words_of

_NAME = 60  # columns
_MESSAGE = 200
_MB_A_SECOND = 20  # as an example
_ALL_DAY = ("00:00", "24:00")


def headline(language: Language, report: TaskReport) -> str:
    """Say what it is and how it stands."""
    name = of_its_kind(language, report.task, f"*{inert(report.task.name, _NAME)}*")
    status = status_word(language, report.task.status)
    return words_of(language).report.title.format(name=name, status=status)


def stakes(language: Language, report: TaskReport) -> list[str]:
    """Say how far it is, what went wrong with it, and that its project is frozen: what decides."""
    task = report.task
    copied = _dotted(amounts_copied(language, task), _objects(language, task))
    return [
        line
        for line in (
            stake(language, task),
            copied,
            _failure(language, task),
            at_the_top(language, report.freeze, report.project),
        )
        if line
    ]


def circumstances(language: Language, report: TaskReport) -> list[str]:
    """Say where it is, what drives and limits it, and what was done to it last: what stands below, small."""
    task = report.task
    project = link(console(report.region), f"{inert(report.project)} ↗") if report.region else ""
    return [
        line
        for line in (
            _dotted(route(language, task), project or inert(report.project)),
            _dotted(_id(language, task), _started(language, task), as_of(language, task)),
            _dotted(_limits(language, task), _archives(language, task)),
            _dotted(_children(language, task), _driver(language, task)),
            _dotted(_waiting(language, task), _last(language, report)),
            _slower(language, report),
        )
        if line
    ]


def _dotted(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _objects(language: Language, task: Snapshot) -> str:
    words = words_of(language).report
    there_are = ""
    if task.objects_total and task.objects_done is not None:
        there_are = words.objects.format(done=f"{task.objects_done:,}", total=f"{task.objects_total:,}")
    failed = (
        f"⚠️ {counted(language, words.objects_failed, task.objects_failed)}" if task.objects_failed else ""
    )
    skipped = counted(language, words.objects_skipped, task.objects_skipped) if task.objects_skipped else ""
    return _dotted(there_are, failed, skipped)


def _failure(language: Language, task: Snapshot) -> str:
    """Return what Huawei Cloud says of a failure: its own words, and its code."""
    if not (task.error_code or task.error_message):
        return ""
    code = in_brackets(language, [inert(task.error_code or "", 40)])
    message = inert(task.error_message or "", _MESSAGE, of_end=True)
    template = words_of(language).report.failed_with
    if not message:
        message, code = inert(task.error_code or "", 40), ""
    return f"❌ {template.format(message=message, code=code)}"


def _id(language: Language, task: Snapshot) -> str:
    return words_of(language).report.id.format(id=inert(task.task_id))


def _started(language: Language, task: Snapshot) -> str:
    if task.started_at is None:
        return ""
    return words_of(language).report.started.format(at=day_and_time(task.started_at))


def _limits(language: Language, task: Snapshot) -> str:
    limits = listed(language, _windows(language, task.bandwidth))
    return words_of(language).report.limits.format(limits=limits) if limits else ""


def _windows(language: Language, written: Iterable[str]) -> Iterable[str]:
    for text in written:
        window = BandwidthWindow.parse(text)
        limit = speed(language, window.max_bandwidth)
        all_day = (window.start, window.end) in (_ALL_DAY, ("00:00", "23:59"))
        yield limit if all_day else f"{limit} {window.start}–{window.end}"


def _archives(language: Language, task: Snapshot) -> str:
    return words_of(language).report.archives if task.restores_archives else ""


def _children(language: Language, task: Snapshot) -> str:
    if task.kind is not Kind.GROUP:
        return ""
    words = words_of(language).report
    counts = [
        counted(language, template, number)
        for template, number in (
            (words.children_migrating, task.children_migrating),
            (words.children_waiting, task.children_waiting),
            (words.children_failed, task.children_failed),
        )
        if number
    ]
    return words.children.format(counts=listed(language, counts)) if counts else ""


def _driver(language: Language, task: Snapshot) -> str:
    if not task.group:
        return ""
    words, driver = words_of(language).report, driver_word(language, task.group)
    if task.group == SYNC_TASK or not task.driver_id:
        return words.driven.format(driver=driver)
    return words.driven_by.format(driver=driver, id=f"group:{inert(task.driver_id)}")


def _waiting(language: Language, task: Snapshot) -> str:
    if not task.waiting_tasks:
        return ""
    return counted(language, words_of(language).report.waiting, task.waiting_tasks)


def _last(language: Language, report: TaskReport) -> str:
    if report.last is None:
        return ""
    verb = verbs_of(language)[report.last.verb].button
    who, at = mention(report.last.user_id), day_and_time(report.last.at)
    return words_of(language).report.last.format(verb=verb, who=who, at=at)


def _slower(language: Language, report: TaskReport) -> str:
    """Say how to slow it down: by how much, only the reader knows."""
    if not report.throttles:
        return ""
    typed = command("throttle", inert(report.project), inert(report.task.task_id), str(_MB_A_SECOND))
    return words_of(language).report.slower.format(command=typed)


def also(language: Language, verb: str) -> str:
    """Label the button of a verb that only answers."""
    return words_of(language).report.also[verb]


def label_also(language: Language, verb: str, report: TaskReport) -> str:
    """Tell a screen reader what such a button shows."""
    return label(words_of(language).report.also_label[verb], report.task.name, report.project)
