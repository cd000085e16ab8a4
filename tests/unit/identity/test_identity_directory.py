"""Whom a Slack user acts as: their own link first, then the settings, asked anew each time."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.huawei.errors import CredentialRejected
from bot.huawei.iam.agency import AgencyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.huawei.transport import new_http_client
from bot.identity.directory import Directory, Identity
from bot.identity.keyring import KeyMissing, KeyRing, VaultError, VaultUnavailable, new_key
from bot.identity.link import Link, Linked, new_link
from bot.identity.vault import Vault
from bot.network import Outgoing
from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve
from bot.settings.sections import Agency, PasswordLogin, Project, User
from bot.store.tables import links
from bot.verbs.tasks import Oms
from tests import databases

PROJECT = "2c0689c860ad4728a497c91ec0844383"
HERS = PasswordCredential("acme", "alice-own", SecretStr("own-pw"))
SETTINGS = {
    "U0ALICE": User(
        name="alice",
        credential=PasswordLogin(type="password", domain="acme", username="alice", password=SecretStr("pw")),
    )
}


def login(name: str, password: str) -> PasswordLogin:
    """An IAM login as the settings have it."""
    return PasswordLogin(type="password", domain="acme", username=name, password=SecretStr(password))


def agency_user(name: str) -> User:
    """Somebody who acts through the agency."""
    return User(name=name, credential=Agency(type="agency", agency="oms-oncall", domain="acme"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A database with the schema."""
    engine = databases.engine(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield engine
    engine.dispose()


@pytest.fixture
def vault(engine: sa.Engine) -> Vault:
    """A vault with a key."""
    return Vault(engine, KeyRing.parse(SecretStr(new_key())))


@pytest.fixture
def directory(vault: Vault) -> Directory:
    """Alice is in the settings and may link herself."""
    return directory_of(SETTINGS, vault)


def directory_of(users: dict[str, User], vault: Vault | None = None) -> Directory:
    """A directory that asks nothing of the network."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    return Directory(users, http=http, service_account=None, clock=lambda: 1000.0, vault=vault)


async def link(vault: Vault, user: str = "U0ALICE") -> Link:
    """Link a user to an identity of their own."""
    made = new_link("T1", user, HERS, principal="IAM user alice-own", projects=("prod",), verified_at=1000.0)
    await vault.put(made, HERS)
    return made


async def test_the_settings_answer_for_who_has_no_link(directory: Directory) -> None:
    """Such an identity has no link id: it does not change while the bot runs."""
    found = await directory.find("T1", "U0ALICE")
    assert found == Identity("IAM user alice", PasswordCredential("acme", "alice", SecretStr("pw")), None)
    assert await directory.find("T1", "U0NOBODY") is None


async def test_a_link_comes_before_the_settings(directory: Directory, vault: Vault) -> None:
    """And its id goes with it, so that a link replaced since a card was posted can be told."""
    made = await link(vault)
    assert await directory.find("T1", "U0ALICE") == Identity("IAM user alice-own", HERS, made.link_id)


async def test_nothing_is_remembered_from_one_question_to_the_next(
    directory: Directory, vault: Vault
) -> None:
    """A link made, replaced or removed counts at the very next click."""
    first = await link(vault)
    await directory.find("T1", "U0ALICE")
    second = await link(vault)
    found = await directory.find("T1", "U0ALICE")
    assert found is not None
    assert found.link_id == second.link_id != first.link_id
    await vault.delete("T1", "U0ALICE")
    found = await directory.find("T1", "U0ALICE")
    assert found is not None
    assert found.link_id is None


async def test_a_disabled_link_is_no_identity(directory: Directory, vault: Vault) -> None:
    """The settings don't stand in for it: it was disabled for a reason."""
    await link(vault)
    await vault.disable("T1", "U0ALICE", "slack_user_deleted")
    assert await directory.find("T1", "U0ALICE") is None


async def test_a_damaged_link_is_nobodys_identity(
    directory: Directory, vault: Vault, engine: sa.Engine
) -> None:
    """Neither somebody else's, nor the one in the settings."""
    await link(vault)
    with engine.begin() as connection:
        connection.execute(links.update().values(sealed=b"damaged"))
    with pytest.raises(VaultError, match="altered"):
        await directory.find("T1", "U0ALICE")


async def test_a_link_under_a_key_that_is_not_here_is_not_a_missing_link(
    engine: sa.Engine, vault: Vault
) -> None:
    """A replica that was not restarted with the new key says which one it lacks, not "link yours"."""
    await link(vault)
    other = directory_of(SETTINGS, Vault(engine, KeyRing.parse(SecretStr(new_key()))))
    with pytest.raises(KeyMissing, match=r"a stored secret needs the key [0-9a-f]{16}"):
        await other.find("T1", "U0ALICE")


class Down(Vault):
    """A vault whose server does not answer."""

    async def get(self, team_id: str, user_id: str) -> Linked | None:
        """Fail."""
        raise VaultUnavailable(f"{team_id} {user_id}")


async def test_a_store_that_cannot_be_asked_is_not_a_missing_link(engine: sa.Engine) -> None:
    """Saying "you are not linked" would be untrue."""
    directory = directory_of(SETTINGS, Down(engine, KeyRing([])))
    with pytest.raises(VaultUnavailable):
        await directory.find("T1", "U0ALICE")


def test_unavailable_is_a_vault_error() -> None:
    """Whoever catches all of the vault's errors catches this one."""
    assert issubclass(VaultUnavailable, VaultError)


@pytest.mark.parametrize(
    ("name", "session"),
    [
        ("alice", "alice.U0ALICE"),
        ("王小明", "U0ALICE"),
        ("", "U0ALICE"),
        ("Zoë O'Neill", "Zo ONeill.U0ALICE"),
        ("9lives", "u9lives.U0ALICE"),
        ("Бob", "ob.U0ALICE"),
        ("a" * 40, "a" * 24 + ".U0ALICE"),
        ("...", "U0ALICE"),
    ],
)
async def test_a_session_is_named_readably_and_uniquely(name: str, session: str) -> None:
    """Names are shared and not always Latin; the Slack id in it is nobody else's."""
    found = await directory_of({"U0ALICE": agency_user(name)}).find("T1", "U0ALICE")
    assert found is not None
    assert isinstance(found.credential, AgencyCredential)
    assert found.credential.session_user == session
    assert len(session) <= 32


class Agencies:
    """A sandbox cloud whose service account may assume the role of the agency, on a clock of its own."""

    def __init__(self, url: str, cloud: HuaweiCloud, now: list[float]) -> None:
        self.cloud = cloud
        self._now = now
        self.task = str(cloud.add_task(PROJECT, name="media").id)
        http = new_http_client(5, Outgoing())
        self.http = http
        users = {"U0ALICE": agency_user("alice"), "U0BOB": agency_user("王")}
        self.directory = Directory(
            users, http=http, service_account=login("bot", "bot-pw"), clock=lambda: now[0]
        )
        self.oms = Oms(
            http, self.directory, clock=lambda: now[0], observe=lambda _operation, _outcome, _seconds: None
        )
        self.project = Project(id=PROJECT, region="r1", alias="prod", oms_endpoint=url, iam_endpoint=url)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, at the cloud and here."""
        self._now[0] += seconds

    async def identity(self, user: str = "U0ALICE") -> Identity:
        """Whom a user acts as."""
        found = await self.directory.find("T1", user)
        assert found is not None
        return found

    async def read(self, user: str = "U0ALICE") -> None:
        """Read the task as this user."""
        await self.oms.seen_by(await self.identity(user), self.project).read(self.task)

    @property
    def roles_assumed(self) -> int:
        """How often IAM was asked for a temporary key."""
        return len(self.cloud.calls_of("create_temporary_access_key"))


@pytest.fixture
async def agencies() -> AsyncIterator[Agencies]:
    """The cloud with the agency, served."""
    now = [1_795_509_015.0]
    cloud = HuaweiCloud(clock=lambda: now[0])
    cloud.add_project(PROJECT, "r1")
    cloud.add_user("bot", "bot-pw", "acme")
    cloud.add_agency("oms-oncall", "acme", delegates=["bot"], permissions={PROJECT: ON_CALL})
    async with serve(cloud.app) as url:
        world = Agencies(url, cloud, now)
        yield world
        await world.http.aclose()


async def test_a_pause_through_the_agency_bears_the_persons_name(agencies: Agencies) -> None:
    """Huawei's trail tells who it was, although nobody's own secret is kept."""
    await agencies.oms.seen_by(await agencies.identity(), agencies.project).pause(agencies.task)
    (call,) = agencies.cloud.calls_of("stop_task")
    assert (call.user, call.status) == ("oms-oncall/alice.U0ALICE", 200)


async def test_two_people_of_one_agency_are_told_apart(agencies: Agencies) -> None:
    """Each has a session and a temporary key of their own, whatever their names look like."""
    await agencies.read("U0ALICE")
    await agencies.read("U0BOB")
    users = [call.user for call in agencies.cloud.calls_of("show_task")]
    assert users == ["oms-oncall/alice.U0ALICE", "oms-oncall/U0BOB"]


async def test_one_role_is_assumed_however_many_wait(agencies: Agencies) -> None:
    """And the service account logs in once."""
    await asyncio.gather(*(agencies.read() for _ in range(20)))
    assert agencies.roles_assumed == 1
    assert len(agencies.cloud.calls_of("create_token")) == 1


async def test_the_temporary_key_is_renewed_before_it_expires(agencies: Agencies) -> None:
    """No call fails for it: the key lives an hour, and is not used in its last minutes."""
    await agencies.read()
    agencies.pass_time(3600 - 301)
    await agencies.read()
    assert agencies.roles_assumed == 1
    agencies.pass_time(2)
    await agencies.read()
    assert agencies.roles_assumed == 2
    assert {call.status for call in agencies.cloud.calls_of("show_task")} == {200}


async def test_a_credential_proved_good_is_tried_again() -> None:
    """What was refused is remembered for an hour, but not against somebody who has put it right."""
    cloud = HuaweiCloud()
    cloud.add_project(PROJECT, "r1")
    cloud.add_user("alice", "pw", "acme", permissions={PROJECT: ON_CALL})
    cloud.disable_user("alice")
    task = str(cloud.add_task(PROJECT).id)
    async with serve(cloud.app) as url, new_http_client(5, Outgoing()) as http:
        directory = Directory(SETTINGS, http=http, service_account=None, clock=lambda: 1000.0)
        oms = Oms(http, directory, clock=lambda: 1000.0, observe=lambda _o, _r, _s: None)
        project = Project(id=PROJECT, region="r1", alias="prod", oms_endpoint=url, iam_endpoint=url)
        identity = await directory.find("T1", "U0ALICE")
        assert identity is not None
        with pytest.raises(CredentialRejected):
            await oms.seen_by(identity, project).read(task)
        cloud.enable_user("alice")
        with pytest.raises(CredentialRejected):
            await oms.seen_by(identity, project).read(task)
        assert isinstance(identity.credential, PasswordCredential)
        directory.forgive(identity.credential)
        assert (await oms.seen_by(identity, project).read(task)).task_id == task
