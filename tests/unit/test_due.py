"""What is due later: noted once, begun when its time has come, whoever looks; on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversation.due import Due, Kind, Sweeper, Work
from bot.store import database
from bot.store.tables import due as table
from tests import databases

SOON = Work(kind=Kind.RESUMES_SOON, operation_id="op", target="17", at=100.0)
RESUMES = replace(SOON, kind=Kind.RESUMES, at=200.0)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A new database of each kind."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/due.sqlite3" if sqlite else request.getfixturevalue("fresh_postgres")
    engine = databases.engine(url) if sqlite else database.create_engine(url)
    if not sqlite:
        database.migrate(engine)
    yield engine
    engine.dispose()


async def test_what_is_noted_twice_is_due_once_and_at_its_first_time(engine: sa.Engine) -> None:
    """A step that runs again after a crash changes nothing."""
    due = Due(engine)
    await due.plan(SOON, RESUMES)
    await due.plan(replace(SOON, at=150.0))
    await due.plan()
    assert await due.by(99.0) == []
    assert await due.by(300.0) == [SOON, RESUMES]
    await due.forget(SOON)
    assert await due.by(300.0) == [RESUMES]


async def test_a_kind_of_a_newer_version_is_left_to_it(engine: sa.Engine) -> None:
    """Which runs beside this one during a deployment."""
    due = Due(engine)
    await due.plan(SOON)
    with engine.begin() as connection:
        connection.execute(table.update().values(kind="sings_a_song"))
    assert await due.by(300.0) == []


async def test_all_that_is_due_is_begun_and_forgotten_but_what_must_wait(engine: sa.Engine) -> None:
    """What can't be begun now keeps nothing else from it, and is tried again."""
    due, begun = Due(engine), list[Kind]()
    waits = replace(SOON, kind=Kind.STILL_PAUSED, at=50.0)
    broken = replace(SOON, kind=Kind.STILL_WAITING, at=10.0)

    async def begin(work: Work) -> float | None:
        if work.kind is broken.kind:
            raise OSError("not now")
        begun.append(work.kind)
        return 400.0 if work == waits else None

    await due.plan(SOON, RESUMES, waits, broken)
    await Sweeper(due, begin=begin, clock=lambda: 150.0).sweep()
    assert begun == [waits.kind, SOON.kind]
    assert await due.by(300.0) == [broken, RESUMES]
    assert await due.by(500.0) == [broken, RESUMES, replace(waits, at=400.0)]


def test_each_piece_of_work_has_a_name_of_its_own() -> None:
    """Under which DBOS begins it once; it begins with the operation, as that of any other of its workflows."""
    targets = [replace(SOON, target=target) for target in ("17", "group:x")]
    names = {work.id for work in (SOON, RESUMES, *targets)}
    assert len(names) == 3
    assert all(name.partition(":")[0] == "op" for name in names)
