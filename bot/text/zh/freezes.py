"""That a project is frozen, in Chinese: 冻结, 解冻."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_records import FreezeSentences

FREEZES: Final = FreezeSentences(
    since="{who} 于 {at} 冻结了该项目。",
    elsewhere="该项目于 {at} 在另一个工作区被冻结。",
    why="原因：{reason}。",
    ends="`/oms unfreeze {project}` 可解除冻结。",
)
