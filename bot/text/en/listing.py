"""The verb list, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences

LISTING: Final = ReadingSentences(
    help=(
        "`/oms list &lt;project&gt; [paused|waiting|failed|all]` lists what migrates, or what is in that state",
    ),
    usage="`/oms list &lt;project&gt;`",
    unread="I can't list the tasks.",
    permission="oms:task:list",
)
