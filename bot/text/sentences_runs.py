"""What a language says to a workflow's step in Slack. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RunSentences:
    """Why nothing came of a run, and what to do. `correct` follows what is wrong with the step's inputs."""

    not_asked: str
    not_reviewed: str
    too_many: str
    incomplete: str
    not_meant: str
    not_there: str
    correct: str
