"""Runs of the step that a workflow of Slack's has: what is asked for, and how the step ends. Stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PROPOSAL: Final = "proposal:"
"""Before the name of a proposal, where what awaits an ending may also be a single run."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that nobody stands behind, so that it can only be proposed. `id` is Slack's *function execution id*.

    `project` and `task` are as the workflow has them; `at` is Unix seconds.
    """

    id: str
    team_id: str
    channel_id: str
    project: str
    task: str
    reason: str = ""
    at: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """How the step ends: with an `ending` and its `summary`, or, if nothing came of it, with an `error`.

    Each is for people, but the ending, which is one of a closed list of names, for the workflow's conditions.
    """

    ending: str = ""
    summary: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Completion:
    """That a run is to be told its result, from `at` (Unix seconds) on for a day.

    The card that it was about stands in the channel at `ts`, if there is one.
    """

    run: str
    team_id: str
    at: float
    ending: str = ""
    summary: str = ""
    error: str = ""
    channel_id: str = ""
    ts: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run that waits for somebody to review its proposal."""

    run: str
    team_id: str
    proposal: str
