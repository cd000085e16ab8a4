"""The verb throttle, in Chinese: 限速, 流量策略."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import VerbSentences
from bot.text.sentences_limits import LimitSentences

THROTTLE: Final = VerbSentences(
    help=(
        "`/oms throttle &lt;项目&gt; &lt;任务&gt; &lt;MB/s&gt; [hh:mm-hh:mm …]` 设置限速，等待中或已暂停的任务亦可",
        "`/oms throttle &lt;项目&gt; &lt;任务&gt; off` 恢复之前的流量策略",
    ),
    usage="`/oms throttle &lt;项目&gt; &lt;任务&gt; &lt;MB/s&gt;`",
    button="限速",
    leave="不更改",
    review="查看并限速",
    confirm_label="以 {principal} 的身份限制 {project} 中迁移任务 {name} 的速度",
    leave_label="不更改 {project} 中迁移任务 {name} 的限速",
    approve_label="同意：限制 {project} 中迁移任务 {name} 的速度",
    ask_label="限制 {project} 中迁移任务 {name} 的速度",
    title_asked="限速 {name}？",
    title_acting="⏳ *正在限速* {name}：{limit}…",
    title_done="🐢 *已限速* {name}：{limit}",
    title_already="🐢 *先前已限速* {name}：{limit}",
    title_moving="⏳ *已在限速中* {name}",
    title_nothing="ℹ️ *无需限速：* {name} {status}",
    title_ended="ℹ️ *未限速：* {name} 先变为{status}",
    title_still="⏳ *限速尚未生效* {name}",
    title_not="❌ *未限速* {name}",
    title_left="▶️ *未限速* {name}",
    confirmed="{who} 已于 {at} 确认。",
    change="限速：{before} → {limit}",
    done="OMS 于 {at} 显示了该限速，距点击 {after}。",
    after_done="之前：{before}。",
    already="任务的限速已是如此，未做任何更改。",
    already_by="任务的限速已是如此，由 {who} 确认。未做任何更改。",
    moving_by="任务已在限速中，由 {who} 确认。未做任何更改。",
    not_ready={},
    not_ready_other="任务状态为“{status}”，无法更改限速。",
    ended_instead="OMS 已接受限速，但任务在限速生效前已变为“{status}”。查询时间 {at}。",
    goes_on="限速保持不变。",
    goes_on_at="限速保持不变，当前速度 {speed}。",
    still="OMS 在 {waited}前接受了限速，尚未显示。",
    still_unread="OMS 在 {waited}前接受了限速，但无法读取是否生效：",
    watched="我会继续查询，OMS 显示后在这里告知。",
    do_not_repeat="请勿重复更改限速。",
    unread="无法显示将限速的任务。",
    permission="oms:task:get",
    permission_to_act="oms:task:update",
    as_yourself="您可以以本人的身份操作。",
    nothing_yet="在有人答复之前，不会更改限速。",
    cost="",
    cost_of_archives="",
    cost_of_driver="",
    costs=("目前限速：{before}。更改后：{limit}。", "{hours}"),
    restores_archives="",
    driven_by="",
    waiting=Counted(one="", other=""),
)

FASTER: Final = replace(
    THROTTLE,
    button="放宽限速",
    review="查看并放宽限速",
    title_asked="放宽 {name}？",
    title_acting="⏳ *正在放宽限速* {name}：{limit}…",
    title_done="⏩ *已放宽限速* {name}：{limit}",
)

BACK: Final = replace(
    THROTTLE,
    button="恢复",
    review="查看并恢复",
    title_asked="恢复 {name}？",
    title_acting="⏳ *正在恢复* {name}：{limit}…",
    title_done="⏩ *已恢复* {name}：{limit}",
    title_already="⏩ *先前已恢复* {name}：{limit}",
)

LIMITS: Final = LimitSentences(
    none="不限速",
    rate="{rate} MB/s",
    at_times="{limit}（{times}）",
    hours="时间按输入原样交给 OMS；OMS 未说明按哪个时区理解。",
    missing="限速多少？{usage}，范围 1 至 200；或以 `off` 代替。",
    wrong_rate="“{word}” 不是有效的限速。OMS 接受 1 至 200 的整数 MB/s：{usage}，或以 `off` 代替。",
    wrong_hours="“{word}” 不是有效的时间段，请写作 09:00-18:00。",
    off_has_no_hours="`off` 会恢复之前的流量策略，全天有效：请去掉 {word}。",
    too_many="OMS 最多接受五个时间段，跨越零点的算两个。",
    overlap="这些时间段互相重叠，OMS 不接受。",
    slow_down="限速…",
    slow_down_label="限制 {project} 中迁移任务 {name} 的速度",
    title="限速",
    about="*{name}* · {project}",
    rate_label="最高多少 MB/s？",
    rate_hint="1 至 200 的整数；或输入 off，恢复之前的流量策略。",
    hours_label="仅在这些时间段",
    hours_hint="例如 09:00-18:00 22:00-06:00；留空表示全天。",
    submit="查看",
    close="取消",
)
