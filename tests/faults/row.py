"""What a fault comes to: what people read, what OMS is asked, how it ends, what is on record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.sandbox.huawei.cloud import Fault

PAUSE, RESUME, THROTTLE, GROUP, SYNC, ALL = "pause", "resume", "throttle", "group", "sync", "all"
EVERY: Final = (PAUSE, RESUME, THROTTLE, GROUP, SYNC, ALL)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault. What stands in “…” of `reads` is read by somebody, word by word; the rest says where and by whom.

    `calls` are those that change something at OMS. `ending` are names of endings, `audit` of events, apart by spaces;
    both are empty where no operation was begun. `test` proves it: `file::test`, below `tests/`.
    """

    fault: str
    reads: str
    calls: str = "0"
    ending: str = ""
    audit: str = ""
    test: str

    @property
    def words(self) -> list[str]:
        """What must be found where people read."""
        return re.findall(r"“([^”]+)”", self.reads)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A way to change something. `typed` has a place for the target; `fills` are words of its own for a row's places."""

    typed: str
    call: str
    fills: dict[str, str]


_PAUSED: Final = {
    "stays": "It keeps migrating",
    "seen": "OMS confirmed it at",
    "done": "paused",
    "accepted": "OMS accepted the pause",
    "able": "pausable",
    "moving": "pausing",
    "was": "migrating",
}
DEEDS: Final = {
    PAUSE: Deed(typed="pause prod-sg {}", call="stop_task", fills=_PAUSED | {"right": "oms:task:update"}),
    RESUME: Deed(
        typed="resume prod-sg {}",
        call="start_task",
        fills={
            "stays": "It was not started",
            "seen": "OMS shows it migrating at",
            "done": "resumed",
            "accepted": "OMS accepted the resume",
            "able": "resumable",
            "moving": "resuming",
            "was": "paused",
            "right": "oms:task:update",
        },
    ),
    THROTTLE: Deed(
        typed="throttle prod-sg {} 20",
        call="update_bandwidth_policy",
        fills={
            "stays": "Its limit stays as it was",
            "seen": "OMS shows the limit",
            "done": "throttled",
            "accepted": "OMS accepted the limit",
            "able": "throttlable",
            "moving": "throttling",
            "was": "migrating",
            "right": "oms:task:update",
        },
    ),
    GROUP: Deed(
        typed="pause prod-sg group:{}",
        call="stop_task_group",
        fills=_PAUSED | {"right": "oms:taskgroup:update"},
    ),
    SYNC: Deed(
        typed="pause prod-sg sync:{}",
        call="stop_sync_task",
        fills=_PAUSED | {"right": "oms:synctask:update"},
    ),
}


@dataclass(frozen=True, kw_only=True)
class AtTheCall(Row):
    """One that the sandbox's OMS can have when it is asked to change something, `of` whatever deeds.

    `statuses` are what OMS decided, call by call; 0 is one that it never read. `{…}` are filled by the deed.
    """

    name: str
    does: tuple[Fault, ...]
    of: tuple[str, ...] = (PAUSE,)
    statuses: tuple[int, ...]

    def filled(self, deed: str) -> tuple[list[str], str]:
        """Return the words and the ending of one deed."""
        fills = DEEDS[deed].fills
        return [words.format(**fills) for words in self.words], self.ending.format(**fills)


def named(fault: str, reads: str, calls: str, ending: str, audit: str, file: str, test: str) -> Row:  # noqa: PLR0917  # a row reads across
    """Return a row that a test of its own proves."""
    return Row(
        fault=fault, reads=reads, calls=calls, ending=ending, audit=audit, test=f"tests/{file}::{test}"
    )
