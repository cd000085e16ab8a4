"""The verb list, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences import ReadingSentences

LISTING: Final = ReadingSentences(
    help=(
        "`/oms list &lt;project&gt;` (or `/oms pause &lt;project&gt;`) lists the migrating tasks, each with a Pause button",
    ),
    usage="`/oms list &lt;project&gt;`",
    unread="I can't list the tasks.",
    permission="oms:task:list",
)
