"""People who are linked in a database, and their rows as they stand there."""

import sqlalchemy as sa
from pydantic import SecretStr

from bot.huawei.iam.credential import Credential
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.keyring import KeyRing
from bot.identity.link import new_link
from bot.identity.vault import Vault
from bot.store.tables import links

ALICE = PasswordCredential("acme", "alice", SecretStr("canary-Pa55word"))
BOB = AccessKeyCredential(
    SecretStr("CANARYAK000000000001"), SecretStr("canarySecretKey000000000000000000000001")
)


def vault_of(engine: sa.Engine, *keys: str) -> Vault:
    """The vault as it is opened with these keys, newest first."""
    return Vault(engine, KeyRing.parse(SecretStr(",".join(keys))))


async def put(vault: Vault, user: str, credential: Credential) -> str:
    """Link a user and return the link's id."""
    link = new_link(
        "T1", user, credential, principal=f"IAM user {user}", projects=("prod-sg",), verified_at=1000.0
    )
    await vault.put(link, credential)
    return link.link_id


async def credential_of(vault: Vault, user: str) -> Credential | None:
    """What a user's link opens to."""
    found = await vault.get("T1", user)
    return found.credential if found else None


def stored(engine: sa.Engine, user: str) -> sa.Row[tuple[object, ...]]:
    """A user's row as it stands in the database."""
    with engine.connect() as connection:
        return connection.execute(sa.select(links).where(links.c.user_id == user)).one()


def overwrite(engine: sa.Engine, user: str, **values: object) -> None:
    """Change a user's row behind the vault's back."""
    with engine.begin() as connection:
        connection.execute(links.update().where(links.c.user_id == user).values(**values))
