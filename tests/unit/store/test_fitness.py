"""A database that can't carry the bot is found out by looking, and told in one sentence with a remedy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import database, migrations
from bot.store.fitness import UnfitError, examine, refuse_old_sqlite


def why_not(url: str) -> str:
    """Return the one sentence."""
    with pytest.raises(UnfitError) as refused:
        examine(url)
    said = str(refused.value)
    assert said.startswith("DATABASE_URL: ")
    assert "; " in said
    assert "\n" not in said
    return said


# --- SQLite --------------------------------------------------------------------------------------------


def test_looking_makes_no_file(tmp_path: Path) -> None:
    """A database that is still to be made is fine, and looking leaves that to the start."""
    assert examine(f"sqlite:///{tmp_path}/bot.sqlite3") is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_ours_says_its_revision(tmp_path: Path) -> None:
    """Also while the bot has it open, and with characters in its name that mean something in a URI."""
    engine = database.create_engine(f"sqlite:///{tmp_path}/a #%41.sqlite3")
    database.migrate(engine)
    assert examine(f"sqlite:///{tmp_path}/a #%41.sqlite3") == migrations.NEWEST
    engine.dispose()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("folder", "is a folder; name a file in it"),
        ("gone/bot.sqlite3", "gone is not there; make it"),
        ("note.txt/bot.sqlite3", "note.txt is not there; make it"),
        ("note.txt", "note.txt can't be used (file is not a database); restore it"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, path: str, words: str) -> None:
    """Its path is named, since a relative one depends on where the bot was started."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "note.txt").write_text("This is no database. " * 100)
    assert words in why_not(f"sqlite:///{tmp_path}/{path}")


def test_a_folder_that_takes_no_files() -> None:
    """As on a read-only file system; not even root may write there."""
    said = why_not("sqlite:////proc/self/bot.sqlite3")
    assert "/proc/self can't be written to by this user" in said or "can't be used" in said


# --- PostgreSQL ----------------------------------------------------------------------------------------

Sql = list[str]


class Server:
    """A server with a database `fresh` and a user `bot` who owns nothing."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url).set(drivername="postgresql+psycopg")

    def run(self, *statements: str, name: str = "postgres") -> None:
        """Run statements as the server's administrator."""
        engine = sa.create_engine(
            self._url.set(database=name),
            isolation_level="AUTOCOMMIT",
            connect_args={"client_encoding": "utf8"},
        )
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def url(self, *, user: str = "bot", name: str = "fresh") -> str:
        """Return the URL that an operator would write."""
        url = self._url.set(drivername="postgresql", username=user, database=name)
        return url.render_as_string(hide_password=False)


@pytest.fixture
def server(postgres: str) -> Iterator[Server]:
    """A new `fresh` and a new `bot`."""
    server = Server(postgres)
    server.run("DROP DATABASE IF EXISTS fresh", "DROP ROLE IF EXISTS bot", "CREATE ROLE bot LOGIN")
    yield server
    server.run("DROP DATABASE IF EXISTS fresh", "DROP ROLE IF EXISTS bot")


CREATE = "CREATE DATABASE fresh OWNER bot"


def migrated(server: Server, user: str) -> None:
    """Let *user* bring the database up to date."""
    engine = database.create_engine(server.url(user=user))
    database.migrate(engine)
    engine.dispose()


def test_an_owner_needs_no_more(server: Server) -> None:
    """Of an empty database, and again once there is something in it. Looking leaves nothing behind."""
    server.run(CREATE)
    assert examine(server.url()) is None
    assert examine(server.url()) is None
    migrated(server, "bot")
    assert examine(server.url()) == migrations.NEWEST


@pytest.mark.parametrize(
    ("before", "inside", "words"),
    [
        (
            ["CREATE DATABASE fresh"],
            ["GRANT ALL ON SCHEMA public TO bot"],
            "may not create the schema dbos, where conversations are kept; have an administrator run: CREATE SCHEMA",
        ),
        (["CREATE DATABASE fresh"], ["CREATE SCHEMA dbos"], 'ALTER SCHEMA dbos OWNER TO "bot"'),
        (
            ["CREATE DATABASE fresh"],
            ["CREATE SCHEMA dbos AUTHORIZATION bot"],
            'may not create tables in the schema public; have an administrator run: GRANT CREATE ON SCHEMA "public"',
        ),
        ([CREATE, "ALTER ROLE bot SET search_path TO nowhere"], [], "has no schema for its tables"),
        ([CREATE, "ALTER ROLE bot SET default_transaction_read_only TO on"], [], "takes no writes; name the"),
        (
            ["CREATE DATABASE fresh OWNER bot ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"],
            [],
            "the database's encoding is SQL_ASCII, which",
        ),
        (
            ["CREATE DATABASE fresh OWNER bot ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"],
            [],
            "the database's encoding is LATIN1, which can't hold all that people write; make another one with",
        ),
        ([], [], "there is no database of this name on the server; create it"),
    ],
)
def test_a_server_that_does_not_let_the_bot_work(
    server: Server, before: Sql, inside: Sql, words: str
) -> None:
    """Found before anything is written, with what an administrator has to do."""
    server.run(*before)
    if inside:
        server.run(*inside, name="fresh")
    assert words in why_not(server.url())


def test_what_the_sentences_ask_for_is_enough(server: Server) -> None:
    """An administrator who does just that gets a database that the bot works with."""
    server.run("CREATE DATABASE fresh")
    server.run(
        'CREATE SCHEMA dbos AUTHORIZATION "bot"', 'GRANT CREATE ON SCHEMA "public" TO "bot"', name="fresh"
    )
    assert examine(server.url()) is None
    migrated(server, "bot")
    assert examine(server.url()) == migrations.NEWEST


def test_tables_of_somebody_else_are_named(server: Server) -> None:
    """Else the first command would find out."""
    server.run(CREATE)
    migrated(server, "postgres")
    assert 'the user "bot" may not read and write the table public.' in why_not(server.url())
    server.run(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO bot",
        name="fresh",
    )
    assert examine(server.url()) == migrations.NEWEST


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("{user=nobody}", "the server does not know this user; create it, or correct the URL"),
        ("{}&sslmode=canary", "has a parameter that PostgreSQL does not know"),
        ("{}&canary=1", "has a parameter that PostgreSQL does not know"),
        ("postgresql://bot:canary@127.0.0.1:9/fresh", "can't be used (OperationalError); check the URL and"),
    ],
)
def test_a_url_that_leads_nowhere(server: Server, url: str, words: str) -> None:
    """The cause where the server names it; never what stood in the URL, which may be a password."""
    server.run(CREATE)
    said = why_not(url.replace("{user=nobody}", server.url(user="nobody")).replace("{}", server.url()))
    assert words in said
    assert "canary" not in said


def test_an_sqlite_that_is_too_old_for_this_python_is_refused() -> None:
    """From Python 3.12 on, workflows ask SQLite for what 3.42 brought: Debian 12 has 3.40, Ubuntu 22.04 has 3.37."""
    with pytest.raises(UnfitError) as refused:
        refuse_old_sqlite((3, 13, 0), (3, 40, 1))
    assert str(refused.value) == (
        "DATABASE_URL: this Python has SQLite 3.40.1, and 3.42 or newer is needed; use a system that has it, "
        "Python 3.11, or PostgreSQL"
    )
    refuse_old_sqlite((3, 11, 7), (3, 40, 1))
    refuse_old_sqlite((3, 14, 0), (3, 42, 0))
