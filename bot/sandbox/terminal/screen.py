"""Two screens for one play: a terminal, where what is shown changes in place, and plain output, which only grows."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.segment import Segment, Segments
from rich.text import Text

from bot.sandbox.oms_tasks import Task
from bot.sandbox.slack_objects import Message
from bot.sandbox.slack_world import Change
from bot.sandbox.terminal.message import inset, message_view, reply_view
from bot.sandbox.terminal.oms import tasks_view
from bot.sandbox.terminal.room import Room
from bot.sandbox.terminal.text import inert

_SEEN = frozenset({"message.posted", "message.ephemeral", "message.edited"})
_EVERY = 0.1  # seconds between looks at what changes with the clock
_SHORT = 30  # a terminal with fewer lines shows the tasks that somebody asked about, and no others


class Screen(ABC):
    """What the play and the prompt write to; `showing` keeps it up to date meanwhile.

    Attributes:
        console: Where it is shown.
        room: Who looks at it.
        aside: What stands beneath everything, in small print, where there is a place that does not scroll away.
    """

    def __init__(self, console: Console, room: Room) -> None:
        self.console, self.room = console, room
        self.aside = ""

    @abstractmethod
    def tell(self, *what: RenderableType) -> None:
        """Show something that stays as it is."""

    @abstractmethod
    def echo(self, command: str) -> None:
        """Show a command that was given; with it, something new begins."""

    @abstractmethod
    def caption(self, text: str) -> None:
        """Say what is going on; nothing, if nothing needs saying."""

    @abstractmethod
    def draft(self, text: str, at: int) -> None:
        """Show a line that is being typed, and where its cursor stands."""

    @abstractmethod
    def notice(self, change: Change) -> None:
        """Show what changed in Slack, if the person sees it."""

    @abstractmethod
    def tick(self) -> None:
        """Show what changed with the clock."""

    @abstractmethod
    def close(self) -> None:
        """Leave on the terminal what is worth keeping."""

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
            self.close()

    async def _tick_on(self) -> None:
        while True:
            self.room.width = self.console.width
            self.tick()
            await asyncio.sleep(_EVERY)

    def prompt(self, text: str) -> Text:
        """Return a command as it stands behind its person's name."""
        return Text(f"{self.room.me} › ", "bold cyan").append(inert(text), "bold")


class PlainScreen(Screen):
    """Output for pipes, files and dumb terminals: everything is written once, in the order in which it happens."""

    def __init__(self, console: Console, room: Room) -> None:
        super().__init__(console, room)
        self._statuses: dict[int, int] = {}

    def tell(self, *what: RenderableType) -> None:
        """Write it, with air above it."""
        self._write("", *what)

    def echo(self, command: str) -> None:
        """Write the command."""
        self.tell(self.prompt(command))

    def caption(self, text: str) -> None:
        """Write the caption; there is none to take away."""
        if text:
            self.tell(Text(text, "italic"))

    def draft(self, text: str, at: int) -> None:
        """Write nothing: what is half typed can't be taken back here."""

    def notice(self, change: Change) -> None:
        """Write the message as it is now, once for each version that people could see."""
        message = change.subject
        if change.kind not in _SEEN or not self.room.sees(message):
            return
        if self.room.root(message) is not message:
            self._write(reply_view(message, self.room))
        else:
            self.tell(message_view(message, self.room, replies=False))

    def tick(self) -> None:
        """Write the tasks whose status changed."""
        now = list(self.room.stage.cloud.tasks.values())
        changed = [task for task in now if self._statuses.get(task.id) != task.status]
        self._statuses = {task.id: task.status for task in now}
        if changed:
            self.tell(tasks_view(changed, self.console.width))

    def close(self) -> None:
        """Leave it at that: what was written stays."""

    def _write(self, *what: RenderableType) -> None:
        with self.console.capture() as drawn:
            self.console.print(*map(inset, what), sep="\n")
        # Tables fill their place with spaces, which are a nuisance in a file.
        self.console.file.writelines(f"{line.rstrip()}\n" for line in drawn.get().splitlines())
        self.console.file.flush()


class LiveScreen(Screen):
    """A terminal: what was said last stands above the tasks and the prompt, and changes in place."""

    def __init__(self, console: Console, room: Room) -> None:
        super().__init__(console, room)
        self._shown: list[Message | RenderableType] = []
        self._caption, self._draft, self._cursor = "", "", 0
        self._frame: list[list[Segment]] = []
        self._live = Live(
            console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False,
            vertical_overflow="visible",
        )  # fmt: skip
        self._live.start()

    def tell(self, *what: RenderableType) -> None:
        """Show it below what was said."""
        self._shown.append(Group(*map(inset, what)))
        self.tick()

    def echo(self, command: str) -> None:
        """Let what was said scroll up, but for a message that can still be clicked."""
        self._scroll_up(self._first_with_buttons())
        self._draft, self._caption = "", ""
        self.tell(self.prompt(command))

    def caption(self, text: str) -> None:
        """Show the caption where the prompt would be."""
        self._caption = text
        self.tick()

    def draft(self, text: str, at: int) -> None:
        """Show the line behind the prompt."""
        self._draft, self._cursor = text, at
        self.tick()

    def notice(self, change: Change) -> None:
        """Show the message below what was said, or changed in its place; or show it no more."""
        if change.kind == "message.deleted":
            self._shown = [one for one in self._shown if one is not change.subject]
        elif change.kind in _SEEN and self.room.sees(change.subject):
            root = self.room.root(change.subject)
            if not any(one is root for one in self._shown):
                self._shown.append(root)
        self.tick()

    def tick(self) -> None:
        """Draw everything anew, if it differs; what does not fit on the terminal scrolls up."""
        frame = self._drawn()
        while len(frame) >= self.console.height and len(self._shown) > 1:
            self._scroll_up(1)
            frame = self._drawn()
        if frame == self._frame:
            return  # so that what somebody selects with the mouse stays selected
        self._frame = frame
        kept = frame[1 - self.console.height :] if self.console.height > 1 else frame
        lines = (segment for line in kept for segment in (*line, Segment.line()))
        self._live.update(Segments(list(lines)[:-1]), refresh=True)

    def close(self) -> None:
        """Write what was said last, and how the tasks stand, for good."""
        self._live.stop()
        self._shown.append(tasks_view(self._tasks(), self.console.width))
        self._scroll_up(len(self._shown))

    def _first_with_buttons(self) -> int:
        """Return how many things stand before the message whose buttons can be clicked; all, if there is none."""
        message, _ = self.room.clickable()
        places = (place for place, one in enumerate(self._shown) if one is message and message.elements())
        return next(places, len(self._shown))

    def _scroll_up(self, count: int) -> None:
        """Write the oldest things above, for good."""
        for one in self._shown[:count]:
            self.console.print(self._view(one), Text())
        del self._shown[:count]

    def _view(self, one: Message | RenderableType) -> RenderableType:
        return message_view(one, self.room) if isinstance(one, Message) else one

    def _drawn(self) -> list[list[Segment]]:
        parts: list[RenderableType] = []
        for one in self._shown:
            parts += [self._view(one), Text()]
        parts += [tasks_view(self._tasks(), self.console.width), Text(), *self._foot()]
        return self.console.render_lines(Group(*parts), pad=False)

    def _tasks(self) -> list[Task]:
        tasks = list(self.room.stage.cloud.tasks.values())
        if self.console.height >= _SHORT:
            return tasks
        said = " ".join(one.text for one in self._shown if isinstance(one, Message))
        return [task for task in tasks if task.name in said] or tasks[:1]

    def _foot(self) -> list[RenderableType]:
        if not self._caption:
            return [inset(self._typed()), inset(self._hint())]
        draft = [inset(self._typed())] if self._draft else []
        return [inset(Text(self._caption, "italic yellow")), *draft, inset(self._hint())]

    def _typed(self) -> Text:
        line = self.prompt(self._draft + " ")
        at = len(line) - len(self._draft) - 1 + self._cursor
        line.stylize("reverse", at, at + 1)
        return line

    def _hint(self) -> Text:
        hint = Text()
        for number, (_, label) in enumerate(self.room.clickable()[1] if self.room.numbered else [], start=1):
            hint.append(f"{number} ", "bold cyan").append(f"{inert(label)}   ")
        return hint.append(self.aside, "dim")
