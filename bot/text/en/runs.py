"""To a workflow's step in Slack, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_runs import RunSentences

RUNS: Final = RunSentences(
    not_asked="Slack took no message in that channel, so nobody was asked, and nothing was paused. Invite the bot there "
    "with /invite @oms-bot, then run the workflow again.",
    not_reviewed="Nobody reviewed the proposal within {time}, so nothing was paused.",
    too_many="Workflows have proposed too much in the last minute, so nothing was posted. Run this one again in a minute.",
    incomplete="The step's input {field} is empty.",
    not_meant='"{task}" is neither a task\'s id nor its name.',
    not_there='The project "{project}" can\'t be used in that channel.',
    correct="Whoever edits the workflow can correct its step.",
)
