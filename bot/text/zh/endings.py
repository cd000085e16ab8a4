"""How an operation ended, in Chinese: the truth, the cause, the next step."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import EndingSentences

ENDINGS: Final = EndingSentences(
    title_unclear="❓ *尚不确定* {name}",
    finished="任务已迁移成功。",
    finished_meanwhile="任务在点击之前已迁移成功。",
    failed="任务已迁移失败{code}。",
    failed_meanwhile="任务在点击之前已迁移失败{code}。",
    nothing_changed="未做任何更改。",
    next="*下一步：* {step}",
    done="已复制 {progress}。",
    done_and_left="已复制 {progress}，剩余 {left}。",
    to_go="剩余 {left}",
    was="我最后一次查询（{at}）时，任务状态为“{status}”。",
    shown_as="OMS 显示任务状态为“{status}”。",
    now_shown_as="OMS 目前显示任务状态为“{status}”。",
    not_watched="我不再查询，请到 OMS 控制台查看。",
    unknown="OMS 是否收到请求尚不清楚。",
    unreadable="任务也无法读取。",
    watched="我正在查询，会把结果发在这里。",
    read_afterwards="事后读取，任务状态为“{status}”。",
    withdrawn="{who} 撤回了请求。未做任何更改。",
    turned_down="{who} 拒绝了请求。未做任何更改。",
    expired="{who} ：{within}内无人答复。未做任何更改。",
    title_replaced="🔁 *请求已被替换：* {name}",
    replaced="请看较新的卡片。",
    title_taken_over="🔁 *已被接手：* {name}",
    taken_over="{who} 现以本人身份发起同样的请求，以其卡片为准。",
)
