"""Lists of tasks, in English."""

from __future__ import annotations

from typing import Final

from bot.text.counted import Counted
from bot.text.sentences_finding import ListSentences

LISTS: Final = ListSentences(
    nothing_migrates="Nothing is migrating in {project}.",
    migrating=Counted(
        one="{number} task is migrating in {project}.", other="{number} tasks are migrating in {project}."
    ),
    together="Together they do {speed}.",
    fastest="The {number} fastest:",
    from_to="Numbers {first} to {last}:",
    more="More",
)
