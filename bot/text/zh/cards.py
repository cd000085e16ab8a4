"""Figures, statuses, cards and lists, in Chinese. The statuses are those of Huawei's console."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import CardSentences, Figures, Statuses

FIGURES: Final = Figures(
    percent="{number}%",
    seconds=Counted(one="{number} 秒", other="{number} 秒"),
    minutes=Counted(one="{number} 分钟", other="{number} 分钟"),
    hours=Counted(one="{number} 小时", other="{number} 小时"),
    hours_and_minutes="{hours} {minutes}",
    days=Counted(one="{number} 天", other="{number} 天"),
    amount_of="{done} / {total}",
    speed="{size}/s",
    between="",
    items="、",
    details="，",
    brackets="（{inside}）",
)

STATUSES: Final = Statuses(
    initializing="初始化中",
    waiting="等待中",
    migrating="迁移中",
    paused="已暂停",
    failed="迁移失败",
    finished="迁移成功",
    retrying="重试中",
    pausing="暂停中",
    deleting="删除中",
    deleted="已删除",
    other="状态 {number}",
    unknown="未知状态",
)

CARDS: Final = CardSentences(
    approve="同意",
    try_again="重试",
    ask_again="再次发起",
    take_over="接手",
    no_figures="OMS 尚未给出进度数据",
    progress="*{percent}*",
    of_objects="对象数的 *{percent}*",
    time_left="约剩 {duration}",
    route="{source} → {destination}",
    place="{project}（{region}）",
    as_of="截至 {at}",
    until="至 {at}",
    as_whom="{who}（{principal}）",
    iam_user="IAM 用户 {name}",
    your_iam_user="您的 IAM 用户",
    acts_as="以 {principal} 的身份执行。",
    reason="原因：{reason}",
    quoted="“{reason}”",
    operation="操作 {id}",
    approvals=Counted(one="0/1 人同意", other="0/{number} 人同意"),
    agreed="{agreed}/{needed} ✓ {who}",
    task_and_id="*{name}* · ID `{id}`",
    copied="已复制 {amounts}",
    approvers="请 {people} 审批。",
    anybody="其他可使用此项目的人都可以审批。",
    no_longer_open="*已失效* {name}",
)
