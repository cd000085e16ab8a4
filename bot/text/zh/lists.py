"""Lists of tasks, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_finding import ListSentences

LISTS: Final = ListSentences(
    nothing_migrates="{project} 中没有迁移中的任务。",
    migrating=Counted(
        one="{project} 中有 {number} 个任务正在迁移。", other="{project} 中有 {number} 个任务正在迁移。"
    ),
    together="合计 {speed}。",
    fastest="最快的 {number} 个：",
    from_to="第 {first} 至 {last} 个：",
    more="更多",
)
