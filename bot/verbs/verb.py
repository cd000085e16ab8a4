"""What a verb is: one file each, which the registry names. To add one, see `docs/explanation/architecture.md`.

parse    the words behind it → a wish
look     what OMS shows → a question, or an answer
act      the one call that changes something
judge    what a reading of the target means for it
loosens  whether more would be copied
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from bot.conversation import outcomes
from bot.conversation.answers import Driven, NoCard
from bot.conversation.ports import Verb
from bot.conversation.snapshots import Snapshot, Standing
from bot.conversation.values import Wish
from bot.verbs.parsing import Problem, Projects

Spoken_co = TypeVar("Spoken_co", covariant=True)


class Word(Protocol[Spoken_co]):
    """The first word of a command. `Reading` and `Verb` of `bot.conversation.ports` say what more a verb can."""

    @property
    def name(self) -> str:
        """The word."""

    @property
    def form(self) -> str:
        """What is typed behind it, such as ``<project> <task>``."""

    def parse(self, rest: str, projects: Projects, /) -> Spoken_co | Problem:
        """Understand what follows it."""


def nothing_to_ask(verb: Verb, wish: Wish, task: Snapshot) -> NoCard | Driven | None:
    """Return why a target is not asked about; None if it can be acted on."""
    standing = verb.judge(task, wish)
    if task.group and standing in (Standing.READY, Standing.NOT):
        return Driven(wish=wish, task=task)
    match standing:
        case Standing.READY:
            return None
        case Standing.DONE:
            return NoCard(wish=wish, outcome=outcomes.AlreadyDone(task=task))
        case Standing.MOVING | Standing.ENDED | Standing.NOT:
            return NoCard(wish=wish, outcome=outcomes.NotReady(task=task, standing=standing))
