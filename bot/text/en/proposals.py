"""Proposals of alerts, agents and scripts, in English."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_proposals import ProposalSentences

PROPOSALS: Final = ProposalSentences(
    title="📣 *{proposer} proposes:* pause {task} in {project}",
    resolved_title="✔️ *{proposer} no longer proposes:* pause {task} in {project}",
    quoted="“{reason}”",
    nothing_yet="Nothing happens unless somebody reviews and confirms it.",
    times=Counted(one="said {number} time, at {at}", other="said {number} times, last at {at}"),
    resolved="It says that this was resolved at {at}.",
    review="Review",
    review_label="Review the proposal to pause {name} in {project}",
)
