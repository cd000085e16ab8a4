"""What has come lately, at whichever replica."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.recent import Recent
from bot.store.tables import recent
from tests import databases


class Replicas:
    """Two that share a database, and a clock that the test moves."""

    def __init__(self, url: str) -> None:
        self.now = 1_000.0
        self.engines = [databases.engine(url) for _ in "ab"]
        self.here, self.there = (Recent(engine, lambda: self.now) for engine in self.engines)

    def rows(self) -> int:
        """Return how many rows there are."""
        with self.engines[0].connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(recent)).scalar_one()


@pytest.fixture(params=["sqlite", "postgresql"])
def replicas(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Replicas]:
    """Return two; on SQLite, as after a restart."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/recent.sqlite3" if sqlite else request.getfixturevalue("emptied_postgres")
    both = Replicas(url)
    yield both
    for engine in both.engines:
        engine.dispose()


async def test_of_all_that_come_at_once_each_gets_a_number_of_its_own(replicas: Replicas) -> None:
    """So exactly one is the first, and a limit holds however many replicas there are."""
    both = (replicas.here, replicas.there)
    numbers = await asyncio.gather(*(both[n % 2].times("tap", "1", seconds=60) for n in range(20)))
    assert sorted(numbers) == list(range(1, 21))
    assert await replicas.there.times("tap", "2", seconds=60) == 1


async def test_it_is_known_at_the_other_until_its_time_is_over(replicas: Replicas) -> None:
    """Counted from when it first came."""
    assert not await replicas.there.has_come("delivery", "v0=1")
    await replicas.here.times("delivery", "v0=1", seconds=60)
    replicas.now += 59
    assert await replicas.there.times("delivery", "v0=1", seconds=60) == 2
    replicas.now += 1
    assert not await replicas.there.has_come("delivery", "v0=1")
    assert await replicas.there.times("delivery", "v0=1", seconds=60) == 1


async def test_what_is_over_goes_with_what_comes(replicas: Replicas) -> None:
    """Without anybody to tidy up."""
    for number in range(5):
        await replicas.here.times("tap", str(number), seconds=1)
    replicas.now += 61
    await replicas.here.times("tap", "6", seconds=1)
    assert replicas.rows() == 1


@pytest.mark.parametrize("words", [("a", "bc"), ("ab", "c"), ("abc", ""), ("\ud800", "x")])
async def test_words_are_told_apart(replicas: Replicas, words: tuple[str, str]) -> None:
    """However they might be run together."""
    await replicas.here.times(*words, seconds=60)
    assert not await replicas.here.has_come("abc")
    assert await replicas.here.has_come(*words)
