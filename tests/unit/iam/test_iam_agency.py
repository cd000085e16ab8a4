"""Acting through an agency: one service account, each person's own session."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.huawei import errors
from bot.huawei.iam.agency import AgencyCredential, AgencyIssuer, session_name
from bot.huawei.iam.rejections import Rejections
from bot.huawei.iam.signing import AccessKeyAuth, AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential, TokenIssuer

IAM = "https://iam.example"
STOP = "https://oms.example/v2/p1/tasks/1/stop"
ALICE = AgencyCredential("oms-oncall", "acme", "alice")
SERVICE = AccessKeyCredential(SecretStr("SERVICE-AK"), SecretStr("service-sk"))


class World:
    """An IAM that numbers the keys it grants, and an OMS that refuses those in `dead`."""

    def __init__(self) -> None:
        self.now = 1_795_509_015.0
        self.roles: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.refusals: list[httpx.Response] = []
        self.dead: set[str] = set()
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self))
        self.service: httpx.Auth = AccessKeyAuth(
            SERVICE, project_id=None, rejected=Rejections(), clock=lambda: self.now
        )
        self.issuer = AgencyIssuer(self.http, self.service, clock=lambda: self.now)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        await asyncio.sleep(0)
        if request.url.path == "/v3/auth/tokens":
            return httpx.Response(201, json={}, headers={"X-Subject-Token": "MII-service"})
        if request.url.host == "iam.example":
            self.roles.append(request)
            return self.refusals.pop(0) if self.refusals else self.grant()
        self.calls.append(request)
        return httpx.Response(401 if self.access(request) in self.dead else 200)

    def grant(self) -> httpx.Response:
        """A temporary key, good for an hour."""
        expires = datetime.fromtimestamp(self.now, UTC) + timedelta(hours=1)
        key = {
            "access": f"AK{len(self.roles)}",
            "secret": "temporary-sk",
            "securitytoken": f"ST{len(self.roles)}",
            "expires_at": expires.isoformat().replace("+00:00", "Z"),
        }
        return httpx.Response(201, json={"credential": key})

    async def call(self, credential: AgencyCredential = ALICE) -> httpx.Response:
        """One request to OMS in this person's session."""
        auth = self.issuer.auth(credential, iam_endpoint=f"{IAM}/", project_id="p1")
        return await self.http.post(STOP, auth=auth)

    @staticmethod
    def access(request: httpx.Request) -> str:
        """The key a request was signed with."""
        found = re.search(r"Access=([^,]+)", request.headers["Authorization"])
        assert found is not None
        return found[1]


@pytest.fixture
def world() -> World:
    """A new one for each test."""
    return World()


async def test_a_role_is_assumed_in_the_persons_name(world: World) -> None:
    """So Huawei's audit trail can tell who it was."""
    await world.call()
    (role,) = world.roles
    assert (role.method, str(role.url)) == ("POST", f"{IAM}/v3.0/OS-CREDENTIAL/securitytokens")
    assert world.access(role) == "SERVICE-AK"
    assert json.loads(role.content) == {
        "auth": {
            "identity": {
                "methods": ["assume_role"],
                "assume_role": {
                    "agency_name": "oms-oncall",
                    "domain_name": "acme",
                    "duration_seconds": 3600,
                    "session_user": {"name": "alice"},
                },
            }
        }
    }


async def test_requests_are_signed_with_the_temporary_key(world: World) -> None:
    """Its security token is part of the signature."""
    await world.call()
    (call,) = world.calls
    assert world.access(call) == "AK1"
    assert (call.headers["X-Security-Token"], call.headers["X-Project-Id"]) == ("ST1", "p1")
    assert "x-security-token" in call.headers["Authorization"]


async def test_the_service_account_may_have_a_password_instead(world: World) -> None:
    """Then IAM is shown a token of its domain."""
    service = PasswordCredential("acme", "bot", SecretStr("pw"))
    auth = TokenIssuer(world.http).auth(service, iam_endpoint=IAM, project_id=None)
    world.issuer = AgencyIssuer(world.http, auth)
    await world.call()
    assert world.roles[0].headers["X-Auth-Token"] == "MII-service"


async def test_a_key_is_renewed_five_minutes_before_its_end(world: World) -> None:
    """And fetched once however many wait for it."""
    await asyncio.gather(*(world.call() for _ in range(20)))
    world.now += 3600 - 301
    await world.call()
    assert len(world.roles) == 1
    world.now += 1
    await world.call()
    assert [world.access(call) for call in world.calls[-2:]] == ["AK1", "AK2"]


async def test_nobody_uses_anothers_session(world: World) -> None:
    """Each has a key of their own."""
    await world.call()
    await world.call(AgencyCredential("oms-oncall", "acme", "bob"))
    assert [world.access(call) for call in world.calls] == ["AK1", "AK2"]


async def test_a_refused_key_is_replaced_for_the_next_request(world: World) -> None:
    """This one is not sent again."""
    world.dead = {"AK1"}
    assert (await world.call()).status_code == 401
    assert len(world.calls) == 1
    assert (await world.call()).status_code == 200


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (httpx.Response(401, json={"error": {"code": 401, "message": "no"}}), errors.CredentialRejected),
        (httpx.Response(403, json={"error": {"code": 403, "message": "no"}}), errors.PermissionDenied),
        (httpx.Response(404, json={"error": {"code": 404, "message": "no"}}), errors.NotFound),
        (
            httpx.Response(201, json={"credential": {"access": "AK9", "secret": "leak"}}),
            errors.UnexpectedAnswer,
        ),
    ],
)
async def test_what_goes_wrong_at_iam_is_said_so_and_oms_is_not_asked(
    world: World, refusal: httpx.Response, kind: type[errors.HuaweiError]
) -> None:
    """The service account, its rights, or the agency."""
    world.refusals = [refusal]
    with pytest.raises(kind) as caught:
        await world.call()
    assert caught.value.source == "iam"
    assert "leak" not in str(caught.value)
    assert world.calls == []


async def test_a_refused_service_account_is_tried_once_for_everybody(world: World) -> None:
    """It would be locked for everybody."""
    world.refusals = [httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "no"})]
    for name in ("alice", "bob", "carol"):
        with pytest.raises(errors.CredentialRejected) as caught:
            await world.call(AgencyCredential("oms-oncall", "acme", name))
        assert caught.value.source == "iam"
    assert len(world.roles) == 1


@pytest.mark.parametrize(
    ("name", "session"),
    [
        ("alice", "alice"),
        ("alice.b-c_d e", "alice.b-c_d e"),
        ("U0ALICE@T0123", "U0ALICET0123"),
        ("0day", "u0day"),
        ("王", "u"),
        ("a" * 40, "a" * 32),
    ],
)
def test_a_sessions_name_is_as_near_as_iam_allows(name: str, session: str) -> None:
    """A letter, then letters, digits, spaces and "_.-"."""
    assert session_name(name) == session


@given(st.text())
def test_any_name_gives_one_that_iam_accepts(name: str) -> None:
    """IAM's own rule."""
    assert re.fullmatch(r"[A-Za-z][\w .-]{0,31}", session_name(name), re.ASCII)


def test_nothing_shows_a_key() -> None:
    """The service's least of all."""
    world = World()
    auth = world.issuer.auth(ALICE, iam_endpoint=IAM, project_id="p1")
    shown = f"{auth!r} {vars(auth)!r} {world.issuer!r} {vars(world.issuer)!r}"
    assert "SERVICE-AK" not in shown
    assert "service-sk" not in shown
