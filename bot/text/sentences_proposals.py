"""What a language says about proposals: of alerts, agents and scripts, which may say that something be paused. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.text.counted import Counted


@dataclass(frozen=True, kw_only=True)
class ProposalSentences:
    """The message of a proposal. `times` is how often it was said."""

    title: str
    resolved_title: str
    quoted: str
    nothing_yet: str
    times: Counted
    resolved: str
    review: str
    review_label: str
