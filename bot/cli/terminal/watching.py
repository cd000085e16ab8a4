"""Watch a task at a terminal, until it ends or an hour has passed: a bar, or a line or JSON object for each reading."""

from __future__ import annotations

import asyncio
import time

from bot.cli.ends import Exit
from bot.cli.terminal import live
from bot.cli.terminal.showing import Screen
from bot.conversation import outcomes
from bot.conversation.answers import NoCard
from bot.conversation.ports import Tasks
from bot.conversation.snapshots import Snapshot
from bot.conversation.values import Wish
from bot.conversation.watched import ENDED, LASTS
from bot.huawei.errors import HuaweiError
from bot.huawei.fault import fault_of
from bot.huawei.oms.models import TaskStatus
from bot.text.say_endings import About


async def watch(task: Snapshot, tasks: Tasks, screen: Screen, about: About, every: float) -> Exit:
    """Show *task* as it goes on, read *every* so many seconds. Ctrl-C ends that, and takes nothing back."""
    until = time.monotonic() + LASTS
    with live.bars(screen.going_on) as seen:
        try:
            while True:
                seen(task)
                screen.sighting(task)
                if task.status in ENDED or time.monotonic() > until:
                    break
                await asyncio.sleep(every)
                task = await _read(task, tasks)
        except asyncio.CancelledError:
            pass
        except HuaweiError as error:
            wish = Wish(verb=about.verb, project=about.project, targets=(task.task_id,))
            failed = NoCard(
                wish=wish, outcome=outcomes.Failed(fault=fault_of(error)), principal=about.principal
            )
            return screen.answer(failed, about)
    screen.watched(task)
    if task.status == TaskStatus.SUCCEEDED:
        return Exit.DONE
    return Exit.WRONG if task.status in ENDED else Exit.UNCERTAIN


async def _read(last: Snapshot, tasks: Tasks) -> Snapshot:
    """Return the task as it is now, or as it was if that can't be told for a moment.

    Raises:
        HuaweiError: it will not be told.
    """
    try:
        return await tasks.read(last.task_id)
    except HuaweiError as error:
        if not error.may_pass:
            raise
        return last
