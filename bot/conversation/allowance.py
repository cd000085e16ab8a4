"""How many cards one person may ask for in a minute: counted in the database, for all replicas together."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from bot.store import database
from bot.store.tables import card_requests

_LOCK: Final = 0x6F6D7363  # any number of ours: keeps the requests of one person apart
_SECONDS: Final = 60.0

_MINE: Final = card_requests.c.user_id == sa.bindparam("person")
# Made once: to build a statement takes longer than to run it.
_FORGET: Final = card_requests.delete().where(_MINE, card_requests.c.at <= sa.bindparam("until"))
_ASKED_FOR: Final = sa.select(card_requests.c.operation_id).where(_MINE)
_COUNT: Final = card_requests.insert()


class Allowance:
    """Of each person the same: *per_minute* cards; 0: as many as they like."""

    def __init__(self, engine: sa.Engine, per_minute: int) -> None:
        self._engine = engine
        self._per_minute = per_minute

    async def take(self, operation_id: str, user_id: str, at: float) -> bool:
        """Count a card that somebody asks for at a time (Unix seconds); False if they have asked for too many.

        One at a time for each person. Asked again for the same card, it is counted once.
        """
        if not self._per_minute:
            return True

        def write(connection: sa.Connection) -> bool:
            database.in_turn(connection, _LOCK, user_id)
            connection.execute(_FORGET, {"person": user_id, "until": at - _SECONDS})
            counted = connection.execute(_ASKED_FOR, {"person": user_id}).scalars().all()
            if operation_id not in counted:
                if len(counted) >= self._per_minute:
                    return False
                connection.execute(_COUNT, {"operation_id": operation_id, "user_id": user_id, "at": at})
            return True

        return await database.transact(self._engine, write)

    async def give_back(self, operation_id: str) -> None:
        """Count a card no longer that did not come about."""
        this = card_requests.delete().where(card_requests.c.operation_id == operation_id)
        await database.transact(self._engine, lambda connection: connection.execute(this))
