"""A row whose secret was swapped, copied or altered, or that says otherwise than its secret, is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.huawei.iam.credential import Credential
from bot.identity.keyring import KeyRing, VaultError, new_key
from bot.identity.kinds import to_json
from tests import databases
from tests.unit.identity.vault_rows import ALICE, BOB, credential_of, overwrite, put, stored, vault_of


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database with the schema."""
    engine = databases.engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield engine
    engine.dispose()


async def test_swapped_ciphertexts_are_refused(engine: sa.Engine) -> None:
    """Each is bound to its row, so neither person becomes the other."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    await put(vault, "U2", BOB)
    alices, bobs = stored(engine, "U1").sealed, stored(engine, "U2").sealed
    overwrite(engine, "U1", sealed=bobs)
    overwrite(engine, "U2", sealed=alices)
    for user in ("U1", "U2"):
        with pytest.raises(VaultError, match="altered or moved"):
            await vault.get("T1", user)


@pytest.mark.parametrize("column", ["team_id", "user_id", "link_id"])
async def test_a_row_given_to_somebody_else_is_refused(engine: sa.Engine, column: str) -> None:
    """Team, user and link id are each part of what the ciphertext is bound to."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    overwrite(engine, "U1", **{column: "OTHER"})
    row = ("OTHER" if column == "team_id" else "T1", "OTHER" if column == "user_id" else "U1")
    with pytest.raises(VaultError, match="altered or moved"):
        await vault.get(*row)


async def test_an_altered_ciphertext_is_refused(engine: sa.Engine) -> None:
    """One bit is enough, and so is cutting it short."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    sealed = stored(engine, "U1").sealed
    for altered in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:20], b""):
        overwrite(engine, "U1", sealed=altered)
        with pytest.raises(VaultError, match="altered or moved"):
            await vault.get("T1", "U1")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("principal", "IAM user admin"),
        ("kind", "access_key"),
        ("projects", ["prod-sg", "prod-cn"]),
        ("owner", "7a1"),
        ("link_id", "another"),
    ],
)
async def test_a_row_that_names_another_identity_than_was_linked_is_refused(
    engine: sa.Engine, column: str, value: object
) -> None:
    """Whoever writes to the database can't make a card or /oms whoami name somebody else than will act."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    overwrite(engine, "U1", **{column: value})
    with pytest.raises(VaultError, match="altered"):
        await vault.get("T1", "U1")
    await vault.bind()
    with pytest.raises(VaultError, match="altered"):
        await vault.get("T1", "U1")


async def put_as_before(engine: sa.Engine, keys: str, credential: Credential, **changed: object) -> None:
    """Store a link as versions before this one did: bound to its place only."""
    await put(vault_of(engine, keys), "U1", credential)
    row = stored(engine, "U1")
    sealed = KeyRing.parse(SecretStr(keys)).encrypt(
        to_json(credential), ("link", "T1", "U1", str(row.link_id))
    )
    values = {"key_id": sealed.key_id, "sealed": sealed.blob, "principal": "IAM user alice"} | changed
    overwrite(engine, "U1", **values)


@pytest.mark.parametrize("credential", [ALICE, BOB])
async def test_a_start_binds_what_an_earlier_version_stored(
    engine: sa.Engine, credential: Credential
) -> None:
    """Under the key it had, so that replicas which were not given a newer one can still open it."""
    old, new = new_key(), new_key()
    await put_as_before(engine, old, credential)
    vault = vault_of(engine, new, old)
    await vault.check()
    with pytest.raises(VaultError):
        await vault.get("T1", "U1")
    assert await vault.bind() == 1
    assert await credential_of(vault, "U1") == credential
    assert await credential_of(vault_of(engine, old), "U1") == credential
    assert await vault.bind() == 0


@pytest.mark.parametrize(
    "changed", [{"principal": "IAM user admin"}, {"kind": "access_key"}, {"owner": "7a1"}]
)
async def test_a_row_as_an_earlier_version_stored_it_may_not_lie(
    engine: sa.Engine, changed: dict[str, object]
) -> None:
    """Else a writer to the database would put an old row back, say what they like beside it, and wait for a start."""
    keys = new_key()
    await put_as_before(engine, keys, ALICE, **changed)
    vault = vault_of(engine, keys)
    assert await vault.bind() == 0
    with pytest.raises(VaultError):
        await vault.get("T1", "U1")


async def test_after_a_new_key_what_an_earlier_version_stored_opens_no_more(engine: sa.Engine) -> None:
    """A copy of an old row, kept by whoever reads the database, is worth nothing once its key is gone."""
    old, new = new_key(), new_key()
    await put_as_before(engine, old, ALICE)
    kept = stored(engine, "U1")
    vault = vault_of(engine, new, old)
    assert await vault.rotate() == 2  # bound, then under the newest key
    overwrite(engine, "U1", key_id=kept.key_id, sealed=kept.sealed)
    later = vault_of(engine, new)
    assert await later.bind() == 0
    with pytest.raises(VaultError, match="needs the key"):
        await later.get("T1", "U1")
