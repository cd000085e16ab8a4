"""What a connection to PostgreSQL needs so that neither end waits for ever for one that has gone silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

ANSWER_SECONDS: Final = 10.0
"""How long a statement may take. Whoever sent it is then told that the connection is lost, and may try another."""

_KEEP_ALIVE: Final = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
OPTIONS: Final[dict[str, Any]] = {"connect_timeout": 3, "client_encoding": "utf8"} | _KEEP_ALIVE
"""libpq's own limits. They notice a host that is gone; a proxy that is not may still take what leads nowhere."""

_AT_THE_SERVER: Final = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "11000",  # milliseconds
}
"""What makes the server notice that this host is gone, or cut off: it sends no word then.

By its own defaults that takes hours, in which what the session has locked stays locked, and its slot is taken.
"""

SET: Final = """
    SELECT set_config(wanted.name, wanted.value, false)
    FROM unnest(%s::text[], %s::text[]) AS wanted (name, value)
    JOIN pg_settings ON pg_settings.name = wanted.name
"""
"""Sets those of a session's settings that the server knows: their names, and their values.

Not when it is opened: poolers refuse options that they don't know.
"""

# What passes by itself, by the server's codes: lost, full or busy, being shut down, a standby until it is promoted.
_PASSING: Final = ("08", "53", "57P", "58", "25006", "40001", "40P01")


class Connection(psycopg.Connection[Any]):
    """Closes itself if the server does not answer in time, which SQLAlchemy understands as a lost connection."""

    answer_seconds: float = ANSWER_SECONDS

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for the answer to what was sent, or for a notification, as the base class does."""
        try:
            return super().wait(gen, interval, self.answer_seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if not self.closed and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise


def open_connection(answer_seconds: float | None, parameters: Mapping[str, Any]) -> Connection:
    """Connect, and have both ends notice when the other is gone.

    *answer_seconds*: how long a statement may take, if not `ANSWER_SECONDS`; *parameters* are libpq's.

    Raises:
        psycopg.Error: there is no connection.
    """
    connection = Connection.connect(**parameters)
    connection.answer_seconds = answer_seconds or ANSWER_SECONDS
    try:
        connection.execute(SET, (list(_AT_THE_SERVER), list(_AT_THE_SERVER.values())))
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def passes(error: BaseException | None) -> bool:
    """Tell whether a fault that the driver reports passes by itself. One without a code happened on the way there."""
    if not isinstance(error, psycopg.OperationalError | psycopg.InternalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_PASSING)
