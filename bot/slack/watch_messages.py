"""A watch as a message: while it goes on, and when it is over. Values in, blocks out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.conversation.snapshots import Snapshot
from bot.conversation.values import PAUSE
from bot.conversation.watched import Sample, Sighting, Watch, thinned
from bot.huawei.fault import Fault
from bot.huawei.oms.models import TaskStatus
from bot.slack import cards
from bot.slack.blocks import Blocks, action_blocks, button, lines_of, section, small_print
from bot.slack.cards import Message
from bot.text import say_watching
from bot.text.format import spoken
from bot.text.languages import Language

STOP: Final = "oms_stop_watch"
_POINTS: Final = 20  # Source: Slack, "Data visualization block": what a chart shows in practice
_MB: Final = 1_000_000


def going_on(language: Language, watch: Watch, last: Sighting | None, fault: Fault | None = None) -> Message:
    """Show what was read *last*, and why it can't be read now, if so; with a button that ends it."""
    shown = (
        say_watching.head(language, watch, last),
        say_watching.figures(language, last) if last else "",
        say_watching.unread(language, watch, fault) if fault else "",
    )
    text = lines_of(*shown)
    buttons = [button(STOP, say_watching.stop(language), watch.id, say_watching.stop_label(language, watch))]
    if last and last.task.status == TaskStatus.MIGRATING:
        buttons.append(cards.ask_button(language, PAUSE, watch.project, last.task))
    return Message(
        spoken(text),
        [
            section(text),
            *small_print(say_watching.by_whom(language, watch, last)),
            *action_blocks(*buttons),
        ],
    )


def over(language: Language, watch: Watch) -> Message:
    """Show what came of it: one sentence, and the speed as a chart."""
    head, said = say_watching.head_over(language, watch), say_watching.from_to(language, watch)
    small = small_print(say_watching.why_over(language, watch))
    text = lines_of(head, said)
    top = [section(text)]
    drawn, plainly = speed_chart(language, watch.name, watch.samples)
    return Message(spoken(text), [*top, *drawn, *small], plain=[*top, *plainly, *small])


def slot_taken(language: Language, project: str, task: Snapshot) -> Message:
    """Say that a task that had waited has started; with a button that asks to pause it."""
    return cards.note(
        say_watching.slot_taken(language, task), cards.ask_button(language, PAUSE, project, task)
    )


def speed_chart(language: Language, name: str, samples: Sequence[Sample]) -> tuple[Blocks, Blocks]:
    """Return the speed of a task as a line chart, and the same as plain text; nothing of a single sample."""
    points = thinned(samples, _POINTS)
    if len(points) < 2:
        return [], []
    series, along = say_watching.chart_names(language)
    labels = _labels(points, samples[0].at)
    data = [
        {"label": label, "value": round(point.speed / _MB, 1)}
        for label, point in zip(labels, points, strict=True)
    ]
    chart = {
        "type": "line",
        "series": [{"name": series, "data": data}],
        "axis_config": {
            "categories": labels,
            "x_label": along,
            "y_label": "MB/s",
        },
    }
    title = say_watching.chart_title(language, name)
    block = {"type": "data_visualization", "title": title[:50], "chart": chart}
    return [block], [section(say_watching.line(language, points))]


def _labels(points: Sequence[Sample], since: float) -> list[str]:
    """Return how long after the start each point is, as ``3:05``; each another, for they are categories."""
    labels: list[str] = []
    seconds = -1
    for point in points:
        seconds = max(round(point.at - since), seconds + 1)
        labels.append(f"{seconds // 60}:{seconds % 60:02}")
    return labels
