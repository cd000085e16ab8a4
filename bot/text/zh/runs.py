"""To a workflow's step in Slack, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_runs import RunSentences

RUNS: Final = RunSentences(
    not_asked="Slack 未接受发往该频道的消息，因此没有询问任何人，也没有暂停任何任务。请在该频道用 /invite @oms-bot 邀请机器人，"
    "然后重新运行工作流。",
    not_reviewed="{time}内无人查看该建议，因此没有暂停任何任务。",
    too_many="过去一分钟内工作流提出的建议过多，因此没有发布。请一分钟后重新运行。",
    incomplete="该步骤的输入 {field} 为空。",
    not_meant="“{task}”既不是任务 ID，也不是任务名称。",
    not_there="项目“{project}”不能在该频道中使用。",
    correct="请由编辑该工作流的人更正此步骤。",
)
