"""The audit: what happened is there once, in order, and tampering with it is found."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.audit import GENESIS, Audit, Event, verify
from bot.audit_export import export
from bot.gallery.examples import NOW, OPERATION
from bot.store import database
from bot.store.tables import audit as table
from bot.store.tables import audit_head
from tests import databases


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A new database."""
    engine = databases.engine(f"sqlite:///{tmp_path}/audit.sqlite3")
    yield engine
    engine.dispose()


@pytest.fixture
def audit(engine: sa.Engine) -> Audit:
    """An audit whose clock stands still."""
    return Audit(engine, lambda: NOW)


@pytest.fixture
async def five(audit: Audit) -> Audit:
    """An audit with five records: the life of one operation."""
    for event in (Event.ASKED, Event.SHOWN, Event.DECIDED, Event.CALLED, Event.ENDED):
        await audit.append(event, OPERATION, user="U0ALICE", event_number=len(list(audit.records())) + 1)
    return audit


def tamper(engine: sa.Engine, *statements: sa.Executable) -> None:
    """Do to the database what nobody should."""
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


async def test_an_event_is_recorded_with_what_belongs_to_it(audit: Audit) -> None:
    """When (UTC), what, which operation, and all details."""
    await audit.append(Event.ASKED, OPERATION, user="U0ALICE", reason="später", task=None)
    [record] = audit.records()
    assert (record.seq, record.event, record.operation, record.previous_hash) == (
        1,
        "asked",
        OPERATION,
        GENESIS,
    )
    assert record.at.startswith("2026-11-1")
    assert record.at.endswith("+00:00")
    assert json.loads(record.details) == {"user": "U0ALICE", "reason": "später", "task": None}
    assert audit.head() == (1, record.hash)


async def test_an_untouched_chain_is_whole(audit: Audit, five: Audit) -> None:
    """Also an empty one, which has nothing to be wrong."""
    assert verify(five) == []
    assert len(list(audit.records())) == 5


def test_an_empty_chain_is_whole(audit: Audit) -> None:
    """A bot that was never asked has nothing to hide."""
    assert verify(audit) == []
    assert audit.head() == (0, GENESIS)


async def test_the_same_event_twice_is_one_record(audit: Audit) -> None:
    """A step that runs again after a crash says the same once more; what it says then does not replace the first."""
    await audit.append(Event.ENDED, OPERATION, ending="paused")
    await audit.append(Event.ENDED, OPERATION, ending="failed")
    assert [json.loads(record.details)["ending"] for record in audit.records()] == ["paused"]
    assert verify(audit) == []


async def test_what_tells_two_events_apart_is_named(audit: Audit) -> None:
    """A later, better ending, or a second refused click, is an event of its own."""
    await audit.append(Event.ENDED, OPERATION, ending="still_pausing")
    await audit.append(Event.ENDED, OPERATION, once="_later", ending="paused")
    await audit.append(Event.ENDED, "another", ending="paused")
    assert len(list(audit.records())) == 3


async def test_many_at_once_make_one_chain(audit: Audit, engine: sa.Engine) -> None:
    """From any number of tasks, and from a second process's engine, without gaps or forks."""
    other = database.create_engine(engine.url.render_as_string(hide_password=False))
    second = Audit(other, lambda: NOW)
    writers = [(audit, second)[number % 2] for number in range(40)]
    await asyncio.gather(
        *(writer.append(Event.ASKED, f"op{number // 2}") for number, writer in enumerate(writers))
    )
    other.dispose()
    assert len(list(audit.records())) == 20
    assert verify(audit) == []


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [
        {"details": '{"user":"U0BOB"}'},
        {"event": "cancelled"},
        {"operation": "other"},
        {"at": "2020-01-01T00:00:00.000+00:00"},
        {"key": "other"},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_edited_record_is_found(
    five: Audit, engine: sa.Engine, seq: int, change: dict[str, str]
) -> None:
    """The first, one in the middle, the last; whichever column."""
    tamper(engine, table.update().where(table.c.seq == seq).values(**change))
    assert f"record {seq} was edited: its content does not match its hash" in verify(five)


async def test_an_edit_with_a_new_hash_breaks_the_chain(five: Audit, engine: sa.Engine) -> None:
    """Whoever recomputes one hash has to recompute all that follow, and the head."""
    rows = list(five.records())
    forged = await forge(engine, rows[2].seq, '{"user":"U0BOB"}')
    assert forged not in [row.hash for row in rows]
    assert verify(five) == ["record 4 does not follow the one before it: removed, inserted or reordered"]


async def test_an_edit_of_the_last_record_with_a_new_hash_misses_the_head(
    five: Audit, engine: sa.Engine
) -> None:
    """The head says what the last hash is."""
    await forge(engine, 5, "{}")
    assert verify(five) == ["the chain ends at record 5, but 5 were written"]


async def forge(engine: sa.Engine, seq: int, details: str) -> str:
    """Change a record's details and give it the hash that fits; return that."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(table).where(table.c.seq == seq)).one()
    url = sa.make_url("sqlite://")
    scratch = sa.create_engine(url, poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
    database.migrate(scratch)
    with scratch.begin() as connection:
        connection.execute(audit_head.insert().values(id=1, seq=seq - 1, hash=row.previous_hash))
    fake = Audit(scratch, lambda: NOW)
    await fake.append(row.event, row.operation, **json.loads(details))
    [record] = fake.records()
    scratch.dispose()
    tamper(engine, table.update().where(table.c.seq == seq).values(details=record.details, hash=record.hash))
    return record.hash


@pytest.mark.parametrize(
    ("seq", "fault"),
    [
        (1, "record 1 is missing: the next one present is 2"),
        (3, "record 3 is missing: the next one present is 4"),
        (5, "the chain ends at record 4, but 5 were written"),
    ],
)
async def test_a_removed_record_is_found(five: Audit, engine: sa.Engine, seq: int, fault: str) -> None:
    """The first, one in the middle, the last."""
    tamper(engine, table.delete().where(table.c.seq == seq))
    assert verify(five) == [fault]


async def test_a_removal_that_closes_the_gap_is_found(five: Audit, engine: sa.Engine) -> None:
    """Numbering the rest anew does not help: the number is part of the hash, and the hash of the chain."""
    tamper(
        engine,
        table.delete().where(table.c.seq == 3),
        table.update().where(table.c.seq == 4).values(seq=3),
        table.update().where(table.c.seq == 5).values(seq=4),
        audit_head.update().values(seq=4),
    )
    found = verify(five)
    assert "record 3 does not follow the one before it: removed, inserted or reordered" in found
    assert "record 3 was edited: its content does not match its hash" in found


async def test_removing_everything_is_found(five: Audit, engine: sa.Engine) -> None:
    """The head remembers how much there was; and without a head, the records do."""
    tamper(engine, table.delete())
    assert verify(five) == ["the chain ends at record 0, but 5 were written"]


async def test_a_removed_head_is_found(five: Audit, engine: sa.Engine) -> None:
    """Then it claims to have nothing."""
    tamper(engine, audit_head.delete())
    assert verify(five) == ["the chain ends at record 5, but 0 were written"]


async def test_an_inserted_record_is_found(five: Audit, engine: sa.Engine) -> None:
    """At the end, where no number is taken."""
    last = list(five.records())[-1]
    tamper(
        engine, table.insert().values(**(vars(last) | {"seq": 6, "key": "new", "previous_hash": last.hash}))
    )
    assert "record 6 was edited: its content does not match its hash" in verify(five)
    assert "the chain ends at record 6, but 5 were written" in verify(five)


async def test_reordered_records_are_found(five: Audit, engine: sa.Engine) -> None:
    """Two that swapped places follow nothing and nobody."""
    swap = [
        table.update().where(table.c.seq == old).values(seq=new) for old, new in ((2, 99), (3, 2), (99, 3))
    ]
    tamper(engine, *swap)
    found = verify(five)
    assert sum("does not follow the one before it" in fault for fault in found) >= 2


async def test_an_export_as_json_has_one_record_a_line(five: Audit) -> None:
    """Details as an object, so that a search needs no second parser."""
    lines = [json.loads(line) for line in export(five, "jsonl")]
    assert [line["event"] for line in lines] == ["asked", "shown", "decided", "called", "ended"]
    assert lines[0]["details"]["user"] == "U0ALICE"
    assert lines[-1]["hash"] == five.head()[1]


async def test_an_export_as_csv_has_a_header(five: Audit) -> None:
    """And each record on one line, with quotes where they are needed."""
    lines = list(export(five, "csv"))
    rows = list(csv.DictReader(lines))
    assert len(rows) == 5
    assert json.loads(rows[0]["details"])["user"] == "U0ALICE"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
async def test_a_spreadsheet_takes_nothing_for_a_formula(audit: Audit, start: str) -> None:
    """People choose some of what stands in an audit."""
    formula = f'{start}HYPERLINK("http://evil.example","x")'
    await audit.append(Event.ASKED, formula, reason=formula)
    for row in csv.reader(export(audit, "csv")):
        for cell in row:
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")


async def test_a_cell_that_looks_like_a_formula_is_kept_as_text(audit: Audit) -> None:
    """By the apostrophe that spreadsheets hide; all else stays as it was written, without a line end."""
    await audit.append(Event.ASKED, "=1+1")
    [record] = audit.records()
    header, line = export(audit, "csv")
    assert header == "seq,key,at,event,operation,details,previous_hash,hash"
    assert line == f"1,'{record.key},{record.at},asked,'=1+1,{{}},{GENESIS},{record.hash}"


async def test_text_of_any_kind_is_recorded_and_found_whole(audit: Audit) -> None:
    """Line breaks and quotes stay within their record."""
    await audit.append(Event.ASKED, OPERATION, reason='a\nb\r\n"c";=1,\u2028💥')
    assert verify(audit) == []
    assert len(list(export(audit, "jsonl"))) == 1
    assert len(list(csv.reader(export(audit, "csv")))) == 2


async def test_an_export_shows_characters_that_hide_or_turn_text(audit: Audit) -> None:
    """Whoever reads it in an editor or a terminal sees what is there; as JSON it still means the same."""
    hidden = "a\u202eb\u2066c\u200bd\x1b[2J"
    await audit.append(Event.ASKED, OPERATION, reason=hidden)
    for line in (*export(audit, "jsonl"), *export(audit, "csv")):
        assert line.isprintable()
    [line] = export(audit, "jsonl")
    assert json.loads(line)["details"]["reason"] == hidden


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """One database for many examples."""
    engine = databases.engine(f"sqlite:///{tmp_path_factory.mktemp('audit')}/audit.sqlite3")
    yield engine
    engine.dispose()


@given(
    events=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.text(max_size=5)), max_size=6
    ),
    data=st.data(),
)
@hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_chain_is_whole_until_any_one_record_is_removed(
    shared: sa.Engine, events: Any, data: Any
) -> None:
    """Whatever was recorded, and whichever record goes."""
    tamper(shared, table.delete(), audit_head.delete())
    audit = Audit(shared, lambda: NOW)
    for event, operation, text in events:
        asyncio.run(audit.append(event, operation, text=text))
    assert verify(audit) == []
    count = len({(event, operation) for event, operation, _ in events})
    assert audit.head()[0] == count
    if count:
        tamper(shared, table.delete().where(table.c.seq == data.draw(st.integers(1, count))))
        assert verify(audit) != []


# --- pruning -------------------------------------------------------------------------------------------

DAY = 86_400


async def _days(engine: sa.Engine, *operations: str) -> Audit:
    """Return an audit with a record of each operation, a day apart."""
    for day, operation in enumerate(operations):
        await Audit(engine, lambda day=day: NOW + day * DAY).append(Event.ENDED, operation)  # type: ignore[misc]
    return Audit(engine, lambda: NOW + 10 * DAY)


def _day(number: float) -> datetime:
    return datetime.fromtimestamp(NOW + number * DAY, UTC)


async def test_the_oldest_records_can_be_pruned_and_the_rest_is_a_whole_chain(engine: sa.Engine) -> None:
    """That it was done is a record of the chain itself, with who did it and how much; another time does as well."""
    audit = await _days(engine, "a", "b", "c", "d")
    expected = audit.prunable(_day(2), ())
    assert audit.prune(_day(2), (), "root") == expected
    assert [record.operation for record in audit.records()] == ["c", "d", "audit"]
    pruned = list(audit.records())[-1]
    assert json.loads(pruned.details) == {
        "before": _day(2).isoformat(timespec="milliseconds"),
        "by": "root",
        "hash": expected.hash,
        "records": 2,
        "through": 2,
    }
    assert verify(audit) == []
    assert audit.prune(_day(3), (), "root").records == 1
    assert verify(audit) == []
    assert audit.prune(_day(3), (), "root").records == 0


async def test_what_belongs_to_an_open_operation_is_not_pruned_nor_what_follows(engine: sa.Engine) -> None:
    """A chain is shortened at its beginning only; a gap would look as if somebody had tampered."""
    audit = await _days(engine, "a", "open", "c")
    cut = audit.prune(_day(3), {"open"}, "root")
    assert (cut.records, cut.kept_for) == (1, "open")
    assert [record.operation for record in audit.records()] == ["open", "c", "audit"]
    assert verify(audit) == []


@pytest.mark.parametrize("seq", [3, 4])
async def test_a_removal_that_no_record_speaks_of_is_found_after_a_pruning(
    engine: sa.Engine, seq: int
) -> None:
    """Also of what is now the first."""
    audit = await _days(engine, "a", "b", "c", "d")
    audit.prune(_day(2), (), "root")
    tamper(engine, table.delete().where(table.c.seq == seq))
    assert verify(audit) != []


@pytest.mark.parametrize("details", ["", "[]", '{"through":2}', '{"through":2,"hash":"0"}'])
async def test_a_pruning_that_is_not_attested_is_a_gap(engine: sa.Engine, details: str) -> None:
    """Whatever its record was made to say."""
    audit = await _days(engine, "a", "b", "c")
    audit.prune(_day(2), (), "root")
    tamper(engine, table.update().where(table.c.event == "pruned").values(details=details))
    assert "record 1 is missing: the next one present is 3" in verify(audit)
