"""What the kinds of targets are called, and tasks that something else drives, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_targets import TargetSentences

TARGETS: Final = TargetSentences(
    task="task",
    task_group="task group",
    sync_task="sync task",
    synchronizes="copies changes as they happen",
    driven="{name} is one of the tasks of a {driver}, which decides when each of them runs. Nothing was changed.",
    driven_by_this="Ask about the {driver} instead.",
    driven_by_some="Ask about the {driver} instead. OMS doesn't say which it is: {command} shows them.",
)
