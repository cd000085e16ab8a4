"""What the stage knows of the bot's own memory: a freeze, and how its time passes."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.sandbox.stage.memory import Freeze, Memory
from bot.store.tables import due, freezes, metadata


def test_a_freeze_is_seen_while_it_lasts(tmp_path: Path) -> None:
    """Before there is a database, or a table in it, nothing is frozen."""
    path = tmp_path / "bot.sqlite3"
    memory = Memory(path)
    assert memory.freeze("p") is None
    path.touch()
    assert memory.freeze("p") is None
    engine = sa.create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    row = {
        "id": "1",
        "project_id": "p",
        "project": "demo",
        "team_id": "T",
        "user_id": "U0ALICE",
        "reason": "full",
        "at": 1.0,
    }
    with engine.begin() as connection:
        connection.execute(freezes.insert(), row | {"reason": "full"})
    assert memory.freeze("p") == Freeze("U0ALICE", "full")
    assert memory.freeze("another") is None
    with engine.begin() as connection:
        connection.execute(freezes.update().values(lifted_at=2.0))
    assert memory.freeze("p") is None
    engine.dispose()


def test_what_is_planned_comes_nearer(tmp_path: Path) -> None:
    """As if time had passed."""
    path = tmp_path / "bot.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            due.insert(), {"id": "1", "kind": "resumes", "operation_id": "op", "target": "1", "at": 1000.0}
        )
    Memory(path).let_time_pass(600)
    with engine.begin() as connection:
        assert connection.execute(sa.select(due.c.at)).scalar_one() == 400.0
    engine.dispose()
