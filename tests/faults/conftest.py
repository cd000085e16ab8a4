"""One world for a whole file: each row of a table befalls a target, or a person, of its own."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox.huawei.cloud import ON_CALL
from tests.faults.people import PEOPLE, arrange
from tests.http_proxy import certificate
from tests.scenario.conftest import PROJECT, TASK, World, maker_of_worlds
from tests.scenario.keys import MEDIA, give_keys, lock

MANY = "5a1d0c7e2b3f48609182736455463728"
_NOBODY = "http://127.0.0.1:9"


def _project(alias: str, id_: str, oms: str, iam: str) -> str:
    region = "ap-southeast-3"
    return f'[projects.{alias}]\nid = "{id_}"\nregion = "{region}"\noms_endpoint = "{oms}"\niam_endpoint = "{iam}"\n'


@contextlib.asynccontextmanager
async def _untrusted(folder_of: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A server with a certificate of an authority that nobody knows."""
    tls, _ = certificate(folder_of.mktemp("untrusted"), "localhost")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readexactly(1)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls) as server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Alice, bob, and those of `people`; prod-sg, and projects that can't be reached."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        give_keys(monkeypatch)
        for person in PEOPLE:
            for name, value in person.environment.items():
                monkeypatch.setenv(name, value)
        make = maker_of_worlds(tmp_path_factory.mktemp("world"), monkeypatch)
        async with (
            make(start=False, verify_for=1.5, request_timeout=0.5) as world,
            _untrusted(tmp_path_factory) as untrusted,
        ):
            written = world.config.read_text()
            [cloud] = set(re.findall(r'_endpoint = "(.*)"', written))
            projects = (
                _project("many", MANY, cloud, cloud),
                _project("no-oms", "1" * 32, _NOBODY, cloud),
                _project("no-iam", "2" * 32, cloud, _NOBODY),
                _project("untrusted", "3" * 32, untrusted, cloud),
                _project("elsewhere", "4" * 32, cloud, cloud),
            )
            people = (person.settings for person in PEOPLE)
            limits = "[limits]\ncards_per_minute = 0\n"
            world.config.write_text("\n".join((limits, written, MEDIA, *projects, *people)))
            for id_ in (MANY, "1" * 32, "3" * 32):
                world.cloud.add_project(id_, "ap-southeast-3")
                world.cloud.grant("alice", id_, *ON_CALL)
            arrange(world, PROJECT)
            lock(world.cloud)
            world.cloud.max_running = 1_000
            world.cloud.finish_task(int(TASK))
            async with world.running():
                yield world
