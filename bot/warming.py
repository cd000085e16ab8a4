"""What the first request needs and a start does not: pydantic's validators of what OMS says and of what is stored.

They take a tenth of a second to build, so they are not built when their modules are imported.
"""

from __future__ import annotations

import asyncio
from typing import Final

from bot.conversation import asked, outcomes
from bot.huawei.oms.models import Task, TaskPage

AFTER_SECONDS: Final = 1.0  # by then whoever waited for the bot has been told that it is ready


async def warm() -> None:
    """Build them in a thread, so that nobody who waits for an answer is the first to need them."""
    await asyncio.sleep(AFTER_SECONDS)
    await asyncio.to_thread(use)


def use() -> None:
    """Use each of them once."""
    asked.dump(asked.NotAsked())
    outcomes.dump(outcomes.Expired())
    for model in (Task, TaskPage):
        model.model_validate({})
