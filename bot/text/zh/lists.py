"""Lists of tasks, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_finding import ListSentences

LISTS: Final = ListSentences(
    nothing={
        "migrating": "{project} 中没有迁移中的任务。",
        "paused": "{project} 中没有已暂停的任务。",
        "waiting": "{project} 中没有等待中的任务。",
        "failed": "{project} 中没有迁移失败的任务。",
        "all": "{project} 中没有任务。",
    },
    there_are={
        "migrating": Counted(
            one="{project} 中有 {number} 个任务正在迁移。", other="{project} 中有 {number} 个任务正在迁移。"
        ),
        "paused": Counted(
            one="{project} 中有 {number} 个任务已暂停。", other="{project} 中有 {number} 个任务已暂停。"
        ),
        "waiting": Counted(
            one="{project} 中有 {number} 个任务在等待。", other="{project} 中有 {number} 个任务在等待。"
        ),
        "failed": Counted(
            one="{project} 中有 {number} 个任务迁移失败。", other="{project} 中有 {number} 个任务迁移失败。"
        ),
        "all": Counted(one="{project} 中有 {number} 个任务。", other="{project} 中有 {number} 个任务。"),
    },
    groups=Counted(one="其中 {number} 个是任务组。", other="其中 {number} 个是任务组。"),
    together="合计 {speed}。",
    fastest="最快的 {number} 个：",
    first="前 {number} 个：",
    from_to="第 {first} 至 {last} 个：",
    more="更多",
    name="名称",
    id="ID",
    status="状态",
    progress="进度",
    speed="速度",
    time_left="剩余时间",
    action="操作",
    none="–",
    driven="↳ {name}",
)
