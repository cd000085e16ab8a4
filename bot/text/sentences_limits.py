"""What a language has to say of speed limits: the limits themselves, what is wrong with one, and the modal. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LimitSentences:
    """A limit in words, after which comes what is wrong with one that was typed, then the modal that asks for one."""

    none: str
    rate: str
    at_times: str
    hours: str
    missing: str
    wrong_rate: str
    wrong_hours: str
    off_has_no_hours: str
    too_many: str
    overlap: str
    slow_down: str
    slow_down_label: str
    title: str
    about: str
    rate_label: str
    rate_hint: str
    hours_label: str
    hours_hint: str
    submit: str
    close: str
