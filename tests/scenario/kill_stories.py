"""Stories that are told while the bot is being killed: what people do, and what happens to a task of theirs.

As people do, they try again what nobody acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from bot.sandbox.huawei.cloud import Task
from bot.sandbox.huawei.oms_tasks import PAUSED
from bot.sandbox.slack.objects import ImpossibleError, Message, User
from tests.chaos.thread import FINAL, Threads, is_open
from tests.scenario.conftest import World, said


@dataclass
class Play:
    """One story, told once, about tasks of its own."""

    world: World
    threads: Threads
    number: int
    tasks: list[Task]

    @property
    def name(self) -> str:
        """What the task is called."""
        return f"media-{self.number}"

    async def typed(self, text: str) -> None:
        """Alice types it until it is acknowledged."""
        while not (await self.world.slack.slash(self.world.alice, self.world.room, "/oms", text)).ok:
            await asyncio.sleep(0.05)

    async def pressed(self, who: User, action: str = "oms_confirm") -> None:
        """Somebody presses a button of a card until that is acknowledged, or there is none any more."""
        await self.until(lambda: any(is_open(card) for card in self.cards))
        with contextlib.suppress(ImpossibleError):
            while not (await self.world.slack.click(who, self._open()[-1], action)).ok:
                await asyncio.sleep(0.05)

    def _open(self) -> list[Message]:
        found = [card for card in self.cards if is_open(card)]
        if not found:
            raise ImpossibleError("no card is open")
        return found

    @property
    def cards(self) -> list[Message]:
        """The cards about it."""
        return [card for card in self.threads.cards[self.name] if not card.thread_ts]

    async def told(self) -> None:
        """Wait until it is told how it ended."""
        await self.until(lambda: any(meaning in FINAL for meaning, _ in self.threads.endings(self.cards)))

    async def until(self, predicate: Callable[[], object]) -> None:
        """Wait for it."""
        await self.world.until(lambda: bool(predicate()))


async def _pause(play: Play) -> None:
    """Ask, confirm, paused."""
    await play.typed(f"pause prod-sg {play.name}")
    await play.pressed(play.world.alice)
    await play.told()


async def _still_pausing(play: Play) -> None:
    """It takes longer than it is verified for: that is told, then what came of it."""
    play.tasks[0].pause_takes = 1.5
    await _pause(play)


async def _cancel(play: Play) -> None:
    """Ask, and think better of it."""
    await play.typed(f"pause prod-sg {play.name}")
    await play.pressed(play.world.alice, "oms_cancel")
    await play.told()


async def _expired(play: Play) -> None:
    """Ask, and forget about it: its time ends."""
    await play.typed(f"pause prod-sg {play.name}")
    await play.told()


async def _agree(play: Play) -> None:
    """Ask where another person must agree."""
    await play.typed(f"pause careful {play.name}")
    await play.pressed(play.world.bob)
    await play.told()


async def _resume(play: Play) -> None:
    """Go on with what is paused."""
    play.world.cloud.set_status(play.tasks[0].id, PAUSED)
    await play.typed(f"resume prod-sg {play.name}")
    await play.pressed(play.world.alice)
    await play.told()


async def _throttle(play: Play) -> None:
    """Slow it down."""
    await play.typed(f"throttle prod-sg {play.name} 20")
    await play.pressed(play.world.alice)
    await play.told()


async def _many(play: Play) -> None:
    """Pause all that there is in a project."""
    await play.typed("pause many all")
    await play.pressed(play.world.alice)
    await play.told()


async def _twice(play: Play) -> None:
    """Ask anew: the newer card replaces the older one."""
    await play.typed(f"pause prod-sg {play.name}")
    await play.until(lambda: play.cards)
    await play.typed(f"pause prod-sg {play.name}")
    await play.until(lambda: {meaning for meaning, _ in play.threads.endings(play.cards)} == {"replaced"})
    await play.pressed(play.world.alice)
    await play.until(lambda: len(play.threads.endings(play.cards)) > 1)


async def _timed(play: Play) -> None:
    """Pause for a while; the time comes, and it resumes by itself."""
    await play.typed(f"pause prod-sg {play.name} for 2h")
    await play.pressed(play.world.alice)
    await play.told()
    await play.until(lambda: _let_be_due(play, "resumes_soon"))
    await play.until(lambda: _let_be_due(play, "resumes"))
    await play.until(lambda: len(play.threads.endings(play.cards)) > 1)


async def _watch(play: Play) -> None:
    """Watch it until it is over."""

    def watched(words: str) -> bool:
        shown = map(said, play.world.slack.messages(play.world.room))
        return any(play.name in one and words in one.casefold() for one in shown)

    await play.typed(f"watch prod-sg {play.name}")
    await play.until(lambda: watched(""))
    play.world.cloud.finish_task(play.tasks[0].id)
    await play.until(lambda: watched("finished"))


def _let_be_due(play: Play, kind: str) -> bool:
    """Let time pass for what is due, if it is planned by now; False if it is not."""
    engine: sa.Engine = play.world.extra["engine"]
    # There is one at a time: what the stories before have left is of other kinds, or was due.
    query = sa.text("UPDATE due SET at = :now WHERE kind = :kind AND at > :now")
    with engine.begin() as connection:
        return connection.execute(query, {"now": time.time(), "kind": kind}).rowcount > 0


Story = Callable[[Play], Awaitable[None]]
STORIES: Final[dict[str, Story]] = {
    "pause": _pause,
    "still pausing": _still_pausing,
    "cancel": _cancel,
    "expired": _expired,
    "agree": _agree,
    "resume": _resume,
    "throttle": _throttle,
    "many": _many,
    "asked twice": _twice,
    "timed": _timed,
    "watch": _watch,
}
