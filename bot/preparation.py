"""What must be true before the bot starts: `serve` refuses to start otherwise, and `check` says so beforehand."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.operations import seal_what_is_open
from bot.identity.keyring import KeyRing, VaultError
from bot.identity.opening import open_store
from bot.identity.seals import Seals
from bot.settings.load import Settings
from bot.store import database, files, fitness, migrations, presence
from bot.store.presence import Presence

_SENTENCES: Final = (
    VaultError,
    database.SchemaError,
    fitness.UnfitError,
    files.NotPrivateError,
    presence.TakenError,
)


MIGRATION_SECONDS: Final = 600.0  # for one statement: a large table takes its time


class StartRefusedError(Exception):
    """The bot can't start; the text is one sentence that says why and what to do."""


def prepare(settings: Settings, *, wait_seconds: float = presence.WAIT_SECONDS) -> Presence:
    """Bring the database up to date and prove that the stored secrets can be opened, alone under this one's name.

    Return the lock on the name, which is to be held for as long as the bot runs. An older process of this name is given
    *wait_seconds* to end.

    Raises:
        StartRefusedError: one of them can't be done.
    """
    examine_database(settings)
    with _refusing():
        held = presence.take(
            settings.database_url.get_secret_value(), presence.executor_id(), wait_seconds=wait_seconds
        )
    try:
        _migrate(settings)
        asyncio.run(open_secrets(settings, revision=migrations.NEWEST, bind=True))
    except BaseException:
        held.release()
        raise
    return held


def examine_address(host: str, port: int = 0) -> None:
    """Prove that *host* is an address of this machine, and that *port* is free there (0: any will do).

    Raises:
        StartRefusedError: it can't be listened on.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, address in found:
            socket.create_server(address[:2], family=family).close()
    except (OSError, UnicodeError) as error:  # UnicodeError: no host has such a name
        why = (getattr(error, "strerror", None) or "it is no name of a host").partition(" (")[0]
        if getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES):
            fault = f"PORT: port {port} on {host} can't be had ({why}); end what uses it, or choose another"
        else:
            fault = (
                f"HOST: {host} can't be listened on ({why}); write 127.0.0.1, or 0.0.0.0 for all addresses"
            )
        raise StartRefusedError(fault) from None


def examine_database(settings: Settings) -> str | None:
    """Return the revision of the database's schema, None if it has none yet. Nothing is changed.

    Raises:
        StartRefusedError: the bot can't work with this database.
    """
    with _refusing():
        return fitness.examine(settings.database_url.get_secret_value())


def bring_up_to_date(settings: Settings) -> None:
    """Bring the database up to date.

    Raises:
        StartRefusedError: it can't be done.
    """
    examine_database(settings)
    _migrate(settings)


def _migrate(settings: Settings) -> None:
    engine = database.create_engine(
        settings.database_url.get_secret_value(), answer_seconds=MIGRATION_SECONDS
    )
    try:
        with _refusing():
            before = database.migrate(engine)
            seals = Seals(KeyRing.parse(settings.secret_keys))
            if before is not None and before < migrations.SEALED_SINCE and seals.can_seal:
                with engine.begin() as connection:
                    seal_what_is_open(connection, seals)
    finally:
        engine.dispose()


async def open_secrets(settings: Settings, *, revision: str | None, bind: bool = False) -> None:
    """Prove that what is stored can be opened. A database of another revision than ours is not looked into.

    *bind*: seal anew what an earlier version had sealed, as only a start does.

    Raises:
        StartRefusedError: some can't.
    """
    up_to_date = revision == migrations.NEWEST
    engine = database.create_engine(settings.database_url.get_secret_value())
    try:
        with _refusing():
            store = open_store(settings, engine)
            if up_to_date or settings.hashicorp_vault:
                await store.check()
            if bind:
                await store.bind()
            if up_to_date and settings.many_workspaces:
                from bot.slack.workspaces.store import InstallationStore  # noqa: PLC0415  # seldom needed

                ring = KeyRing.parse(settings.secret_keys)
                await InstallationStore(settings.slack_client_id, engine, ring).check()
    finally:
        engine.dispose()


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """Turn what keeps the bot from starting into the one sentence that an operator reads."""
    try:
        yield
    except _SENTENCES as error:
        raise StartRefusedError(str(error)) from None
    except OSError as error:
        raise StartRefusedError(
            f"DATABASE_URL: {error.filename} can't be used ({error.strerror}); name a file elsewhere"
        ) from None
    except SQLAlchemyError as error:  # its text may hold the URL's password
        raise StartRefusedError(
            f"DATABASE_URL: the database can't be used ({type(error).__name__}); check the URL and that it is reachable"
        ) from None
