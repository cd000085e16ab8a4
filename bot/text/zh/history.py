"""The verb history, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences
from bot.text.sentences_records import HistorySentences

HISTORY: Final = HistorySentences(
    of_project="项目 {project} 中发起过的请求，最新的在前：",
    of_person="{who} 发起过的请求，最新的在前：",
    of_all="发起过的请求，最新的在前：",
    nothing="在您可用的范围内没有记录。查找某人时请用 @ 提及。",
    agreed="✓ {people} 同意",
    open="⌛ *{asked}* 尚未结束",
    ended="❔ *{asked}* {ending}（结束）",
    several="☑️ *{asked}* 完成 {done}/{of}",
)

REMEMBER: Final = ReadingSentences(
    help=("`/oms history [&lt;项目&gt; [&lt;任务&gt;] | @用户]` 列出发起过的请求、发起人和结果",),
    usage="`/oms history`",
    unread="无法查询记录。",
    permission="",
)
