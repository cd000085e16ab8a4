"""Readiness at the end: who asks every few seconds is told, and nobody else is waited for."""

from __future__ import annotations

import asyncio

from bot.readiness import LATELY_SECONDS, STOPPING, Readiness

LONG = 60.0


async def test_nobody_is_waited_for_who_has_not_asked_lately() -> None:
    """Neither when nobody ever asked, nor when that is long ago."""
    now = 0.0
    readiness = Readiness({}, clock=lambda: now)
    async with asyncio.timeout(5):
        await readiness.leave(LONG)
    readiness = Readiness({}, clock=lambda: now)
    assert await readiness.faults() == {}
    now += LATELY_SECONDS + 1
    async with asyncio.timeout(5):
        await readiness.leave(LONG)
    assert await readiness.faults() == STOPPING


async def test_who_asks_often_is_waited_for_until_told() -> None:
    """At once, whatever was found before; and not for ever."""
    readiness = Readiness({})
    assert await readiness.faults() == {}
    await readiness.leave(0.01)
    leaving = asyncio.create_task(readiness.leave(LONG))
    await asyncio.sleep(0)
    assert await readiness.faults() == STOPPING
    async with asyncio.timeout(5):
        await leaving
