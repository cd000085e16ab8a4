"""The IAM credentials that people linked themselves, encrypted at rest.

A row holds one person's link; its ciphertext is bound to the team, the user and the link's id, so a row whose secret
was swapped, copied or altered is refused instead of opened as somebody else.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal, assert_never

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.dialects import postgresql, sqlite

from bot.iam.signing import AccessKeyCredential
from bot.iam.token import PasswordCredential
from bot.identity.keyring import KeyRing, Sealed, VaultError, VaultUnavailable, new_key
from bot.store import database
from bot.store.tables import links

__all__ = [
    "KeyRing",
    "Kind",
    "Link",
    "Linked",
    "OwnCredential",
    "Vault",
    "VaultError",
    "VaultUnavailable",
    "new_key",
    "new_link",
]

OwnCredential = PasswordCredential | AccessKeyCredential
"""What a person can link: a secret of their own. An agency is the operator's to give."""
Kind = Literal["password", "access_key"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """What is known of a link; no secret.

    `principal` is how people know the identity, such as "IAM user alice". `projects` are the aliases that could be read
    at `verified_at` (Unix seconds). `disabled` says why the link must not be used any more; None while it may.
    """

    team_id: str
    user_id: str
    link_id: str
    kind: Kind
    principal: str
    projects: tuple[str, ...]
    verified_at: float
    disabled: str | None = None


@dataclass(frozen=True)
class Linked:
    """A link with its credential, which is None exactly when the link is disabled."""

    link: Link
    credential: OwnCredential | None


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
            VaultError: a key is missing from the ring, or does not open what it sealed.
        """
        for link, sealed in await database.transact(self._engine, _one_for_each_key):
            if sealed.key_id not in self._ring.key_ids:
                raise VaultError(
                    f"OMS_BOT_SECRET_KEYS does not hold the key {sealed.key_id}, which stored links are encrypted "
                    "with; put it back, or start with an empty database"
                )
            self._ring.open(sealed, _place(link))

    async def put(self, link: Link, credential: OwnCredential) -> bool:
        """Store a person's credential under a new link; tell whether it replaced one.

        Raises:
            VaultError: there is no key to encrypt with.
        """
        sealed = self._ring.seal(to_json(credential), _place(link))
        row = vars(link) | {"projects": list(link.projects), "key_id": sealed.key_id, "sealed": sealed.blob}

        def write(connection: sa.Connection) -> bool:
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
        return Linked(link, from_json(self._ring.open(Sealed(row.key_id, row.sealed), _place(link))))

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
        done, refused = 0, []
        for link, sealed in await database.transact(self._engine, self._outdated):
            try:
                fresh = self._ring.seal(self._ring.open(sealed, _place(link)), _place(link))
            except VaultError:
                refused.append(f"{link.team_id}:{link.user_id}")
                continue
            # Only if it is still what was read: a link replaced meanwhile is under the newest key already.
            unchanged = (links.c.link_id == link.link_id, links.c.sealed == sealed.blob)
            done += await self._changed(
                links.update().where(*unchanged).values(key_id=fresh.key_id, sealed=fresh.blob)
            )
        if refused:
            raise VaultError(
                f"{done} links were encrypted anew, but these could not be opened: {', '.join(refused)}; "
                "put their key back, or unlink them"
            )
        return done

    def _outdated(self, connection: sa.Connection) -> list[tuple[Link, Sealed]]:
        query = sa.select(links).where(links.c.sealed.is_not(None), links.c.key_id != self._ring.newest)
        return [(_link(row), Sealed(row.key_id, row.sealed)) for row in connection.execute(query)]

    async def _changed(self, statement: sa.Update | sa.Delete) -> bool:
        return await database.transact(
            self._engine, lambda connection: connection.execute(statement).rowcount > 0
        )


def new_link(
    team_id: str,
    user_id: str,
    credential: OwnCredential,
    *,
    principal: str,
    projects: tuple[str, ...],
    verified_at: float,
) -> Link:
    """Return a link that no other one is like, for a credential that has just been verified."""
    return Link(
        team_id=team_id,
        user_id=user_id,
        link_id=uuid.uuid4().hex,
        kind=kind_of(credential),
        principal=principal,
        projects=projects,
        verified_at=verified_at,
    )


def kind_of(credential: OwnCredential) -> Kind:
    """Name the kind of a credential as the settings do."""
    match credential:
        case PasswordCredential():
            return "password"
        case AccessKeyCredential():
            return "access_key"
        case _:
            assert_never(credential)


def to_json(credential: OwnCredential) -> bytes:
    """Write a credential, secrets included, for a store that encrypts it."""
    match credential:
        case PasswordCredential(domain=domain, username=username, password=password):
            fields = {"domain": domain, "username": username, "password": password.get_secret_value()}
        case AccessKeyCredential(access_key=access, secret_key=secret):
            fields = {"access_key": access.get_secret_value(), "secret_key": secret.get_secret_value()}
        case _:
            assert_never(credential)
    return json.dumps({"kind": kind_of(credential), **fields}).encode()


def from_json(text: bytes) -> OwnCredential:
    """Read what `to_json` wrote.

    Raises:
        VaultError: it is something else, perhaps of a newer version of the bot.
    """
    match json.loads(text):
        case {
            "kind": "password",
            "domain": str(domain),
            "username": str(username),
            "password": str(password),
        }:
            return PasswordCredential(domain, username, SecretStr(password))
        case {"kind": "access_key", "access_key": str(access), "secret_key": str(secret)}:
            return AccessKeyCredential(SecretStr(access), SecretStr(secret))
        case _:
            raise VaultError("a stored secret is of a kind that this version of the bot does not know")


def _place(link: Link) -> tuple[str, ...]:
    return ("link", link.team_id, link.user_id, link.link_id)


def _link(row: sa.Row[Any]) -> Link:
    values = {name: value for name, value in row._mapping.items() if name not in ("key_id", "sealed")}
    return Link(**values | {"projects": tuple(values["projects"])})


def _row_of(team_id: str, user_id: str) -> sa.Select[Any]:
    return sa.select(links).where(*_owned_by(team_id, user_id))


def _owned_by(team_id: str, user_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return links.c.team_id == team_id, links.c.user_id == user_id


def _one_for_each_key(connection: sa.Connection) -> list[tuple[Link, Sealed]]:
    key_ids = connection.execute(sa.select(links.c.key_id).where(links.c.sealed.is_not(None)).distinct())
    rows = [
        connection.execute(sa.select(links).where(links.c.key_id == key_id).limit(1)).first()
        for key_id in key_ids.scalars().all()
    ]
    return [(_link(row), Sealed(row.key_id, row.sealed)) for row in rows if row is not None]
