"""The ids of targets: what may stand in the path of a call, and whether an answer is about what was asked for."""

import re
from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.huawei.errors import UnexpectedAnswer


class Target(Protocol):
    """What OMS says of a task, a task group or a sync task; it may leave anything out."""

    @property
    def id(self) -> str | None:
        """Its id."""

    @property
    def status(self) -> object:
        """Its status."""


Answered = TypeVar("Answered", bound=Target)


def about(
    asked: str, answer: Answered, what: str, *, spelled: Callable[[str], str] = str.casefold
) -> Answered:
    """Return *answer*, if it is one about the target that was *asked* for; *spelled* gives ids in one spelling.

    Raises:
        UnexpectedAnswer: it is about another, or about none. *what* is what was to be read, in words.
    """
    if answer.status is None and answer.id is None:
        raise UnexpectedAnswer(f"the answer is not a {what}", status=200)
    if answer.id is not None and spelled(answer.id) != spelled(asked):
        raise UnexpectedAnswer(f"the answer is about another {what}", status=200)
    return answer


def safe_id(typed: str) -> str:
    """Return the id of a task group or a sync task as it is.

    UUIDs in practice; documented are up to 1024 characters of any kind.

    Raises:
        ValueError: it contains what would have to be quoted, or is too long to be one.
    """
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,36}", typed):
        raise ValueError("an id is 1 to 36 letters, digits, hyphens or underscores")
    return typed
