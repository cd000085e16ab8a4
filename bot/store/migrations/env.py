"""What alembic runs around the steps; the connection, and its transaction, are those of `database.migrate`."""

from alembic import context

from bot.store import installation_tables  # noqa: F401  # adds its tables to the metadata
from bot.store.migrations import TABLE
from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=TABLE,
    render_as_batch=True,  # SQLite can't alter a column: the table is built anew and filled
    transactional_ddl=True,  # SQLite's schema changes too are undone with the transaction
)
context.run_migrations()
