"""The keyboard: standard input without blocking the loop, and a line that can be edited."""

import asyncio
import codecs
import os
import re
import termios
import tty
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

_PIECE = re.compile(r"\x1b\[[0-9;]*[~A-Za-z]|\x1bO[A-Z]|.", re.DOTALL)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;]*|O)?\Z")
_MOST_BYTES = 4096


class Keyboard:
    """Standard input, piece by piece, as a context manager. `raw` takes a terminal's keys one by one, without echo."""

    def __init__(self, descriptor: int | None, *, raw: bool) -> None:
        self.raw = raw
        self._descriptor = descriptor
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._before: list[Any] | None = None

    def __enter__(self) -> Self:
        if self._descriptor is None:
            self._pieces.put_nowait(None)
            return self
        if self.raw:
            self._before = termios.tcgetattr(self._descriptor)
            tty.setcbreak(self._descriptor)
        try:
            asyncio.get_running_loop().add_reader(self._descriptor, self._read)
        except (
            PermissionError
        ):  # a file or /dev/null, which can't be waited for since it never keeps one waiting
            while self._read():
                pass
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_reading()
        if self._before is not None and self._descriptor is not None:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    async def read(self) -> str | None:
        """Return the next piece of input; None at its end, however often one asks."""
        piece = await self._pieces.get()
        if piece is None:
            self._pieces.put_nowait(None)
        return piece

    def forget(self) -> None:
        """Throw away what was typed but not read; the end of the input is not forgotten."""
        pieces = [self._pieces.get_nowait() for _ in range(self._pieces.qsize())]
        if None in pieces:
            self._pieces.put_nowait(None)

    def _read(self) -> bool:
        assert self._descriptor is not None  # noqa: S101 - who reads has something to read from
        try:
            got = os.read(self._descriptor, _MOST_BYTES)
        except OSError:  # the terminal was closed
            got = b""
        if text := self._decoder.decode(got, final=not got):
            self._pieces.put_nowait(text)
        if not got:
            self._stop_reading()
            self._pieces.put_nowait(None)
        return bool(got)

    def _stop_reading(self) -> None:
        if self._descriptor is not None:
            asyncio.get_running_loop().remove_reader(self._descriptor)


class Lines:
    """Whole lines out of pieces of input that somebody else edited: a pipe, or a terminal that does not take keys."""

    text, at = "", 0

    def feed(self, piece: str) -> Iterator[str]:
        """Yield every line that is complete now."""
        *complete, self.text = (self.text + piece).split("\n")
        yield from complete

    def end(self) -> Iterator[str]:
        """Yield what was written after the last line break."""
        if self.text:
            yield self.text


class Editor:
    """A line that is edited key by key: arrows, Home, End, Backspace, Tab, Ctrl-A/E/K/U/W, and what was typed before.

    Attributes:
        text, at: The line, and where the cursor stands in it.
        instant: Says of a character, typed into an empty line, whether it needs no Enter.
        suggestions: What Tab completes to.
    """

    def __init__(self, instant: Callable[[str], bool], suggestions: tuple[str, ...] = ()) -> None:
        self.text, self.at = "", 0
        self.instant, self.suggestions = instant, suggestions
        self._past: list[str] = []
        self._back = 0
        self._held = ""
        self._keys: dict[str, Callable[[], None]] = {
            "\x7f": self._rub_out, "\x08": self._rub_out, "\x1b[3~": self._delete, "\t": self._complete,
            "\x1b[D": lambda: self._go(self.at - 1), "\x1b[C": lambda: self._go(self.at + 1),
            "\x1b[H": lambda: self._go(0), "\x1bOH": lambda: self._go(0), "\x01": lambda: self._go(0),
            "\x1b[F": lambda: self._go(len(self.text)), "\x1bOF": lambda: self._go(len(self.text)),
            "\x05": lambda: self._go(len(self.text)),
            "\x0b": lambda: self._put(self.text[: self.at], self.at),
            "\x15": lambda: self._put(self.text[self.at :], 0), "\x17": self._rub_out_word,
            "\x1b[A": lambda: self._remember(1), "\x1b[B": lambda: self._remember(-1),
            "\x1bOA": lambda: self._remember(1), "\x1bOB": lambda: self._remember(-1),
        }  # fmt: skip

    def feed(self, piece: str) -> Iterator[str]:
        """Take what was typed, and yield each line that it finishes; Ctrl-D on an empty line is "quit"."""
        piece, self._held = self._held + piece, ""
        if unfinished := _UNFINISHED.search(piece):
            piece, self._held = piece[: unfinished.start()], unfinished[0]
        for key in _PIECE.findall(piece):
            if key in "\r\n" or (not self.text and self.instant(key)):
                yield self._finish(key.strip())
            elif key == "\x04":
                if not self.text:
                    yield "quit"
            elif key in self._keys:
                self._keys[key]()
            elif key.isprintable():
                self._put(self.text[: self.at] + key + self.text[self.at :], self.at + 1)

    def end(self) -> Iterator[str]:
        """Yield nothing: a line without Enter was not meant yet."""
        return iter(())

    def _finish(self, instantly: str) -> str:
        line = self.text + instantly
        self._put("", 0)
        if line and not instantly and line not in self._past[-1:]:
            self._past.append(line)
        self._back = 0
        return line

    def _put(self, text: str, at: int) -> None:
        self.text, self.at = text, at

    def _go(self, at: int) -> None:
        self.at = min(max(at, 0), len(self.text))

    def _rub_out(self) -> None:
        if self.at:
            self._put(self.text[: self.at - 1] + self.text[self.at :], self.at - 1)

    def _delete(self) -> None:
        self._put(self.text[: self.at] + self.text[self.at + 1 :], self.at)

    def _rub_out_word(self) -> None:
        kept = re.sub(r"\S+\s*\Z", "", self.text[: self.at])
        self._put(kept + self.text[self.at :], len(kept))

    def _remember(self, step: int) -> None:
        self._back = min(max(self._back + step, 0), len(self._past))
        text = self._past[-self._back] if self._back else ""
        self._put(text, len(text))

    def _complete(self) -> None:
        longer = (one for one in self.suggestions if one.startswith(self.text) and one != self.text)
        if found := next(longer, None):
            self._put(found, len(found))
