"""Figures, statuses, cards and lists, in Chinese. The statuses are those of Huawei's console."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import CardSentences, Counted, Figures, Statuses

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
    other="状态 {number}",
    unknown="未知状态",
)

CARDS: Final = CardSentences(
    approve="同意",
    cancel="取消请求",
    try_again="重试",
    place="{project}（{region}）",
    no_figures="OMS 尚未给出进度数据",
    of_objects="对象数的 {percent}",
    time_left="预计还需 {duration}",
    task_group="任务组",
    sync_task="同步任务",
    asker="{who} 发起 · 以 {principal} 的身份执行",
    asker_with_reason="{who} 发起：“{reason}” · 以 {principal} 的身份执行",
    your_iam_user="您的 IAM 用户",
    answer_by="请在 {at} 前答复",
    approvals=Counted(
        one="需另外 1 人同意 · 已同意：{agreed}",
        other="需另外 {number} 人同意 · 已同意：{agreed}",
    ),
    approvals_of=Counted(
        one="需 {whom} 中的另外 1 人同意 · 已同意：{agreed}",
        other="需 {whom} 中的另外 {number} 人同意 · 已同意：{agreed}",
    ),
    nobody_yet="暂无",
    no_longer_open="已失效：{name}",
    nothing_migrates="{project} 中没有迁移中的任务。",
    migrating=Counted(
        one="{project} 中有 {number} 个任务正在迁移。", other="{project} 中有 {number} 个任务正在迁移。"
    ),
    shown_of_more="此处列出 {shown} 个；其他任务请用任务 ID 指定。",
)
