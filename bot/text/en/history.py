"""The verb history, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences
from bot.text.sentences_records import HistorySentences

HISTORY: Final = HistorySentences(
    of_project="What was asked for in {project}, the newest first:",
    of_person="What {who} asked for, the newest first:",
    of_all="What was asked for, the newest first:",
    nothing="Nothing on record, in what you may use here. People are found by a mention.",
    agreed="✓ {people}",
    open="⌛ *{asked}* not ended yet",
    ended="❔ *{asked}* {ending}",
    several="☑️ *{asked}* {done} of {of}",
)

REMEMBER: Final = ReadingSentences(
    help=(
        "`/oms history [&lt;project&gt; [&lt;task&gt;] | @user]` lists what was asked for, by whom, and how it ended",
    ),
    usage="`/oms history`",
    unread="I can't look that up.",
    permission="",
)
