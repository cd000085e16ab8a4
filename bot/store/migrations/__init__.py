"""How the schema came to be, one file a step, run at start by `bot.store.database.migrate`.

To change the schema: change `bot/store/tables.py`, add `versions/rNNNN_what.py` after the newest, set `NEWEST`. A test
compares what the steps build with the tables. A step adds; it does not rename or drop what the version before it uses,
so that replicas of both versions can run side by side during a deployment.
"""

from typing import Final

NEWEST: Final = "0018"
"""The revision this version of the bot works with. Written down so that a start need not import alembic to know."""

SEALED_SINCE: Final = "0006"
"""The revision from which on operations and approvals are sealed, where there are keys."""

TABLE: Final = "schema_revision"
"""Where the database keeps its revision."""
