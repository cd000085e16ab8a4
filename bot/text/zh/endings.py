"""How an operation ended, in Chinese: the truth, the cause, the next step."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import EndingSentences

ENDINGS: Final = EndingSentences(
    title_unclear="结果不明：{name}",
    title_cancelled="请求已取消：{name}",
    title_expired="超时未答复：{name}",
    finished="未执行任何操作：任务已迁移成功。",
    finished_meanwhile="未执行任何操作：任务在点击之前已迁移成功。",
    failed="未执行任何操作：任务已迁移失败{code}。",
    failed_meanwhile="未执行任何操作：任务在点击之前已迁移失败{code}。",
    done="已完成 {progress}。",
    done_and_left="已完成 {progress}，剩余 {left}。",
    refused="未执行任何操作。{refusal}",
    shown_as="OMS 显示任务状态为“{status}”。",
    now_shown_as="OMS 目前显示任务状态为“{status}”。",
    not_watched="我不再继续观察，请到 OMS 控制台查看。",
    unknown="无法确定 OMS 是否收到了请求：{cause}",
    unreadable="任务也无法读取。",
    watched="我会继续观察，并把看到的结果发在这里。",
    read_afterwards="事后读取任务，状态为“{status}”。",
    watched_a_while="我会再观察一段时间。",
    cancelled="{who} 取消了请求。未执行任何操作。",
    expired="{within}内无人答复。未执行任何操作。",
)
