"""The password flow against a real OpenStack Keystone: what our fake IAM does was not only read about."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from bot.huawei.errors import CredentialRejected
from bot.huawei.iam.token import PasswordCredential, TokenIssuer
from bot.huawei.oms.client import OmsClient
from bot.huawei.oms.tasks import TaskCalls
from bot.huawei.transport import AiohttpTransport, new_http_client
from bot.identity.kinds.proof import NotProved, Proved
from bot.identity.proving import Prover
from bot.network import Outgoing
from bot.settings.sections import Project
from tests.keystone.conftest import Keystone

OMS = "https://oms.example"
TASK = "191297407830872"


class Oms(httpx.AsyncBaseTransport):
    """An OMS that asks Keystone, as services do, whose token it was sent and for which project."""

    def __init__(self, keystone: Keystone) -> None:
        self._keystone = keystone
        self._network = AiohttpTransport(Outgoing())
        self.stopped_by: list[str] = []
        self.logins = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer what is for OMS; pass on what is for Keystone."""
        if request.url.host != "oms.example":
            self.logins += 1
            return await self._network.handle_async_request(request)
        token = await asyncio.to_thread(self._keystone.token, request.headers["X-Auth-Token"])
        if token is None or token["project"]["id"] != request.url.path.split("/")[2]:
            return httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "Incorrect token"})
        if request.method == "POST":
            self.stopped_by.append(token["user"]["name"])
            return httpx.Response(200)
        return httpx.Response(200, json={"count": 0, "tasks": []})

    async def aclose(self) -> None:
        """Close what is open to Keystone."""
        await self._network.aclose()


class World:
    """Alice and her project at Keystone, an OMS that believes Keystone, and our client in between."""

    def __init__(self, keystone: Keystone) -> None:
        self.keystone = keystone
        self.project_id = keystone.project(f"prod-{uuid4().hex[:8]}")
        self.alice = PasswordCredential("acme", f"alice-{uuid4().hex[:8]}", SecretStr("correct horse ✓"))
        self.alice_id = keystone.user(
            self.alice.username, self.alice.password.get_secret_value(), self.project_id
        )
        self.oms = Oms(keystone)
        self.http = new_http_client(10, Outgoing(), transport=self.oms)
        self.issuer = TokenIssuer(self.http)

    def wrong(self) -> PasswordCredential:
        """Alice with a password that is not hers."""
        return PasswordCredential("acme", self.alice.username, SecretStr("wrong"))

    def client(self, credential: PasswordCredential, project_id: str | None = None) -> TaskCalls:
        """OMS as this person."""
        project_id = project_id or self.project_id
        auth = self.issuer.auth(credential, iam_endpoint=self.keystone.url, project_id=project_id)
        return TaskCalls(OmsClient(self.http, endpoint=OMS, project_id=project_id, auth=auth))

    def prover(self, *others: str) -> Prover:
        """What the linking page asks, for alice's project and these."""
        ids = {"prod": self.project_id} | {f"other{n}": other for n, other in enumerate(others)}
        return Prover(
            self.http,
            {
                alias: Project(
                    alias=alias, id=id_, region="r1", oms_endpoint=OMS, iam_endpoint=self.keystone.url
                )
                for alias, id_ in ids.items()
            },
        )


@pytest.fixture
async def world(keystone: Keystone) -> AsyncIterator[World]:
    """A new alice for each test: what one does to her must not show in another."""
    world = World(keystone)
    yield world
    await world.http.aclose()


async def test_a_task_is_paused_with_the_token_of_the_person_themself(world: World) -> None:
    """Keystone says that the token OMS got is alice's, for this project."""
    await world.client(world.alice).stop(TASK)
    assert world.oms.stopped_by == [world.alice.username]


async def test_one_login_serves_many_calls(world: World) -> None:
    """Keystone's `expires_at` is understood, so the token is kept."""
    await asyncio.gather(*(world.client(world.alice).stop(TASK) for _ in range(3)))
    await world.client(world.alice).stop(TASK)
    assert world.oms.logins == 1
    assert len(world.oms.stopped_by) == 4


async def test_a_wrong_password_is_shown_to_keystone_once_and_locks_nobody_out(world: World) -> None:
    """Five failures lock a user, at Keystone as at Huawei's IAM: twenty pauses with a wrong password cost one."""
    refusals = await asyncio.gather(
        *(world.client(world.wrong()).stop(TASK) for _ in range(20)), return_exceptions=True
    )
    assert all(isinstance(refusal, CredentialRejected) for refusal in refusals)
    assert world.oms.logins == 1
    await world.client(world.alice).stop(TASK)
    assert world.oms.stopped_by == [world.alice.username]


async def test_somebody_whom_keystone_does_not_know_is_rejected(world: World) -> None:
    """By the same answer as for a wrong password, so that names can't be probed."""
    stranger = PasswordCredential("acme", "nobody", SecretStr("x"))
    with pytest.raises(CredentialRejected) as caught:
        await world.client(stranger).stop(TASK)
    assert (caught.value.source, caught.value.status) == ("iam", 401)


async def test_somebody_who_was_disabled_is_rejected(world: World) -> None:
    """At the next login."""
    world.keystone.change(world.alice_id, enabled=False)
    with pytest.raises(CredentialRejected):
        await world.client(world.alice).stop(TASK)
    assert world.oms.stopped_by == []


async def test_linking_names_the_user_and_the_projects_within_reach(world: World) -> None:
    """Keystone answers 401 for a project of somebody else; it does not count against the password."""
    elsewhere = world.keystone.project(f"elsewhere-{uuid4().hex[:8]}")
    proof = await world.prover(elsewhere).prove(world.alice)
    assert isinstance(proof, Proved)
    assert (proof.principal, proof.readable) == (f"IAM user {world.alice.username}", ("prod",))


async def test_linking_refuses_a_wrong_password_after_a_single_question(world: World) -> None:
    """Before anything is stored."""
    proof = await world.prover().prove(world.wrong())
    assert isinstance(proof, NotProved)
    assert proof.rejected
    assert world.oms.logins == 1
