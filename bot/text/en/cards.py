"""Figures, statuses, cards and lists, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import CardSentences, Counted, Figures, Statuses

FIGURES: Final = Figures(
    percent="{number} %",
    seconds=Counted(one="{number} s", other="{number} s"),
    minutes=Counted(one="{number} min", other="{number} min"),
    hours=Counted(one="{number} h", other="{number} h"),
    hours_and_minutes="{hours} {minutes}",
    days=Counted(one="{number} day", other="{number} days"),
    amount_of="{done} of {total}",
    speed="{size}/s",
    between=" ",
    items=", ",
    details=", ",
    brackets=" ({inside})",
)

STATUSES: Final = Statuses(
    initializing="initializing",
    waiting="waiting",
    migrating="migrating",
    paused="paused",
    failed="failed",
    finished="finished",
    retrying="retrying",
    pausing="pausing",
    other="in status {number}",
    unknown="in an unknown status",
)

CARDS: Final = CardSentences(
    approve="Approve",
    cancel="Cancel",
    try_again="Try again",
    place="{project} ({region})",
    no_figures="OMS gives no figures yet",
    of_objects="{percent} of the objects",
    time_left="about {duration} left",
    task_group="task group",
    sync_task="sync task",
    asker="{who} · as {principal}",
    asker_with_reason='{who}: "{reason}" · as {principal}',
    your_iam_user="your IAM user",
    answer_by="answer by {at}",
    approvals=Counted(
        one="1 other person must agree · agreed: {agreed}",
        other="{number} other people must agree · agreed: {agreed}",
    ),
    approvals_of=Counted(
        one="1 other person of {whom} must agree · agreed: {agreed}",
        other="{number} other people of {whom} must agree · agreed: {agreed}",
    ),
    nobody_yet="nobody yet",
    no_longer_open="No longer open: {name}",
    nothing_migrates="Nothing is migrating in {project}.",
    migrating=Counted(
        one="{number} task is migrating in {project}.", other="{number} tasks are migrating in {project}."
    ),
    shown_of_more="Showing {shown}; name another by its id.",
)
