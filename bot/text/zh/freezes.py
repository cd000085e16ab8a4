"""The verbs freeze and unfreeze, and that a project is frozen, in Chinese: 冻结, 解除冻结."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences
from bot.text.sentences_records import FreezeSentences

FREEZES: Final = FreezeSentences(
    title_frozen="❄️ *已冻结：* {project}",
    title_frozen_before="❄️ *先前已冻结：* {project}",
    title_unfrozen="☀️ *已解除冻结：* {project}",
    not_frozen="项目 {project} 未被冻结。未做任何更改。",
    by="❄️ {who} 已冻结",
    somewhere="❄️ 已冻结",
    since="{who} 于 {at} 冻结了该项目。",
    since_why="{who} 于 {at} 冻结了该项目：“{reason}”",
    elsewhere="该项目于 {at} 在另一个工作区被冻结。",
    means="在 `/oms unfreeze {project}` 之前，我不会恢复或提速其中的任何任务。迁移中的任务继续迁移，也可以暂停。",
    ends="`/oms unfreeze {project}` 可解除冻结。",
    lifted="{who} 解除了冻结，其中的任务又可以恢复。",
    approvers_only="只有 {people} 可以解除项目 {project} 的冻结。",
    others_only="只有项目 {project} 的审批人可以解除冻结，而他们在另一个工作区。",
)

FREEZE: Final = ReadingSentences(
    help=("`/oms freeze &lt;项目&gt; [原因]` 冻结项目，任何人都不能通过我恢复其中的任务",),
    usage="`/oms freeze &lt;项目&gt;`",
    unread="无法冻结该项目。",
    permission="",
)

UNFREEZE: Final = ReadingSentences(
    help=("`/oms unfreeze &lt;项目&gt;` 解除冻结",),
    usage="`/oms unfreeze &lt;项目&gt;`",
    unread="无法解除冻结。",
    permission="",
)
