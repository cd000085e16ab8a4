"""Proving a credential: which requests are sent, in which order, and what their answers are taken for."""

import asyncio
import json
from collections.abc import Callable, Iterator

import httpx
import pytest
import stamina
from pydantic import SecretStr

from bot.huawei.errors import CredentialRejected, PermissionDenied, SignatureExpired, Unreachable
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential
from bot.identity.kinds import proof as proving
from bot.identity.kinds.proof import NotProved, Proved
from bot.identity.proving import Prover
from bot.settings.sections import Project

LOGIN = PasswordCredential("acme", "alice", SecretStr("canary-Pa55word"))
KEY = AccessKeyCredential(SecretStr("CANARYAK000000000001"), SecretStr("canarySecretKey"))

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Reads are repeated at once."""
    with stamina.set_testing(True, attempts=2):
        yield


def error(status: int, code: str, message: str = "no") -> httpx.Response:
    """An error in the shape of the gateway."""
    return httpx.Response(status, json={"error_code": code, "error_msg": message})


class Huawei:
    """An IAM for each of two regions and an OMS for each of two projects, whose answers a test may replace."""

    def __init__(self, answers: dict[str, Handler]) -> None:
        self.seen: list[httpx.Request] = []
        self._answers = answers

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.seen.append(request)
        await asyncio.sleep(0)
        for prefix, answer in self._answers.items():
            if str(request.url).startswith(prefix):
                return answer(request)
        if request.url.path == "/v3/auth/tokens":
            return httpx.Response(201, json={"token": {}}, headers={"X-Subject-Token": "MII-token"})
        if request.url.path.endswith("/tasks"):
            return httpx.Response(200, json={"tasks": [], "count": 0})
        return httpx.Response(404)

    def paths(self) -> list[str]:
        """Where requests went, host and path."""
        return [f"{request.url.host} {request.url.path}" for request in self.seen]


def arranged(**answers: Handler) -> tuple[Huawei, Prover]:
    """A Huawei Cloud that answers by host, as named, and a prover that asks it."""
    huawei = Huawei({f"https://{host.replace('_', '.')}": answer for host, answer in answers.items()})
    projects = {
        alias: Project(
            id=alias,
            region="r1",
            alias=alias,
            oms_endpoint=f"https://oms.{alias}",
            iam_endpoint=f"https://iam.{alias}",
        )
        for alias in ("one", "two")
    }
    http = httpx.AsyncClient(transport=httpx.MockTransport(huawei))
    return huawei, Prover(http, projects, clock=lambda: 1_795_509_015.0)


def unreachable(_request: httpx.Request) -> httpx.Response:
    """Fail before anything is sent."""
    raise httpx.ConnectError("refused")


async def test_a_password_is_proved_without_a_project_first() -> None:
    """There a refusal means the password; for a project it may mean that it is out of reach."""
    huawei, prover = arranged()
    proof = await prover.prove(LOGIN)
    assert isinstance(proof, Proved)
    assert (proof.principal, proof.named_by_iam, proof.readable) == (
        "IAM user alice",
        True,
        ("one", "two"),
    )
    first = json.loads(huawei.seen[0].content)["auth"]["scope"]
    assert first == {"domain": {"name": "acme"}}
    assert huawei.paths().count("iam.one /v3/auth/tokens") == 2


async def test_a_refused_password_is_tried_nowhere_else() -> None:
    """One failure a check, whatever the number of regions."""
    huawei, prover = arranged(iam_one=lambda _: error(401, "IAM.0062"))
    proof = await prover.prove(LOGIN)
    assert isinstance(proof, NotProved)
    assert proof.rejected
    assert huawei.paths() == ["iam.one /v3/auth/tokens"]


async def test_a_region_that_is_down_does_not_hinder_the_others() -> None:
    """Its project is shown as not readable now."""
    _, prover = arranged(iam_one=unreachable)
    proof = await prover.prove(LOGIN)
    assert isinstance(proof, Proved)
    assert proof.readable == ("two",)
    assert isinstance(proof.probes[0].error, Unreachable)


async def test_with_everything_down_nothing_is_said_about_the_password() -> None:
    """It is not rejected."""
    _, prover = arranged(iam_one=unreachable, iam_two=unreachable)
    proof = await prover.prove(LOGIN)
    assert isinstance(proof, NotProved)
    assert not proof.rejected
    assert isinstance(proof.error, Unreachable)


async def test_a_project_out_of_reach_says_nothing_about_the_rest() -> None:
    """Keystone answers 401 for it; the other project is read all the same."""
    _, prover = arranged(oms_one=lambda _: error(401, "APIGW.0301"))
    proof = await prover.prove(LOGIN)
    assert isinstance(proof, Proved)
    assert proof.readable == ("two",)
    assert isinstance(proof.probes[0].error, CredentialRejected)


async def test_the_owner_of_a_key_is_named_by_iam() -> None:
    """Every IAM user may ask about their own key and themself."""
    huawei, prover = arranged(
        iam_one=lambda request: httpx.Response(
            200,
            json={"user": {"name": "alice", "id": "u1"}}
            if request.url.path == "/v3/users/u1"
            else {"credential": {"user_id": "u1", "access": "…", "status": "active"}},
        ),
    )
    proof = await prover.prove(KEY, label="not needed")
    assert isinstance(proof, Proved)
    assert (proof.principal, proof.named_by_iam) == ("IAM user alice", True)
    assert huawei.paths()[-2:] == [
        "iam.one /v3.0/OS-CREDENTIAL/credentials/CANARYAK000000000001",
        "iam.one /v3/users/u1",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        unreachable,
        lambda _: error(401, "APIGW.0301"),
        lambda _: error(403, "IAM.0003"),
        lambda _: httpx.Response(200, text="<html>"),
        lambda _: httpx.Response(200, json={"credential": {}}),
        lambda _: httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
    ],
)
async def test_an_iam_that_does_not_name_the_owner_is_no_reason_to_refuse(answer: Handler) -> None:
    """OMS has recognised the key, and that is what it is for."""
    _, prover = arranged(iam_one=answer)
    proof = await prover.prove(KEY, label="laptop")
    assert isinstance(proof, Proved)
    assert (proof.principal, proof.named_by_iam) == ("the access key “laptop”", False)


async def test_a_key_that_is_refused_is_tried_nowhere_else() -> None:
    """Huawei locks a key after five bad signatures in a row."""
    huawei, prover = arranged(oms_one=lambda _: error(401, "APIGW.0301"))
    proof = await prover.prove(KEY)
    assert isinstance(proof, NotProved)
    assert proof.rejected
    assert huawei.paths() == ["oms.one /v2/one/tasks"]


async def test_a_key_is_recognised_even_where_it_may_not_read() -> None:
    """The other projects are asked then."""
    _, prover = arranged(oms_one=lambda _: error(400, "OMS.0072"))
    proof = await prover.prove(KEY)
    assert isinstance(proof, Proved)
    assert proof.readable == ("two",)
    assert isinstance(proof.probes[0].error, PermissionDenied)


async def test_a_wrong_clock_of_ours_is_not_the_keys_fault() -> None:
    """It costs its owner no try."""
    _, prover = arranged(oms_one=lambda _: error(401, "APIGW.0301", "signature expired, …"))
    proof = await prover.prove(KEY)
    assert isinstance(proof, NotProved)
    assert isinstance(proof.error, SignatureExpired)
    assert not proof.rejected


async def test_a_service_that_never_answers_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person waits in front of the page."""
    monkeypatch.setattr(proving, "PROBE_SECONDS", 0.0)
    _, prover = arranged()
    proof = await prover.prove(LOGIN)
    assert isinstance(proof, Proved)
    assert proof.readable == ()
    assert {type(probe.error) for probe in proof.probes} == {Unreachable}


async def test_without_projects_nothing_can_be_proved() -> None:
    """The settings refuse such a start anyway."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(unreachable))
    for credential in (LOGIN, KEY):
        assert isinstance(await Prover(http, {}).prove(credential), NotProved)


async def test_nothing_shown_holds_the_secret() -> None:
    """Neither proofs nor errors."""
    _, prover = arranged(oms_one=lambda _: error(401, "APIGW.0301", "ak CANARYAK000000000001 not exist"))
    refused = await prover.prove(KEY)
    assert isinstance(refused, NotProved)
    _, prover = arranged()
    for shown in (
        repr(refused),
        str(refused.error),
        repr(await prover.prove(KEY)),
        repr(await prover.prove(LOGIN)),
    ):
        assert "canary" not in shown.lower()
