"""The IAM credentials that people linked themselves, encrypted at rest.

A row holds one person's link. Its ciphertext is bound to what the row says of it, so a row whose secret was swapped,
copied or altered, or that names another identity than was linked, is refused instead of opened.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.huawei.iam.credential import Credential
from bot.identity.keyring import Ciphertext, KeyRing, VaultError
from bot.identity.kinds import from_json, names_of, own_kind_of, to_json
from bot.identity.link import HeldByAnother, Link, Linked
from bot.identity.names import Name
from bot.store import database
from bot.store.tables import links

_LINKING: Final = 0x6F6D736C  # "omsl": keeps this advisory lock apart from others in the same database


class Vault:
    """Links in the database. Calls run in threads, so the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine, key_ring: KeyRing) -> None:
        self._engine = engine
        self._ring = key_ring

    @property
    def writable(self) -> bool:
        """Whether there is a key to encrypt with."""
        return self._ring.newest is not None

    async def check(self) -> None:
        """Open one secret of each key in use, as a canary.

        Raises:
            VaultError: a key is missing from the ring, or does not open what it encrypted.
        """
        for link, ciphertext in await database.transact(self._engine, _one_for_each_key):
            if ciphertext.key_id not in self._ring.key_ids:
                raise VaultError(
                    f"OMS_BOT_SECRET_KEYS does not hold the key {ciphertext.key_id}, which stored links are encrypted "
                    "with; put it back, or start with an empty database"
                )
            self._open_either(link, ciphertext)

    async def bind(self) -> int:
        """Encrypt anew what an earlier version had bound to less of its row; return how many rows that were.

        Called at each start, and nowhere else is such a row opened. One that says otherwise than its own secret is left
        as it is. A key that is made after the last such row was encrypted anew has never encrypted one.
        """
        done = 0
        for link, ciphertext in await database.transact(self._engine, _encrypted_rows):
            if ciphertext.key_id in self._ring.key_ids and (plain := self._loosely_bound(link, ciphertext)):
                fresh = self._ring.encrypt(plain, _place(link), key_id=ciphertext.key_id)
                done += await self._replace(link, ciphertext, fresh)
        return done

    async def put(self, link: Link, credential: Credential, *, alone: bool = False) -> bool:
        """Store a person's credential under a new link; tell whether it replaced one.

        Raises:
            HeldByAnother: although it had to be *alone*; nothing is stored.
            VaultError: there is no key to encrypt with.
        """
        ciphertext = self._ring.encrypt(to_json(credential), _place(link))
        row = vars(link) | {
            "projects": list(link.projects),
            "key_id": ciphertext.key_id,
            "sealed": ciphertext.blob,
        }

        def write(connection: sa.Connection) -> bool:
            if alone:
                _keep_other_writers_out(connection)
                if others := self._held(connection, names_of(credential, owner=link.owner), link.user_id):
                    raise HeldByAnother(others[0].team_id, others[0].user_id)
            replaced = connection.execute(_row_of(link.team_id, link.user_id)).first() is not None
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            # Two pages submitted at once: the later one replaces the earlier, and neither fails.
            connection.execute(
                insert(links)
                .values(**row)
                .on_conflict_do_update(index_elements=[links.c.team_id, links.c.user_id], set_=row)
            )
            return replaced

        return await database.transact(self._engine, write)

    async def get(self, team_id: str, user_id: str) -> Linked | None:
        """Return a person's link with its credential, read now: nothing is cached.

        Raises:
            VaultError: the secret can't be opened. Nobody else's is returned instead.
        """
        row = await database.transact(
            self._engine, lambda connection: connection.execute(_row_of(team_id, user_id)).first()
        )
        if row is None:
            return None
        link = _link(row)
        if link.disabled is not None or row.sealed is None:
            return Linked(link, None)
        return self._opened(link, Ciphertext(row.key_id, row.sealed))

    async def holders(self, names: frozenset[Name]) -> list[Link]:
        """Return the links that act as an IAM identity. What can't be opened acts as nobody."""
        return await database.transact(self._engine, lambda connection: self._held(connection, names))

    def _held(
        self, connection: sa.Connection, names: frozenset[Name], but_of: str | None = None
    ) -> list[Link]:
        held = []
        for link, ciphertext in _encrypted_rows(connection):
            with contextlib.suppress(VaultError):
                if link.user_id != but_of and names & self._opened(link, ciphertext).names:
                    held.append(link)
        return held

    def _opened(self, link: Link, ciphertext: Ciphertext) -> Linked:
        return Linked(link, from_json(self._ring.decrypt(ciphertext, _place(link))))

    async def all_links(self) -> list[Link]:
        """Return everybody's links, by team and user."""
        query = sa.select(links).order_by(links.c.team_id, links.c.user_id)
        return await database.transact(
            self._engine, lambda connection: [_link(row) for row in connection.execute(query)]
        )

    async def delete(self, team_id: str, user_id: str) -> bool:
        """Forget a person's link and secret; False if there was none."""
        return await self._changed(links.delete().where(*_owned_by(team_id, user_id)))

    async def disable(self, team_id: str, user_id: str, reason: str) -> bool:
        """Destroy the secret and keep the reason, until the person links anew; False if nothing was in use."""
        usable = (*_owned_by(team_id, user_id), links.c.disabled.is_(None))
        return await self._changed(
            links.update().where(*usable).values(disabled=reason[:64], sealed=None, key_id=None)
        )

    async def rotate(self) -> int:
        """Encrypt with the newest key what an older one has encrypted, row by row, while the bot runs.

        Every running process must already hold the newest key: restart them with it in front, then rotate, then
        restart them without the old one.

        Returns:
            How many rows were encrypted anew.

        Raises:
            VaultError: some can't be opened; all the others have been done.
        """
        done, refused = await self.bind(), []
        for link, ciphertext in await database.transact(self._engine, self._outdated):
            try:
                fresh = self._ring.encrypt(self._ring.decrypt(ciphertext, _place(link)), _place(link))
            except VaultError:
                refused.append(f"{link.team_id}:{link.user_id}")
                continue
            done += await self._replace(link, ciphertext, fresh)
        if refused:
            raise VaultError(
                f"{done} links were encrypted anew, but these could not be opened: {', '.join(refused)}; "
                "put their key back, or unlink them"
            )
        return done

    def _outdated(self, connection: sa.Connection) -> list[tuple[Link, Ciphertext]]:
        query = sa.select(links).where(links.c.sealed.is_not(None), links.c.key_id != self._ring.newest)
        return [(_link(row), Ciphertext(row.key_id, row.sealed)) for row in connection.execute(query)]

    async def _replace(self, link: Link, ciphertext: Ciphertext, fresh: Ciphertext) -> bool:
        """Replace a ciphertext, if it is still what was read: a link made anew meanwhile needs nothing."""
        unchanged = (links.c.link_id == link.link_id, links.c.sealed == ciphertext.blob)
        return await self._changed(
            links.update().where(*unchanged).values(key_id=fresh.key_id, sealed=fresh.blob)
        )

    def _open_either(self, link: Link, ciphertext: Ciphertext) -> bytes:
        return self._loosely_bound(link, ciphertext) or self._ring.decrypt(ciphertext, _place(link))

    def _loosely_bound(self, link: Link, ciphertext: Ciphertext) -> bytes | None:
        """Return the secret of a row as versions before this one encrypted it; None if it is no such row."""
        try:
            plain = self._ring.decrypt(ciphertext, ("link", link.team_id, link.user_id, link.link_id))
            credential = from_json(plain)
        except VaultError:
            return None
        kind = own_kind_of(credential)
        honest = kind.name == link.kind and kind.principal(credential) in (link.principal, None)
        return plain if honest and not link.owner else None

    async def _changed(self, statement: sa.Update | sa.Delete) -> bool:
        return await database.transact(
            self._engine, lambda connection: connection.execute(statement).rowcount > 0
        )


def _place(link: Link) -> tuple[str, ...]:
    said = (link.kind, link.principal, link.owner, json.dumps(link.projects))
    return ("link", link.team_id, link.user_id, link.link_id, *said)


def _link(row: sa.Row[Any]) -> Link:
    values = {name: value for name, value in row._mapping.items() if name not in ("key_id", "sealed")}
    return Link(**values | {"projects": tuple(values["projects"])})


def _row_of(team_id: str, user_id: str) -> sa.Select[Any]:
    return sa.select(links).where(*_owned_by(team_id, user_id))


def _owned_by(team_id: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return links.c.team_id == team_id, links.c.user_id == user_id


def _one_for_each_key(connection: sa.Connection) -> list[tuple[Link, Ciphertext]]:
    key_ids = connection.execute(sa.select(links.c.key_id).where(links.c.sealed.is_not(None)).distinct())
    rows = [
        connection.execute(sa.select(links).where(links.c.key_id == key_id).limit(1)).first()
        for key_id in key_ids.scalars().all()
    ]
    return [(_link(row), Ciphertext(row.key_id, row.sealed)) for row in rows if row is not None]


def _encrypted_rows(connection: sa.Connection) -> list[tuple[Link, Ciphertext]]:
    query = sa.select(links).where(links.c.sealed.is_not(None)).order_by(links.c.team_id, links.c.user_id)
    return [(_link(row), Ciphertext(row.key_id, row.sealed)) for row in connection.execute(query)]


def _keep_other_writers_out(connection: sa.Connection) -> None:
    """Let nobody else link until the transaction ends: two people must not link one identity at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LINKING)))
    else:  # whoever writes first has SQLite to themself
        connection.execute(links.update().where(sa.false()).values(kind=links.c.kind))
