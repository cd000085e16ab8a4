"""The demo in a terminal: the main job played with the real bot, and then a prompt.

play(once=True)    # exit code 0 only if OMS shows the task paused and the thread says so
"""

import asyncio
import contextlib
import importlib.util
import io
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.sandbox.stage.bot import BotError
from bot.sandbox.stage.scene import INCIDENT
from bot.sandbox.stage.stage import Stage
from bot.sandbox.terminal.message import inset
from bot.sandbox.terminal.performance import Pace, Verdict, perform, verdict_line
from bot.sandbox.terminal.prompt import ASIDE, WELCOME, converse, help_view
from bot.sandbox.terminal.room import Room
from bot.sandbox.terminal.screen import Screen

_INTERRUPTED, _TERMINATED = 130, 143  # as a shell counts them: 128 and the signal's number


def play(*, once: bool) -> int:
    """Play the demo on loopback, and return the exit code; nothing that was started outlives it.

    With `once` the code is 0 only if the sandbox's OMS shows the task paused and the thread says so. Without, the
    person stays as long as they like, and leaving by any door they are offered is a success.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an arrow that a terminal lacks is no reason to fall over
    console = Console(highlight=False, markup=False, emoji=False)
    try:
        return asyncio.run(_run(console, once=once))
    except KeyboardInterrupt:
        return _INTERRUPTED if once else 0
    except asyncio.CancelledError:
        return _TERMINATED
    except BrokenPipeError:  # whoever read along has left: `oms-bot demo --once | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


async def _run(console: Console, *, once: bool) -> int:
    _leave_when_told()
    live = _can_live(console)
    about = Text("oms-bot", "bold").append(" · a Slack and a Huawei Cloud on this machine", "dim")
    console.print(inset(about), "", sep="\n")
    try:
        async with _curtain(console, live=live) as stage:
            screen = _screen(console, Room(stage, width=console.width), live=live)
            return await show(stage, screen, once=once)
    except BotError as error:
        console.print(inset(Text(f"✗ {error}")))
        return 1


async def show(stage: Stage, screen: Screen, *, once: bool) -> int:
    """Play on a stage that is set, stay unless `once`, and return the exit code."""
    async with screen.showing():
        verdict = await _perform(stage, screen)
        screen.caption("")
        screen.tell(_told(verdict, stage))
        if once:
            return 0 if verdict.paused else 1
        await _stay(stage, screen)
        return 0


async def _perform(stage: Stage, screen: Screen) -> Verdict:
    pace = Pace(human=screen.live)
    screen.aside, screen.skip = "It plays by itself · Enter takes over · Ctrl-C ends", pace.hurry
    try:
        return await perform(stage, screen, pace)
    finally:
        screen.skip = None


async def _stay(stage: Stage, screen: Screen) -> None:
    stage.put_back()
    screen.aside = ASIDE
    screen.tell(Text(WELCOME, "bold"), Text(), help_view())
    await converse(stage, screen)


def _screen(console: Console, room: Room, *, live: bool) -> Screen:
    if not live:
        return Screen(console, room, _standard_input())
    from bot.sandbox.terminal.live import LiveScreen  # noqa: PLC0415  # needs an optional extra

    return LiveScreen(console, room)


def _can_live(console: Console) -> bool:
    """Say whether somebody sits at a terminal where things can change in place, and what that takes is installed."""
    at_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    able = console.is_terminal and not console.is_dumb_terminal
    return at_terminal and able and importlib.util.find_spec("prompt_toolkit") is not None


def _told(verdict: Verdict, stage: Stage) -> Text:
    line = verdict_line(verdict)
    return line if verdict.paused else line.append(f"\n  The bot's log: {_kept(stage.bot.log)}")


def _kept(log: Path) -> Path:
    """Copy the log to where it survives the end of the stage, which takes its directory along."""
    kept = Path(tempfile.mkdtemp(prefix="oms-bot-log-")) / log.name
    shutil.copyfile(log, kept)
    return kept


@contextlib.asynccontextmanager
async def _curtain(console: Console, *, live: bool) -> AsyncIterator[Stage]:
    told = Text(f"Setting the stage: #{INCIDENT}, its migrations, and the bot…", "dim")
    if not live:
        console.print(inset(told))
    async with contextlib.AsyncExitStack() as opened:
        with console.status(told) if live else contextlib.nullcontext():
            stage = await opened.enter_async_context(Stage())
        yield stage


def _leave_when_told() -> None:
    """Clear the stage on the way out when the process is told to end, or its terminal is closed."""
    me, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert me is not None  # noqa: S101  # a coroutine of asyncio.run is a task
    for told in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(told, me.cancel)


def _standard_input() -> int | None:
    try:
        return sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # closed, or replaced by something that is no file
        return None
