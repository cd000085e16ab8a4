"""The verb list, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences

LISTING: Final = ReadingSentences(
    help=("`/oms list &lt;项目&gt; [paused|waiting|failed|all]` 列出项目中迁移中的任务，或处于该状态的任务",),
    usage="`/oms list &lt;项目&gt;`",
    unread="无法列出任务。",
    permission="oms:task:list",
)
