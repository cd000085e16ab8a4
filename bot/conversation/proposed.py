"""What somebody proposes who may not act, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """That a task be paused: by whom, which, where it is to be said, and why. `resolved`: no longer."""

    proposer: str
    project: str
    task: str
    channel: str = ""
    reason: str = ""
    resolved: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A proposal as it is recorded: times are Unix seconds. `message_ts` is where it stands, if that is known yet.

    `id` is what its review is known by.
    """

    proposal: Proposal
    message_ts: str | None
    times: int
    first_at: float
    last_at: float
    resolved_at: float | None = None
    is_new: bool = False
    id: str = ""
