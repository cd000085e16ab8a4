"""A whole world for each test: a sandbox Slack, a sandbox Huawei Cloud, and the real bot, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import html
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOSConfig
from slack_sdk.models.blocks import Block
from starlette.applications import Starlette

from bot.app import Bot
from bot.preparation import prepare
from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, Message, User
from bot.sandbox.slack.workspace import Workspace
from bot.settings import load as settings
from bot.tracing import Traces
from bot.verbs.registry import REGISTRY, Registry
from bot.web import create_app
from tests import databases
from tests.scenario.process import Process

PROJECT = "2c0689c860ad4728a497c91ec0844383"
TASK = "191297407830872"
TB = 1_000_000_000_000
PATIENCE = 30.0  # seconds to wait for what must come; on a busy machine it takes its time

CONFIG = """
[timing]
confirm_within = {confirm_within}
verify_for = {verify_for}
verify_every = 0.05
watch_every = 0.05
request_timeout = {request_timeout}

[projects.prod-sg]
id = "{project}"
region = "ap-southeast-3"
oms_endpoint = "{cloud}"
iam_endpoint = "{cloud}"

[users.U0ALICE]
name = "alice"
credential = {{ type = "password", domain = "acme", username = "alice", password = "env:ALICE_IAM_PASSWORD" }}

[users.U0BOB]
name = "bob"
credential = {{ type = "access_key", access_key = "env:BOB_AK", secret_key = "env:BOB_SK" }}
{more}
"""

SECRETS = {
    "ALICE_IAM_PASSWORD": "canary-Pa55word-of-alice",
    "BOB_AK": "CANARYAK0000000000BB",
    "BOB_SK": "canarySecretKeyOfBob/000000000000000000",
}


@dataclass
class World:
    """What a scenario plays in. Everything is real but the two clouds."""

    slack: Workspace
    cloud: HuaweiCloud
    alice: User
    bob: User
    room: Channel
    config: Path
    database_url: str = ""
    app: Starlette | None = None
    registry: Registry = REGISTRY
    traces: Traces | None = None
    clock: Callable[[], float] = time.time
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """The file of a bot on SQLite."""
        return self.config.parent / "oms-bot.sqlite3"

    @property
    def on_sqlite(self) -> bool:
        """Whether that is what the bot works with."""
        return self.database_url.startswith("sqlite")

    @functools.cached_property
    def stored(self) -> sa.Engine:
        """The bot's database, to look into."""
        return databases.looked_into(self.database_url)

    @property
    def bot(self) -> Bot:
        """The running bot's parts, to look into its audit."""
        assert self.app is not None
        bot = self.app.state.bot
        assert isinstance(bot, Bot)
        return bot

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The bot, from its start to an orderly stop."""
        # DBOS's listener thread looks for its end that often; the default costs each test a second.
        fast_stop: DBOSConfig = {"notification_listener_polling_interval_sec": 0.02}
        self.prepared()
        loaded = settings.load()
        # DBOS makes its threads the loop's own, and at its end takes them along.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4))
        held = await asyncio.to_thread(prepare, loaded)
        self.app = create_app(
            loaded,
            held,
            dbos_options=fast_stop,
            registry=self.registry,
            traces=self.traces,
            clock=self.clock,
        )
        async with serve(self.app) as url:
            self.slack.connect_http(url)
            self.extra["url"] = url
            yield

    def prepared(self) -> None:
        """See to it that the database is as a first start leaves it; on PostgreSQL it is."""
        if self.on_sqlite:
            databases.place(self.database)

    async def card(self, text: str = f"pause prod-sg {TASK}") -> Message:
        """Alice types a command; its card is returned as soon as it stands in the channel."""
        before = len(self.slack.messages(self.room))
        delivery = await self.slack.slash(self.alice, self.room, "/oms", text)
        assert delivery.ok, delivery
        messages = await self.slack.wait_for(lambda: self.slack.messages(self.room)[before:], PATIENCE)
        return next(filter(is_card, messages))

    def cards(self) -> list[Message]:
        """Return the cards in the channel and its threads, whatever their state."""
        return list(filter(is_card, self.slack.messages(self.room)))

    async def type(self, user: User, text: str) -> None:
        """Somebody types ``/oms`` and *text*; Slack must see it acknowledged."""
        delivery = await self.slack.slash(user, self.room, "/oms", text)
        assert delivery.ok, delivery

    async def confirm(self, card: Message) -> None:
        """Alice clicks Pause."""
        delivery = await self.slack.click(self.alice, card, "oms_confirm")
        assert delivery.ok, delivery

    async def card_showing(self, card: Message, words: str) -> Message:
        """Return the card as soon as it has *words* on it."""
        await self.slack.wait_for(lambda: words in said(self.slack.thread(self.room, card)[0]), PATIENCE)
        return self.slack.thread(self.room, card)[0]

    async def until(self, predicate: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait for something of the cloud, which tells nobody when it changes."""
        async with asyncio.timeout(seconds):
            while not predicate():
                await asyncio.sleep(0.01)

    async def somewhere(self, words: str, seconds: float = 5) -> Message:
        """Return the first message with these words as soon as there is one, wherever it stands and for whomever."""
        found = await self.slack.wait_for(
            lambda: [m for m in self.slack.world.log if words in said(m)], seconds
        )
        return found[0]

    async def whispered(self, user: User, words: str, seconds: float = PATIENCE) -> Message:
        """Return the ephemeral message to *user* that has *words* in it, waiting for it."""
        found = await self.slack.wait_for(
            lambda: [m for m in self.slack.ephemerals(user) if words in said(m)], seconds
        )
        return found[-1]

    async def told(self, card: Message, words: str, seconds: float = PATIENCE) -> Message:
        """Return the reply in the card's thread that has *words* in it, waiting for it."""
        found = await self.slack.wait_for(
            lambda: [
                m for m in self.slack.thread(self.room, card)[1:] if words in said(m) and not is_card(m)
            ],
            seconds,
        )
        assert len(found) == 1, [said(m) for m in found]
        return found[0]

    def recorded(self, event: str) -> int:
        """Return how often an event is in the audit, of whatever process has the file."""
        [[counted]] = self.rows("SELECT count(*) FROM audit WHERE event = :event", event=event)
        return int(counted)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Look into the bot's database, of whatever process has it, or change what stands there."""
        return databases.rows(self.stored, statement, **values)

    def kept(self) -> bytes:
        """Return all that is in the bot's database, to look for what must not be."""
        return databases.contents(self.stored)

    def stops(self, user: str | None = None) -> int:
        """Return how many times OMS was asked to pause."""
        return len(self.cloud.calls_of("stop_task", user=user))


def is_card(message: Message) -> bool:
    """Tell whether a message is a card, whatever its state: in a thread it stands among what is told there."""
    return any("/oms/?region=" in block["elements"][0].get("text", "") for block in small_print(message))


def small_print(message: Message) -> list[dict[str, Any]]:
    """Return the context blocks of a message."""
    return [block for block in message.blocks or [] if block["type"] == "context"]


def said(message: Message) -> str:
    """Return all the text of a message that a person can see."""
    texts = [message.text]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                texts.append(value["text"])
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(message.blocks)
    return html.unescape("\n".join(texts))


def buttons(message: Message) -> list[str]:
    """Return the labels of a message's buttons."""
    return [element["text"]["text"] for _, element in message.elements() if element["type"] == "button"]


MakeWorld = Callable[..., contextlib.AbstractAsyncContextManager[World]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play each scenario on both databases, unless it names one itself or says why it is about SQLite."""
    alone = metafunc.definition.get_closest_marker("sqlite_only") or "postgres" in metafunc.fixturenames
    if "database_url" in metafunc.fixturenames and not alone:
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """The URL of the database that the bot works with; None for SQLite's file, which is made where the bot runs."""
    chosen = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue("emptied_postgres")) if chosen == "postgresql" else None


@pytest.fixture
def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str | None) -> MakeWorld:
    """Return a maker of worlds whose timing and further settings a test chooses."""
    return maker_of_worlds(tmp_path, monkeypatch, database_url)


def maker_of_worlds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str | None = None
) -> MakeWorld:
    """Return a maker of worlds that live in *tmp_path*, in the environment and, unless there too, in a database."""

    @contextlib.asynccontextmanager
    async def make(
        *,
        confirm_within: float = 600,
        verify_for: float = 5,
        request_timeout: float = 2,
        more: str = "",
        start: bool = True,
    ) -> AsyncIterator[World]:
        slack, cloud = Workspace(), HuaweiCloud()
        async with serve(slack.app) as slack.base_url, serve(cloud.app) as cloud_url:
            config = tmp_path / "oms-bot.toml"
            config.write_text(
                CONFIG.format(
                    confirm_within=confirm_within,
                    verify_for=verify_for,
                    request_timeout=request_timeout,
                    project=PROJECT,
                    cloud=cloud_url,
                    more=more,
                )
            )
            for name, value in {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                "SLACK_API_URL": slack.api_url,
                "OMS_BOT_CONFIG": str(config),
                **SECRETS,
            }.items():
                monkeypatch.setenv(name, value)
            world = _populate(slack, cloud, config)
            world.database_url = database_url or f"sqlite:///{world.database}"
            monkeypatch.setenv("DATABASE_URL", world.database_url)
            try:
                async with world.running() if start else contextlib.nullcontext():
                    yield world
            finally:
                world.stored.dispose()
            _as_slacks_models_have_it(slack)

    return make


@pytest.fixture
async def world(make_world: MakeWorld) -> AsyncIterator[World]:
    """Return a world with a running bot: alice and bob in #incidents, one task migrating."""
    async with make_world() as world:
        yield world


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    """Return a bot process that is not started yet, and leave none behind."""
    process = Process(tmp_path / "bot.log")
    yield process
    await process.stop()


@contextlib.asynccontextmanager
async def served(make_world: MakeWorld, process: Process, **options: float) -> AsyncIterator[World]:
    """A world with the bot as a process of its own, which is gone before the world is."""
    async with make_world(start=False, **options) as world:
        try:
            world.prepared()
            await process.start()
            world.slack.connect_http(process.url)
            yield world
        finally:
            await process.stop()


def _as_slacks_models_have_it(slack: Workspace) -> None:
    """See to it that all that was sent keeps the limits that Slack's own library knows; the sandbox has its own."""
    shown: list[dict[str, Any]] = [block for message in slack.world.log for block in message.blocks or []]
    shown += [block for view in slack.views for block in view.definition.get("blocks", [])]
    for block in shown:
        if known := Block.parse(block):  # it knows not all of them yet
            known.validate_json()


def _populate(slack: Workspace, cloud: HuaweiCloud, config: Path) -> World:
    alice, bob = slack.add_user("alice"), slack.add_user("bob")
    room = slack.add_channel("incidents", members=[alice, bob])
    cloud.add_project(PROJECT, "ap-southeast-3")
    rights = {PROJECT: ON_CALL}
    cloud.add_user("alice", SECRETS["ALICE_IAM_PASSWORD"], "acme", permissions=rights)
    cloud.add_user("bob", "another", "acme", SECRETS["BOB_AK"], SECRETS["BOB_SK"], permissions=rights)
    cloud.add_task(
        PROJECT,
        task_id=int(TASK),
        name="media-872",
        total_size=2 * TB,
        complete_size=TB,
        speed=420_000_000,
        pause_takes=0.1,
    )
    return World(slack, cloud, alice, bob, room, config)


@pytest.fixture
def postgres(emptied_postgres: str) -> str:
    """The URL of a PostgreSQL database for one scenario: what it leaves unfinished must not go on in the next one."""
    return emptied_postgres
