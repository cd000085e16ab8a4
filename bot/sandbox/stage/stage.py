"""The world that the web page and the terminal demo play in: a Slack, a Huawei Cloud, and the real bot between them.

    async with Stage() as stage:
        await stage.slash("alice", "pause demo media-42")
        card = await stage.wait_for(stage.card)
        await stage.click("alice", "oms_confirm", card)
        stage.switch(Trouble.OMS_DOWN, on=True)
        await stage.kill(); await stage.restart()
        await stage.reset()              # a new Slack, a new cloud, a bot with an empty memory

`workspace` and `cloud` are replaced by `reset`: ask the stage for them each time. Everything is on loopback.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

from bot.sandbox.huawei.cloud import Fault, HuaweiCloud
from bot.sandbox.huawei.gateway import Call
from bot.sandbox.huawei.oms_api import UPDATES
from bot.sandbox.huawei.oms_groups import MONITORING
from bot.sandbox.huawei.oms_syncs import STOPPED
from bot.sandbox.huawei.oms_tasks import WAITING
from bot.sandbox.serving import serve
from bot.sandbox.slack.dispatch import Delivery
from bot.sandbox.slack.objects import Message
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.stage.bot import BotProcess
from bot.sandbox.stage.memory import Memory
from bot.sandbox.stage.migrations import at_first
from bot.sandbox.stage.scene import (
    DATABASE,
    INCIDENT,
    PROJECT,
    TASK,
    build_cloud,
    build_workspace,
    configuration,
    environment,
)

T = TypeVar("T")
BotState = Literal["starting", "running", "dead"]
CONFIRM, DETAILS = "oms_confirm", "oms_details"


class Trouble(StrEnum):
    """What can be made to go wrong and mended again; the value is what the switch says."""

    OMS_SLOW = "OMS is slow"
    OMS_DOWN = "OMS is down"
    NO_PERMISSION = "alice lacks the permission"
    RATE_LIMITED = "Slack is rate-limiting"


class Stage:
    """An async context manager; leaving it ends the bot and closes both servers.

    Attributes:
        workspace, cloud: The sandbox Slack and Huawei Cloud, until the next `reset`.
        bot: The bot's process; `bot.log` is where it logs to.
        bot_state: What the bot is doing.
        troubles: Break something at present.
    """

    workspace: Workspace
    cloud: HuaweiCloud
    bot: BotProcess

    def __init__(self) -> None:
        self.bot_state: BotState = "starting"
        self.troubles: set[Trouble] = set()
        self.scene = 0
        self._observers: list[Callable[[], None]] = []
        self._open = contextlib.AsyncExitStack()
        self._chores: set[asyncio.Future[None]] = set()
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._raise_curtain()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._cancel_chores()
        await self._open.aclose()

    # --- the scene ----------------------------------------------------------------------------------------

    async def reset(self) -> None:
        """Begin anew: everything that was said, done and broken is forgotten."""
        await self._cancel_chores()
        await self.bot.kill()  # its memory is thrown away, so it need not be asked
        await self._open.aclose()
        self._open = contextlib.AsyncExitStack()
        await self._raise_curtain()

    async def _raise_curtain(self) -> None:
        self.troubles, self.bot_state = set(), "starting"
        self.workspace, self.cloud = build_workspace(), build_cloud()
        self.scene += 1
        self.workspace.subscribe(lambda _: self.changed())
        self.workspace.base_url = await self._open.enter_async_context(serve(self.workspace.app))
        cloud_url = await self._open.enter_async_context(serve(self.cloud.app))
        home = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="oms-bot-demo-")))
        (home / "oms-bot.toml").write_text(configuration(self.workspace, cloud_url), encoding="utf-8")
        self.bot = BotProcess(home, environment(self.workspace))
        self.workspace.connect_http(self.bot.url)
        self._open.push_async_callback(self.bot.stop)
        self.changed()
        try:
            await self.restart()
        except BaseException:
            await self._open.aclose()
            raise

    async def kill(self) -> None:
        """Kill the bot as a power cut would (SIGKILL)."""
        await self.bot.kill()
        self._bot_is("dead")

    async def restart(self) -> None:
        """Start the bot unless it runs, with what its database remembers. Raises BotError if it does not come up."""
        async with self._starting:  # a person and an accident may both want to
            if self.bot.alive:
                return
            self._bot_is("starting")
            try:
                await self.bot.start()
            except BaseException:
                self._bot_is("dead")
                raise
            self._bot_is("running")

    def _bot_is(self, state: BotState) -> None:
        self.bot_state = state
        self.changed()

    # --- what people do -----------------------------------------------------------------------------------

    async def slash(self, who: str, text: str, channel: str = INCIDENT) -> Delivery:
        """Let somebody type `/oms text`."""
        return await self.workspace.slash(who, channel, "/oms", text)

    async def click(self, who: str, action: str, message: Message, *, value: str | None = None) -> Delivery:
        """Let somebody click a button as they see it, even if it went away a moment ago (a second tab, a double click).

        Raises:
            ImpossibleError: there never was such a button, or they do not see it.
        """
        seen = next((m for m in (message, *reversed(message.versions)) if _offers(m, action)), message)
        stale = None if seen is message else seen
        return await self.workspace.click(who, message, action, value=value, stale_message=stale)

    # --- what goes wrong ----------------------------------------------------------------------------------

    def switch(self, trouble: Trouble, *, on: bool) -> None:
        """Make something go wrong, or mend it."""
        (self.troubles.add if on else self.troubles.discard)(trouble)
        self.cloud.faults.clear()
        if Trouble.OMS_SLOW in self.troubles:
            self.cloud.faults.add(Fault(kind="latency", path="/v2/*", seconds=2.5))
        if Trouble.OMS_DOWN in self.troubles:
            self.cloud.faults.add(Fault(kind="cut", path="/v2/*"))
        if Trouble.NO_PERMISSION in self.troubles:
            self.cloud.revoke("alice", PROJECT, *UPDATES)
        else:
            self.cloud.grant("alice", PROJECT, *UPDATES)
        if Trouble.RATE_LIMITED in self.troubles:
            self.workspace.rate_limit.turn_on(per_second=0.4, burst=1)
        else:
            self.workspace.rate_limit.turn_off()
        self.changed()

    def expire_tokens(self) -> None:
        """End every IAM token that was given out; the next call with one is refused (APIGW.0307)."""
        self.cloud.kill_tokens()
        self.changed()

    def put_back(self) -> None:
        """Let everything be as it was when the curtain rose: what was paused, started, slowed down or has ended."""
        # Those that wait come last: before, they would take a slot that another is to have back.
        for task in sorted(self.cloud.tasks.values(), key=lambda one: at_first(one)[0] == WAITING):
            status, task.bandwidth = at_first(task)
            if task.status != status:
                self.cloud.set_status(task.id, status)
        for group in self.cloud.groups.values():
            group.status, group.bandwidth = MONITORING, ()
        for sync in self.cloud.sync_tasks.values():
            if sync.status == STOPPED:
                self.cloud.start_sync_task(sync.id)
        self.changed()

    # --- looking ------------------------------------------------------------------------------------------

    def card(self) -> Message | None:
        """Return the newest message that has (or had) a Pause button, if there is one."""
        bots = [m for m in self.workspace.messages(INCIDENT) if m.bot_id and not m.thread_ts]
        return next((m for m in reversed(bots) if any(_offers(v, CONFIRM) for v in (m, *m.versions))), None)

    def thread(self) -> str:
        """Return what the bot told in the newest card's thread, as text; the card's details are no news."""
        card = self.card()
        replies = self.workspace.thread(INCIDENT, card)[1:] if card else []
        return "\n".join(m.text for m in replies if not is_details(m))

    def clicks(self, who: str | None = None) -> int:
        """Return how many clicks the bot received, of everybody or of one person."""
        user = self.workspace.world.user(who).id if who else None
        made = (delivery.payload for delivery in self.workspace.deliveries)
        return sum(one.data.get("type") == "block_actions" and user in {None, one.user} for one in made)

    def pauses(self) -> list[Call]:
        """Return every call that asked OMS to pause, whether or not it was permitted."""
        stops = ("stop_task", "stop_task_group", "stop_sync_task")
        return [call for call in self.cloud.calls if call.operation in stops]

    @property
    def memory(self) -> Memory:
        """What the bot remembers."""
        return Memory(self.bot.home / DATABASE)

    def frozen(self) -> str:
        """Say who froze the project, and why; nothing unless it is frozen."""
        freeze = self.memory.freeze(PROJECT)
        if freeze is None:
            return ""
        who = self.workspace.world.users.get(freeze.user_id)
        by = f"frozen by {who.name}" if who else "frozen"
        return f"{by}: {freeze.reason}" if freeze.reason else by

    def acts(self) -> list[Call]:
        """Return every call that asked OMS to change something, whether or not it was permitted."""
        return [call for call in self.cloud.calls if call.path.startswith("/v2/") and call.method != "GET"]

    def task_status(self, name: str = TASK) -> int:
        """Return the OMS status of a task by name."""
        return next(task.status for task in self.cloud.tasks.values() if task.name == name)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every change that people could see; the returned function ends that."""
        self._observers.append(callback)
        return lambda: self._observers.remove(callback)

    def changed(self) -> None:
        """Tell those who watch that something changed."""
        for observer in list(self._observers):
            observer()

    async def wait_for(self, question: Callable[[], T | None], seconds: float = 20.0) -> T:
        """Return the first true answer to `question`, asked every 20 ms, since OMS moves without telling.

        Raises:
            TimeoutError: there was none in time.
        """
        async with asyncio.timeout(seconds):
            while not (answer := question()):  # noqa: ASYNC110  # a task's status changes with the clock; nothing tells
                await asyncio.sleep(0.02)
        return answer

    def later(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Do something in the background that ends with the scene: an accident that waits for its moment."""
        chore = asyncio.ensure_future(deed())
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    async def _cancel_chores(self) -> None:
        current = asyncio.current_task()
        chores = [chore for chore in self._chores if chore is not current]
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)


def _offers(message: Message, action: str) -> bool:
    return any(element["action_id"] == action for _, element in message.elements())


def is_details(message: Message) -> bool:
    """Say whether a reply is the small print of a card, and no news."""
    return any(block.get("block_id") == DETAILS for block in message.blocks)
