"""Secrets at rest: opened only with their key, only in their row, and never shown."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.huawei.iam.credential import Credential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.keyring import KeyRing, VaultError, new_key
from bot.identity.kinds import names_of
from bot.identity.link import HeldByAnother, Linked, new_link
from bot.identity.vault import Vault
from tests import databases
from tests.unit.identity.vault_rows import ALICE, BOB, credential_of, overwrite, put, stored, vault_of


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database with the schema."""
    engine = databases.engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield engine
    engine.dispose()


def everything_in(folder: Path) -> bytes:
    """The bytes of all files: the database and its log."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("credential", [ALICE, BOB])
async def test_what_was_linked_comes_back(engine: sa.Engine, credential: Credential) -> None:
    """The link says what is known of it, and its credential is the one put in."""
    vault = vault_of(engine, new_key())
    link = new_link(
        "T1",
        "U1",
        credential,
        principal="IAM user alice",
        projects=("prod-sg", "prod-cn"),
        verified_at=1000.5,
    )
    replaced = await vault.put(link, credential)
    assert not replaced
    assert await vault.get("T1", "U1") == Linked(link, credential)
    assert (link.principal, link.projects, link.verified_at) == (
        "IAM user alice",
        ("prod-sg", "prod-cn"),
        1000.5,
    )
    assert await vault.all_links() == [link]


async def test_a_person_of_another_team_is_another_person(engine: sa.Engine) -> None:
    """User ids are unique within a workspace only."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    assert await vault.get("T2", "U1") is None


async def test_a_link_made_again_is_a_new_link(engine: sa.Engine) -> None:
    """So a card that was posted before can tell."""
    vault = vault_of(engine, new_key())
    first = await put(vault, "U1", ALICE)
    link = new_link("T1", "U1", BOB, principal="x", projects=(), verified_at=1.0)
    replaced = await vault.put(link, BOB)
    assert replaced
    assert link.link_id != first
    assert await credential_of(vault, "U1") == BOB


async def test_what_is_deleted_is_gone(engine: sa.Engine) -> None:
    """And deleting it again says that there was nothing."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    assert await vault.delete("T1", "U1")
    assert await vault.get("T1", "U1") is None
    assert not await vault.delete("T1", "U1")


async def test_a_disabled_link_has_lost_its_secret(engine: sa.Engine) -> None:
    """The row stays to say why; linking anew makes it usable."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    assert await vault.disable("T1", "U1", "slack_user_deleted")
    found = await vault.get("T1", "U1")
    assert found is not None
    assert (found.link.disabled, found.credential) == ("slack_user_deleted", None)
    assert stored(engine, "U1").sealed is None
    assert not await vault.disable("T1", "U1", "again")
    await put(vault, "U1", BOB)
    assert await credential_of(vault, "U1") == BOB


async def test_another_key_opens_nothing(engine: sa.Engine) -> None:
    """The start is refused with one sentence, and so is each use."""
    await put(vault_of(engine, new_key()), "U1", ALICE)
    other = vault_of(engine, new_key())
    with pytest.raises(
        VaultError, match=r"^OMS_BOT_SECRET_KEYS does not hold the key [0-9a-f]{16}, .*put it back"
    ):
        await other.check()
    with pytest.raises(VaultError, match="does not hold"):
        await other.get("T1", "U1")


async def test_a_key_passed_off_as_another_is_found_at_start(engine: sa.Engine) -> None:
    """The canary is really decrypted; the key's id in the row is not believed."""
    await put(vault_of(engine, new_key()), "U1", ALICE)
    ring = KeyRing.parse(SecretStr(new_key()))
    overwrite(engine, "U1", key_id=ring.newest)
    with pytest.raises(VaultError, match="altered or moved"):
        await Vault(engine, ring).check()


async def test_no_key_at_all_refuses_the_start_only_if_one_is_needed(engine: sa.Engine) -> None:
    """A bot whose people are all in the settings needs no key."""
    keyless = vault_of(engine)
    assert not keyless.writable
    await keyless.check()
    with pytest.raises(VaultError, match="OMS_BOT_SECRET_KEYS is not set"):
        await put(keyless, "U1", ALICE)
    await put(vault_of(engine, new_key()), "U1", ALICE)
    with pytest.raises(VaultError, match="does not hold the key"):
        await keyless.check()


async def test_rotation_leaves_nothing_under_the_old_key(engine: sa.Engine) -> None:
    """And tells how many it changed; a second run has nothing to do."""
    old, new = new_key(), new_key()
    for number in range(3):
        await put(vault_of(engine, old), f"U{number}", ALICE)
    vault = vault_of(engine, new, old)
    await put(vault, "U9", BOB)
    assert await vault.rotate() == 3
    assert await vault.rotate() == 0
    alone = vault_of(engine, new)
    await alone.check()
    assert await credential_of(alone, "U0") == ALICE
    assert await credential_of(alone, "U9") == BOB


async def test_rotation_keeps_the_link(engine: sa.Engine) -> None:
    """Cards that wait for an answer stay good."""
    old, new = new_key(), new_key()
    link_id = await put(vault_of(engine, old), "U1", ALICE)
    vault = vault_of(engine, new, old)
    await vault.rotate()
    found = await vault.get("T1", "U1")
    assert found is not None
    assert found.link.link_id == link_id


async def test_rotation_does_what_it_can_and_names_the_rest(engine: sa.Engine) -> None:
    """A damaged row does not keep the others under the old key."""
    old, new = new_key(), new_key()
    for number in range(3):
        await put(vault_of(engine, old), f"U{number}", ALICE)
    overwrite(engine, "U1", sealed=b"damaged")
    vault = vault_of(engine, new, old)
    with pytest.raises(VaultError, match=r"2 links .* T1:U1"):
        await vault.rotate()
    assert await credential_of(vault_of(engine, new), "U2") == ALICE


async def test_the_secret_is_nowhere_in_the_database_nor_in_any_text(
    engine: sa.Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the file, a repr, an error or a log."""
    caplog.set_level(logging.DEBUG)
    key = new_key()
    vault = vault_of(engine, key)
    await put(vault, "U1", ALICE)
    await put(vault, "U2", BOB)
    shown = [repr(await vault.get("T1", "U1")), repr(await vault.get("T1", "U2")), repr(vault), caplog.text]
    overwrite(engine, "U1", sealed=stored(engine, "U2").sealed)
    with pytest.raises(VaultError) as refusal:
        await vault.get("T1", "U1")
    shown.append(str(refusal.value))
    engine.dispose()
    written = everything_in(tmp_path)
    for secret in ("canary-Pa55word", "CANARYAK000000000001", "canarySecretKey", key):
        assert secret.encode() not in written
        assert not any(secret in text for text in shown)


# --- one identity, one account ---------------------------------------------------------------------------------------


async def test_an_identity_that_acts_for_another_account_is_not_stored(engine: sa.Engine) -> None:
    """However it is spelled; unless it may be shared. One's own link can be made anew."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    spelled = PasswordCredential(" ACME", "Alice", SecretStr("another"))
    mine, hers = (
        new_link("T1", user, spelled, principal="IAM user Alice", projects=(), verified_at=1.0)
        for user in ("U2", "U1")
    )
    with pytest.raises(HeldByAnother):
        await vault.put(mine, spelled, alone=True)
    assert await vault.get("T1", "U2") is None
    assert await vault.put(hers, spelled, alone=True)
    assert not await vault.put(mine, spelled)
    assert [link.user_id for link in await vault.holders(names_of(ALICE))] == ["U1", "U2"]


async def test_a_disabled_link_holds_nothing(engine: sa.Engine) -> None:
    """Whoever has left does not keep their successor out."""
    vault = vault_of(engine, new_key())
    await put(vault, "U1", ALICE)
    await vault.disable("T1", "U1", "slack_user_deleted")
    assert await vault.holders(names_of(ALICE)) == []
