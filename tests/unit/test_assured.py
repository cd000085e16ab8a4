"""Nothing is said for a workflow while it is not known that the lock is held."""

from __future__ import annotations

import asyncio

from bot.conversation.assured import Hold, assured, clock


async def test_who_is_no_workflow_is_never_held_up() -> None:
    """What a person is answered at once is not the workflow's."""
    Hold().lasts(0)
    await assured()


async def test_a_workflow_waits_until_the_lock_was_renewed() -> None:
    """It is held until a moment of a clock that goes on while the process is stopped."""
    hold, now = Hold(), clock()
    with hold.here():
        await assured()  # it can't be lost, as on SQLite
        hold.lasts(now + 60)
        await assured()
        hold.lasts(now)
        waiting = [asyncio.ensure_future(assured()) for _ in range(2)]
        await asyncio.sleep(0)
        hold.lasts(now)  # too late again
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        hold.lasts(now + 60)
        await asyncio.gather(*waiting)
