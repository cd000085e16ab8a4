"""The keyboard: lines out of a pipe, and a line edited key by key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.sandbox.terminal.keys import Editor, Keyboard, Lines

LEFT, RIGHT, UP, DOWN, HOME, END = ("\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B", "\x1b[H", "\x1b[F")
BACK, DELETE, CTRL_D, CTRL_K, CTRL_U, CTRL_W = ("\x7f", "\x1b[3~", "\x04", "\x0b", "\x15", "\x17")


def editor(*suggestions: str, buttons: str = "") -> Editor:
    """Return an editor; `buttons` are the keys that click."""
    return Editor(lambda key: key in buttons, suggestions)


def lines(typed: str, *suggestions: str, buttons: str = "") -> list[str]:
    """Return the lines that come of what is typed."""
    return list(editor(*suggestions, buttons=buttons).feed(typed))


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("help\r", "help"),
        ("hlp" + LEFT + LEFT + "e\r", "help"),
        ("elp" + HOME + "h" + END + "!" + BACK + "\r", "help"),
        ("xhelp" + HOME + DELETE + "\r", "help"),
        ("help me" + CTRL_W + BACK + "\r", "help"),
        ("nonsense" + CTRL_U + "help\r", "help"),
        ("help me" + LEFT * 3 + CTRL_K + "\r", "help"),
        (BACK + LEFT + DELETE + RIGHT + "help\r", "help"),
        ("help\x1b[1;5D\x1b[200~\r", "help"),
    ],
)
def test_a_line_can_be_edited(typed: str, line: str) -> None:
    """Arrows, Home, End, Backspace, Delete and the Ctrl keys do what they do elsewhere; other keys do nothing."""
    assert lines(typed) == [line]


def test_a_key_that_comes_in_two_pieces_is_one_key() -> None:
    """A slow connection may cut an arrow in half."""
    line = editor()
    assert list(line.feed("hel\x1b")) == []
    assert list(line.feed("[")) == []
    assert list(line.feed("Dx\r")) == ["hexl"]


def test_a_digit_clicks_by_itself_only_on_an_empty_line() -> None:
    """In the middle of a command, and where there is no such button, it is a character like any other."""
    assert lines("1", buttons="12") == ["1"]
    assert lines("3\r", buttons="12") == ["3"]
    assert lines("media-1\r", buttons="12") == ["media-1"]


def test_what_was_typed_before_comes_back() -> None:
    """Up and down walk through it, without clicks and repetitions, and back to an empty line."""
    line = editor(buttons="1")
    assert list(line.feed("first\rsecond\rsecond\r1")) == ["first", "second", "second", "1"]
    assert list(line.feed(UP + UP + UP + "\r")) == ["first"]
    assert list(line.feed(UP + UP + DOWN + DOWN + "new\r")) == ["new"]


def test_tab_completes_to_the_first_suggestion() -> None:
    """Again, and it goes on to a longer one; without a suggestion the line stays."""
    assert lines("/oms p\t\r", "/oms pause demo", "/oms pause demo media-42") == ["/oms pause demo"]
    assert lines("/oms p\t\t\r", "/oms pause demo", "/oms pause demo media-42") == [
        "/oms pause demo media-42"
    ]
    assert lines("zzz\t\r", "/oms pause demo") == ["zzz"]


def test_ctrl_d_leaves_only_on_an_empty_line() -> None:
    """Elsewhere it would throw away what was typed."""
    assert lines(CTRL_D) == ["quit"]
    assert lines("help" + CTRL_D + "\r") == ["help"]


def test_lines_of_a_pipe_may_come_in_any_pieces() -> None:
    """A line counts when it is complete, the last one also without a line break."""
    gathered = Lines()
    assert list(gathered.feed("/oms he")) == []
    assert list(gathered.feed("lp\n1\nqu")) == ["/oms help", "1"]
    assert list(gathered.end()) == ["qu"]


async def test_a_pipe_is_read_without_blocking() -> None:
    """Pieces come as they are written, also half a character; the end comes as often as it is asked for."""
    ours, theirs = os.pipe()
    with Keyboard(ours, raw=False) as keyboard:
        os.write(theirs, "a→".encode()[:-1])
        assert await keyboard.read() == "a"
        os.write(theirs, "→".encode()[-1:])
        assert await keyboard.read() == "→"
        os.close(theirs)
        assert await keyboard.read() is None
        keyboard.forget()
        assert await keyboard.read() is None
    os.close(ours)


async def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    """A file can't be waited for as a pipe can, and neither can /dev/null."""
    commands = tmp_path / "commands"
    commands.write_text("help\nquit\n")
    descriptor = os.open(commands, os.O_RDONLY)
    with Keyboard(descriptor, raw=False) as keyboard:
        assert [await keyboard.read(), await keyboard.read()] == ["help\nquit\n", None]
    os.close(descriptor)


async def test_without_standard_input_there_is_nothing_to_read() -> None:
    """As when a service starts the demo."""
    with Keyboard(None, raw=False) as keyboard:
        assert await keyboard.read() is None
