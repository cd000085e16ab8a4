"""The modal that puts a command together, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_modal import ModalSentences

MODAL: Final = ModalSentences(
    title="暂停迁移",
    submit="发起",
    close="关闭",
    looking="正在查询您可以使用的项目…",
    verb="要做什么？",
    project="项目",
    choose="请选择…",
    task="任务",
    task_hint="输入任务名称或 ID 的一部分。如果未能及时找到，请输入完整的名称或 ID，将按原样使用。",
    everything="所有迁移中的任务",
    as_typed="按输入使用：{typed}",
    length="暂停多久？",
    length_hint="例如 2h、90 分钟，或到您所在时区的 06:00（until 06:00）：届时自动恢复。留空：直到有人恢复。",
    reason="原因",
    conversation="在哪里询问？",
    conversation_hint="在您于该处确认之前，不会做任何更改。",
    no_project="您不能使用我的任何项目。",
    no_project_here="您不能在该会话中使用我的任何项目。请在下面选择其他会话。",
    needs_project="请选择项目。",
    needs_task="请选择该项目中的任务。",
    needs_conversation="请选择我应在哪里询问。",
    unclear_length="我不理解“{typed}”。请输入 1 分钟到 7 天之间的时长，例如 2h，或一天中的时间，例如 06:00。",
    not_opened="Slack 未能及时打开表单。请重试，或输入 {usage} 。",
)
