"""The verb pause, in Chinese: 暂停, 暂停中, 已暂停."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import Cause, VerbSentences

PAUSE: Final = VerbSentences(
    help=(
        "`/oms pause &lt;项目&gt; &lt;任务&gt; [for 2h] [原因]` 先显示将暂停的任务，确认后才执行",
        "`/oms pause &lt;项目&gt; all [for 2h] [原因]` 对项目中所有迁移中的任务执行同样的操作",
    ),
    usage="`/oms pause &lt;项目&gt; &lt;任务&gt;`",
    button="暂停",
    leave="不暂停",
    review="查看并暂停",
    confirm_label="以 {principal} 的身份暂停 {project} 中的迁移任务 {name}",
    leave_label="不暂停 {project} 中的迁移任务 {name}",
    approve_label="同意：暂停 {project} 中的迁移任务 {name}",
    ask_label="暂停 {project} 中的迁移任务 {name}",
    title_asked="暂停 {name}？",
    title_acting="⏳ *正在暂停* {name}…",
    title_done="⏸️ *已暂停* {name}",
    title_already="⏸️ *先前已暂停* {name}",
    title_moving="⏳ *已在暂停中* {name}",
    title_nothing="ℹ️ *无需暂停：* {name} {status}",
    title_ended="ℹ️ *未暂停：* {name} 先变为{status}",
    title_still="⏳ *仍在暂停中* {name}",
    title_not="❌ *未暂停* {name}",
    title_left="▶️ *未暂停* {name}",
    confirmed="{who} 已于 {at} 确认。",
    done="OMS 于 {at} 确认已暂停，距点击 {after}。",
    after_done="恢复之前，未完成的分段会继续计费。",
    after_done_all="恢复之前，它们未完成的分段会继续计费。",
    after_done_of_sync="恢复之前，源端的变更不会被复制。",
    already="任务先前已暂停，未做任何更改。",
    already_by="任务先前已暂停，由 {who} 确认。未做任何更改。",
    moving_by="任务已在暂停中，由 {who} 确认。未做任何更改。",
    not_ready={
        0: Cause(what="任务正在初始化，而 OMS 只能暂停迁移中的任务。", next="请一分钟后再次发起。"),
        1: Cause(what="任务在等待名额，而 OMS 只能暂停迁移中的任务。", next="请在任务开始迁移后再次发起。"),
        7: Cause(what="任务已在暂停中。", next=""),
    },
    not_ready_other="任务状态为“{status}”，而 OMS 只能暂停迁移中的任务。",
    ended_instead="OMS 已接受暂停请求，但{kind}在暂停生效前已变为“{status}”。查询时间 {at}。",
    goes_on="任务仍在迁移。",
    goes_on_at="任务仍在迁移，速度 {speed}。",
    still="OMS 在 {waited}前接受了暂停请求，尚未确认完成。",
    still_unread="OMS 在 {waited}前接受了暂停请求，但无法读取是否已暂停：",
    watched="我会继续查询，暂停后在这里告知。",
    do_not_repeat="请勿重复暂停。",
    unread="无法显示将暂停的任务。",
    permission="oms:task:get",
    permission_to_act="oms:task:update",
    as_yourself="您可以以本人的身份暂停。",
    nothing_yet="在有人答复之前，不会暂停任何任务。",
    cost="恢复时需要两端的 AK/SK",
    cost_of_archives="恢复时归档取回会再次计费",
    cost_of_driver="所属{driver}可能会再次启动它",
    cost_of_group="其任务一并暂停：{migrating} 个迁移中，{waiting} 个等待中",
    cost_of_group_unknown="其全部任务一并暂停",
    cost_of_sync="变更可能丢失：请先停止其触发器",
    costs=(
        "恢复时需要重新提供源端和目的端的 AK/SK，OMS 不会保存它们。",
        "恢复之前，未完成的分段保留在目的端桶中并计费。",
    ),
    costs_of_sync=(
        "OMS 已收到通知的变更可能丢失，除非先停止源端的事件触发器。",
        "恢复之前，源端的变更不会被复制。",
        "恢复时需要重新提供源端和目的端的 AK/SK，OMS 不会保存它们。",
    ),
    children="其任务会一并暂停：{migrating} 个迁移中，{waiting} 个等待中。",
    restores_archives="恢复时会重新取回归档对象，产生额外费用。",
    driven_by="所属{driver}可能会再次启动它，最好在控制台暂停该{driver}。",
    waiting=Counted(
        one="有 1 个任务在等待，可能接着开始，因此流量不一定下降。",
        other="有 {number} 个任务在等待，其中一个可能接着开始，因此流量不一定下降。",
    ),
)
