"""What a language says of one decision on many targets. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.text.counted import Counted


@dataclass(frozen=True, kw_only=True)
class ManySentences:
    """What is said of one decision on many targets, whatever the verb."""

    migrations: Counted
    more: Counted
    these: str
    not_these: str
    with_speed: str
    left_out: str
    driven: str
    by_itself: str
    so_far: str
    part: str
    confirmed: str
