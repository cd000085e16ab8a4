"""Far clouds: what somebody waits for who types a command or clicks, when each answer has a long way to come.

Measured is what is *sent*: when the card, the call to OMS, the ending on the card and that in its thread come in at
the clouds. What is not on the way of an answer that it needs should have gone beside it, so that each of these is
the longest of the trips before it, not their sum.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

from bench.clouds import NEAR, TOKEN_SECONDS, Clouds, Distance, Post
from bench.contenders import Contender
from bench.deliveries import OTHERS, USER, click, new_task, slash
from bench.figures import Figures
from bench.load import Line
from bench.operations import CONFIRM
from bench.processes import Running

FAR = Distance(slack=0.3, oms=0.2, iam=0.4)
_WARMING = 8
_APART = 0.3  # seconds
_SHORT_LIFE = 4.0  # seconds that a token is good for, where it ends before the click


@dataclass(frozen=True)
class Asked:
    """A card that stands in the channel, and how long after the command it was sent."""

    task: str
    user: str
    card: Post
    seconds: float


async def measure(contender: Contender, clouds: Clouds, figures: Figures, *, samples: int) -> None:
    """Measure one round: *samples* of each way, one after the other."""
    await _Far(contender, clouds, figures, samples).measure()


class _Far:
    def __init__(self, contender: Contender, clouds: Clouds, figures: Figures, samples: int) -> None:
        self._contender = contender
        self._clouds = clouds
        self._figures = figures
        self._samples = samples
        self._unheard_of = iter(OTHERS)

    async def measure(self) -> None:
        self._clouds.forget()
        running = await self._contender.start()
        try:
            await self._warm_up(running)
            await self._operations(running)
            if self._contender.is_ours:  # the tutorial bot knows neither people nor tokens
                await self._token_expires(running)
                running = await self._restart(running)
        finally:
            self._clouds.distance = NEAR
            self._clouds.token_seconds = TOKEN_SECONDS
            running.kill()

    async def _warm_up(self, running: Running) -> None:
        """Make connections, and have alice's token fetched, while the clouds are near."""
        self._clouds.distance = NEAR
        for _ in range(_WARMING):
            asked = await self._ask(running, USER)
            await self._stop(running, asked)
            await self._clouds.thread(asked.task)
        self._clouds.distance = FAR

    async def _operations(self, running: Running) -> None:
        """Ask as somebody new, whose token must be fetched, and as somebody known; confirm."""
        await self._operation(running, "cold", next(self._unheard_of), alone=True)
        await self._operation(running, "warm", USER, alone=True)
        more = range(self._samples - 1)
        await _in_turn(self._operation(running, "cold", next(self._unheard_of)) for _ in more)
        await _in_turn(self._operation(running, "warm", USER) for _ in more)

    async def _operation(self, running: Running, who: str, user: str, *, alone: bool = False) -> None:
        """Ask, click, and wait for the ending; if nothing else is under way, note all that was asked of the clouds."""
        asked = await self._ask(running, user)
        self._add(f"{who} slash to card", asked.seconds)
        if alone:
            self._note_calls(f"slash, {who}", asked.card.at - asked.seconds)
        clicked = await self._click(running, asked, "click to stop")
        told = await self._clouds.thread(asked.task) or float("nan")
        await asyncio.sleep(2 * FAR.slack)
        self._add("click to thread", told - clicked)
        if updates := self._clouds.updates[asked.task]:  # the tutorial bot leaves the card as it is
            self._add("click to card's ending", updates[-1] - clicked)
            self._add("between the two", abs(told - updates[-1]))
        if alone:
            self._note_calls("click", clicked)

    async def _token_expires(self, running: Running) -> None:
        """Confirm when the token is dead that was good when the card was asked for."""
        people = [next(self._unheard_of) for _ in range(self._samples)]
        self._clouds.token_seconds = _SHORT_LIFE
        await asyncio.gather(*(self._ask(running, user) for user in people))
        dead = time.perf_counter() + _SHORT_LIFE
        self._clouds.token_seconds = TOKEN_SECONDS
        waiting = await asyncio.gather(*(self._ask(running, user) for user in people))
        await asyncio.sleep(dead - time.perf_counter())
        await _in_turn(self._click(running, asked, "click to stop, token expired") for asked in waiting)

    async def _restart(self, running: Running) -> Running:
        """Confirm at a process that has not heard of the requester."""
        people = [next(self._unheard_of) for _ in range(self._samples)]
        waiting = await asyncio.gather(*(self._ask(running, user) for user in people))
        await asyncio.sleep(2 * FAR.slack)
        running.kill()
        running = await self._contender.start(fresh=False)
        await self._warm_up(running)
        await _in_turn(self._click(running, asked, "click to stop, restarted") for asked in waiting)
        return running

    async def _ask(self, running: Running, user: str) -> Asked:
        task = new_task()
        request = slash(task, self._clouds.url, user)
        began = time.perf_counter()
        await _send(running, request)
        card = await self._clouds.card(task)
        return Asked(task, user, card, card.at - began)

    async def _click(self, running: Running, asked: Asked, what: str) -> float:
        """Confirm, and note how long after it OMS was asked; return when it was clicked."""
        clicked, stopped = await self._stop(running, asked)
        self._add(what, stopped - clicked)
        return clicked

    async def _stop(self, running: Running, asked: Asked) -> tuple[float, float]:
        """Click, once the bot knows where the card stands; return when, and when OMS was asked to pause."""
        await asyncio.sleep(self._clouds.distance.slack + 0.1)
        request = click(asked.card.message, asked.card.ts, CONFIRM, self._clouds.url, asked.user)
        clicked = time.perf_counter()
        await _send(running, request)
        return clicked, await self._clouds.stop(asked.task) or float("nan")

    def _add(self, what: str, seconds: float) -> None:
        self._figures.add(f"far: {what} ms", self._contender.name, 1000 * seconds)

    def _note_calls(self, what: str, began: float) -> None:
        """Note what was asked of the clouds since then, and when."""
        calls = [
            f"{1000 * (call.at - began):.0f} {_short(call.path)}"
            for call in self._clouds.calls
            if call.at >= began
        ]
        self._figures.note(f"{what}: {self._contender.name}", " · ".join(calls))


def _short(path: str) -> str:
    """Return what a path asks for: a method of Slack, the token, or OMS's resource without the ids."""
    if path.startswith("/v2/"):
        named = [part for part in path.split("/")[3:] if not part.isdecimal()]
        return f"OMS {'/'.join(named)}"
    return "IAM token" if path.startswith("/v3/") else path.rpartition("/api/")[2].split("/T0")[0]


async def _send(running: Running, request: bytes) -> None:
    line = await Line.open(running.port)
    await line.ask(request)
    line.close()


async def _in_turn(deeds: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Begin one after the other, far enough apart that none waits for another's work."""
    begun = []
    for deed in deeds:
        begun.append(asyncio.create_task(deed))
        await asyncio.sleep(_APART)
    await asyncio.gather(*begun)
