"""The tour: which situation is on, how far it has come, and how it ended.

A situation judges itself by what Slack shows and by what reached OMS, never by what the bot says of itself: it has
ended as promised when `Situation.ended` finds the promised words, and the calls that OMS counted agree with them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.sandbox.stage.scene import STAR_COMMAND
from bot.sandbox.stage.stage import Stage

Deed = Callable[[Stage], Awaitable[object]]


@dataclass(frozen=True)
class Step:
    """Something to do or to watch: when it counts as done, and what does it for those who would rather look on."""

    told: str
    done: Callable[[Stage], object]
    deed: Deed | None = None


@dataclass(frozen=True)
class Situation:
    """One situation, which begins with what alice types.

    `watch` says where to look; `ended` returns the promised words once they can be read.
    """

    key: str
    title: str
    watch: str
    steps: tuple[Step, ...]
    ended: Callable[[Stage], str | None]
    arrange: Callable[[Stage], None] = lambda _: None
    command: str = STAR_COMMAND


class Tour:
    """Which situation is on, and how far it has come. There is one tour, however many look at it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.current: Situation | None = None
        self.busy = False
        self.finished: dict[str, str] = {}

    async def start(self, situation: Situation) -> None:
        """Begin anew, arrange the situation, and let alice type her command."""
        self.current, self.busy = situation, True
        self.finished.pop(situation.key, None)
        self.stage.changed()
        try:
            await self.stage.reset()
            situation.arrange(self.stage)
            await self.stage.slash("alice", situation.command)
        finally:
            self.busy = False
            self.stage.changed()

    async def forget(self) -> None:
        """Begin anew, as if nothing had been tried."""
        self.finished.clear()
        await self.leave()

    async def leave(self) -> None:
        """End the tour and begin anew."""
        self.current, self.busy = None, True
        self.stage.changed()
        try:
            await self.stage.reset()
        finally:
            self.busy = False
            self.stage.changed()

    def next_step(self) -> Step | None:
        """Return the first step that is not done."""
        return (
            next((step for step in self.current.steps if not step.done(self.stage)), None)
            if self.current
            else None
        )

    def judge(self) -> str | None:
        """Return the words with which the situation ended as promised, once it has; they are kept."""
        if self.current is None or self.busy:
            return None
        if self.current.key not in self.finished and (words := self.current.ended(self.stage)):
            self.finished[self.current.key] = words
        return self.finished.get(self.current.key)
