"""That a project is frozen, in English."""

from __future__ import annotations

from typing import Final

from bot.text.sentences_records import FreezeSentences

FREEZES: Final = FreezeSentences(
    since="{who} froze it at {at}.",
    elsewhere="It was frozen at {at}, from another workspace.",
    why="Reason: {reason}.",
    ends="`/oms unfreeze {project}` ends that.",
)
