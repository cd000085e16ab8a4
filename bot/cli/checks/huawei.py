"""Huawei Cloud: whether each region is reached, the clocks agree, and each configured user may read tasks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
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
    ways = await _ways(settings, http)
    reached = []
    for project in settings.projects.values():
        if fault := _in_the_way(project, ways):
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


async def _ways(settings: Settings, http: httpx.AsyncClient) -> dict[str, Reached | Unreached]:
    """Ask every endpoint once, all at the same time."""
    projects = settings.projects.values()
    urls = sorted({url for p in projects for url in (p.endpoint_for_iam(), p.endpoint_for_oms())})
    return dict(zip(urls, await asyncio.gather(*(reach(http, url, time.time) for url in urls)), strict=True))


def _in_the_way(project: Project, ways: Mapping[str, Reached | Unreached]) -> Line | None:
    """Return what keeps the bot from a project's endpoints, if anything."""
    asked = (
        (project.endpoint_for_iam(), project.iam_endpoint),
        (project.endpoint_for_oms(), project.oms_endpoint),
    )
    for url, chosen in asked:
        way = ways[url]
        if isinstance(way, Unreached):
            derived = not chosen and way.kind in ("name", "proxy")
            if derived and project.region not in REGIONS:
                host, meant = httpx.URL(url).host, meant_region(project.region)
                return Line(False, project.alias, unknown_region(host, project.region, meant))
            return Line(False, project.alias, unreachable(way.kind, url, way.why))
    return None


def _clock(ways: Mapping[str, Reached | Unreached]) -> list[Line]:
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
