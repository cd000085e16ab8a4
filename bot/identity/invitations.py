"""One-time URLs for the linking page: 128 random bits, 10 minutes, one use, three tries. Only a hash is stored.

Looking at an invitation does not use it up: chat programs fetch the links that they show.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from bot.store import database
from bot.store.tables import link_tokens

LIFETIME: Final = 600.0  # seconds
TRIES: Final = 3  # wrong credentials on one page
TRIES_OF_PERSON: Final = 4  # on all pages within WINDOW: IAM locks a user at the fifth
WINDOW: Final = 900.0  # seconds
_KEPT: Final = 86_400.0  # seconds that used and expired rows are kept, so that tries are counted
_LOCK: Final = 0x6F6D736C  # any number of ours: keeps what is done about one person's pages apart
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """For whom a page is open, and until when (Unix seconds). `name` is how the person is addressed.

    `signed_in` is the hash of what the browser holds at which that person signed in; None while they have not. `locale`
    is what they use Slack in, as far as that is known.
    """

    team_id: str
    user_id: str
    name: str
    expires_at: float
    tries: int
    signed_in: str | None = None
    locale: str = ""


class Invitations:
    """The table of one-time URLs. Calls run in threads; `clock` gives Unix seconds."""

    def __init__(self, engine: sa.Engine, *, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    async def issue(self, team_id: str, user_id: str, name: str, locale: str = "") -> str:
        """Return a new token for a person. The ones they had before stop working."""
        token = secrets.token_urlsafe(16)
        now = self._clock()
        row = {
            "token_hash": _hash(token),
            "team_id": team_id,
            "user_id": user_id,
            "name": name[:100],
            "expires_at": now + LIFETIME,
            "tries": 0,
            "locale": locale[:20],
        }

        def write(connection: sa.Connection) -> None:
            _in_turn(connection, team_id, user_id)
            connection.execute(link_tokens.delete().where(link_tokens.c.expires_at < now - _KEPT))
            connection.execute(_void(team_id, user_id, now))
            connection.execute(link_tokens.insert().values(**row))

        await database.transact(self._engine, write)
        return token

    async def withdraw(self, team_id: str, user_id: str) -> None:
        """Close a person's page, if one is open."""
        await self._changed(_void(team_id, user_id, self._clock()))

    async def find(self, token: str) -> Invitation | None:
        """Return what a token invites to; None if it is unknown, used or expired. Changes nothing."""
        if not _TOKEN.fullmatch(token):
            return None
        query = sa.select(link_tokens).where(*self._open(token))
        row = await database.transact(self._engine, lambda connection: connection.execute(query).first())
        if row is None:
            return None
        return Invitation(
            team_id=row.team_id,
            user_id=row.user_id,
            name=row.name,
            expires_at=row.expires_at,
            tries=row.tries,
            signed_in=row.signed_in,
            locale=row.locale or "",
        )

    async def sign_in(self, token: str, ticket_hash: str) -> bool:
        """Note at which browser the invited person has signed in; the newest counts."""
        return await self._changed(
            link_tokens.update().where(*self._open(token)).values(signed_in=ticket_hash)
        )

    async def take_try(self, token: str) -> bool:
        """Count one try, before the credential is shown to Huawei; False when none is left. Atomic."""
        now = self._clock()
        others = link_tokens.alias()
        by_person = (
            sa.select(sa.func.coalesce(sa.func.sum(others.c.tries), 0))
            .where(
                others.c.team_id == link_tokens.c.team_id,
                others.c.user_id == link_tokens.c.user_id,
                others.c.tried_at > now - WINDOW,
            )
            .scalar_subquery()
        )
        statement = (
            link_tokens.update()
            .where(*self._open(token), link_tokens.c.tries < TRIES, by_person < TRIES_OF_PERSON)
            .values(tries=link_tokens.c.tries + 1, tried_at=now)
        )
        whose = sa.select(link_tokens.c.team_id, link_tokens.c.user_id).where(*self._open(token))

        def take(connection: sa.Connection) -> bool:
            for person in connection.execute(whose):
                _in_turn(connection, *person)
            return connection.execute(statement).rowcount > 0

        return await database.transact(self._engine, take)

    async def give_back_try(self, token: str) -> None:
        """Take back a counted try that Huawei did not see as a failure."""
        await self._changed(
            link_tokens.update()
            .where(link_tokens.c.token_hash == _hash(token), link_tokens.c.tries > 0)
            .values(tries=link_tokens.c.tries - 1)
        )

    async def use(self, token: str) -> bool:
        """Use a token up; True for exactly one caller. One that expired during the check is still good."""
        return await self._changed(
            link_tokens.update()
            .where(link_tokens.c.token_hash == _hash(token), link_tokens.c.used_at.is_(None))
            .values(used_at=self._clock())
        )

    def _open(self, token: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            link_tokens.c.token_hash == _hash(token),
            link_tokens.c.used_at.is_(None),
            link_tokens.c.expires_at > self._clock(),
        )

    async def _changed(self, statement: sa.Update) -> bool:
        return await database.transact(
            self._engine, lambda connection: connection.execute(statement).rowcount > 0
        )


def _in_turn(connection: sa.Connection, team_id: str, user_id: str) -> None:
    database.in_turn(connection, _LOCK, f"{team_id}:{user_id}")


def _void(team_id: str, user_id: str, now: float) -> sa.Update:
    mine = (link_tokens.c.team_id == team_id, link_tokens.c.user_id == user_id)
    return link_tokens.update().where(*mine, link_tokens.c.used_at.is_(None)).values(used_at=now)


def _hash(token: str) -> str:
    # Plain SHA-256 is enough for 128 random bits: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()
