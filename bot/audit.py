"""Who asked, what they were shown, who decided, what was called, how it ended: append-only and hash-chained.

Each row's hash covers the row and the hash of the row before it, and the head says how far the chain reaches; so an
edited, removed, inserted or reordered row is found by `verify`. Whoever can write to the database could forge the whole
chain: note the head's hash (`oms-bot audit verify` prints it) somewhere else to notice even that.

The oldest rows may be pruned. The chain then begins later, and a row of it says so: up to which row, and with what
hash it ended there. A beginning that no such row speaks of is a gap.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from heapq import merge
from typing import Any, Final

import sqlalchemy as sa

from bot.store import database
from bot.store.tables import audit, audit_head


class Event(StrEnum):
    """What is audited; `docs/reference/audit-events.md` says what each holds. Stored, so a name stays."""

    ASKED = "asked"
    SHOWN = "shown"
    ANSWERED = "answered"
    DECIDED = "decided"
    CALLING = "calling"
    CALLED = "called"
    ENDED = "ended"
    REFUSED_CLICK = "refused_click"
    AGREED = "agreed"
    BROKE_GLASS = "broke_glass"
    UNDELIVERED = "undelivered"
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    LINK_ISSUED = "link_issued"
    LINKED = "linked"
    LINK_REPLACED = "link_replaced"
    LINK_REFUSED = "link_refused"
    LINK_DISABLED = "link_disabled"
    UNLINKED = "unlinked"
    UNLINK_ASKED = "unlink_asked"
    SECRET_TYPED = "secret_typed"  # noqa: S105  # no secret, but that one was typed
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"
    REJECTED = "rejected"
    PRUNED = "pruned"
    PROPOSED = "proposed"
    PUBLISHING = "publishing"
    UNPUBLISHED = "unpublished"


GENESIS = "0" * 64
_POSTGRES_LOCK = 0x6F6D73  # "oms": one appender at a time, whichever replica


# Made once: to build a statement takes longer than to run it.
_LOCK_ON_POSTGRES: Final = sa.select(sa.func.pg_advisory_xact_lock(_POSTGRES_LOCK))
_TAKE_HEAD: Final = (
    audit_head.update().values(seq=audit_head.c.seq).returning(audit_head.c.seq, audit_head.c.hash)
)
_MOVE_HEAD: Final = audit_head.update().values(seq=sa.bindparam("new_seq"), hash=sa.bindparam("new_hash"))
_APPEND: Final = sa.text(  # in the words that both databases share
    "INSERT INTO audit (seq, key, at, event, operation, details, previous_hash, hash) "
    "VALUES (:seq, :key, :at, :event, :operation, :details, :previous_hash, :hash) ON CONFLICT (key) DO NOTHING"
)

Entry = Callable[[sa.Connection], bool]
"""Appends an event within a transaction, and tells whether it is new."""


@dataclass(frozen=True)
class Record:
    """One audited event."""

    seq: int
    key: str
    at: str
    event: str
    operation: str
    details: str
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Cut:
    """Up to where a chain can be pruned: the last record that goes, its hash, and how many go.

    `kept_for` is the operation that keeps the next one, if one does.
    """

    through: int = 0
    hash: str = GENESIS
    records: int = 0
    kept_for: str = ""


class Audit:
    """The audit table. `clock` gives Unix seconds."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    async def append(
        self, event: Event, operation: str, /, *, once: str = "", on_disk: bool = False, **details: Any
    ) -> bool:
        """Append an event; the same event of the same operation (and *once*, if given) is recorded only once.

        Return whether it is new. *on_disk*: only when it would survive a power cut too.
        """
        entry = self.entry(event, operation, once=once, **details)
        return await database.transact(self._engine, entry, on_disk=on_disk)

    async def append_all(self, *entries: Entry, on_disk: bool = False) -> list[bool]:
        """Append several events in one transaction; return which of them are new. *on_disk*: as for `append`."""
        return await database.transact(
            self._engine, lambda connection: [entry(connection) for entry in entries], on_disk=on_disk
        )

    async def has(self, event: Event, operation: str, /, **details: Any) -> bool:  # any JSON
        """Tell whether an event of an operation was recorded with these *details* among its own."""
        return any(details.items() <= found.items() for found in await self.details(event, operation))

    async def details(self, event: Event, operation: str) -> list[dict[str, Any]]:
        """Return what was recorded with an event of an operation, each time, the first time first."""
        this = (audit.c.operation == operation, audit.c.event == event)
        query = sa.select(audit.c.details).where(*this).order_by(audit.c.seq)

        def read(connection: sa.Connection) -> list[dict[str, Any]]:
            return [json.loads(found) for found in connection.execute(query).scalars()]

        return await database.transact(self._engine, read)

    async def last_at(self, operation: str) -> float | None:
        """Return when the last event of an operation was recorded, in Unix seconds; None if there is none."""
        query = sa.select(sa.func.max(audit.c.at)).where(audit.c.operation == operation)
        at = await database.transact(
            self._engine, lambda connection: connection.execute(query).scalar_one_or_none()
        )
        return datetime.fromisoformat(at).timestamp() if at else None

    def entry(self, event: Event, operation: str, /, *, once: str = "", **details: Any) -> Entry:
        """Return what appends an event within another transaction, so that deed and record stand or fall together.

        It comes last there: until the transaction ends, nobody else can append.
        """
        key = _key(event, operation, once)
        at = _stamp(datetime.fromtimestamp(self._clock(), UTC))
        text = as_hashed(details)

        def write(connection: sa.Connection) -> bool:
            seq, previous = _take_head(connection)
            row = Record(seq + 1, key, at, event, operation, text, previous, "")
            row = replace(row, hash=digest(row))
            if not connection.execute(_APPEND, vars(row)).rowcount:
                return False
            connection.execute(_MOVE_HEAD, {"new_seq": row.seq, "new_hash": row.hash})
            return True

        return write

    def records(self) -> Iterator[Record]:
        """Yield all records, oldest first."""
        query = sa.select(audit).order_by(audit.c.seq)
        with self._engine.connect() as connection:
            in_parts = connection.execution_options(yield_per=500)
            with in_parts.execute(query) as rows:  # closed before its connection is
                for row in rows:
                    yield Record(**row._mapping)  # a public name with an underscore

    def of(self, operation: str) -> list[Record]:
        """Return the records of an operation, oldest first."""
        query = sa.select(audit).where(audit.c.operation == operation).order_by(audit.c.seq)
        with self._engine.connect() as connection:
            return [Record(**row._mapping) for row in connection.execute(query)]

    def named(self, beginning: str) -> set[str]:
        """Return the operations whose ids begin so."""
        name = audit.c.operation
        query = sa.select(name).where(name.startswith(beginning, autoescape=True)).distinct()
        with self._engine.connect() as connection:
            # SQLite's LIKE overlooks capitals.
            return {id_ for id_ in connection.execute(query).scalars() if id_.startswith(beginning)}

    def prunable(self, before: datetime, open_: Collection[str]) -> Cut:
        """Return what `prune` would remove."""
        with self._engine.connect() as connection:
            return _cut(connection, before, open_)

    def prune(self, before: datetime, open_: Collection[str], by: str) -> Cut:
        """Remove the oldest records, to the last one that is from *before* and of no operation that is *open_*.

        A chain can be shortened at its beginning only: what is younger than a record that stays, stays too. The
        removal is recorded in the same transaction, with who asked for it (*by*). Return what was removed.
        """
        with self._engine.begin() as connection:
            _take_head(connection)
            cut = _cut(connection, before, open_)
            if cut.records:
                connection.execute(audit.delete().where(audit.c.seq <= cut.through))
                about = {"through": cut.through, "hash": cut.hash, "records": cut.records, "by": by}
                self.entry(Event.PRUNED, "audit", once=str(cut.through), before=_stamp(before), **about)(
                    connection
                )
        return cut

    def beginning(self) -> tuple[int, str]:
        """Return what the first record there is should follow: number and hash of the last that was pruned, if any.

        That it was pruned counts if a record says so.
        """
        with self._engine.connect() as connection:
            first = connection.execute(sa.select(audit).order_by(audit.c.seq).limit(1)).first()
            told = sa.select(audit.c.details).where(audit.c.event == Event.PRUNED)
            cuts = connection.execute(told).scalars().all()
        if first and any(_is_cut(details, first.seq - 1, first.previous_hash) for details in cuts):
            return first.seq - 1, first.previous_hash
        return 0, GENESIS

    def head(self) -> tuple[int, str]:
        """Return how many records the chain claims to have, and the hash of its last."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(audit_head)).first()
        return (row.seq, row.hash) if row else (0, GENESIS)


def verify(audit_log: Audit, *exports: Iterable[Record]) -> list[str]:
    """Return what is wrong with the chain, one sentence a fault; an empty list means it is whole.

    With *exports*, each with its oldest record first, the chain is what they hold and what follows in the database:
    what was pruned since an export was made is proved by it, and it by what follows.

    Others may append meanwhile: where the chain ended before is met on the way, and it goes no further than now.
    """
    faults: list[str] = []
    begun = not exports
    head = audit_log.head()
    seq, previous = audit_log.beginning()
    is_met = (seq, previous) == head
    for record in merge(*exports, audit_log.records(), key=lambda record: record.seq):
        if not begun:
            begun, seq, previous = True, record.seq - 1, record.previous_hash
        if record.hash != digest(record):
            faults.append(f"record {record.seq} was edited: its content does not match its hash")
        if (record.seq, record.hash) == (seq, previous):
            continue  # an export and the database have it, or two exports
        seq += 1
        if record.seq < seq:
            faults.append(f"record {record.seq} is there twice, and not the same")
            seq = record.seq
        elif record.seq > seq:
            faults.append(f"record {seq} is missing: the next one present is {record.seq}")
            seq = record.seq
        elif record.previous_hash != previous:
            faults.append(
                f"record {record.seq} does not follow the one before it: removed, inserted or reordered"
            )
        previous = record.hash
        is_met = is_met or (seq, previous) == head
    written, _ = audit_log.head()
    if not is_met or seq > written:
        faults.append(f"the chain ends at record {seq}, but {written} were written")
    return faults


def as_hashed(details: Mapping[str, Any]) -> str:
    """Return the one text of what an event holds."""
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(record: Record) -> str:
    """Return the hash that a record must have."""
    fields = [
        record.previous_hash,
        record.seq,
        record.key,
        record.at,
        record.event,
        record.operation,
        record.details,
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def _key(event: Event, operation: str, once: str) -> str:
    """Return what makes an event one that is recorded only once."""
    return ":".join(filter(None, (operation, event, once)))


def _stamp(at: datetime) -> str:
    """Write a time so that what is earlier sorts before what is later."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _is_cut(details: str, through: int, hash_: str) -> bool:
    """Tell whether a record says that the chain was pruned there. Its details may have been tampered with."""
    try:
        said = json.loads(details)
    except ValueError:
        return False
    return isinstance(said, dict) and (said.get("through"), said.get("hash")) == (through, hash_)


def _cut(connection: sa.Connection, before: datetime, open_: Collection[str]) -> Cut:
    cut, until = Cut(), _stamp(before)
    columns = (audit.c.seq, audit.c.at, audit.c.operation, audit.c.hash)
    rows = connection.execution_options(yield_per=500).execute(sa.select(*columns).order_by(audit.c.seq))
    for row in rows:
        if row.at >= until:
            break
        if row.operation in open_:
            cut = replace(cut, kept_for=row.operation)
            break
        cut = Cut(row.seq, row.hash, cut.records + 1)
    rows.close()
    return cut


def _take_head(connection: sa.Connection) -> tuple[int, str]:
    """Return the head, keeping every other appender out until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_ON_POSTGRES)
    row = connection.execute(_TAKE_HEAD).first()  # on SQLite this takes the write lock
    if row is None:
        connection.execute(audit_head.insert().values(id=1, seq=0, hash=GENESIS))
        return 0, GENESIS
    return row.seq, row.hash
