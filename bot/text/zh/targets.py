"""What the kinds of targets are called, and tasks that something else drives, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_targets import TargetSentences

TARGETS: Final = TargetSentences(
    task="任务",
    task_group="任务组",
    sync_task="同步任务",
    synchronizes="持续复制源端的变更",
    driven="{name} 属于一个{driver}，各任务何时运行由该{driver}决定。未做任何更改。",
    driven_by_this="请改为对该{driver}发起请求。",
    driven_by_some="请改为对该{driver}发起请求。OMS 未说明是哪一个： {command} 可列出它们。",
)
