"""Bursts: work waits for them, but not for ever, and never because of work that has ended."""

from __future__ import annotations

import asyncio
import contextlib

from bot.conversation.pace import Pace


async def _burst(pace: Pace) -> None:
    """Keep deliveries coming, until cancelled."""
    while True:
        for _ in range(20):
            pace.arrived()
        await asyncio.sleep(0.02)


async def test_without_a_burst_nobody_waits() -> None:
    """Twenty a minute are no burst."""
    pace = Pace()
    async with asyncio.timeout(0.5), pace.turn():
        pass


async def test_in_a_lasting_burst_few_work_at_once_and_all_when_it_is_over() -> None:
    """After two seconds four begin; the others as soon as the burst ends, although the four are still at it."""
    pace = Pace()
    burst = asyncio.create_task(_burst(pace))
    await asyncio.sleep(0)
    begun = 0
    release = asyncio.Event()

    async def work() -> None:
        nonlocal begun
        async with pace.turn():
            begun += 1
            await release.wait()

    working = [asyncio.create_task(work()) for _ in range(10)]
    await asyncio.sleep(1)
    assert begun == 0
    await asyncio.sleep(1.5)
    assert 4 <= begun < 10
    burst.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await burst
    await asyncio.sleep(0.6)
    assert begun == 10
    release.set()
    await asyncio.gather(*working)
