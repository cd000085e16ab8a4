"""The verb pause, in Chinese: 暂停, 暂停中, 已暂停."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import Counted, VerbSentences

PAUSE: Final = VerbSentences(
    help=("`/oms pause &lt;项目&gt; &lt;任务&gt; [原因]` 显示将暂停的任务，确认后才会执行",),
    usage="`/oms pause &lt;项目&gt; &lt;任务&gt;`",
    button="暂停",
    title_asked="暂停 {name}？",
    title_acting="正在暂停 {name}…",
    title_done="已暂停：{name}",
    title_already="先前已暂停：{name}",
    title_ended="{status}，未及暂停：{name}",
    title_still="仍在暂停中：{name}",
    title_not="未暂停：{name}",
    confirmed="{who} 已于 {at} 确认 · 暂停中…",
    done="已于 {at} 暂停，距点击 {after}。OMS 显示状态为 3（已暂停）。",
    already="未执行任何操作：{name} 先前已暂停。",
    not_ready={
        0: "未执行任何操作：任务正在初始化，而 OMS 只能暂停迁移中的任务。请一分钟后再次发起请求。",
        1: "未执行任何操作：任务等待中，而 OMS 只能暂停迁移中的任务。有并发名额空出时它可能自动开始迁移，届时请再次发起请求。",
        7: "未执行任何操作：任务已在暂停中。",
    },
    not_ready_other="未执行任何操作：任务状态为“{status}”，而 OMS 只能暂停迁移中的任务。",
    not_done="未暂停：{cause}",
    ended_instead="未暂停：OMS 已接受暂停请求，但任务在暂停之前已变为“{status}”。查询时间 {at}。",
    still="OMS 已接受请求，{waited}后仍在暂停中。",
    still_unread="OMS 已接受请求，但点击 {waited}后仍无法读取任务是否已暂停：{cause}",
    watched="我会继续观察，暂停后在这里告知。",
    unread="无法显示将暂停的任务：{cause}",
    permission="暂停需要权限 oms:task:update，读取需要 oms:task:get",
    as_yourself="如需以您本人的身份暂停，请输入： {command}",
    nothing_yet="在有人答复之前，我不会暂停任何任务。",
    costs=(
        "恢复时需要重新提供源端和目的端的 AK/SK",
        "恢复之前，未完成的分段会保留在目的端桶中并计费",
    ),
    restores_archives="恢复时所有归档数据会重新取回并再次计费",
    driven_by="此任务由{driver}调度，可能被其恢复：更好的做法是在控制台暂停该{driver}",
    waiting=Counted(
        one="有 1 个任务等待中，可能占用空出的名额",
        other="有 {number} 个任务等待中，其中一个可能占用空出的名额",
    ),
)
