"""What is said of a watch as it goes on, of what came of it, and of slots that become free. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.conversation.answers import NotWatched
from bot.conversation.snapshots import Snapshot
from bot.conversation.watched import HowOver, Sample, Sighting, Watch
from bot.huawei.fault import Fault
from bot.text.figures import duration, speed
from bot.text.format import inert, label, mention, moment, plain
from bot.text.languages import Language
from bot.text.say import status_word
from bot.text.say_cards import short, stake
from bot.text.say_faults import explained, whom
from bot.text.words import words_of

_BARS = "▁▂▃▄▅▆▇█"


def not_watched(language: Language, answer: NotWatched) -> str:
    """Say why a task is not watched."""
    words, name = words_of(language).watching, short(answer.task.name)
    match answer.why:
        case "ended":
            return words.ended.format(name=name, status=status_word(language, answer.task.status))
        case "same":
            return words.same.format(name=name)
        case "enough":
            return words.enough
        case _:
            assert_never(answer.why)


def head(language: Language, watch: Watch, last: Sighting | None) -> str:
    """Name the task, and how it stands."""
    status = last.task.status if last else watch.samples[-1].status
    return words_of(language).watching.head.format(
        name=short(watch.name), status=status_word(language, status)
    )


def figures(language: Language, last: Sighting) -> str:
    """Say how far it is, how fast, and how long it will take."""
    return stake(language, last.task)


def unread(language: Language, watch: Watch, fault: Fault) -> str:
    """Say why it can't be read now."""
    said = explained(language, fault, project=watch.project, principal="", verb="watch")
    return words_of(language).watching.unread.format(why=said.what)


def by_whom(language: Language, watch: Watch, last: Sighting | None) -> str:
    """Say who watches, as whom, until when, and of when the figures are."""
    words = words_of(language)
    who = mention(watch.user_id)
    if last:
        who = words.watching.watched_for.format(who=who, principal=whom(language, last.principal))
    until = words.cards.until.format(at=moment(watch.until))
    seen = words.cards.as_of.format(at=moment(watch.samples[-1].at, seconds=True))
    return " · ".join((who, until, seen))


def head_over(language: Language, watch: Watch) -> str:
    """Say what was watched, and for how long."""
    lasted = duration(language, (watch.over_at or watch.until) - watch.begun_at)
    return words_of(language).watching.head_over.format(name=short(watch.name), lasted=lasted)


def from_to(language: Language, watch: Watch) -> str:
    """Say in one sentence what became of the speed, and of the task."""
    first, last = watch.samples[0], watch.samples[-1]
    return words_of(language).watching.from_to.format(
        first=speed(language, first.speed),
        last=speed(language, last.speed),
        status=status_word(language, last.status),
    )


def why_over(language: Language, watch: Watch) -> str:
    """Say why it is over; nothing where that is told already."""
    words = words_of(language).watching
    how: HowOver = watch.over or "over"
    match how:
        case "stopped":
            return words.stopped.format(who=mention(watch.stopped_by or watch.user_id))
        case "over":
            return words.over
        case "unread":
            return words.gone
        case "finished" | "lost":
            return ""
        case _:
            assert_never(how)


def line(language: Language, samples: Sequence[Sample]) -> str:
    """Draw the speed as one line of text, and say between which two it was."""
    speeds = [sample.speed for sample in samples]
    most = max(speeds) or 1
    drawn = "".join(_BARS[round(one / most * (len(_BARS) - 1))] for one in speeds)
    between = words_of(language).watching.between
    range_ = between.format(least=speed(language, min(speeds)), most=speed(language, max(speeds)))
    return f"{drawn} {range_}"


def stop(language: Language) -> str:
    """Label the button that ends a watch."""
    return words_of(language).watching.stop


def stop_label(language: Language, watch: Watch) -> str:
    """Tell a screen reader what that button ends."""
    return label(words_of(language).watching.stop_label, watch.name)


def chart_title(language: Language, name: str) -> str:
    """Head the chart of a task's speed; plain text."""
    return words_of(language).watching.chart.format(name=plain(name, 30))


def chart_names(language: Language) -> tuple[str, str]:
    """Name what the chart shows, and what runs along its foot."""
    words = words_of(language).watching
    return words.series, words.chart_time


def slot_taken(language: Language, task: Snapshot) -> str:
    """Say that a task that had waited has started since another was paused."""
    words, name = words_of(language).watching, inert(task.name)
    if task.speed:
        return words.slot_taken_at.format(name=name, speed=speed(language, task.speed))
    return words.slot_taken.format(name=name)
