"""The stage: the real bot in its own process, that can be killed, revived, and never outlives its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.sandbox.stage.bot import BotError, BotProcess
from bot.sandbox.stage.family import FAMILY
from bot.sandbox.stage.scene import INCIDENT
from bot.sandbox.stage.situations import SITUATIONS
from bot.sandbox.stage.stage import CONFIRM, Stage, Trouble
from bot.sandbox.stage.tour import Step, Tour

PARENT = """
import asyncio
from bot.sandbox.stage.stage import Stage

async def play():
    async with Stage() as stage:
        print(stage.bot._process.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(play())
"""


async def test_the_bot_dies_with_its_parent_even_if_that_is_killed(tmp_path: Path) -> None:
    """No `finally`, no atexit, no signal handler runs in a killed parent; the guard at the pipe's end does."""
    room = os.environ | {"TMPDIR": str(tmp_path)}  # a killed parent tidies nothing up
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, stdout=PIPE, env=room)
    assert parent.stdout is not None
    bot = int(await asyncio.wait_for(parent.stdout.readline(), 60))
    parent.kill()
    await parent.wait()
    until = time.monotonic() + 10
    while _lives(bot) and time.monotonic() < until:
        await asyncio.sleep(0.05)
    assert not _lives(bot)


async def test_a_stage_plays_a_pause_survives_a_kill_and_begins_anew() -> None:
    """One stage through its whole life: ask, kill, restart, confirm, trouble, reset."""
    async with Stage() as stage:
        await stage.slash("alice", "pause demo media-42")
        card = await stage.wait_for(stage.card)
        await stage.kill()
        assert stage.bot_state == "dead"
        await asyncio.gather(stage.restart(), stage.restart())
        await stage.click("alice", CONFIRM, card)
        # Killed in the moment of posting, the bot may post a second card that speaks for the same operation.
        await stage.wait_for(
            lambda: any("OMS confirmed it at" in m.text for m in stage.workspace.messages(INCIDENT))
        )
        assert len(stage.pauses()) == 1
        stage.switch(Trouble.OMS_DOWN, on=True)
        seen = stage.scene
        await stage.reset()
        assert (stage.scene, stage.troubles, stage.card(), stage.pauses()) == (seen + 1, set(), None, [])
        home = stage.bot.home
    assert not stage.bot.alive
    assert not home.exists()


async def test_each_situation_judges_itself_when_it_is_played() -> None:
    """Two that go wrong and all that go beyond a pause, by "Do it for me"; the browser plays the seven by hand."""
    played = [one for one in SITUATIONS if one.key in ("stranger", "permission") or one in FAMILY]
    async with Stage() as stage:
        tour = Tour(stage)
        for situation in played:
            await tour.start(situation)
            assert tour.judge() is None
            while (step := await stage.wait_for(lambda: _over(tour) or _offered(tour))) and step.deed:
                await step.deed(stage)
                await stage.wait_for(lambda before=step: tour.next_step() is not before)  # type: ignore[misc]
            await stage.wait_for(tour.judge)
        assert set(tour.finished) == {one.key for one in played}


async def test_a_bot_that_does_not_start_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    """Whoever plays in a terminal has only this sentence."""
    process = BotProcess(tmp_path, {})
    with pytest.raises(BotError, match="SLACK_BOT_TOKEN is missing"):
        await process.start()
    await process.stop()


_DONE = Step("", lambda _: True)


def _offered(tour: Tour) -> Step | None:
    """Return the step that waits to be done by somebody."""
    step = tour.next_step()
    return step if step and step.deed else None


def _over(tour: Tour) -> Step | None:
    """Return what ends the play, once it has ended as promised."""
    return _DONE if tour.judge() else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    # In a container without an init, a process whose parent is gone stays as a zombie: that is dead, too.
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return True
