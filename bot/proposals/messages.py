"""Block Kit for what is proposed: values in, blocks out. Pure."""

from __future__ import annotations

from bot.conversation.proposed import Standing
from bot.conversation.runs import PROPOSAL
from bot.conversation.values import Wish
from bot.slack.blocks import action_blocks, lines_of, section, small_print
from bot.slack.cards import Message, command_of, run_button
from bot.text import say_proposals
from bot.text.format import spoken
from bot.text.languages import Language


def proposed(language: Language, standing: Standing, wish: Wish) -> Message:
    """Show a proposal, with the button that stands for typing it."""
    said = say_proposals.lines(language, standing, wish.project)
    label = say_proposals.review_label(language, standing.proposal.task, wish.project)
    review = run_button(say_proposals.review(language), command_of(wish), spoken=label)
    # What is pressed tells its block: so the review is known as one.
    offered = [block | {"block_id": PROPOSAL + standing.id} for block in action_blocks(review)]
    return Message(
        spoken(lines_of(*said)),
        [
            section(lines_of(*said)),
            *small_print(say_proposals.times(language, standing)),
            *([] if standing.resolved_at else offered),
        ],
    )
