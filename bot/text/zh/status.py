"""The verb status, and what it tells, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences import ReadingSentences
from bot.text.sentences_finding import StatusSentences

STATUS: Final = ReadingSentences(
    help=("`/oms status &lt;项目&gt; &lt;任务&gt;` 显示任务的详细情况，以及接下来可以做什么",),
    usage="`/oms status &lt;项目&gt; &lt;任务&gt;`",
    unread="无法显示该任务。",
    permission="oms:task:get",
)

REPORT: Final = StatusSentences(
    title="{name} · {status}",
    objects="{done} / {total} 个对象",
    objects_failed=Counted(one="{number} 个对象失败", other="{number} 个对象失败"),
    objects_skipped=Counted(one="跳过 {number} 个", other="跳过 {number} 个"),
    failed_with="华为云返回：{message}{code}",
    id="ID `{id}`",
    started="开始于 {at}",
    limits="限速 {limits}",
    children="组内任务：{counts}",
    children_migrating=Counted(one="{number} 个迁移中", other="{number} 个迁移中"),
    children_waiting=Counted(one="{number} 个等待中", other="{number} 个等待中"),
    children_failed=Counted(one="{number} 个迁移失败", other="{number} 个迁移失败"),
    driven="由{driver}调度",
    driven_by="由{driver}调度：`{id}`",
    waiting=Counted(one="有 {number} 个任务在等待", other="有 {number} 个任务在等待"),
    archives="会取回归档对象",
    last="上次在此执行：{verb}，{who}，{at}",
    slower="如需限速： {command}",
    also={"watch": "观察", "history": "历史记录"},
    also_label={
        "watch": "观察 {project} 中的迁移任务 {name}",
        "history": "查看 {project} 中 {name} 的历史记录",
    },
)
