"""What both databases must do alike: the schema brought up to date once, and links that stand races."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from bot.conversation.allowance import Allowance
from bot.conversation.operations import Operations
from bot.huawei.iam.rejections import TriesUsedUp
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.invitations import TRIES, Invitations
from bot.identity.keyring import KeyRing, new_key
from bot.identity.link import HeldByAnother, new_link
from bot.identity.tries import LIMIT, Tries
from bot.identity.vault import Vault
from bot.store import database, migrations
from bot.store.tables import metadata, operations
from tests.unit.test_operations import ASKED


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.sqlite3"
    return str(request.getfixturevalue("fresh_postgres"))


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    """The bot's own engine for it."""
    engine = database.create_engine(url)
    yield engine
    engine.dispose()


def test_the_steps_build_exactly_the_tables(engine: sa.Engine) -> None:
    """Whoever changes a table and forgets the step (or the other way round) is told here."""
    with engine.begin() as connection:
        database._upgrade(connection)
    with engine.connect() as connection:
        assert database.revision(connection) == migrations.NEWEST
        context = MigrationContext.configure(connection, opts={"version_table": migrations.TABLE})
        differences = compare_metadata(context, metadata)
    assert differences == []


def test_readiness_finds_a_file_of_whatever_name(tmp_path: Path) -> None:
    """As the bot itself does."""
    url = f"sqlite:///{tmp_path}/50 % of #1.sqlite3"
    engine = database.create_engine(url)
    database.migrate(engine)
    engine.dispose()
    database.ping(url)


def test_a_new_database_needs_no_steps(engine: sa.Engine) -> None:
    """It is made as the newest revision has it, and says so, which spares a first start alembic."""
    database.migrate(engine)
    with engine.connect() as connection:
        assert database.revision(connection) == migrations.NEWEST
        context = MigrationContext.configure(connection, opts={"version_table": migrations.TABLE})
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_written_down() -> None:
    """A start trusts the constant, so that it need not import alembic."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.NEWEST]


def test_replicas_that_start_at_once_migrate_once(url: str) -> None:
    """One works, the others wait and find it done; none fails."""
    faults: list[BaseException] = []

    def start() -> None:
        engine = database.create_engine(url)
        try:
            database.migrate(engine)
        except BaseException as fault:  # noqa: BLE001  # whatever it is, the test shall show it
            faults.append(fault)
        finally:
            engine.dispose()

    replicas = [threading.Thread(target=start) for _ in range(6)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join(30)
    assert faults == []


def test_a_step_that_fails_leaves_nothing_behind(engine: sa.Engine) -> None:
    """Schema changes and the revision are one transaction, on SQLite too."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE links (in_the_way INTEGER)")
    with pytest.raises(sa.exc.DBAPIError, match="links"), engine.begin() as connection:  # noqa: PT012  # both begin what fails
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        database._upgrade(connection)
    assert sa.inspect(engine).get_table_names() == ["links"]
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE links")
    database.migrate(engine)
    assert "operations" in sa.inspect(engine).get_table_names()


def test_a_database_of_a_newer_version_is_refused(engine: sa.Engine) -> None:
    """In one sentence that says what to do, and without touching anything."""
    database.migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE schema_revision SET version_num = '9999'")
    with pytest.raises(database.SchemaError, match=r"newer version of this bot .* start that version"):
        database.migrate(engine)


def test_what_is_there_stays(engine: sa.Engine) -> None:
    """A second start changes no row."""
    database.migrate(engine)
    row = {
        "id": "o1", "team_id": "T1", "user_id": "U1", "channel_id": "C1", "reposted": False, "project": "p",
        "task_id": "1", "card": {}, "asked_at": 1.0, "expires_at": 2.0,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(operations.insert().values(**row))
    database.migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(operations.c.id)).scalars().all() == ["o1"]


def test_an_ordinary_start_does_not_import_alembic(tmp_path: Path) -> None:
    """It takes half a second, which a start does not have."""
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    engine = database.create_engine(url)
    database.migrate(engine)
    engine.dispose()
    program = (
        "import sys; from bot.store import database; "
        f"database.migrate(database.create_engine({url!r})); print('alembic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def key(number: int) -> AccessKeyCredential:
    """An access key that can be told from others."""
    return AccessKeyCredential(SecretStr(f"AK{number}"), SecretStr(f"sk-{number}"))


async def put(vault: Vault, user: str, number: int) -> None:
    """Link a user to a key."""
    link = new_link("T1", user, key(number), principal=f"p{number}", projects=("prod",), verified_at=1.0)
    await vault.put(link, key(number))


async def test_links_made_at_once_end_in_one(engine: sa.Engine) -> None:
    """Two pages submitted together: neither fails, and the link that stays is whole."""
    database.migrate(engine)
    vault = Vault(engine, KeyRing.parse(SecretStr(new_key())))
    await asyncio.gather(*(put(vault, "U1", number) for number in range(8)))
    (link,) = await vault.all_links()
    stored = await vault.get("T1", "U1")
    assert stored is not None
    assert (stored.link, stored.credential) == (link, key(int(link.principal[1:])))


async def test_keys_are_rotated_while_people_link_unlink_and_act(engine: sa.Engine) -> None:
    """No operation fails meanwhile, nobody gets another's key, and at the end all is under the newest key."""
    database.migrate(engine)
    old, new = new_key(), new_key()
    before = Vault(engine, KeyRing.parse(SecretStr(old)))
    for number in range(20):
        await put(before, f"U{number}", number)
    vault = Vault(engine, KeyRing.parse(SecretStr(f"{new},{old}")))

    async def act(number: int) -> None:
        for _ in range(5):
            stored = await vault.get("T1", f"U{number}")
            assert stored is not None
            assert stored.credential in (key(number), key(number + 100))

    async def relink(number: int) -> None:
        await put(vault, f"U{number}", number + 100)

    await asyncio.gather(
        vault.rotate(),
        *map(act, range(20)),
        *map(relink, range(0, 10, 2)),
        vault.rotate(),
        *map(act, range(20)),
    )
    after = Vault(engine, KeyRing.parse(SecretStr(new)))
    await after.check()
    for number in range(20):
        stored = await after.get("T1", f"U{number}")
        assert stored is not None
        assert stored.credential == key(number + 100 if number in range(0, 10, 2) else number)


async def test_one_of_many_uses_of_a_one_time_link_wins(engine: sa.Engine) -> None:
    """However many requests arrive at once, on however many replicas."""
    database.migrate(engine)
    invitations = Invitations(engine, clock=lambda: 1000.0)
    token = await invitations.issue("T1", "U1", "alice")
    won = await asyncio.gather(*(invitations.use(token) for _ in range(20)))
    assert sum(won) == 1


async def test_no_more_tries_than_allowed_even_at_once(engine: sa.Engine) -> None:
    """A try is counted before the password goes to IAM, not after."""
    database.migrate(engine)
    invitations = Invitations(engine, clock=lambda: 1000.0)
    token = await invitations.issue("T1", "U1", "alice")
    taken = await asyncio.gather(*(invitations.take_try(token) for _ in range(20)))
    assert sum(taken) == TRIES


async def test_replicas_share_the_tries_at_one_iam_user(engine: sa.Engine) -> None:
    """At once, and from however many: IAM locks at the fifth failure."""
    database.migrate(engine)
    guesses = [PasswordCredential("acme", "alice", SecretStr(f"wrong-{number}")) for number in range(12)]
    replicas = [Tries(engine, b"key", clock=lambda: 1000.0) for _ in guesses]
    taken = await asyncio.gather(
        *(replica.take(guess) for replica, guess in zip(replicas, guesses, strict=True)),
        return_exceptions=True,
    )
    assert sum(result is None for result in taken) == LIMIT
    assert sum(isinstance(result, TriesUsedUp) for result in taken) == len(guesses) - LIMIT


async def test_of_two_who_link_one_identity_at_once_one_does(engine: sa.Engine) -> None:
    """The other is refused, whichever replicas they come to."""
    database.migrate(engine)
    ring = KeyRing.parse(SecretStr(new_key()))
    links = [
        new_link("T1", f"U{number}", key(1), principal="key", projects=(), verified_at=1.0)
        for number in range(8)
    ]
    stored = await asyncio.gather(
        *(Vault(engine, ring).put(link, key(1), alone=True) for link in links), return_exceptions=True
    )
    assert sum(result is False for result in stored) == 1
    assert sum(isinstance(result, HeldByAnother) for result in stored) == len(links) - 1


def test_syncing_to_disk_is_possible_whenever_something_was_committed(engine: sa.Engine) -> None:
    """On SQLite the write-ahead log is there as long as the bot is; PostgreSQL needs nothing."""
    database.migrate(engine)
    database.sync_to_disk(engine)


async def test_two_who_agree_at_once_see_each_other(engine: sa.Engine) -> None:
    """Else both would be the first of two, and nobody would decide."""
    database.migrate(engine)
    operations = Operations(engine)
    for number in range(20):
        await operations.open(replace(ASKED, id=f"op{number}"), lambda _: True)
        agreed = await asyncio.gather(
            *(operations.approve(f"op{number}", user, float(n)) for n, user in enumerate(("U1", "U2")))
        )
        assert sorted(map(len, agreed)) == [1, 2]


async def test_of_ten_cards_asked_for_at_once_no_more_are_counted_than_the_limit(engine: sa.Engine) -> None:
    """Counted and reserved in one transaction; the same card again is the same card, and room is made by time."""
    database.migrate(engine)
    both = (Allowance(engine, 1), Allowance(engine, 1))

    async def take(number: int, at: float = 100.0) -> bool:
        return await both[number % 2].take(f"op{number}", "U1", at)

    taken = await asyncio.gather(*map(take, range(10)))
    assert sum(taken) == 1
    assert await take(taken.index(True))
    assert await take(11, at=161.0)
    assert not await take(12, at=162.0)
    await both[0].give_back("op11")
    assert await take(13, at=163.0)
