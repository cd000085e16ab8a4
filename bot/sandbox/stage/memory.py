"""The bot's own database, as the stage looks into it and lets its time pass."""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Freeze:
    """Who froze the project (a Slack id), and why."""

    user_id: str
    reason: str


class Memory:
    """An SQLite file, which may not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def freeze(self, project_id: str) -> Freeze | None:
        """Return the freeze that a project is under, if it is."""
        if not self._path.exists():
            return None
        question = "SELECT user_id, reason FROM freezes WHERE project_id = ? AND lifted_at IS NULL"
        with (
            contextlib.suppress(sqlite3.OperationalError),  # the bot is just making its tables
            contextlib.closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as stored,
        ):
            found = stored.execute(question, (project_id,)).fetchone()
            return Freeze(*found) if found else None
        return None

    def let_time_pass(self, seconds: float) -> None:
        """Let what is planned for later be due so much sooner, as if the bot's clock had gone on."""
        with contextlib.closing(sqlite3.connect(self._path)) as stored, stored:
            stored.execute("UPDATE due SET at = at - ?", (seconds,))
