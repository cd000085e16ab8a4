"""The lock by which others know that a process lives: who has it, who waits for it, and who can't take it."""

from __future__ import annotations

import asyncio
import time

import pytest
import sqlalchemy as sa

from bot.store import database, presence
from bot.store.presence import TakenError
from tests.postgres_proxy import proxied


async def test_who_waits_for_the_older_is_refused_in_one_sentence_when_the_time_is_up(postgres: str) -> None:
    """And lets nothing behind: as soon as the older is gone, the name is free."""
    older = presence.take(postgres, "web.1", wait_seconds=0)
    began = time.monotonic()
    with pytest.raises(TakenError, match=r'^another oms-bot already runs as "web\.1"; end that one, or give'):
        await asyncio.to_thread(presence.take, postgres, "web.1", wait_seconds=0.5)
    assert time.monotonic() - began >= 0.5
    other = presence.take(postgres, "web.2", wait_seconds=0)
    older.release()
    presence.take(postgres, "web.1", wait_seconds=0).release()
    other.release()


def test_the_server_lets_go_of_a_lock_that_is_not_renewed_any_more(postgres: str) -> None:
    """From the first renewal on: before, what a start has to do may take long. And so after it was taken anew."""
    limit = sa.select(sa.func.current_setting("idle_session_timeout"))

    def limits(held: presence.Presence) -> str:
        row = held.ask(limit)
        assert row
        return str(row[0])

    held = presence.take(postgres, "web.1", wait_seconds=0)
    assert limits(held) == "0"
    held.renew()
    assert limits(held) == "10s"
    _end_session(postgres)
    assert held.renew() is True
    assert limits(held) == "10s"
    held.release()


def _end_session(url: str) -> None:
    """End the one that holds the lock."""
    ending = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
    )
    engine = database.create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(ending).scalar_one()
    engine.dispose()


async def test_a_database_that_is_away_for_a_moment_ends_nobodys_waiting(postgres: str) -> None:
    """It is as in a rolling restart that meets the database's own."""
    older = presence.take(postgres, "web.1", wait_seconds=0)
    async with proxied(postgres) as proxy:
        waiting = asyncio.create_task(asyncio.to_thread(presence.take, proxy.url, "web.1", wait_seconds=30))
        await proxy.used(1)
        proxy.refuse()
        await proxy.sever()
        older.release()
        await proxy.used(3)
        assert not waiting.done()
        proxy.refuse(refuses=False)
        newer = await waiting
        assert await asyncio.to_thread(newer.renew) is False
        await asyncio.to_thread(newer.release)


def test_a_dead_ones_lock_can_be_held_for_a_moment_in_which_it_cant_come_back(postgres: str) -> None:
    """So whoever takes its work over does so while it is dead, or not at all."""
    engine = database.create_engine(postgres)
    with engine.begin() as connection:
        assert connection.execute(presence.take_for_now("web.1")).scalar_one()
        with pytest.raises(TakenError):
            presence.take(postgres, "web.1", wait_seconds=0)
    back = presence.take(postgres, "web.1", wait_seconds=0)
    with engine.begin() as connection:
        assert not connection.execute(presence.take_for_now("web.1")).scalar_one()
    back.release()
    engine.dispose()


@pytest.mark.parametrize("answers", [True, False])
async def test_a_lock_whose_session_is_gone_is_taken_anew_or_the_loss_is_told(
    postgres: str, *, answers: bool
) -> None:
    """Who holds it finds out when it renews it, and whoever asks there gets no answer."""
    held = presence.take(postgres, "web.1", wait_seconds=0)
    _end_session(postgres)
    other = None
    if answers:
        with pytest.raises(sa.exc.SQLAlchemyError):
            held.ask(sa.select(sa.literal(1)))
        assert held.renew() is True
        row = held.ask(sa.select(sa.literal(1)))
        assert row is not None
        assert tuple(row) == (1,)
    else:
        other = presence.take(postgres, "web.1", wait_seconds=5)
        with pytest.raises(TakenError):
            held.renew()
        with pytest.raises(sa.exc.InvalidRequestError):
            held.ask(sa.select(sa.literal(1)))
        other.release()
    held.release()
