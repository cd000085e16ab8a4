"""What a language has to say of keys, of what comes by itself, and of what is still so long after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KeySentences:
    """Which keys a resume takes; and that one is lacking, what to do then, and what an operator could do.

    `by_why` says why none fits, by `LackingKeys.why`; `enter` what the console asks for, by the source's cloud.
    """

    agency: str
    your_agency: str
    both: str
    on_card: str
    details: str
    lent: str
    title_lacking: str
    title_lacking_later: str
    source: str
    destination: str
    by_why: Mapping[str, str]
    not_kept: str
    console: str
    enter: Mapping[str, str]
    enter_other: str
    without_time: str
    pause_without: str
    for_operator: str
    for_operator_agency: str


@dataclass(frozen=True, kw_only=True)
class PlannedSentences:
    """What comes by itself, what somebody has decided of it, and what people are reminded of."""

    on_card: str
    on_card_archives: str
    with_keys: str
    details: str
    soon: str
    soon_with: str
    keep: str
    keep_label: str
    resume_now: str
    resume_now_label: str
    title_kept: str
    kept: str
    title_since: str
    since: str
    not_by_itself: str
    unclear: str
    without: str
    still_paused: str
    resume_in_console: str
    still_waiting_one: str
    still_waiting: str
    make_room: str
    list_button: str
    frozen: str
    failed_since: str
