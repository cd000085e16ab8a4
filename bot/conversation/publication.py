"""What is sent to a receiver besides Slack, as the workflows store it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Publication:
    """An ending that is to be sent to a receiver, from `at` (Unix seconds) on for a day.

    `verdict` and `ended` are the records of the decision and of its outcome.
    """

    receiver: str
    verdict: dict[str, Any]
    ended: dict[str, Any]
    at: float
