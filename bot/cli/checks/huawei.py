"""Huawei Cloud: whether each region is reached, the clocks agree, and each configured user may read tasks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Final

import httpx

from bot.cli.checks.line import Line
from bot.cli.checks.way import Reached, Unreached, reach
from bot.huawei.errors import HuaweiError
from bot.huawei.fault import fault_of
from bot.huawei.iam.rejections import REMEMBERED_FOR, Ledger
from bot.identity.directory import Directory
from bot.identity.tries import RunningTries, open_tries
from bot.preparation import StartRefusedError, examine_database
from bot.settings.load import Settings
from bot.settings.regions import REGIONS, meant_region
from bot.settings.sections import Project
from bot.store import database, migrations
from bot.text.languages import Language
from bot.text.say_faults import fault_text
from bot.text.starting import clock_is_off, unknown_region, unreachable
from bot.verbs.tasks import Oms

_OFF: Final = 60.0  # seconds: Slack's deliveries are refused from 300 on, Huawei's signatures from 900


async def huawei(settings: Settings, http: httpx.AsyncClient) -> AsyncIterator[Line]:
    """Log in as each configured user and read one task of each project that is reached. Nothing is paused.

    A credential that is refused is sent once, for however many projects it is there.
    """
    ways: dict[str, Reached | Unreached] = {}
    reached = []
    for project in settings.projects.values():
        fault = await _way_to(project, http, ways)
        if fault:
            yield fault
        else:
            reached.append(project)
    for line in _clock(ways):
        yield line
    if not settings.users:
        yield Line(True, "Huawei Cloud: no user is configured, so nobody was logged in")
        return
    async with _ledger(settings) as ledger:
        directory = Directory(
            settings.users,
            http=http,
            service_account=settings.service_account,
            ledger=ledger,
            clock=time.time,
        )
        oms = Oms(http, directory, clock=time.time, observe=lambda *_: None)
        for key in settings.users:
            team, _, user = key.rpartition(":")
            for project in reached:
                yield await _may_read(directory, oms, team, user, project)


async def _way_to(
    project: Project, http: httpx.AsyncClient, ways: dict[str, Reached | Unreached]
) -> Line | None:
    """Return what is in the way to a project's endpoints, if anything. Each is asked once, as *ways* remembers."""
    given = {
        project.endpoint_for_iam(): project.iam_endpoint,
        project.endpoint_for_oms(): project.oms_endpoint,
    }
    for url, chosen in given.items():
        if url not in ways:
            ways[url] = await reach(http, url, time.time)
        way = ways[url]
        if isinstance(way, Unreached):
            doubtful = not chosen and project.region not in REGIONS and way.kind in ("name", "proxy")
            said = (
                unknown_region(httpx.URL(url).host, project.region, meant_region(project.region))
                if doubtful
                else unreachable(way.kind, url, way.why)
            )
            return Line(False, project.alias, said)
    return None


def _clock(ways: dict[str, Reached | Unreached]) -> list[Line]:
    """Compare this machine's clock with Huawei Cloud's, as far as that tells the time."""
    told = [way.ahead for way in ways.values() if isinstance(way, Reached) and way.ahead is not None]
    if not told:
        return []
    ahead = min(told, key=abs)
    if abs(ahead) > _OFF:
        return [Line(False, "clock", clock_is_off(ahead))]
    return [Line(True, "clock: agrees with Huawei Cloud's")]


@contextlib.asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[Ledger | None]:
    """Yield what remembers the logins that IAM refused, so that looking often locks nobody out.

    None if there is no database of this version yet: none is made for that.
    """
    try:
        if await asyncio.to_thread(examine_database, settings) != migrations.NEWEST:
            yield None
            return
    except StartRefusedError:
        yield None
        return
    engine = database.create_engine(settings.database_url.get_secret_value())
    try:
        yield RunningTries(open_tries(settings, engine, clock=time.time, remembered=REMEMBERED_FOR))
    finally:
        engine.dispose()


async def _may_read(directory: Directory, oms: Oms, team: str, user: str, project: Project) -> Line:
    identity = await directory.find(team, user)
    assert identity is not None  # noqa: S101  # it was just read from the settings
    who = f"{project.alias} as {identity.principal} ({user})"
    try:
        await oms.seen_by(identity, project).probe()
    except HuaweiError as error:
        fault = fault_of(error)
        return Line(
            False, who, fault_text(Language.EN, fault, project=project.alias, principal=identity.principal)
        )
    return Line(True, f"{who}: logged in, may read tasks")
