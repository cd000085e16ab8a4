"""A replica of an earlier version goes on when a newer one has changed the schema: its statements still hold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.store import database, migrations

SINCE = "0015"  # the revision of 0.3.0
VALUES: dict[type[Any], Any] = {str: "x", int: 7, float: 7.0, bool: False}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> sa.Engine:
    """The engine of an empty database of either kind."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/bot.sqlite3" if on_sqlite else request.getfixturevalue("fresh_postgres")
    return database.create_engine(url)


def _known_to_each(engine: sa.Engine) -> dict[str, sa.MetaData]:
    """Take each step, and return the tables as the version that had it knows them."""
    known = {}
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        revisions = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]
        for revision in revisions:
            command.upgrade(config, revision)
            if revision >= SINCE:
                known[revision] = sa.MetaData()
                known[revision].reflect(connection)
    return known


def test_what_each_earlier_version_says_holds_after_the_newest_step(engine: sa.Engine) -> None:
    """It names the columns that it knows: writes rows with them, reads, changes, meets a row that is there, deletes."""
    known = _known_to_each(engine)
    assert list(known)[-1] == migrations.NEWEST
    for metadata in known.values():
        for table in metadata.sorted_tables:
            if table.name == migrations.TABLE:
                continue
            with engine.begin() as connection:
                _use(connection, table)
    engine.dispose()


def _use(connection: sa.Connection, table: sa.Table) -> None:
    row = {column.name: _value(column) for column in table.columns}
    key = ", ".join(column.name for column in table.primary_key)
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    insert = sa.text(f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT ({key}) DO NOTHING")
    insert = insert.bindparams(*(sa.bindparam(column.name, type_=column.type) for column in table.columns))
    connection.execute(table.insert(), row)
    assert connection.execute(insert, row).rowcount == 0
    assert connection.execute(table.update().values(row)).rowcount == 1
    assert dict(connection.execute(sa.select(table)).one()._mapping) == row
    assert connection.execute(table.delete()).rowcount == 1


def _value(column: sa.Column[Any]) -> Any:
    match column.type:
        case sa.DateTime():
            return datetime(2026, 1, 31)  # noqa: DTZ001  # as the column has it
        case sa.JSON():
            return {"x": 1}
        case sa.LargeBinary():
            return b"x"
        case other:
            return VALUES[other.python_type]
