"""Acting with a password: how often IAM is asked, and what becomes of its answers."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from bot.huawei import errors
from bot.huawei.iam.rejections import Rejections
from bot.huawei.iam.token import PasswordCredential, TokenIssuer

IAM = "https://iam.example"
OMS = "https://oms.example/v2/p1/tasks/1"
ALICE = PasswordCredential("acme", "alice", SecretStr("correct-horse"))
Answer = httpx.Response | Exception


class Cloud:
    """An IAM that numbers its tokens and an OMS that accepts those it should."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.logins: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.tokens: list[str] = []
        self.refusals: list[Answer] = []
        self.dead: set[str] = set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        await asyncio.sleep(0)
        if request.url.host == "iam.example":
            self.logins.append(request)
            return self.login()
        self.calls.append(request)
        self.tokens.append(request.headers["X-Auth-Token"])
        if request.headers["X-Auth-Token"] in self.dead:
            return httpx.Response(
                401, json={"error_code": "APIGW.0307", "error_msg": "The token must be updated"}
            )
        return httpx.Response(200, json={"seen": request.content.decode()})

    def login(self) -> httpx.Response:
        """Give a token, or the next refusal there is."""
        if self.refusals:
            refusal = self.refusals.pop(0)
            if isinstance(refusal, Exception):
                raise refusal
            return refusal
        expires = datetime.fromtimestamp(self.clock(), UTC) + timedelta(days=1)
        body = {"token": {"expires_at": expires.isoformat().replace("+00:00", "Z"), "methods": ["password"]}}
        return httpx.Response(201, json=body, headers={"X-Subject-Token": f"MII-{len(self.logins)}"})


class World:
    """Everything one test needs."""

    def __init__(self) -> None:
        self.now = 1_795_509_015.0
        self.cloud = Cloud(lambda: self.now)
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self.cloud))
        self.issuer = TokenIssuer(self.http, clock=lambda: self.now)

    async def call(
        self, credential: PasswordCredential = ALICE, project: str | None = "p1"
    ) -> httpx.Response:
        """One request to OMS as this person."""
        auth = self.issuer.auth(credential, iam_endpoint=f"{IAM}/", project_id=project)
        return await self.http.post(OMS, content=b"body", auth=auth)


@pytest.fixture
def world() -> World:
    """A new one for each test."""
    return World()


def wrong_password() -> httpx.Response:
    """IAM's answer to one, in its own shape."""
    body = {"error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}}
    return httpx.Response(401, json=body, headers={"X-IAM-Trace-Id": "trace-1"})


async def test_a_token_for_the_project_is_asked_for_and_sent(world: World) -> None:
    """OMS takes only tokens with project scope."""
    await world.call()
    (login,) = world.cloud.logins
    assert (login.method, str(login.url)) == ("POST", f"{IAM}/v3/auth/tokens?nocatalog=true")
    assert json.loads(login.content) == {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {"name": "alice", "password": "correct-horse", "domain": {"name": "acme"}}
                },
            },
            "scope": {"project": {"id": "p1"}},
        }
    }
    assert world.cloud.tokens == ["MII-1"]


async def test_without_a_project_the_token_is_for_the_domain(world: World) -> None:
    """As IAM's own calls need it."""
    await world.call(project=None)
    assert json.loads(world.cloud.logins[0].content)["auth"]["scope"] == {"domain": {"name": "acme"}}


async def test_a_token_is_kept_until_five_minutes_before_its_end(world: World) -> None:
    """24 hours less 5 minutes."""
    await world.call()
    world.now += 86400 - 301
    await world.call()
    assert len(world.cloud.logins) == 1
    world.now += 1
    await world.call()
    assert world.cloud.tokens == ["MII-1", "MII-1", "MII-2"]


async def test_each_person_and_project_has_its_own_token(world: World) -> None:
    """Nobody acts as somebody else, or elsewhere."""
    bob = PasswordCredential("acme", "bob", SecretStr("correct-horse"))
    for credential, project in ((ALICE, "p1"), (ALICE, "p2"), (bob, "p1"), (ALICE, "p1")):
        await world.call(credential, project)
    assert world.cloud.tokens == ["MII-1", "MII-2", "MII-3", "MII-1"]


async def test_fifty_requests_at_once_ask_for_one_token(world: World) -> None:
    """One fetch, however many wait."""
    await asyncio.gather(*(world.call() for _ in range(50)))
    assert len(world.cloud.logins) == 1
    assert set(world.cloud.tokens) == {"MII-1"}


async def test_a_dead_token_is_renewed_once_and_the_request_sent_again(world: World) -> None:
    """Whole, with its body; a request that got a 401 was not carried out."""
    await world.call()
    world.cloud.dead = {"MII-1"}
    response = await world.call()
    assert response.json() == {"seen": "body"}
    assert world.cloud.tokens == ["MII-1", "MII-1", "MII-2"]


async def test_fifty_who_find_a_token_dead_renew_it_once(world: World) -> None:
    """Those who notice late use what the first has fetched."""
    await world.call()
    world.cloud.dead = {"MII-1"}
    await asyncio.gather(*(world.call() for _ in range(50)))
    assert len(world.cloud.logins) == 2


async def test_a_token_that_is_dead_again_is_not_renewed_again(world: World) -> None:
    """The answer is handed on as it is."""
    world.cloud.dead = {"MII-1", "MII-2", "MII-3"}
    response = await world.call()
    assert isinstance(errors.from_response(response), errors.TokenExpired)
    assert len(world.cloud.logins) == 2


async def test_a_401_that_stays_is_handed_on_after_one_renewal(world: World) -> None:
    """Whatever it is, it is not the token's age; IAM was asked for one more token, which can't lock anybody."""
    unknown = httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": "no"})
    logins = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal logins
        if request.url.host == "oms.example":
            return unknown
        logins += 1
        return world.cloud.login()

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    auth = TokenIssuer(http).auth(ALICE, iam_endpoint=IAM, project_id="p1")
    assert (await http.get(OMS, auth=auth)).status_code == 401
    assert logins == 2


async def test_a_wrong_password_is_tried_once(world: World) -> None:
    """Five would lock its owner out, and nobody could undo that."""
    world.cloud.refusals = [wrong_password()]
    for _ in range(6):
        with pytest.raises(errors.CredentialRejected) as caught:
            await world.call()
        assert (caught.value.source, caught.value.status) == ("iam", 401)
        assert (caught.value.request_id, caught.value.message) == (
            "trace-1",
            "The username or password is wrong.",
        )
    assert len(world.cloud.logins) == 1
    assert world.cloud.calls == []


async def test_a_wrong_password_is_tried_once_for_many_projects_at_once(world: World) -> None:
    """Six projects would be six failures."""
    world.cloud.refusals = [wrong_password() for _ in range(6)]
    outcomes = await asyncio.gather(*(world.call(project=f"p{n}") for n in range(6)), return_exceptions=True)
    assert all(isinstance(outcome, errors.CredentialRejected) for outcome in outcomes)
    assert len(world.cloud.logins) == 1


async def test_a_changed_password_is_tried_at_once(world: World) -> None:
    """It is another credential."""
    world.cloud.refusals = [wrong_password()]
    with pytest.raises(errors.CredentialRejected):
        await world.call()
    assert (await world.call(PasswordCredential("acme", "alice", SecretStr("new")))).status_code == 200


async def test_the_same_password_is_tried_again_when_its_owner_asks(world: World) -> None:
    """An administrator may have put it right at Huawei."""
    rejected = Rejections()
    world.issuer = TokenIssuer(world.http, rejected=rejected)
    world.cloud.refusals = [wrong_password()]
    with pytest.raises(errors.CredentialRejected):
        await world.call()
    rejected.forget(ALICE.fingerprint)
    assert (await world.call()).status_code == 200


async def test_a_locked_user_is_left_alone_for_a_quarter_of_an_hour(world: World) -> None:
    """Trying would not help, and might prolong it."""
    locked = httpx.Response(401, json={"error_code": "IAM.0061", "error_msg": "Account locked"})
    world.cloud.refusals = [locked]
    for passed, left in ((0, 900.0), (899, 1.0)):
        world.now = 1_795_509_015.0 + passed
        with pytest.raises(errors.AccountLocked) as caught:
            await world.call()
        assert caught.value.retry_after == left
    world.now += 1
    assert (await world.call()).status_code == 200
    assert len(world.cloud.logins) == 2


async def test_a_throttled_login_waits_as_long_as_iam_says(world: World) -> None:
    """IAM.0012 names a period in words."""
    body = {"error_code": "IAM.0012", "error_msg": "Threshold: 5 times per 60 seconds"}
    world.cloud.refusals = [httpx.Response(429, json=body)]
    for _ in range(2):
        with pytest.raises(errors.Throttled):
            await world.call()
    assert len(world.cloud.logins) == 1
    world.now += 60
    assert (await world.call()).status_code == 200


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (httpx.Response(503), errors.ServiceFault),
        (httpx.Response(400, json={"error": {"code": 400, "message": "invalid"}}), errors.BadRequest),
        (httpx.Response(302, headers={"Location": "https://portal.example"}), errors.UnexpectedAnswer),
        (httpx.Response(200, html="<html></html>"), errors.UnexpectedAnswer),
        (httpx.Response(201, html="<html></html>"), errors.UnexpectedAnswer),
        (httpx.Response(201, json={"token": {}}), errors.UnexpectedAnswer),
        (httpx.ConnectError("refused"), errors.Unreachable),
        (httpx.ReadTimeout("slow"), errors.Unreachable),
    ],
)
async def test_what_else_goes_wrong_is_said_once_and_not_remembered(
    world: World, refusal: Answer, kind: type[errors.HuaweiError]
) -> None:
    """The request to OMS was not sent; the next one asks IAM again."""
    world.cloud.refusals = [refusal]
    with pytest.raises(kind) as caught:
        await world.call()
    assert caught.value.source == "iam"
    assert world.cloud.calls == []
    assert (await world.call()).status_code == 200


async def test_a_token_without_a_date_is_used_for_a_short_while(world: World) -> None:
    """Better than not at all."""
    world.cloud.refusals = [httpx.Response(201, json={}, headers={"X-Subject-Token": "MII-odd"})]
    await world.call()
    world.now += 601
    await world.call()
    assert world.cloud.tokens == ["MII-odd", "MII-2"]


async def test_nothing_shows_the_password_or_the_token(world: World) -> None:
    """Neither printed nor in a failure's chain."""
    world.cloud.refusals = [httpx.ConnectError("refused")]
    auth = world.issuer.auth(ALICE, iam_endpoint=IAM, project_id="p1")
    with pytest.raises(errors.Unreachable) as caught:
        await world.call()
    assert caught.value.__cause__ is None
    await world.call()
    shown = f"{ALICE!r} {ALICE} {auth!r} {world.issuer!r} {vars(world.issuer)!r} {ALICE.fingerprint}"
    assert "correct-horse" not in shown
    assert "MII" not in shown
