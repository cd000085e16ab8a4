"""Figures, statuses, cards and lists, in English."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import CardSentences, Figures, Statuses

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
    deleting="being deleted",
    deleted="deleted",
    other="in status {number}",
    unknown="in an unknown status",
)

CARDS: Final = CardSentences(
    approve="Approve",
    try_again="Try again",
    ask_again="Ask again",
    take_over="Take over",
    no_figures="OMS gives no figures yet",
    progress="*{percent}*",
    of_objects="*{percent}* of the objects",
    time_left="{duration} left",
    route="{source} → {destination}",
    place="{project} ({region})",
    as_of="as of {at}",
    until="until {at}",
    as_whom="{who} as {principal}",
    iam_user="IAM user {name}",
    your_iam_user="your IAM user",
    acts_as="As {principal}.",
    reason="Reason: {reason}",
    quoted="“{reason}”",
    operation="op {id}",
    approvals=Counted(one="0/1 approval", other="0/{number} approvals"),
    agreed="{agreed}/{needed} ✓ {who}",
    task_and_id="*{name}* · id `{id}`",
    copied="{amounts} copied",
    approvers="Approval is asked of {people}.",
    anybody="Anybody else who may use this project can approve.",
    no_longer_open="*No longer open* {name}",
)
