"""Watches, and slots that become free, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences
from bot.text.sentences_watching import WatchSentences

WATCH: Final = ReadingSentences(
    help=("`/oms watch &lt;项目&gt; &lt;任务&gt;` 用一条消息持续显示任务进展，最长一小时",),
    usage="`/oms watch &lt;项目&gt; &lt;任务&gt;`",
    unread="无法关注该任务。",
    permission="oms:task:get",
)

WATCHING: Final = WatchSentences(
    stop="停止关注",
    stop_label="停止关注迁移任务 {name}",
    head="👀 *{name}* · {status}",
    watched_for="{who} 以 {principal} 的身份关注",
    unread="目前无法读取：{why}",
    head_over="👀 *已关注* {name} {lasted}",
    from_to="速度由 {first} 变为 {last}；任务状态为“{status}”。",
    stopped="{who} 停止了关注。",
    over="一小时已到。",
    gone="已无法继续读取。",
    chart="{name} 的速度",
    series="速度",
    chart_time="距开始的时间（分:秒）",
    between="{least} 至 {most}",
    ended="无需关注：{name} {status}。",
    same="本频道已在关注 {name}。",
    enough="本频道已在关注三个任务，请先停止其中一个。",
    slot_taken="▶️ {name} 已在空出的名额中开始迁移。",
    slot_taken_at="▶️ {name} 已在空出的名额中开始迁移，速度 {speed}。",
)
