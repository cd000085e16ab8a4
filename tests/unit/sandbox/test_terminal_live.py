"""The prompt in a terminal, through prompt_toolkit's own fake keyboard; and lines out of a pipe or a file."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.sandbox.slack.objects import Message
from bot.sandbox.stage.scene import INCIDENT, PROJECT
from bot.sandbox.terminal.live import LiveScreen
from bot.sandbox.terminal.room import Room
from bot.sandbox.terminal.screen import Screen

LEFT, UP, HOME, DELETE = ("\x1b[D", "\x1b[A", "\x1b[H", "\x1b[3~")
CTRL_D, CTRL_U = ("\x04", "\x15")


def post_card(room: Room, *labels: str) -> Message:
    """Let the bot post a card with buttons."""
    workspace = room.stage.workspace
    buttons = [
        {"type": "button", "action_id": f"b{number}", "text": {"type": "plain_text", "text": label}}
        for number, label in enumerate(labels)
    ]
    title = {"type": "header", "text": {"type": "plain_text", "text": "Pause media-42?"}}
    message = Message(
        workspace.world.channel(INCIDENT).id, workspace.world.next_ts(), workspace.bot.id, "media-42",
        [title, {"type": "actions", "elements": buttons}], bot_id=workspace.bot.bot_id,
    )  # fmt: skip
    return workspace.world.post(message)


def console(height: int = 40) -> Console:
    """Return a terminal that nobody looks at."""
    return Console(file=io.StringIO(), force_terminal=True, width=80, height=height, _environ={})


@contextlib.asynccontextmanager
async def at_keyboard(room: Room, height: int = 40) -> AsyncIterator[tuple[LiveScreen, PipeInput]]:
    """Open a live screen, and a keyboard for it."""
    with create_pipe_input() as keys:
        screen = LiveScreen(console(height), room, source=keys, output=DummyOutput())
        async with screen.showing():
            yield screen, keys


async def lines(room: Room, typed: str) -> list[str]:
    """Return the lines that come of what is typed, up to a Ctrl-D behind it."""
    async with at_keyboard(room) as (screen, keys):
        keys.send_text(typed + CTRL_D)
        return [line async for line in screen.lines()]


@pytest.mark.parametrize(
    "typed",
    ["help\r", "hlp" + LEFT * 2 + "e\r", "xhelp" + HOME + DELETE + "\r", "nonsense" + CTRL_U + "help\r"],
)
async def test_a_line_can_be_edited(room: Room, typed: str) -> None:
    """The keys do what they do in every other prompt."""
    assert await lines(room, typed) == ["help"]


async def test_a_digit_clicks_by_itself_only_on_an_empty_line(room: Room) -> None:
    """In the middle of a command, and where there is no such button, it is a character like any other."""
    room.numbered = True
    post_card(room, "Pause", "Cancel")
    assert await lines(room, "1") == ["1"]
    assert await lines(room, "3\r") == ["3"]
    assert await lines(room, "media-1\r") == ["media-1"]


async def test_among_ten_buttons_a_digit_waits_for_enter(room: Room) -> None:
    """The first has to be told from the tenth."""
    room.numbered = True
    post_card(room, *(f"Pause {number}" for number in range(10)))
    assert await lines(room, "10\r") == ["10"]


async def test_what_was_typed_before_comes_back(room: Room) -> None:
    """Up walks through it, without clicks and repetitions."""
    room.numbered = True
    post_card(room, "Pause")
    async with at_keyboard(room) as (screen, keys):
        given = screen.lines()
        keys.send_text("first\rsecond\rsecond\r1")
        assert [await anext(given) for _ in range(4)] == ["first", "second", "second", "1"]
        line = ""
        while not line:  # a new prompt takes a moment to look up what was typed before it
            keys.send_text(UP + UP + "\r")
            line = await anext(given)
        assert line == "first"


async def test_tab_completes_what_is_known_here(room: Room) -> None:
    """The whole line, also if Enter follows at once; without a suggestion it stays."""
    room.stage.cloud.add_task(PROJECT, name="photos-9", total_size=10)
    for typed, line in (
        ("/oms pau", "/oms pause demo media-42"),
        ("/oms pause demo ph", "/oms pause demo photos-9"),
        ("/oms h", "/oms help"),
        ("as g", "as gina"),
        ("zzz", "zzz"),
    ):
        assert await lines(room, typed + "\t\r") == [line]


async def test_tab_again_goes_on_to_the_next_completion(room: Room) -> None:
    """All that fit are on offer, one after the other."""
    assert await lines(room, "/oms pau\t\t\r") == ["/oms pause demo invoices-3"]


async def test_nobody_is_offered_to_become_who_they_are(room: Room) -> None:
    """Alice becomes bob first of all, and bob alice."""
    assert await lines(room, "as \t\r") == ["as bob"]
    room.me = "bob"
    assert await lines(room, "as \t\r") == ["as alice"]


async def test_ctrl_d_leaves_only_on_an_empty_line(room: Room) -> None:
    """Elsewhere it would throw away what was typed."""
    assert await lines(room, "") == []
    assert await lines(room, "help" + CTRL_D + "\r") == ["help"]


async def test_during_the_play_only_enter_counts(room: Room) -> None:
    """It skips; what else is pressed is no answer to what comes next."""
    async with at_keyboard(room) as (screen, keys):

        def skip() -> None:
            screen.skip = None

        screen.skip = skip
        keys.send_text("quit1" + CTRL_D + "\rhelp\r" + CTRL_D)
        assert [line async for line in screen.lines()] == ["help"]


@pytest.mark.parametrize("height", [3, 8, 15, 24])
async def test_what_changes_in_place_fits_on_the_terminal(room: Room, height: int) -> None:
    """However short it is, and however much was said; what scrolled away was written once."""
    async with at_keyboard(room, height) as (screen, _):
        for number in range(6):
            post_card(room, f"Button {number}")
        assert screen.drawn.count("\n") < height
        assert "alice › " in screen.drawn.splitlines()[-1]


async def test_lines_of_a_pipe_come_as_they_are_written(room: Room) -> None:
    """A line counts when it is complete, the last one also without a line break."""
    ours, theirs = os.pipe()
    given = Screen(console(), room, ours).lines()
    os.write(theirs, "/oms → help\n".encode())
    assert await anext(given) == "/oms → help\n"
    os.write(theirs, b"1\nqu")
    os.close(theirs)
    assert [line async for line in given] == ["1\n", "qu"]
    os.close(ours)


async def test_a_file_is_read_to_its_end(room: Room, tmp_path: Path) -> None:
    """A file can't be waited for as a pipe can, and neither can /dev/null."""
    commands = tmp_path / "commands"
    commands.write_text("help\nquit\n")
    with commands.open() as source:
        assert [line async for line in Screen(console(), room, source.fileno()).lines()] == [
            "help\n",
            "quit\n",
        ]


async def test_without_standard_input_there_is_nothing_to_read(room: Room) -> None:
    """As when a service starts the demo."""
    assert [line async for line in Screen(console(), room).lines()] == []
