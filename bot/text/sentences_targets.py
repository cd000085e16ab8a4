"""The sentences about what a verb acts on, one form for all languages; `bot.text.sentences` has the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TargetSentences:
    """What the kinds of targets are called, and that a task is not acted on without what drives it.

    `driven…` say why nothing is asked about a task, and what to do instead.
    """

    task: str
    task_group: str
    sync_task: str
    synchronizes: str
    driven: str
    driven_by_this: str
    driven_by_some: str
