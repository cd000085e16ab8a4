"""Who may take whose work over, and when: on a real server, whose locks and rows say it, and a clock of the test's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import run_dbos_database_migrations
from sqlalchemy import event

from bot.conversation.failover import BLIND_SECONDS, HOLD_SECONDS, LOOK_SECONDS, UNKNOWN_SECONDS, Failover
from bot.conversation.running import Running
from bot.store import database, presence
from bot.store.presence import Presence
from bot.store.workflows import Execution

ROW = sa.text(
    "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, executor_id, owner_xid, created_at, updated_at)"
    " VALUES (:id, 'PENDING', 'settle', :executor, :token, 0, 0)"
)
NOW = sa.text("SELECT status, executor_id, owner_xid FROM dbos.workflow_status WHERE workflow_uuid = :id")
END_ALL = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    " AND datname = current_database() AND backend_type = 'client backend'"
)
GIVEN_BACK, OF_ANOTHER = ("ENQUEUED", "web.2", None), ("PENDING", "web.2", "first")


class Sweep:
    """A replica called web.1, and the moments at which it looks."""

    def __init__(self, engine: sa.Engine, held: Presence) -> None:
        self.engine, self.now, self.running = engine, 0.0, Running()
        self.failover = Failover(engine, held, self.running, "web.1", clock=lambda: self.now)

    async def look_for(self, seconds: float) -> None:
        """Look as often as it does in so many seconds, at their end too."""
        end = self.now + seconds
        await self.failover.look()
        while self.now < end:
            self.now = min(end, self.now + LOOK_SECONDS)
            await self.failover.look()

    def row(self, id_: str) -> tuple[Any, ...]:
        """Return whose a workflow is."""
        with self.engine.connect() as connection:
            return tuple(connection.execute(NOW, {"id": id_}).one())

    def add(self, id_: str, executor: str) -> None:
        """Let a workflow be under way at an executor."""
        with self.engine.begin() as connection:
            connection.execute(ROW, {"id": id_, "executor": executor, "token": "first"})

    def take(self, name: str) -> Presence:
        """Let another replica be alive."""
        return presence.take(self.engine.url.render_as_string(hide_password=False), name, wait_seconds=0)

    def meanwhile(self, words: str, then: Callable[[], object]) -> None:
        """Let something happen once, right before a statement that has these *words*."""
        left = [then]

        def before(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if words in statement and left:
                left.pop()()

        event.listen(self.engine, "before_cursor_execute", before)


@pytest.fixture(scope="module")
def dbos_tables(postgres: str) -> str:
    """The URL of a database with DBOS's own tables."""
    run_dbos_database_migrations(postgres)
    return postgres


@pytest.fixture
def sweep(dbos_tables: str) -> Iterator[Sweep]:
    """A replica that holds its own lock, where nothing is under way yet."""
    engine = database.create_engine(dbos_tables)
    held = presence.take(dbos_tables, "web.1", wait_seconds=0)
    yield Sweep(engine, held)
    held.release()
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM dbos.workflow_status"))
    engine.dispose()


async def test_the_work_of_a_dead_one_is_taken_over_when_its_lock_was_free_for_long_enough(
    sweep: Sweep,
) -> None:
    """Not at the first sight of a free lock, and never while it is held."""
    sweep.add("dead", "web.2")
    sweep.add("alive", "web.3")
    alive = sweep.take("web.3")
    await sweep.look_for(HOLD_SECONDS - 0.5)
    assert sweep.row("dead") == OF_ANOTHER
    await sweep.look_for(0.5)
    assert sweep.row("dead") == GIVEN_BACK
    assert sweep.row("alive") == ("PENDING", "web.3", "first")
    alive.release()


async def test_who_did_not_look_for_a_while_begins_to_count_anew(sweep: Sweep) -> None:
    """It was stopped itself, or the database was away: whoever is alive may have held its lock in between."""
    sweep.add("theirs", "web.2")
    await sweep.look_for(HOLD_SECONDS - 0.5)
    sweep.now += BLIND_SECONDS
    await sweep.look_for(HOLD_SECONDS - 0.5)
    assert sweep.row("theirs") == OF_ANOTHER
    await sweep.look_for(0.5)
    assert sweep.row("theirs") == GIVEN_BACK


async def test_one_that_comes_back_during_the_sweep_keeps_its_work(sweep: Sweep) -> None:
    """It took its lock after it was seen free and before its work was taken over."""
    sweep.add("theirs", "web.2")
    back: list[Presence] = []
    sweep.meanwhile("pg_try_advisory_xact_lock", lambda: back.append(sweep.take("web.2")))
    await sweep.look_for(HOLD_SECONDS)
    assert back
    assert sweep.row("theirs") == OF_ANOTHER
    back[0].release()


@pytest.mark.parametrize("change", ["owner_xid = 'second'", "status = 'SUCCESS'", "executor_id = 'web.3'"])
async def test_what_is_no_longer_as_it_was_seen_is_left_alone(sweep: Sweep, change: str) -> None:
    """The list of what is under way is old when it is used: another has begun, finished or taken it since."""
    sweep.add("theirs", "web.2")

    def changed() -> None:
        with sweep.engine.begin() as connection:
            connection.execute(sa.text(f"UPDATE dbos.workflow_status SET {change}"))

    sweep.meanwhile("pg_try_advisory_xact_lock", changed)
    await sweep.look_for(HOLD_SECONDS)
    assert "ENQUEUED" not in sweep.row("theirs")


async def test_two_who_look_at_once_give_it_back_once(sweep: Sweep) -> None:
    """What the second has seen is not so any more."""
    sweep.add("theirs", "web.2")
    held = sweep.take("web.9")
    other = Sweep(sweep.engine, held)
    for one in (sweep, other):
        await one.look_for(HOLD_SECONDS - 1)
    sweep.now = other.now = HOLD_SECONDS
    sweep.meanwhile("pg_try_advisory_xact_lock", lambda: asyncio.run(other.failover.look()))
    await sweep.failover.look()
    assert sweep.row("theirs") == GIVEN_BACK
    held.release()


async def test_a_database_that_restarts_in_the_middle_of_it_strands_nothing(sweep: Sweep) -> None:
    """The next look does all of it: nothing was half done, and nothing is forgotten."""
    ids = [f"theirs-{number}" for number in range(20)]
    for id_ in ids:
        sweep.add(id_, "web.2")

    def restart() -> None:
        admin = sa.create_engine(sweep.engine.url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(END_ALL)
        admin.dispose()

    sweep.meanwhile("UPDATE dbos.workflow_status", restart)
    with pytest.raises(sa.exc.OperationalError):
        await sweep.look_for(HOLD_SECONDS)
    assert {sweep.row(id_) for id_ in ids} == {OF_ANOTHER}
    await sweep.look_for(0)
    assert {sweep.row(id_) for id_ in ids} == {GIVEN_BACK}


async def test_what_stands_as_its_own_and_does_not_run_is_begun_again(sweep: Sweep) -> None:
    """Stuck between two steps, or claimed and never begun: after a minute; at once, if it is known to have stopped."""
    sweep.add("stuck", "web.1")
    sweep.add("stopped", "web.1")
    sweep.running._leave(Execution("stopped", "first"))  # as at the end of a workflow
    await sweep.look_for(0)
    assert sweep.row("stopped")[0] == "ENQUEUED"
    await sweep.look_for(UNKNOWN_SECONDS - 1)
    assert sweep.row("stuck")[0] == "PENDING"
    await sweep.look_for(1)
    assert sweep.row("stuck")[0] == "ENQUEUED"


async def test_a_look_that_fails_forgets_nothing_of_what_has_stopped_here(sweep: Sweep) -> None:
    """The database was away for the moment of the look: the next one begins it again, not one in a minute."""
    sweep.add("stopped", "web.1")
    sweep.running._leave(Execution("stopped", "first"))

    def fail() -> None:
        raise ConnectionError

    sweep.meanwhile("FROM dbos.workflow_status", fail)
    with pytest.raises(ConnectionError):
        await sweep.failover.look()
    await sweep.failover.look()
    assert sweep.row("stopped")[0] == "ENQUEUED"


async def test_a_start_while_another_makes_the_tables_of_dbos_begins_nothing_yet(fresh_postgres: str) -> None:
    """They are made column by column. What there is of its own by then, DBOS finds when it is launched."""
    engine = database.create_engine(fresh_postgres)
    half_made = "CREATE SCHEMA dbos; CREATE TABLE dbos.workflow_status (workflow_uuid TEXT, status TEXT)"
    with engine.begin() as connection:
        connection.exec_driver_sql(half_made)
    held = presence.take(fresh_postgres, "web.1", wait_seconds=0)
    await Failover(engine, held, Running(), "web.1").recover()
    held.release()
    engine.dispose()


async def test_a_start_begins_again_what_is_its_own_and_nothing_else(sweep: Sweep) -> None:
    """Before DBOS is launched, under its lock: an older process of the name has ended, and can claim it no more."""
    sweep.add("mine", "web.1")
    sweep.add("theirs", "web.2")
    await sweep.failover.recover()
    assert sweep.row("mine") == ("ENQUEUED", "web.1", None)
    assert sweep.row("theirs") == OF_ANOTHER


async def test_many_open_cards_are_given_back_by_the_statement_for_one(sweep: Sweep) -> None:
    """A start waits for it, and a statement that grows with them takes longer to be made than to be run."""
    statements: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE"):
            statements.add(statement)

    event.listen(sweep.engine, "before_cursor_execute", note)
    for count in (1, 600):
        ids = [f"{count}-{number}" for number in range(count)]
        with sweep.engine.begin() as connection:
            connection.execute(ROW, [{"id": id_, "executor": "web.1", "token": "first"} for id_ in ids])
        await sweep.failover.recover()
        assert {sweep.row(id_)[0] for id_ in ids} == {"ENQUEUED"}
    assert len(statements) == 1
