"""What a language has to say of the bot's own records. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FreezeSentences:
    """That a project is frozen: who said so, when, why, what that means, and how it ends."""

    title_frozen: str
    title_frozen_before: str
    title_unfrozen: str
    not_frozen: str
    by: str
    somewhere: str
    since: str
    since_why: str
    elsewhere: str
    means: str
    ends: str
    lifted: str
    approvers_only: str
    others_only: str


@dataclass(frozen=True, kw_only=True)
class HistorySentences:
    """What was done, by whom, and how it ended."""

    of_project: str
    of_person: str
    of_all: str
    nothing: str
    agreed: str
    open: str
    ended: str
    several: str
