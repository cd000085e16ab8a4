"""Proposals of alerts, agents and scripts, in Chinese."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_proposals import ProposalSentences

PROPOSALS: Final = ProposalSentences(
    title="📣 *{proposer} 建议：* 暂停 {project} 中的 {task}",
    resolved_title="✔️ *{proposer} 不再建议：* 暂停 {project} 中的 {task}",
    quoted="“{reason}”",
    nothing_yet="在有人查看并确认之前，不会执行任何操作。",
    times=Counted(one="共提出 {number} 次，最近一次 {at}", other="共提出 {number} 次，最近一次 {at}"),
    resolved="据其所述，问题已于 {at} 解决。",
    review="查看",
    review_label="查看建议：暂停 {project} 中的 {name}",
)
