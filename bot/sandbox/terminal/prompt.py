"""The prompt: commands as in Slack, buttons by their number, and a few words to the stage itself."""

import asyncio
import time

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.objects import ImpossibleError, SlackError
from bot.sandbox.stage.scene import ALIAS, CAST, INCIDENT, TASK
from bot.sandbox.stage.stage import Stage
from bot.sandbox.terminal.screen import Screen
from bot.sandbox.terminal.text import inert

HELP = (
    (f"/oms pause {ALIAS} {TASK}", "ask to pause a task; add a reason if you like"),
    (f"/oms pause {ALIAS}", "list what migrates, each with a button"),
    ("/oms help", "what the bot says about itself"),
    ("1, 2, …", "click the button with that number"),
    ("as bob", f"be somebody else: {', '.join(one.name for one in CAST)}"),
    ("again", "let every paused task migrate again"),
    ("quit", "end; so does Ctrl-C"),
)
_SLACK_SAYS = {
    "operation_timeout": "Slack says: this app is taking too long to answer. Try again.",
    "dispatch_failed": "Slack says: this app responded with an error, or is not running.",
}
_QUIET, _AT_MOST = 1.0, 40.0


async def converse(stage: Stage, screen: Screen) -> None:
    """Do what the person types, until they quit or their input ends."""
    prompt = Prompt(stage, screen)
    async for line in screen.lines():
        if not await prompt.obey(line, patiently=not screen.live):
            return


class Prompt:
    """What a line means; everything it leads to is shown on the screen."""

    def __init__(self, stage: Stage, screen: Screen) -> None:
        self._stage, self._screen, self._room = stage, screen, screen.room
        self._room.numbered = True

    async def obey(self, line: str, *, patiently: bool = False) -> bool:
        """Do what a line says; false means that the person wants to go. Patiently: wait until the bot is at rest."""
        words = line.split()
        match [word.lower() for word in words]:
            case []:
                return True
            case ["quit" | "exit" | "q"]:
                return False
            case ["help" | "?"]:
                self._answer(line, help_view())
            case ["again"]:
                self._stage.put_back()
                self._answer(line, Text("What was paused migrates again."))
            case ["as", name]:
                self._become(line, name.lstrip("@"))
            case [number] if number.isdecimal():
                await self._click(int(number))
            case ["/oms", *_]:
                self._screen.echo(line.strip())
                await self._slash(line.strip().partition(" ")[2].strip())
            case _:
                told = f'"{inert(words[0])}" is not a command here. Type /oms help, or help.'
                self._answer(line, Text(told))
        if patiently:
            await at_rest(self._stage)
        return True

    def _answer(self, line: str, answer: RenderableType) -> None:
        self._screen.echo(line.strip())
        self._screen.tell(answer)

    def _become(self, line: str, name: str) -> None:
        person = next((one for one in CAST if one.name == name), None)
        if person is None:
            people = ", ".join(one.name for one in CAST)
            self._answer(line, Text(f"There is no {inert(name)} here, only {people}."))
            return
        self._screen.echo(line.strip())
        self._room.me = person.name
        self._screen.tell(Text(f"You are {person.name} now: {person.about}."))

    async def _slash(self, text: str) -> None:
        try:
            await self._stage.slash(self._room.me, text)
        except (ImpossibleError, SlackError) as refused:
            self._complain(str(refused))

    async def _click(self, number: int) -> None:
        message, buttons = self._room.clickable()
        if message is None or not 1 <= number <= len(buttons):
            self._complain("There is no button with that number.")
            return
        button, label = buttons[number - 1]
        self._screen.tell(Text(f"{self._room.me} clicks [ {inert(label)} ]", "cyan"))
        try:
            delivery = await self._stage.workspace.click(
                self._room.me, message, button.action_id, block_id=button.block_id
            )
        except (ImpossibleError, SlackError) as refused:
            self._complain(f"{refused}.")
        else:
            self._complain_of(delivery)

    def _complain_of(self, delivery: Delivery) -> None:
        if delivery.error:
            self._complain(_SLACK_SAYS.get(delivery.error, delivery.error))

    def _complain(self, text: str) -> None:
        self._screen.tell(Text(f"⚠ {inert(text)}", "yellow"))


def help_view() -> RenderableType:
    """Show what can be typed."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan")
    for word, meaning in HELP:
        grid.add_row(Text(word), Text(meaning))
    return Padding(grid, (0, 0, 0, 1))


async def at_rest(stage: Stage) -> None:
    """Return once the bot has called neither cloud for a second: then it has said what it had to say."""
    until, seen, since = time.monotonic() + _AT_MOST, -1, time.monotonic()
    while time.monotonic() < min(until, since + _QUIET):
        calls = len(stage.workspace.calls) + len(stage.cloud.calls) + len(stage.workspace.deliveries)
        if calls != seen:
            seen, since = calls, time.monotonic()
        await asyncio.sleep(0.05)


ASIDE = "as bob · help · quit"
WELCOME = f"Your turn: you are alice, in #{INCIDENT}. {TASK} migrates again."
