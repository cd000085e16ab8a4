"""A template by the number in it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One template for each plural category that our languages have; one without plurals says the same twice."""

    one: str
    other: str
