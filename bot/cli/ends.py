"""How a command ends: its exit codes, and the sentences of one that can't do its work.

Results go to stdout; why there are none goes to stderr, as one sentence for each fault.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from bot.conversation.outcomes import Outcome
    from bot.settings.load import Settings


class Exit(IntEnum):
    """What a command ends with. `docs/reference/command-line.md` lists them; scripts depend on them, so they stay."""

    DONE = 0
    """What was asked for was done, or is as it should be."""
    WRONG = 1
    """It was not, or something is wrong; what, was printed."""
    REFUSED = 2
    """Nothing was begun: settings, database, port, or what was typed, do not permit it."""
    UNCERTAIN = 3
    """It was begun and has not ended, or how it ended can't be told."""
    INTERRUPTED = 130
    """Ctrl-C. `serve` ends with 0 then, having stopped in order."""
    TERMINATED = 143
    """SIGTERM. `serve` ends with 0 then, too."""


def exit_of(outcome: Outcome) -> Exit:
    """Return what a command ends with that asked for something: `Exit.DONE` only if that was seen to be true."""
    from bot.conversation import outcomes
    from bot.conversation.snapshots import Standing

    match outcome:
        case outcomes.Several(endings=endings):
            codes = {exit_of(ending.outcome) for ending in endings}
            # That something isn't known goes before that something was not done: who asks again must know it.
            return next(code for code in (Exit.UNCERTAIN, Exit.WRONG, Exit.DONE) if code in codes)
        case outcomes.Done() | outcomes.AlreadyDone():
            return Exit.DONE
        case outcomes.StillMoving() | outcomes.Unknown() | outcomes.NotReady(standing=Standing.MOVING):
            return Exit.UNCERTAIN
        case _:
            return Exit.WRONG


def refuse(sentences: str | Iterable[str]) -> NoReturn:
    """End before anything was begun, and say why."""
    _end(Exit.REFUSED, [sentences] if isinstance(sentences, str) else sentences)


def fail(sentence: str) -> NoReturn:
    """End because something is wrong, and say what."""
    _end(Exit.WRONG, [f"✗ {sentence}"])


def _end(code: Exit, sentences: Iterable[str]) -> NoReturn:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    raise typer.Exit(code)


def load_or_exit() -> Settings:
    """Return the settings, or end with a sentence for each fault."""
    from bot.settings.load import SettingsError, load

    try:
        return load()
    except SettingsError as error:
        refuse(error.faults)


def ready_or_exit() -> Settings:
    """Return the settings after the database was brought up to date, or end like `load_or_exit`."""
    from bot.preparation import bring_up_to_date

    settings = load_or_exit()
    with refusing():
        bring_up_to_date(settings)
    return settings


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """End with one sentence where the bot can't start, or its database can't be used."""
    from bot.preparation import StartRefusedError, one_sentence

    try:
        with one_sentence():
            yield
    except StartRefusedError as refused:
        refuse(str(refused))
