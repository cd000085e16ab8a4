"""What a language has to say about what there is in a project. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.text.counted import Counted


@dataclass(frozen=True, kw_only=True)
class ListSentences:
    """What stands in a list of tasks."""

    nothing_migrates: str
    migrating: Counted
    together: str
    fastest: str
    from_to: str
    more: str
