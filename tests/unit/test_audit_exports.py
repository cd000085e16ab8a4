"""An export of the audit proves what was pruned since, and joins what is left; and nothing else passes for one."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.audit import Audit, Event, Record, verify
from bot.audit_export import NoExportError, export, read_back
from bot.gallery.examples import NOW
from tests import databases

DAY = 86_400


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A new database."""
    engine = databases.engine(f"sqlite:///{tmp_path}/audit.sqlite3")
    yield engine
    engine.dispose()


@pytest.fixture
async def audit(engine: sa.Engine) -> Audit:
    """An audit of five records, each a day after the one before, with whatever can be awkward in a text."""
    times = itertools.count(NOW, DAY)
    audit = Audit(engine, lambda: next(times))
    for number in range(5):
        details: dict[str, Any] = {
            "reason": f"“später” \u202e\x1b\n {number}",
            "figure": 1e-7 * number,
            "nested": {"b": [None], "a": 1.5},
        }
        await audit.append(Event.ENDED, f"operation-{number}", **details)
    return audit


def exported(audit: Audit, path: Path) -> Path:
    """Write an export."""
    path.write_text("\n".join(export(audit, "jsonl")) + "\n", encoding="utf-8")
    return path


def prune(audit: Audit, days: int) -> None:
    """Remove the records of the first so many days."""
    audit.prune(datetime.fromtimestamp(NOW + days * DAY, UTC), (), "root")


async def test_an_export_made_before_joins_what_is_left(audit: Audit, tmp_path: Path) -> None:
    """Whatever was recorded since; and several exports with what is in more than one of them."""
    first = exported(audit, tmp_path / "1.jsonl")
    assert list(read_back(first)) == list(audit.records())
    prune(audit, 2)
    second = exported(audit, tmp_path / "2.jsonl")
    prune(audit, 4)
    await audit.append(Event.ENDED, "later")
    assert verify(audit) == []
    assert verify(audit, read_back(first)) == []
    assert verify(audit, read_back(second), read_back(first)) == []


async def test_a_gap_between_an_export_and_what_is_left_is_found(audit: Audit, tmp_path: Path) -> None:
    """What was recorded after the export, and is pruned, is in neither."""
    path = exported(audit, tmp_path / "1.jsonl")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    prune(audit, 3)
    assert verify(audit, read_back(path)) == ["record 3 is missing: the next one present is 4"]


async def test_what_the_bot_records_meanwhile_is_no_gap(
    audit: Audit, engine: sa.Engine, tmp_path: Path
) -> None:
    """A chain may be looked through while the bot runs."""
    path, bot = exported(audit, tmp_path / "1.jsonl"), databases.engine(str(engine.url))

    def looked_through() -> Iterator[Record]:
        yield from read_back(path)
        asyncio.run(Audit(bot, lambda: NOW).append(Event.ENDED, "meanwhile"))

    assert await asyncio.to_thread(verify, audit, looked_through()) == []
    assert audit.head()[0] == 6
    bot.dispose()


Change = Callable[[list[dict[str, Any]]], Any]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda records: records[0]["details"].update(reason="another"), "record 1 was edited"),
        (lambda records: records.pop(1), "record 2 is missing"),
        (lambda records: records[1].update(seq=7), "record 7 was edited"),
        (lambda records: records.reverse(), "is there twice, and not the same"),
    ],
)
async def test_a_changed_export_is_found(audit: Audit, tmp_path: Path, change: Change, found: str) -> None:
    """Also where the database has the records no more."""
    path = exported(audit, tmp_path / "1.jsonl")
    prune(audit, 3)
    records = [json.loads(line) for line in path.read_text().splitlines()]
    change(records)
    path.write_text("\n".join(map(json.dumps, records)))
    assert any(found in fault for fault in verify(audit, read_back(path)))


@pytest.mark.parametrize("text", ["seq,key\n1,a", "{}", "[]", '{"details": {}}', "\x00"])
def test_what_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    """A spreadsheet's, too; and what is not there."""
    path = tmp_path / "some"
    path.write_text(text)
    with pytest.raises(NoExportError, match="no export that can be read back"):
        list(read_back(path))
    with pytest.raises(NoExportError, match="can't be read"):
        list(read_back(tmp_path / "none"))
