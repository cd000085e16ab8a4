"""Reading while Slack is still being asked who somebody is: what takes two round trips then takes one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.conversation.authority import Actor
from bot.conversation.policy import Refused

Found = TypeVar("Found")


@dataclass(frozen=True)
class Seen(Generic[Found]):
    """Who may act, and what was read as them."""

    actor: Actor
    found: Found


async def read_ahead(
    who_may: Awaitable[Actor | Refused],
    likely: Awaitable[Actor | None],
    read: Callable[[Actor], Awaitable[Found]],
) -> Seen[Found] | Refused:
    """Return what *read* finds as whom *who_may* permits.

    Meanwhile it is read as the *likely* one, which counts only if it turns out that this is who it is.
    """
    asking = asyncio.ensure_future(who_may)
    reading = None
    try:
        if guess := await likely:
            reading = asyncio.ensure_future(read(guess))
        actor = await asking
        if isinstance(actor, Refused):
            return actor
        if guess and reading and (guess.identity, guess.project) == (actor.identity, actor.project):
            return Seen(actor, await reading)
        return Seen(actor, await read(actor))
    finally:
        begun = [task for task in (asking, reading) if task]
        for task in begun:
            task.cancel()
        # So that no failure is forgotten, nor a stop of this.
        await asyncio.gather(*begun, return_exceptions=True)


async def nobody() -> None:
    """Guess nobody: read when it is certain who may."""
