"""What a language has to say of the bot's own records. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FreezeSentences:
    """That a project is frozen: who said so, when, why, and how it ends."""

    since: str
    elsewhere: str
    why: str
    ends: str
