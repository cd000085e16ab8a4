"""What a language has to say of watches, and of slots that become free. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WatchSentences:
    """A watch as it goes on, and what came of it."""

    stop: str
    stop_label: str
    head: str
    watched_for: str
    unread: str
    head_over: str
    from_to: str
    stopped: str
    over: str
    gone: str
    chart: str
    series: str
    chart_time: str
    between: str
    ended: str
    same: str
    enough: str
    slot_taken: str
    slot_taken_at: str
