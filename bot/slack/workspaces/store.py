"""Where the installations of workspaces are kept: slack_sdk's SQLAlchemy stores on the bot's one engine, encrypted.

slack_sdk's synchronous stores run in threads. Its asynchronous ones would need a second engine and other drivers, and
on SQLite a second writer that fights with the first over the file's lock.

Only the bot is stored. The bot asks for no user token and no webhook, so there is none to lose; who installed it is in
the audit. A token is encrypted for its place (app, organisation, workspace, column): moved to another row it opens
nothing. OAuth states are consumed by one DELETE, since slack_sdk's select-then-delete lets several win.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy.dialects import postgresql, sqlite

from bot.identity.keyring import Ciphertext, KeyRing, VaultError
from bot.store import database
from bot.store.installation_tables import ENCRYPTED_COLUMNS, bots, oauth_states, org_teams

STATE_SECONDS: Final = 600


@dataclass(frozen=True)
class Place:
    """What an installation belongs to: a workspace, or a whole organisation (`team_id` is None)."""

    enterprise_id: str | None
    team_id: str | None

    def __str__(self) -> str:
        return self.team_id or self.enterprise_id or "nowhere"


class InstallationStore(AsyncInstallationStore):
    """Installations with encrypted tokens. Methods raise what the database raises, and `VaultError` for a token."""

    def __init__(self, client_id: str, engine: sa.Engine, key_ring: KeyRing) -> None:
        self._client_id = client_id
        self._engine = engine
        self._ring = key_ring
        self._plain = SQLAlchemyInstallationStore(client_id, engine)

    @property
    def logger(self) -> logging.Logger:
        """Where slack_sdk would log."""
        return logging.getLogger(__name__)

    # --- what slack_sdk asks of a store --------------------------------------------------------------------------

    async def async_save(self, installation: Installation) -> None:
        """Store the bot of an installation, instead of what was installed there before."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Store a bot, instead of what was installed there before."""
        encrypted = self._encrypted(bot)
        await asyncio.to_thread(self._plain.save_bot, encrypted)
        # Only now: a request that comes in between finds the new row, never none.
        replaced = (*self._here(place_of(bot)), bots.c.installed_at < _moment(bot.installed_at))
        await self._change(bots.delete().where(*replaced))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the bot installed exactly there."""
        team_id = None if is_enterprise_install else team_id
        return self._opened(await asyncio.to_thread(self._exact, Place(enterprise_id, team_id)))

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the bot installed exactly there."""
        await self._change(bots.delete().where(*self._here(Place(enterprise_id, team_id))))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Do nothing: nothing of the person who installed it is kept."""

    # --- what the bot asks ---------------------------------------------------------------------------------------

    async def find(self, team_id: str | None, enterprise_id: str | None) -> Bot | None:
        """Return the bot that serves a workspace: its own installation, else its organisation's.

        Where only the workspace is known, the organisation is the one its requests came with.

        Raises:
            VaultError: the token can't be opened. Nobody else's is returned instead.
        """
        if team_id is not None and team_id.startswith("E"):
            # Where people of an organisation act, Slack may name it instead of a workspace.
            team_id, enterprise_id = None, team_id
        return self._opened(await asyncio.to_thread(self._serving, team_id, enterprise_id))

    def _serving(self, team_id: str | None, enterprise_id: str | None) -> Bot | None:
        if enterprise_id is None and team_id is not None:
            enterprise_id = self._enterprise_of(team_id)
        if own := self._exact(Place(enterprise_id, team_id)):
            return own
        if enterprise_id is None or team_id is None:
            return None
        org_wide = self._exact(Place(enterprise_id, None))
        if org_wide:
            self._learn(team_id, enterprise_id)
        return org_wide

    async def places(self) -> list[Place]:
        """Return where the bot is installed."""
        return list(dict.fromkeys(map(place_of, await self.installed())))

    async def installed(self) -> list[Bot]:
        """Return what is installed, with its tokens as they are stored."""
        return await database.transact(self._engine, self._all)

    async def encrypted_bot(self, place: Place) -> Bot | None:
        """Return the row of a place as it is stored, to be replaced by `replace`."""
        return await asyncio.to_thread(self._exact, place)

    async def replace(self, stored: Bot, fresh: Bot) -> bool:
        """Put *fresh* in the place of *stored*, if that is still there unchanged: compare and set."""
        encrypted = self._encrypted(fresh)
        values = {name: getattr(encrypted, name) for name in ENCRYPTED_COLUMNS}
        values["bot_token_expires_at"] = encrypted.bot_token_expires_at and _moment(
            encrypted.bot_token_expires_at
        )
        # Each encryption is unique, so an equal text is the very same write.
        unchanged = (*self._here(place_of(stored)), bots.c.bot_token == stored.bot_token)
        return await self._change(bots.update().where(*unchanged).values(**values)) > 0

    def open(self, stored: Bot) -> Bot:
        """Return a bot with its tokens readable.

        Raises:
            VaultError: they can't be opened here.
        """
        opened = Bot(**stored.to_dict_for_copying())
        for name in ENCRYPTED_COLUMNS:
            if (text := getattr(stored, name)) is not None:
                setattr(opened, name, self._decrypt(text, place_of(stored), name))
        return opened

    async def holds(self, place: Place, *, installed_before: float | None = None) -> bool:
        """Say whether something is installed at a place that `remove` would forget."""
        found = sa.select(bots.c.id).where(*self._doomed(place, installed_before)).limit(1)
        return await database.transact(
            self._engine, lambda connection: connection.execute(found).first() is not None
        )

    async def remove(self, place: Place, *, installed_before: float | None = None) -> None:
        """Forget what is installed at a place.

        `installed_before` (Unix seconds) spares an installation made after the event that asks for this.
        """
        await self._change(bots.delete().where(*self._doomed(place, installed_before)))

    def _doomed(self, place: Place, installed_before: float | None) -> tuple[sa.ColumnElement[bool], ...]:
        if installed_before is None:
            return self._here(place)
        return (*self._here(place), bots.c.installed_at <= _moment(installed_before))

    async def served_only_by(self, place: Place) -> set[str]:
        """Return the workspaces, and the organisation, that nothing serves once *place* is forgotten."""
        return await asyncio.to_thread(self._served_only_by, place)

    def _served_only_by(self, place: Place) -> set[str]:
        if place.team_id is not None:
            by_organisation = place.enterprise_id and self._exact(Place(place.enterprise_id, None))
            return set() if by_organisation else {place.team_id}
        with self._engine.connect() as connection:
            known = sa.select(org_teams.c.team_id).where(org_teams.c.enterprise_id == place.enterprise_id)
            teams = connection.execute(known).scalars().all()
        alone = {team for team in teams if not self._exact(Place(place.enterprise_id, team))}
        return alone | ({place.enterprise_id} if place.enterprise_id else set())

    async def place_known(self, team_id: str | None, enterprise_id: str | None) -> Place:
        """Complete a place whose organisation was not told."""
        if enterprise_id is None and team_id is not None:
            enterprise_id = await asyncio.to_thread(self._own_enterprise_of, team_id)
        return Place(enterprise_id, team_id)

    # --- keys ----------------------------------------------------------------------------------------------------

    async def check(self) -> None:
        """Open every stored token.

        Raises:
            VaultError: there is no key, or one is missing from the ring or does not open what it encrypted.
        """
        if self._ring.newest is None:
            self._ring.encrypt(b"", ())  # its sentence says what to do
        for bot in await database.transact(self._engine, self._all):
            self.open(bot)

    async def rotate_keys(self) -> int:
        """Encrypt with the newest key what an older one has encrypted; return how many rows that were.

        Raises:
            VaultError: one can't be opened.
        """
        done = 0
        for bot in await database.transact(self._engine, self._all):
            if any(_key_id(getattr(bot, name)) not in ("", self._ring.newest) for name in ENCRYPTED_COLUMNS):
                done += await self.replace(bot, self.open(bot))
        return done

    def _all(self, connection: sa.Connection) -> list[Bot]:
        query = sa.select(bots).where(bots.c.client_id == self._client_id)
        return [self._plain.build_bot_entity(row) for row in connection.execute(query).mappings()]

    # --- rows ----------------------------------------------------------------------------------------------------

    def _exact(self, place: Place) -> Bot | None:
        return self._plain.find_bot(enterprise_id=place.enterprise_id, team_id=place.team_id)

    def _here(self, place: Place) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            bots.c.client_id == self._client_id,
            bots.c.enterprise_id == place.enterprise_id,  # SQLAlchemy writes IS NULL for None
            bots.c.team_id == place.team_id,
        )

    def _enterprise_of(self, team_id: str) -> str | None:
        if own := self._own_enterprise_of(team_id):
            return own
        with self._engine.connect() as connection:
            known = sa.select(org_teams.c.enterprise_id).where(org_teams.c.team_id == team_id)
            return connection.execute(known).scalar_one_or_none()

    def _own_enterprise_of(self, team_id: str) -> str | None:
        """Return the organisation of a workspace's own installation. Workspace ids are unique across Slack."""
        own = (
            sa.select(bots.c.enterprise_id)
            .where(bots.c.client_id == self._client_id, bots.c.team_id == team_id)
            .order_by(bots.c.installed_at.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            return connection.execute(own).scalar_one_or_none()

    def _learn(self, team_id: str, enterprise_id: str) -> None:
        with self._engine.begin() as connection:
            known = connection.execute(
                sa.select(org_teams.c.enterprise_id).where(org_teams.c.team_id == team_id)
            ).scalar_one_or_none()
            if known == enterprise_id:
                return
            connection.execute(org_teams.delete().where(org_teams.c.team_id == team_id))
            connection.execute(
                _insert_or_ignore(connection).values(team_id=team_id, enterprise_id=enterprise_id)
            )

    async def _change(self, statement: sa.Update | sa.Delete) -> int:
        return await database.transact(
            self._engine, lambda connection: connection.execute(statement).rowcount
        )

    # --- encryption -------------------------------------------------------------------------------------------------

    def _opened(self, stored: Bot | None) -> Bot | None:
        return self.open(stored) if stored else None

    def _encrypted(self, bot: Bot) -> Bot:
        encrypted = Bot(**bot.to_dict_for_copying())
        for name in ENCRYPTED_COLUMNS:
            if secret := getattr(bot, name):
                setattr(encrypted, name, self._encrypt(secret, place_of(bot), name))
        return encrypted

    def _encrypt(self, secret: str, place: Place, column: str) -> str:
        encrypted = self._ring.encrypt(secret.encode(), self._bound(place, column))
        return f"{encrypted.key_id}:{base64.urlsafe_b64encode(encrypted.blob).decode('ascii')}"

    def _decrypt(self, text: str, place: Place, column: str) -> str:
        key_id, _, blob = text.partition(":")
        try:
            encrypted = Ciphertext(key_id, base64.b64decode(blob, altchars=b"-_", validate=True))
        except binascii.Error:
            raise VaultError(
                f"the stored token of {place} was altered; have the app installed anew"
            ) from None
        return self._ring.decrypt(encrypted, self._bound(place, column)).decode()

    def _bound(self, place: Place, column: str) -> tuple[str, ...]:
        return ("slack", self._client_id, place.enterprise_id or "", place.team_id or "", column)


class StateStore(AsyncOAuthStateStore):
    """OAuth states: each may be consumed once, within `STATE_SECONDS`. `clock` gives Unix seconds."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock
        self._plain = SQLAlchemyOAuthStateStore(STATE_SECONDS, engine)

    @property
    def logger(self) -> logging.Logger:
        """Where slack_sdk would log."""
        return logging.getLogger(__name__)

    async def async_issue(self, *_args: Any, **_kwargs: Any) -> str:
        """Return a new state. What has expired is swept out: anybody may begin, and few end."""
        expired = oauth_states.c.expire_at <= _moment(self._clock())
        await database.transact(
            self._engine, lambda connection: connection.execute(oauth_states.delete().where(expired))
        )
        return await asyncio.to_thread(self._plain.issue)

    async def async_consume(self, state: str) -> bool:
        """Use up a state; False if it is unknown, used or expired. Of several at once, exactly one gets True."""
        c = oauth_states.c
        consumed = oauth_states.delete().where(c.state == state, c.expire_at > _moment(self._clock()))
        return await database.transact(
            self._engine, lambda connection: connection.execute(consumed).rowcount == 1
        )


def place_of(bot: Bot) -> Place:
    """Return what a bot is installed in."""
    return Place(bot.enterprise_id, None if bot.is_enterprise_install else bot.team_id)


def _moment(seconds: float) -> datetime:
    """Return a time as slack_sdk's stores keep it: UTC, without saying so."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _key_id(text: str | None) -> str:
    return (text or "").partition(":")[0]


def _insert_or_ignore(connection: sa.Connection) -> Any:  # noqa: ANN401  # the two dialects' inserts have no common type
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(org_teams).on_conflict_do_nothing()
