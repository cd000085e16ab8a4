"""Links in HashiCorp Vault behave as those in the database do."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.huawei.iam.credential import Credential
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.keyring import VaultError, VaultUnavailable
from bot.identity.link import Link, Linked, new_link
from bot.identity.store import SecretStore
from bot.network import Outgoing
from bot.sandbox.serving import serve, serve_in_thread
from tests.unit.identity.fake_hashicorp import TOKEN, FakeHashiCorp

hashicorp = pytest.importorskip(
    "bot.identity.hashicorp", reason="needs the extra `vault`", exc_type=ImportError
)

ALICE = PasswordCredential("acme", "alice", SecretStr("canary-Pa55word"))
BOB = AccessKeyCredential(SecretStr("CANARYAK000000000001"), SecretStr("canarySecretKey"))
PATH = "oms-bot/T1/U1"


@pytest.fixture
def server() -> FakeHashiCorp:
    """An empty server."""
    return FakeHashiCorp()


@pytest.fixture
def url(server: FakeHashiCorp) -> Iterator[str]:
    """The server in a thread, since its client blocks."""
    with serve_in_thread(server.app, any_method=True) as url:
        yield url


@pytest.fixture
def store(url: str) -> SecretStore:
    """The bot's store on that server."""
    made: SecretStore = hashicorp.HashiCorpVault(url, SecretStr(TOKEN), outgoing=Outgoing())
    return made


async def put(store: SecretStore, credential: Credential, user: str = "U1") -> Link:
    """Link a user."""
    link = new_link(
        "T1", user, credential, principal="IAM user alice", projects=("sg", "bj"), verified_at=1000.5
    )
    await store.put(link, credential)
    return link


@pytest.mark.parametrize("credential", [ALICE, BOB])
async def test_what_was_linked_comes_back(store: SecretStore, credential: Credential) -> None:
    """With everything that is known of the link."""
    link = await put(store, credential)
    assert await store.get("T1", "U1") == Linked(link, credential)
    assert await store.get("T1", "U2") is None
    assert await store.all_links() == [link]
    assert store.writable
    await store.check()


async def test_a_replaced_credential_is_gone(store: SecretStore, server: FakeHashiCorp) -> None:
    """Vault keeps versions; of a link it keeps one."""
    first = await put(store, ALICE)
    link = new_link("T1", "U1", BOB, principal="x", projects=(), verified_at=1.0)
    replaced = await store.put(link, BOB)
    assert replaced
    assert link.link_id != first.link_id
    assert list(server.entries[PATH].versions) == [2]
    assert "canary-Pa55word" not in str(server.entries)


async def test_an_unlinked_credential_is_gone(store: SecretStore, server: FakeHashiCorp) -> None:
    """With its history."""
    await put(store, ALICE)
    assert await store.delete("T1", "U1")
    assert server.entries == {}
    assert not await store.delete("T1", "U1")
    assert await store.all_links() == []


async def test_a_disabled_link_has_lost_its_secret(store: SecretStore, server: FakeHashiCorp) -> None:
    """What stays says why; linking anew makes it usable."""
    await put(store, ALICE)
    assert await store.disable("T1", "U1", "slack_user_deleted")
    assert not await store.disable("T1", "U1", "again")
    found = await store.get("T1", "U1")
    assert found is not None
    assert (found.link.disabled, found.credential) == ("slack_user_deleted", None)
    assert "canary" not in str(server.entries)
    await put(store, BOB)
    found = await store.get("T1", "U1")
    assert found is not None
    assert found.credential == BOB


async def test_disabling_overtakes_a_link_made_meanwhile(store: SecretStore, server: FakeHashiCorp) -> None:
    """The person was deactivated: whatever they linked last goes too."""
    await put(store, ALICE)
    server.race = lambda: server.write(PATH, server.read(PATH) | {"principal": "newer"})
    assert await store.disable("T1", "U1", "slack_user_deleted")
    found = await store.get("T1", "U1")
    assert found is not None
    assert (found.link.principal, found.credential) == ("newer", None)


async def test_what_was_copied_to_another_person_is_refused(
    store: SecretStore, server: FakeHashiCorp
) -> None:
    """An operator's slip must not make Bob act as Alice."""
    await put(store, ALICE)
    server.write("oms-bot/T1/U2", server.read(PATH))
    with pytest.raises(VaultError, match="somebody else"):
        await store.get("T1", "U2")


@pytest.mark.parametrize("value", [{}, {"credential": "canary"}, {"team_id": 1}])
async def test_what_is_no_link_is_refused_without_being_shown(
    store: SecretStore, server: FakeHashiCorp, value: object
) -> None:
    """Something else was stored there by hand."""
    server.write(PATH, value)
    with pytest.raises(VaultError, match="is not a link") as refusal:
        await store.get("T1", "U1")
    assert "canary" not in str(refusal.value)


async def test_a_token_without_rights_refuses_the_start(url: str) -> None:
    """With one sentence that does not show it."""
    store = hashicorp.HashiCorpVault(url, SecretStr("hvs.canary-wrong"), outgoing=Outgoing())
    with pytest.raises(VaultUnavailable, match="check the token and its policy") as refusal:
        await store.check()
    assert "canary" not in str(refusal.value)
    assert "canary" not in repr(store)


async def test_a_server_that_is_away_is_not_a_missing_link() -> None:
    """It is said as what it is."""
    with serve_in_thread(FakeHashiCorp().app, any_method=True) as url:
        store = hashicorp.HashiCorpVault(url, SecretStr(TOKEN), outgoing=Outgoing())
    with pytest.raises(VaultUnavailable, match="can't be asked"):
        await store.get("T1", "U1")


async def test_an_id_can_not_lead_elsewhere(store: SecretStore, server: FakeHashiCorp) -> None:
    """Ids come from Slack and are part of a path here."""
    with pytest.raises(VaultError, match="not the id"):
        await store.get("T1", "../../other")
    assert server.requests == []


async def test_rotation_is_the_servers_own(store: SecretStore) -> None:
    """There is nothing to do for the bot."""
    assert await store.rotate() == 0


async def test_an_engine_that_is_not_there_is_not_taken_for_one_without_links(url: str) -> None:
    """Else the settings would stand in for links that are only somewhere else."""
    store = hashicorp.HashiCorpVault(url, SecretStr(TOKEN), mount="elsewhere", outgoing=Outgoing())
    for work in (store.check(), store.get("T1", "U1"), store.all_links()):
        with pytest.raises(VaultUnavailable, match="mount"):
            await work


async def test_a_web_page_in_its_place_is_told_as_one() -> None:
    """A proxy's page of error, with status 200."""

    async def page(_request: Request) -> Response:
        return HTMLResponse("<h1>Welcome</h1>")

    routes = [Route("/{path:path}", page, methods=["GET", "LIST"])]
    async with serve(Starlette(routes=routes), any_method=True) as elsewhere:
        store = hashicorp.HashiCorpVault(elsewhere, SecretStr(TOKEN), outgoing=Outgoing())
        for work in (store.check(), store.get("T1", "U1")):
            with pytest.raises(VaultUnavailable):
                await work
