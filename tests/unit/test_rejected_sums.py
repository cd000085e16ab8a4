"""The sums of what was turned away, when the database takes none of them for a while."""

from __future__ import annotations

import json
from pathlib import Path

from bot.audit import Audit
from bot.gallery.examples import NOW
from bot.metrics import Metrics
from bot.rejected_requests import RejectedRequests
from bot.store import database


async def test_sums_that_could_not_be_written_are_written_later_and_say_since_when_they_are(
    tmp_path: Path,
) -> None:
    """Nothing is lost, and nothing is said to have come within a shorter time than it has."""
    engine = database.create_engine(f"sqlite:///{tmp_path}/audit.sqlite3")  # which has no tables yet
    now = [NOW]
    audit = Audit(engine, lambda: now[0])
    rejected = RejectedRequests(audit, Metrics(), lambda: now[0])
    rejected.start()
    rejected.count("gate", "unsigned")
    now[0] += 3600
    await rejected.stop()
    database.migrate(engine)
    rejected.count("gate", "unsigned")
    await rejected.stop()
    [record] = audit.records()
    engine.dispose()
    assert json.loads(record.details) == {
        "counts": {"gate:unsigned": 2},
        "since": "2026-11-18T11:06:40+00:00",
    }
