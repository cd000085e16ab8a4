"""What a verb acts on, as it is typed and stored: a task's id or name, ``group:<id>``, ``sync:<id>``. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation.snapshots import Kind
from bot.spelling import EDGES, first_word, unwrap

TASK_ID = re.compile(r"[0-9]{1,15}")  # a Long of at most 15 digits. Source: API page "Pause a Migration Task"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_around = re.escape("".join(edge for edge in EDGES if edge not in "\"'`"))
_KIND = re.compile(rf"[{_around}]*(?P<kind>group|sync)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """A kind and, of this kind, the id, or the name as it was typed."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return self.id if self.kind is Kind.TASK else f"{self.kind}:{self.id}"

    @classmethod
    def of(cls, text: str) -> Target:
        """Return the target that *text* names; a task unless it begins with another kind."""
        if found := _KIND.match(text):
            return cls(Kind(found["kind"].casefold()), text[found.end() :])
        return cls(Kind.TASK, text)

    @property
    def is_id(self) -> bool:
        """Whether it is an id rather than a name, which is only to be had from a list."""
        return bool((TASK_ID if self.kind is Kind.TASK else UUID).fullmatch(unwrap(self.id)))


def first_target(text: str) -> tuple[str, str]:
    """Return the target that *text* begins with, as it is stored, and what follows; no kind without its colon.

    Quotes may hold the whole of it or what stands behind the colon.
    """
    if found := _KIND.match(text):
        name, rest = first_word(text[found.end() :], quoted=True)
        return str(Target(Kind(found["kind"].casefold()), name)), rest
    word, rest = first_word(text, quoted=True)
    return str(Target.of(word)), rest
