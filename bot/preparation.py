"""What must be true before the bot starts: `serve` refuses to start otherwise, and `check` says so beforehand."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.sealing import seal_what_is_open
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
_BACKLOG: Final = 2048  # as uvicorn's


class StartRefusedError(Exception):
    """The bot can't start; the text is one sentence that says why and what to do."""


def prepare(settings: Settings, *, wait_seconds: float = presence.WAIT_SECONDS) -> Presence:
    """Bring the database up to date and prove that the stored secrets can be opened, alone under this one's name.

    Return the lock on the name, which is to be held for as long as the bot runs. An older process of this name is given
    *wait_seconds* to end.

    Raises:
        StartRefusedError: one of them can't be done.
    """
    revision = examine_database(settings)
    with one_sentence():
        held = presence.take(
            settings.database_url.get_secret_value(), presence.executor_id(), wait_seconds=wait_seconds
        )
    try:
        if revision != migrations.NEWEST:
            _migrate(settings)
        asyncio.run(open_secrets(settings, revision=migrations.NEWEST, bind=True))
    except BaseException:
        held.release()
        raise
    return held


def bind(host: str, port: int = 0, *, setting: str = "PORT") -> list[socket.socket]:
    """Return sockets that have the address, and do not listen yet (port 0: any that is free).

    *setting* is where the port was chosen.

    Raises:
        StartRefusedError: it can't be had.
    """
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, address in found:
            sockets.append(socket.socket(family))
            _reserve(sockets[-1], address)
    except (OSError, UnicodeError) as error:  # UnicodeError: no host has such a name
        for opened in sockets:
            opened.close()
        raise StartRefusedError(_why_not_had(host, port, error, setting)) from None
    return sockets


def _reserve(opened: socket.socket, address: tuple[object, ...]) -> None:
    if os.name == "posix":
        opened.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # what an earlier process left is no obstacle
    if opened.family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # each family has a socket of its own
    opened.bind(address)


def _why_not_had(host: str, port: int, error: OSError | UnicodeError, setting: str = "PORT") -> str:
    choose = " with --port" if setting == "PORT" else ""
    why = (getattr(error, "strerror", None) or "it is no name of a host").partition(" (")[0]
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return f"{setting}: {port} is in use; choose another{choose}, or end what listens there"
        case errno.EACCES:
            return (
                f"{setting}: {port} needs a right that this user lacks ({why}); choose one above 1023{choose}"
            )
        case _:
            return f"HOST: {host} can't be listened on ({why}); write 127.0.0.1, or 0.0.0.0 for all addresses"


def listen(sockets: Iterable[socket.socket]) -> None:
    """Take connections: they wait until the server is there.

    Raises:
        StartRefusedError: another process that was starting too has been quicker.
    """
    for bound in sockets:
        try:
            bound.listen(_BACKLOG)
        except OSError as error:
            host, port = bound.getsockname()[:2]
            raise StartRefusedError(_why_not_had(host, port, error)) from None


def examine_database(settings: Settings) -> str | None:
    """Return the revision of the database's schema, None if it has none yet. Nothing is changed.

    Raises:
        StartRefusedError: the bot can't work with this database.
    """
    with one_sentence():
        return fitness.examine(settings.database_url.get_secret_value())


def bring_up_to_date(settings: Settings) -> None:
    """Bring the database up to date.

    Raises:
        StartRefusedError: it can't be done.
    """
    if examine_database(settings) != migrations.NEWEST:
        _migrate(settings)


def _migrate(settings: Settings) -> None:
    engine = database.create_engine(
        settings.database_url.get_secret_value(), answer_seconds=MIGRATION_SECONDS
    )
    try:
        with one_sentence():
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
        with one_sentence():
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
def one_sentence() -> Iterator[None]:
    """Turn what keeps the bot from starting, or from its database, into the one sentence that an operator reads.

    Raises:
        StartRefusedError: with that sentence.
    """
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
