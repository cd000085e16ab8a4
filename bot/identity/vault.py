"""The IAM credentials that people linked themselves, encrypted at rest in the database: a row for each person."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from bot.audit import Entry
from bot.huawei.iam.credential import Credential
from bot.identity.cipher import LinkCipher
from bot.identity.keyring import Ciphertext, KeyRing, VaultError
from bot.identity.kinds import names_of
from bot.identity.link import HeldByAnother, Link, Linked
from bot.identity.names import Name
from bot.identity.store import SecretStore
from bot.store import database
from bot.store.tables import links

_LINKING: Final = 0x6F6D736C  # "omsl": keeps this advisory lock apart from others in the same database


class Vault(SecretStore):
    """Links in the database. Calls run in threads, so the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine, key_ring: KeyRing) -> None:
        self._engine = engine
        self._cipher = LinkCipher(key_ring)

    @property
    @override
    def writable(self) -> bool:
        return self._cipher.ring.newest is not None

    @override
    async def check(self) -> None:
        """Open one secret of each key in use, as a canary."""
        for link, ciphertext in await database.transact(self._engine, _one_for_each_key):
            self._cipher.prove(link, ciphertext)

    @override
    async def bind(self) -> int:
        """Encrypt anew what an earlier version had bound to less of its row; return how many rows that were.

        Called at each start, and nowhere else is such a row opened. A key that is made after the last such row was
        encrypted anew has never encrypted one.
        """
        done = 0
        for link, ciphertext in await database.transact(self._engine, _encrypted_rows):
            if fresh := self._cipher.bound(link, ciphertext):
                done += await self._replace(link, ciphertext, fresh)
        return done

    @override
    async def put(
        self,
        link: Link,
        credential: Credential,
        *,
        alone: bool = False,
        note: Callable[[bool], Entry] | None = None,
    ) -> bool:
        ciphertext = self._cipher.encrypt(link, credential)
        stored = {"projects": list(link.projects), "key_id": ciphertext.key_id, "sealed": ciphertext.blob}
        row = vars(link) | stored

        def write(connection: sa.Connection) -> bool:
            if alone:
                _keep_other_writers_out(connection)
                if others := self._held(connection, names_of(credential, owner=link.owner), link.user_id):
                    raise HeldByAnother(others[0].team_id, others[0].user_id)
            earlier = connection.execute(_row_of(link.team_id, link.user_id)).first()
            if earlier is not None and earlier.link_id == link.link_id:
                return False  # all of it was done before, and the word that it was got lost
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            # Two pages submitted at once: the later one replaces the earlier, and neither fails.
            connection.execute(
                insert(links)
                .values(**row)
                .on_conflict_do_update(index_elements=[links.c.team_id, links.c.user_id], set_=row)
            )
            replaced = earlier is not None
            if note:
                note(replaced)(connection)
            return replaced

        return await database.transact(self._engine, write)

    @override
    async def get(self, team_id: str, user_id: str) -> Linked | None:
        row = await database.transact(
            self._engine, lambda connection: connection.execute(_row_of(team_id, user_id)).first()
        )
        if row is None:
            return None
        link = _link(row)
        if link.disabled is not None or row.sealed is None:
            return Linked(link, None)
        return self._cipher.opened(link, Ciphertext(row.key_id, row.sealed))

    @override
    async def holders(self, names: frozenset[Name]) -> list[Link]:
        return await database.transact(self._engine, lambda connection: self._held(connection, names))

    def _held(
        self, connection: sa.Connection, names: frozenset[Name], but_of: str | None = None
    ) -> list[Link]:
        held = []
        for link, ciphertext in _encrypted_rows(connection):
            with contextlib.suppress(VaultError):
                if link.user_id != but_of and names & self._cipher.opened(link, ciphertext).names:
                    held.append(link)
        return held

    @override
    async def all_links(self) -> list[Link]:
        query = sa.select(links).order_by(links.c.team_id, links.c.user_id)
        return await database.transact(
            self._engine, lambda connection: [_link(row) for row in connection.execute(query)]
        )

    @override
    async def delete(self, team_id: str, user_id: str, *, note: Entry | None = None) -> bool:
        return await self._changed(links.delete().where(*_owned_by(team_id, user_id)), note)

    @override
    async def disable(self, team_id: str, user_id: str, reason: str, *, note: Entry | None = None) -> bool:
        usable = (*_owned_by(team_id, user_id), links.c.disabled.is_(None))
        return await self._changed(
            links.update().where(*usable).values(disabled=reason[:64], sealed=None, key_id=None), note
        )

    @override
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
                fresh = self._cipher.anew(link, ciphertext)
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
        newest = self._cipher.ring.newest
        return [row for row in _encrypted_rows(connection) if row[1].key_id != newest]

    async def _replace(self, link: Link, ciphertext: Ciphertext, fresh: Ciphertext) -> bool:
        """Replace a ciphertext, if it is still what was read: a link made anew meanwhile needs nothing."""
        unchanged = (links.c.link_id == link.link_id, links.c.sealed == ciphertext.blob)
        return await self._changed(
            links.update().where(*unchanged).values(key_id=fresh.key_id, sealed=fresh.blob)
        )

    async def _changed(self, statement: sa.Update | sa.Delete, note: Entry | None = None) -> bool:
        def change(connection: sa.Connection) -> bool:
            changed = connection.execute(statement).rowcount > 0
            if changed and note:
                note(connection)
            return changed

        return await database.transact(self._engine, change)


def _link(row: sa.Row[Any]) -> Link:
    values = {name: value for name, value in row._mapping.items() if name not in ("key_id", "sealed")}
    return Link(**values | {"projects": tuple(values["projects"])})


def _row_of(team_id: str, user_id: str) -> sa.Select[Any]:
    return sa.select(links).where(*_owned_by(team_id, user_id))


def _owned_by(team_id: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return links.c.team_id == team_id, links.c.user_id == user_id


def _encrypted_rows(connection: sa.Connection) -> list[tuple[Link, Ciphertext]]:
    query = sa.select(links).where(links.c.sealed.is_not(None)).order_by(links.c.team_id, links.c.user_id)
    return [(_link(row), Ciphertext(row.key_id, row.sealed)) for row in connection.execute(query)]


def _one_for_each_key(connection: sa.Connection) -> list[tuple[Link, Ciphertext]]:
    """Read few rows, however many there are."""
    key_ids = connection.execute(sa.select(links.c.key_id).where(links.c.sealed.is_not(None)).distinct())
    rows = [
        connection.execute(sa.select(links).where(links.c.key_id == key_id).limit(1)).first()
        for key_id in key_ids.scalars().all()
    ]
    return [(_link(row), Ciphertext(row.key_id, row.sealed)) for row in rows if row is not None]


def _keep_other_writers_out(connection: sa.Connection) -> None:
    """Let nobody else link until the transaction ends: two people must not link one identity at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LINKING)))
    else:  # whoever writes first has SQLite to themself
        connection.execute(links.update().where(sa.false()).values(kind=links.c.kind))
