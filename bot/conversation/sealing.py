"""What of a card is sealed, and how what was open before there were seals got its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bot.identity.seals import Seals
from bot.store.tables import approvals, operations


def sealed_fields(card: Mapping[str, Any], team_id: str, channel_id: str) -> dict[str, Any]:
    """Return what the seal of a card covers: all that it shows, and where."""
    return {**card, "team_id": team_id, "channel_id": channel_id}


def seal_what_is_open(connection: sa.Connection, seals: Seals) -> None:
    """Seal what a version without seals has recorded and not ended, so that its cards can still be answered.

    For the moment in which the schema is brought up to date: whatever comes without a seal after it proves nothing.
    """
    for row in connection.execute(sa.select(operations).where(operations.c.ended_at.is_(None))).all():
        seal = seals.seal("card", sealed_fields(row.card, row.team_id, row.channel_id))
        this = operations.c.id == row.id
        connection.execute(operations.update().where(this).values(card=row.card | {"seal": seal}))
        for agreed in connection.execute(
            sa.select(approvals).where(approvals.c.operation_id == row.id)
        ).all():
            seal = seals.seal("approval", agreed._asdict())
            mine = (approvals.c.operation_id == row.id, approvals.c.user_id == agreed.user_id)
            connection.execute(approvals.update().where(*mine).values(seal=seal))
