"""What is said of a proposal, whatever the language. All that a proposer says is made inert here. Pure."""

from __future__ import annotations

from bot.conversation.proposed import Standing
from bot.text.figures import counted
from bot.text.format import inert, label, moment
from bot.text.languages import Language
from bot.text.words import words_of


def lines(language: Language, standing: Standing, project: str) -> list[str]:
    """Say who proposes what, and why; or that it is resolved."""
    words, proposal = words_of(language).proposals, standing.proposal
    head = words.resolved_title if standing.resolved_at else words.title
    about = head.format(proposer=inert(proposal.proposer), task=inert(proposal.task), project=inert(project))
    reason = words.quoted.format(reason=inert(proposal.reason, 300, of_end=True)) if proposal.reason else ""
    after = (
        words.resolved.format(at=moment(standing.resolved_at)) if standing.resolved_at else words.nothing_yet
    )
    return [line for line in (about, reason, after) if line]


def times(language: Language, standing: Standing) -> str:
    """Say how often it was said."""
    return counted(language, words_of(language).proposals.times, standing.times, at=moment(standing.last_at))


def review(language: Language) -> str:
    """Label the button that asks for what is proposed, as whoever presses it."""
    return words_of(language).proposals.review


def review_label(language: Language, task: str, project: str) -> str:
    """Tell a screen reader what it is about."""
    return label(words_of(language).proposals.review_label, task, project)
