"""The App Home, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_home import HomeSentences

HOME: Final = HomeSentences(
    you="您",
    link="关联凭证",
    change="更换凭证",
    waiting="等待您处理",
    nothing_waits="没有等待您答复的请求。",
    asked_in="在 {channel} 中发起",
    lately="您最近的操作",
    nothing_lately="暂无。",
    projects="您的项目",
    anywhere="*{project}* · {region} · 任何频道",
    only_in="*{project}* · {region} · 仅限 {channels}",
    none="您不能使用我的任何项目。",
    show="显示迁移中的任务",
    open="暂停迁移…",
    pause="暂停…",
    nothing_migrates="项目 {project} 中没有迁移中的任务。",
    more="{command} 可显示全部 {number} 个。",
    unread="未读取项目 {project} 中迁移中的任务。 {command} 会显示这些任务，或说明原因。",
    may="您可以做的事",
)
