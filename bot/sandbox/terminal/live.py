"""A terminal: what was said scrolls up; below it the card, the tasks and the prompt change in place.

prompt_toolkit, which only this module needs, comes with the extra `sandbox`.
"""

import asyncio
import contextlib
import functools
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable

from prompt_toolkit import ANSI, PromptSession
from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console, Group, RenderableType
from rich.segment import Segment, Segments
from rich.text import Text

from bot.sandbox.slack.objects import Message
from bot.sandbox.slack.world import Change
from bot.sandbox.stage.rows import Row, rows
from bot.sandbox.stage.scene import ALIAS, CAST
from bot.sandbox.terminal.message import message_view
from bot.sandbox.terminal.oms import rows_view
from bot.sandbox.terminal.room import Room
from bot.sandbox.terminal.screen import SEEN, Screen
from bot.sandbox.terminal.text import inert

_SHORT = 30  # a terminal with fewer lines shows the tasks that the card speaks of, and no others


class LiveScreen(Screen):
    """A prompt that is always there, with the last message that can be clicked above it.

    Attributes:
        drawn: What stands above the prompt, and the prompt.
    """

    live = True

    def __init__(
        self, console: Console, room: Room, *, source: Input | None = None, output: Output | None = None
    ) -> None:
        super().__init__(console, room)
        self._card: Message | None = None
        self._caption = self.drawn = ""
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._started = asyncio.Event()
        self._session: PromptSession[str] = PromptSession(
            lambda: ANSI(self.drawn), completer=Suggestions(room), complete_while_typing=False,
            reserve_space_for_menu=0, key_bindings=self._keys(), enable_suspend=True, erase_when_done=True,
            input=source, output=output or _terminal(console),
        )  # fmt: skip

    def tell(self, *what: RenderableType) -> None:
        """Write it above the card, or below it if that can't be clicked any more."""
        if self._card and not self._card.elements():
            self._let_go()
        super().tell(*what)

    def echo(self, command: str) -> None:
        """Write the command; what was said of the former one is over."""
        self._caption = ""
        super().echo(command)

    def caption(self, text: str) -> None:
        """Show the caption above the prompt."""
        self._caption = text
        self.tick()

    def draft(self, text: str) -> None:
        """Show the command behind the prompt, as if it were typed there."""
        self._session.default_buffer.document = Document(text)

    def notice(self, change: Change) -> None:
        """Show the card changed in its place; what else is said goes above it."""
        if change.kind not in {*SEEN, "message.deleted"}:
            return
        root = self.room.root(change.subject)
        newest, _ = self.room.clickable()
        if root is not self._card and root is not newest:
            super().notice(change)
            return
        if root is not self._card:
            self._let_go()
        self._card = None if root.deleted else root
        self._redraw()

    def tick(self) -> None:
        """Draw what changed."""
        drawn = self._draw()
        if drawn != self.drawn:
            self.drawn = drawn
            self._session.app.invalidate()

    def close(self) -> None:
        """Write the card and the tasks, as they stand, for good."""
        self._let_go()
        self.tell(rows_view(self._rows(), self.console.width))

    async def lines(self) -> AsyncIterator[str]:
        """Yield the lines that were entered, and the digits that click by themselves."""
        while (line := await self._lines.get()) is not None:
            yield line

    @contextlib.asynccontextmanager
    async def showing(self) -> AsyncIterator[None]:
        """Keep the prompt there, and what is written above it."""
        self.tick()
        with contextlib.closing(self), patch_stdout(raw=True):
            prompting = asyncio.create_task(self._keep_prompting())
            try:
                await self._started.wait()  # what is written before could not know that a prompt comes
                async with super().showing():
                    yield
            finally:
                prompting.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await prompting

    async def _keep_prompting(self) -> None:
        try:
            while True:
                # An interrupt ends the whole play, wherever it stands, and not this one line.
                line = await self._session.prompt_async(handle_sigint=False, pre_run=self._started.set)
                self._lines.put_nowait(line)
        except EOFError:
            pass  # Ctrl-D, or the terminal was closed
        finally:
            self._started.set()
            self._lines.put_nowait(None)

    def _redraw(self) -> None:
        """Draw everything anew: terminals disagree on how wide an emoji is, so a changed line can't just be mended."""
        self.tick()
        if self._session.app.is_running:
            self._session.app.renderer.erase()
            self._session.app.invalidate()

    def _let_go(self) -> None:
        """Let the card scroll up."""
        if card := self._card:
            self._card = None
            self.tell(message_view(card, self.room))

    def _draw(self) -> str:
        """Return what stands above the prompt, and the prompt; the end of it, where the terminal is short."""
        card = [message_view(self._card, self.room), ""] if self._card else []
        parts = [*card, rows_view(self._rows(), self.console.width), "", *self._foot()]
        segments = Segment.strip_links(self.console.render(Group(*parts)))  # ANSI has no word for a link
        with self.console.capture() as drawn:
            self.console.print(Segments(segments), end="")
        return "\n".join(drawn.get().splitlines()[1 - self.console.height :])

    def _rows(self) -> list[Row]:
        everything = rows(self.room.stage.cloud)
        if self.console.height >= _SHORT:
            return everything
        return [row for row in everything if self._card and row.name in self._card.text] or everything[:1]

    def _foot(self) -> list[RenderableType]:
        hint = Text(" ")
        for number, (_, label) in enumerate(self.room.clickable()[1] if self.room.numbered else [], start=1):
            hint.append(f"{number} ", "bold cyan").append(f"{inert(label)}   ")
        caption = [Text(f" {self._caption}", "italic yellow")] if self._caption else []
        return [*caption, hint.append(self.aside, "dim"), Text(" ").append_text(self.prompt(""))]

    def _keys(self) -> KeyBindings:
        """Bind what is particular here; prompt_toolkit has the rest."""
        keys, playing = KeyBindings(), Condition(lambda: self.skip is not None)

        @keys.add("c-c")
        def interrupt(_: KeyPressEvent) -> None:
            signal.raise_signal(signal.SIGINT)  # which a terminal that hands over its keys leaves to us

        @keys.add("enter", filter=playing)
        def skip(_: KeyPressEvent) -> None:
            if self.skip:
                self.skip()

        @keys.add(Keys.Any, filter=playing)
        @keys.add("c-d", filter=playing)
        def ignore(_: KeyPressEvent) -> None:
            """Do nothing: impatience is no answer to what comes next."""

        keys.add("tab", filter=~playing)(_complete)
        for digit in "123456789":
            keys.add(digit, filter=~playing & Condition(functools.partial(self._clicks, digit)))(_enter)
        return keys

    def _clicks(self, digit: str) -> bool:
        """Say whether a digit needs no Enter; not where there is a tenth button to be told from the first."""
        count = len(self.room.numbers())
        return not self._session.default_buffer.text and int(digit) <= count <= 9


class Suggestions(Completer):
    """The lines that make sense here, with the tasks that there are."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def get_completions(self, document: Document, _: CompleteEvent) -> Iterable[Completion]:
        """Yield the lines that begin with what was typed."""
        typed = document.text_before_cursor
        for line in self._lines():
            if line.startswith(typed) and line != typed:
                yield Completion(line, start_position=-len(typed))

    def _lines(self) -> Iterable[str]:
        yield from (f"/oms pause {ALIAS} {row.name}" for row in rows(self._room.stage.cloud))
        yield from (f"/oms pause {ALIAS}", "/oms help")
        yield from (f"as {person.name}" for person in CAST if person.name != self._room.me)
        yield from ("again", "help", "quit")


def _terminal(console: Console) -> Output:
    # Not every terminal says where its cursor stands, and nothing here needs to know.
    return Vt100_Output(
        sys.stdout,
        lambda: Size(rows=console.height, columns=console.width),
        term=os.environ.get("TERM"),
        enable_cpr=False,
    )


def _complete(event: KeyPressEvent) -> None:
    """Go to the next completion; the first is found at once, so that an Enter right behind it can't overtake it."""
    buffer = event.current_buffer
    if buffer.complete_state:
        buffer.complete_next()
        return
    found = list(buffer.completer.get_completions(buffer.document, CompleteEvent(completion_requested=True)))
    if found:
        buffer.complete_state = CompletionState(buffer.document, found)
        buffer.go_to_completion(0)


def _enter(event: KeyPressEvent) -> None:
    event.app.exit(result=event.data)
