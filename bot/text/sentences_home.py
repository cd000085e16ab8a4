"""What a language has to say in a person's App Home. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class HomeSentences:
    """Its headings, its buttons, and what stands where there is nothing."""

    you: str
    link: str
    change: str
    waiting: str
    nothing_waits: str
    asked_in: str
    lately: str
    nothing_lately: str
    projects: str
    anywhere: str
    only_in: str
    none: str
    show: str
    open: str
    pause: str
    nothing_migrates: str
    more: str
    unread: str
    may: str
