"""What a language says at a terminal only; all else is said there as in Slack. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TerminalSentences:
    """What is otherwise where somebody acts at a terminal, with keys of their own."""

    not_audited: str
    needs_approval: str
    ends_by_itself: str
    key_rejected: str
    check_key: str
    clock_is_off: str
    set_clock: str
