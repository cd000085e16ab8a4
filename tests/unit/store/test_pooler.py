"""PgBouncer before PostgreSQL: found at the start where it would break what the bot relies on."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import database
from bot.store.fitness import UnfitError, examine
from tests.ports import free_port

needs_pgbouncer = pytest.mark.skipif(
    not shutil.which("pgbouncer") and not os.environ.get("OMS_BOT_FORBID_SKIPS"),
    reason="pgbouncer is not installed",
)


@contextlib.contextmanager
def pooled(server: str, folder: Path, *settings: str) -> Iterator[str]:
    """Run PgBouncer before a server; yield the URL that leads through it."""
    port = free_port()
    home = sa.make_url(server).query["host"]
    lines = [
        "[databases]",
        f"* = host={home} port=5432 user=postgres",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = any",
        *settings,
    ]
    config = folder / "pgbouncer.ini"
    config.write_text("\n".join(lines))
    as_its_owner = ("-u", "pgserver") if os.geteuid() == 0 else ()
    bouncer = subprocess.Popen(["pgbouncer", *as_its_owner, str(config)])  # noqa: S607  # wherever this machine has it
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        bouncer.terminate()
        bouncer.wait(10)


@needs_pgbouncer
@pytest.mark.parametrize("more", ["", "server_round_robin = 1", "default_pool_size = 1"])
def test_a_pooler_that_gives_each_transaction_another_session(
    postgres: str, tmp_path: Path, more: str
) -> None:
    """Half of the locks would be held by nobody: it is found out at the start, in whichever order it gives them."""
    with (
        pooled(postgres, tmp_path, "pool_mode = transaction", more) as url,
        pytest.raises(UnfitError, match=r"^DATABASE_URL: a pooler .* use its session mode"),
    ):
        examine(url)


@needs_pgbouncer
def test_a_pooler_in_session_mode_will_do(postgres: str, tmp_path: Path) -> None:
    """There a session is the bot's own for as long as it is connected; and readiness is proved through it as well."""
    with pooled(postgres, tmp_path, "pool_mode = session") as url:
        examine(url)
        engine = database.create_engine(url)
        database.migrate(engine)
        engine.dispose()
        database.ping(url)
