"""What the play and the prompt write to, where output only grows: a pipe, a file, a dumb terminal."""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Callable

from rich.console import Console, RenderableType
from rich.text import Text

from bot.sandbox.slack.objects import Message
from bot.sandbox.slack.world import Change
from bot.sandbox.stage.rows import rows
from bot.sandbox.terminal.message import inset, message_view, reply_view
from bot.sandbox.terminal.oms import rows_view
from bot.sandbox.terminal.room import Room
from bot.sandbox.terminal.text import inert

SEEN = frozenset({"message.posted", "message.ephemeral", "message.edited"})
_EVERY = 0.1  # seconds between looks at what changes with the clock


class Screen:
    """Everything is written once, in the order in which it happens; `showing` keeps it up to date meanwhile.

    Attributes:
        console: Where it is shown.
        room: Who looks at it.
        live: Whether what is shown changes in place, for a person who presses keys.
        aside: What a person may do now, in small print, where there is a place that does not scroll away.
        skip: What Enter does while the play goes on by itself; None once it is the person's turn.
    """

    live = False

    def __init__(self, console: Console, room: Room, source: int | None = None) -> None:
        self.console, self.room = console, room
        self.aside = ""
        self.skip: Callable[[], None] | None = None
        self._source = source
        self._words: dict[str, str] = {}

    def tell(self, *what: RenderableType) -> None:
        """Show something that stays as it is, with air above it."""
        self._write("", *what)

    def echo(self, command: str) -> None:
        """Show a command that was given; with it, something new begins."""
        self.tell(self.prompt(command))

    def caption(self, text: str) -> None:
        """Say what is going on; nothing, if nothing needs saying."""
        if text:
            self.tell(Text(text, "italic"))

    def draft(self, text: str) -> None:
        """Show a command that the play is typing; nothing here, where it could not be taken back."""

    def notice(self, change: Change) -> None:
        """Show what changed in Slack, if the person sees it: once for each version that people could see."""
        message = change.subject
        if change.kind in SEEN and self.room.sees(message):
            self._write(*self._news(message))

    def tick(self) -> None:
        """Show what changed with the clock: the tasks that have another status."""
        now = rows(self.room.stage.cloud)
        changed = [row for row in now if self._words.get(row.key) != row.word]
        self._words = {row.key: row.word for row in now}
        if changed:
            self.tell(rows_view(changed, self.console.width))

    async def lines(self) -> AsyncIterator[str]:
        """Yield what the person says, line by line, until they go or their input ends."""
        loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

        def read(source: int) -> None:
            with contextlib.suppress(RuntimeError):  # nobody listens any more
                with (
                    contextlib.suppress(OSError),
                    os.fdopen(source, errors="replace", closefd=False) as given,
                ):
                    for line in given:
                        loop.call_soon_threadsafe(lines.put_nowait, line)
                loop.call_soon_threadsafe(lines.put_nowait, None)

        if self._source is not None:  # a thread, since a loop can wait for a pipe but not for a file
            threading.Thread(target=read, args=(self._source,), daemon=True).start()
            while (line := await lines.get()) is not None:
                yield line

    @contextlib.asynccontextmanager
    async def showing(self) -> AsyncIterator[None]:
        """Keep the screen up to date."""
        unsubscribe = self.room.stage.workspace.subscribe(self.notice)
        ticking = asyncio.create_task(self._tick_on())
        try:
            yield
        finally:
            unsubscribe()
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking

    def prompt(self, text: str) -> Text:
        """Return a command as it stands behind its person's name."""
        return Text(f"{self.room.me} › ", "bold cyan").append(inert(text), "bold")

    def _news(self, message: Message) -> list[RenderableType]:
        if self.room.root(message) is not message:
            return [reply_view(message, self.room)]
        return ["", message_view(message, self.room, replies=False)]

    def _write(self, *what: RenderableType) -> None:
        with self.console.capture() as drawn:
            self.console.print(*map(inset, what), sep="\n")
        # Tables fill their place with spaces, which are a nuisance in a file.
        self.console.file.write("".join(f"{line.rstrip()}\n" for line in drawn.get().splitlines()))
        self.console.file.flush()

    async def _tick_on(self) -> None:
        while True:
            self.room.width = self.console.width
            self.tick()
            await asyncio.sleep(_EVERY)
