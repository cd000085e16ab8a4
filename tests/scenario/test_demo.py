"""The demo in the terminal, run as a person or a script would run it: `python -m bot demo`."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.sandbox.stage.stage import Stage, Trouble
from bot.sandbox.terminal.play import show
from bot.sandbox.terminal.room import Room
from bot.sandbox.terminal.screen import Screen

COMMAND = (sys.executable, "-m", "bot", "demo")
PATIENCE = 60.0
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Demo:
    """A running demo in a process group of its own, so that whoever it leaves behind can be found."""

    def __init__(self, *arguments: str, terminal: bool = False) -> None:
        self._raw, self._told, self._terminal = b"", 0, terminal
        self._ours, theirs = os.openpty() if terminal else (-1, -1)
        if terminal:
            termios.tcsetwinsize(theirs, (40, 100))
        self.before = termios.tcgetattr(theirs) if terminal else []
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=theirs if terminal else subprocess.PIPE,
            stdout=theirs if terminal else subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={key: value for key, value in os.environ.items() if "COLOR" not in key} | {"TERM": "xterm"},
            start_new_session=True,
        )
        self._theirs = theirs

    def type(self, text: str) -> None:
        """Press keys, or write into the pipe."""
        if self._terminal:
            os.write(self._ours, text.encode())
        else:
            assert self.process.stdin
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()

    def expect(self, text: str) -> None:
        """Read until this was shown; what comes later is looked for after it."""
        until = time.monotonic() + PATIENCE
        while (found := self.seen.find(text, self._told)) < 0:
            assert time.monotonic() < until, f"{text!r} was not seen in:\n{self.seen[self._told :]}"
            self._read()
        self._told = found + len(text)

    def end(self) -> tuple[int, str, str]:
        """Return the exit code, all the output, and what was said on standard error."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < until, f"it does not end:\n{self.seen}"
            self._read()
        while self._read():
            pass
        assert self.process.stderr
        return self.process.returncode, self.seen, self.process.stderr.read().decode()

    def terminal_is_as_before(self) -> bool:
        """Say whether the terminal echoes and gathers lines as it did."""
        return termios.tcgetattr(self._theirs) == self.before

    def survivors(self) -> list[str]:
        """Return who is left of the process group, once there was time to go."""
        until = time.monotonic() + 10
        while (left := _group(self.process.pid)) and time.monotonic() < until:
            time.sleep(0.1)
        return left

    def clear(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        if self._terminal:
            os.close(self._ours)
            os.close(self._theirs)

    @property
    def is_plain(self) -> bool:
        """Say whether no colour and no cursor movement was written."""
        return b"\x1b" not in self._raw

    @property
    def seen(self) -> str:
        """What was shown so far, without colours and cursor movements."""
        return CODES.sub("", self._raw.decode(errors="replace")).replace("\r", "")

    def _read(self) -> bool:
        source = self._ours if self._terminal else self._output()
        got = os.read(source, 65536) if select.select([source], [], [], 0.1)[0] else b""
        self._raw += got
        return bool(got)

    def _output(self) -> int:
        assert self.process.stdout
        return self.process.stdout.fileno()


def _group(leader: int) -> list[str]:
    """Name the processes of a group that still run; where there is no /proc, nobody is found."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # gone in between
            name, _, rest = stat.read_text().rpartition(") ")
            state, _, group = rest.split()[:3]
            if group == str(leader) and state != "Z":  # a zombie waits for its parent only
                found.append(name)
    return found


@pytest.fixture(autouse=True)
def _own_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a killed demo can't tidy up away from the machine's /tmp."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    """Clear away every demo that a test appends."""
    running: list[Demo] = []
    yield running
    for demo in running:
        demo.clear()


def test_played_once_it_pauses_the_task_and_proves_it(demos: list[Demo]) -> None:
    """Command, answer, card, click, thread and bar are shown in order; the code is 0, and nothing is left running."""
    demos.append(demo := Demo("--once"))
    for shown in (
        "alice › /oms pause demo media-42 traffic spike",
        "Pause media-42?",
        "[ Pause ]  [ Don't pause ]",
        "Alice clicks [ Pause ].",
        "Pausing media-42…",
        "Paused media-42",
        "└ ╭─ oms-bot ─",
        "⏸️ Paused media-42",
        "OMS confirmed it at",
        "✓ media-42 is paused",
        "one call was",
    ):
        demo.expect(shown)
    code, seen, errors = demo.end()
    assert (code, errors) == (0, "")
    assert re.search(r"^ media-42 .* 0 MB/s  paused$", seen, re.MULTILINE), "the bar freezes with its status"
    assert demo.is_plain
    assert demo.survivors() == []


async def test_a_pause_that_is_refused_is_not_called_one() -> None:
    """Alice lacks the permission: the code is 1, a sentence says what OMS and the thread show, and the log is kept."""
    output = io.StringIO()
    async with Stage() as stage:
        stage.switch(Trouble.NO_PERMISSION, on=True)
        screen = Screen(Console(file=output, width=400), Room(stage))
        code = await show(stage, screen, once=True)
    said = output.getvalue()
    assert code == 1
    assert (
        "✗ media-42 is not shown to be paused. OMS has it in status 2; the thread ends with: "
        "Next: Ask your IAM administrator" in said
    )
    log = Path(said.rpartition("The bot's log: ")[2].strip())
    assert "operation" in await asyncio.to_thread(log.read_text)


def test_commands_can_be_piped_in(demos: list[Demo]) -> None:
    """After the play each line is carried out in its turn, the button clicked by its number, and the ending awaited."""
    demos.append(demo := Demo("--terminal"))
    demo.type("/oms help\n/oms pause demo media-42\n1\nas gina\n/oms pause demo logs-7\nquit\n")
    for shown in (
        "Your turn",
        "alice › /oms help",
        "shows what would be",
        "alice › /oms pause demo media-42",
        "Pause media-42?",
        "1 [ Pause ]  2 [ Don't pause ]",
        "alice clicks [ Pause ]",
        "⏸️ Paused media-42",
        "OMS confirmed it at",
        "You are gina now",
        "gina › /oms pause demo logs-7",
        "Guests can't do this",
    ):
        demo.expect(shown)
    assert demo.end()[::2] == (0, "")
    assert demo.survivors() == []


def test_in_a_terminal_keys_click_and_the_card_changes_in_place(demos: list[Demo]) -> None:
    """Enter takes over, 1 clicks by itself, and Ctrl-C ends quietly and gives the terminal back as it was."""
    demos.append(demo := Demo("--terminal", terminal=True))
    demo.expect("Enter takes over")
    demo.type("\r")
    demo.expect("Your turn")
    demo.type("/oms pau\t\r")  # Tab completes
    demo.expect("1 [ Pause ]  2 [ Don't pause ]")
    demo.type("1")
    demo.expect("Pausing media-42…")
    demo.expect("⏸️ Paused media-42")
    demo.expect("└ ╭─ oms-bot ─")
    demo.expect("OMS confirmed it at")
    os.killpg(demo.process.pid, signal.SIGINT)  # Ctrl-C reaches everybody in the foreground, the bot too
    assert demo.end()[::2] == (0, "")
    assert demo.terminal_is_as_before()
    assert demo.survivors() == []


def test_ctrl_c_as_a_key_ends_it_and_gives_the_terminal_back(demos: list[Demo]) -> None:
    """The prompt is handed it like any other key; it is an interrupt all the same."""
    demos.append(demo := Demo("--once", terminal=True))
    demo.expect("Enter takes over")
    demo.type("\x03")
    assert demo.end()[::2] == (130, "")
    assert demo.terminal_is_as_before()
    assert demo.survivors() == []


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_however_it_is_ended_no_bot_is_left(demos: list[Demo], how: signal.Signals, code: int) -> None:
    """Interrupted before the proof it has not succeeded; it says nothing more, and takes the bot along."""
    demos.append(demo := Demo("--once"))
    demo.expect("alice › /oms pause")
    demo.process.send_signal(how)
    assert demo.end()[::2] == (code, "")
    assert demo.survivors() == []


def test_piped_it_needs_nothing_of_the_extra() -> None:
    """What only the web page, Socket Mode and the prompt need is never imported."""
    blocked = (
        "import sys; sys.modules.update(nicegui=None, websockets=None, fastapi=None, prompt_toolkit=None)"
    )
    program = f"{blocked}; from bot.sandbox.terminal.play import play; sys.exit(play(once=True))"
    played = subprocess.run(
        [sys.executable, "-c", program], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert (played.returncode, played.stderr) == (0, "")
    assert "OMS confirmed it at" in played.stdout
