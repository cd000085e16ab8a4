"""What a language has to say about what there is in a project. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.text.counted import Counted


@dataclass(frozen=True, kw_only=True)
class ListSentences:
    """What stands in a list of tasks. `nothing` and `there_are` are by the state that was asked for.

    `none` stands where there is no figure, `driven` before what a task group or a sync task drives.
    """

    nothing: Mapping[str, str]
    there_are: Mapping[str, Counted]
    groups: Counted
    together: str
    fastest: str
    first: str
    from_to: str
    more: str
    name: str
    id: str
    status: str
    progress: str
    speed: str
    time_left: str
    action: str
    none: str
    driven: str


@dataclass(frozen=True, kw_only=True)
class StatusSentences:
    """All about one task that helps to decide. `limits` are of its bandwidth policy, `also` buttons by their verb."""

    title: str
    objects: str
    objects_failed: Counted
    objects_skipped: Counted
    failed_with: str
    id: str
    started: str
    limits: str
    children: str
    children_migrating: Counted
    children_waiting: Counted
    children_failed: Counted
    driven: str
    driven_by: str
    waiting: Counted
    archives: str
    last: str
    slower: str
    also: Mapping[str, str]
    also_label: Mapping[str, str]
