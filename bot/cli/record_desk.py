"""``oms-bot operations …`` and ``oms-bot audit …``: what an operator looks up at a terminal, and may prune."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import typer

from bot.audit import Audit, Cut, Event, Record, digest, verify
from bot.audit_export import NoExportError, read_back
from bot.cli.ends import Exit, fail, ready_or_exit, refuse, refusing
from bot.cli.printing import counted, print_json, print_table
from bot.conversation.operations import Operations
from bot.conversation.values import Operation, card_from, short_id
from bot.store import database
from bot.visible import visible

# What comes again is recognised by its record: a delivery of Slack, a step after a crash.
_NEEDED: Final = timedelta(days=1)
_LONGEST: Final = 200  # characters of one detail


@dataclass(frozen=True)
class RecordDesk:
    """What is recorded, opened to be looked into."""

    audit: Audit
    operations: Operations


@contextlib.contextmanager
def record_desk() -> Iterator[RecordDesk]:
    """Open the database, or end with the sentence that `serve` has for one that can't be used."""
    url = ready_or_exit().database_url.get_secret_value()
    engine = database.create_engine(url)
    try:
        with refusing():
            yield RecordDesk(Audit(engine, time.time), Operations(engine))
    finally:
        engine.dispose()


def list_open(desk: RecordDesk, *, as_json: bool) -> None:
    """Print the operations that have not ended, oldest first."""
    found = [_summary(desk, operation) for operation in asyncio.run(desk.operations.open_ones())]
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one["short_id"],
            one["verb"],
            one["task_name"],
            one["project"],
            one["user_id"],
            one["asked_at"],
            one["state"],
        )
        for one in found
    ]
    print_table(("ID", "VERB", "TASK", "PROJECT", "BY", "ASKED", "STATE"), rows)


def _summary(desk: RecordDesk, operation: Operation) -> dict[str, Any]:
    """Return what people want to know of an operation, times in UTC."""
    decided = any(record.event == Event.DECIDED for record in desk.audit.of(operation.id))
    return {
        "id": operation.id,
        "short_id": short_id(operation.id),
        "verb": operation.verb,
        "project": operation.project,
        "task_id": operation.task_id,
        "task_name": card_from(operation.card).task.name,
        "team_id": operation.team_id,
        "user_id": operation.user_id,
        "channel_id": operation.channel_id,
        "asked_at": _time(operation.asked_at),
        "state": _state(operation, decided=decided),
    }


def _state(operation: Operation, *, decided: bool) -> str:
    if operation.ending and operation.ended_at:
        return f"{operation.ending} at {_time(operation.ended_at)}"
    return "decided, under way" if decided else f"waits for an answer until {_time(operation.expires_at)}"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def show_one(desk: RecordDesk, beginning: str, *, as_json: bool) -> None:
    """Print all that is recorded of the one operation whose id begins so."""
    id_ = _the_one(desk, _as_written(beginning))
    operation, records = asyncio.run(desk.operations.get(id_)), desk.audit.of(id_)
    summary = _summary(desk, operation) if operation else None
    if as_json:
        told = [vars(record) | {"details": json.loads(record.details)} for record in records]
        print_json({"id": id_, "operation": summary, "records": told})
        return
    print(f"Operation {id_}")
    if summary:
        task = f"{summary['task_name']} ({summary['task_id']}) in {summary['project']}"
        print(
            visible(f"{summary['verb']} {task}, asked for by {summary['user_id']} in {summary['channel_id']}")
        )
        print(summary["state"])
    print()
    print_table(("AT", "EVENT", "DETAILS"), [(_second(r), r.event, _details(r)) for r in records])


def _as_written(typed: str) -> str:
    """Undo a phone's capitals; ids that are no hash keep theirs."""
    typed = typed.strip()
    return typed.lower() if re.fullmatch(r"[0-9A-Fa-f]+", typed) else typed


def _the_one(desk: RecordDesk, beginning: str) -> str:
    if not beginning:
        refuse("say which operation: its id, or the beginning of it that a card shows")
    found = desk.audit.named(beginning) | asyncio.run(desk.operations.named(beginning))
    if not found:
        fail(f"no operation's id begins with {beginning}; `oms-bot operations list` has the open ones")
    if beginning in found:
        return beginning
    if len(found) > 1:
        names = ", ".join(sorted(found)[:10]) + (", …" if len(found) > 10 else "")
        fail(f"{len(found)} operations have an id that begins with {beginning}: {names}; type more of it")
    return found.pop()


def _second(record: Record) -> str:
    return record.at[:19].replace("T", " ") + "Z"


def _details(record: Record) -> str:
    """Return what an event holds, but for what the lines above say, what was shown whole, and ids of Slack's own."""
    told = {
        "id", "operation_id", "team_id", "project", "task", "targets", "named", "seal", "verb",
        "at", "seen_at", "click_id", "message", "message_ts",
    }  # fmt: skip
    held: dict[str, Any] = json.loads(record.details)
    fault = held.pop("fault", None) or {}
    parts = {**held, **{f"fault.{name}": value for name, value in fault.items()}}
    return " ".join(
        f"{name}={round(value, 2) if isinstance(value, float) else str(value)[:_LONGEST]}"
        for name, value in parts.items()
        if name not in told and value not in (None, "", [], ()) and not isinstance(value, dict)
    )


def verify_all(desk: RecordDesk, exports: Sequence[Path], *, as_json: bool) -> None:
    """Print whether the chain is whole, with what was exported of it; end with `Exit.WRONG` if it is not."""
    with _of_exports():
        faults = verify(desk.audit, *map(read_back, exports))
        first = min((record.seq for path in exports for record in islice(read_back(path), 1)), default=None)
    last, head = desk.audit.head()
    pruned = desk.audit.beginning()[0] if first is None else first - 1
    if as_json:
        print_json(
            {"ok": not faults, "faults": faults, "records": last - pruned, "pruned": pruned, "head": head}
        )
    elif not faults:
        before = f" ({counted(pruned, 'older one')} pruned)" if pruned else ""
        joined = f", with {counted(len(exports), 'export')}" if exports else ""
        print(f"✓ {counted(last - pruned, 'record')}, unbroken{joined}{before}. Head: {head}")
    else:
        print("\n".join(f"✗ {fault}" for fault in faults))
    if faults:
        raise typer.Exit(Exit.WRONG)


@contextlib.contextmanager
def _of_exports() -> Iterator[None]:
    """End with a sentence where a file is no export."""
    try:
        yield
    except NoExportError as error:
        refuse(str(error))


def prune_oldest(desk: RecordDesk, day: datetime, exported: Sequence[Path], *, yes: bool) -> None:
    """Remove what is older than a day (UTC), as far as nothing under way needs it; ask before, unless *yes*.

    With files *exported*, only what they hold.
    """
    before = day.replace(tzinfo=UTC)
    if before > datetime.now(UTC) - _NEEDED:
        refuse(
            "--before: records of the last day stay, as deliveries that come again are known by them; name a day before"
        )
    if verify(desk.audit):
        fail(
            "the chain is broken, and what is pruned can't be looked into; `oms-bot audit verify` says where"
        )
    open_ = asyncio.run(desk.operations.unfinished())
    cut = desk.audit.prunable(before, open_)
    kept = f"; what follows is kept with the open operation {short_id(cut.kept_for)}" if cut.kept_for else ""
    if not cut.records:
        print(f"Nothing to prune: no record is older than {day:%Y-%m-%d}{kept}")
        return
    if exported:
        _refuse_unless_exported(desk, cut, exported)
    print(f"{counted(cut.records, 'record')} from before {day:%Y-%m-%d}, up to number {cut.through}{kept}.")
    if not yes:
        typer.confirm("Remove them for good? `oms-bot audit export` keeps a copy", abort=True)
    done = desk.audit.prune(before, open_, _who())
    print(f"✓ {counted(done.records, 'record')} pruned, and that is recorded. Head: {desk.audit.head()[1]}")


def _refuse_unless_exported(desk: RecordDesk, cut: Cut, exported: Sequence[Path]) -> None:
    with _of_exports():
        kept = {
            (one.seq, one.hash) for path in exported for one in read_back(path) if one.hash == digest(one)
        }
    for record in islice(desk.audit.records(), cut.records):
        if (record.seq, record.hash) not in kept:
            fail(f"record {record.seq} is not in what was exported; export again, then prune")


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"
