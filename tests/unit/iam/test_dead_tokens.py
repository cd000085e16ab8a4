"""A token that died is replaced, in whatever words a service says so; only IAM's word condemns a credential."""

import asyncio
import random
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.huawei import errors
from bot.huawei.errors import from_response
from bot.huawei.iam.agency import AgencyCredential, AgencyIssuer
from bot.huawei.iam.cache import RENEWAL_PAUSE
from bot.huawei.iam.rejections import Rejections
from bot.huawei.iam.signing import AccessKeyAuth, AccessKeyCredential
from bot.huawei.iam.token import PasswordCredential, TokenIssuer

IAM, OMS = "https://iam.example", "https://oms.example/v2/p1/tasks/1/stop"
ALICE = PasswordCredential("acme", "alice", SecretStr("correct-horse"))
WORDS = (
    "token expires, expires_at:2026-11-26T03:14:15.000000Z",
    "decrypt token fail",
    "Incorrect IAM authentication information: decrypt token fail",
    "The token must be updated",
    "verify token failed",
    "invalid token",
)


def said(code: str, message: str, status: int = 401) -> httpx.Response:
    """A refusal in the gateway's shape."""
    return httpx.Response(status, json={"error_code": code, "error_msg": message})


@st.composite
def dead(draw: st.DrawFn) -> httpx.Response:
    """Any of the ways to say it: code, prefix, capitals and spacing are nobody's promise."""
    words = draw(st.sampled_from(WORDS))
    cased = "".join(draw(st.sampled_from((char.lower(), char.upper()))) for char in words)
    spaced = draw(st.sampled_from((" ", "  ", "\t", "\n", "\u00a0"))).join(cased.split(" "))
    code = draw(st.sampled_from(("APIGW", "APIG"))) + draw(st.sampled_from((".0301", ".0303", ".0307")))
    return said(code, draw(st.sampled_from(("", "Incorrect IAM authentication information: "))) + spaced)


class Cloud:
    """An IAM that numbers its tokens and keys, and an OMS that answers as told to each it does not accept."""

    def __init__(self, refuses: Callable[[str], httpx.Response | None]) -> None:
        self.now = 1_795_509_015.0
        self.logins = 0
        self.shown: list[str] = []
        self.refuses = refuses
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        self.tokens = TokenIssuer(self.http, clock=lambda: self.now)
        self.rejected = Rejections(clock=lambda: self.now)
        key = AccessKeyCredential(SecretStr("SERVICE-AK"), SecretStr("sk"))
        service = AccessKeyAuth(key, project_id=None, rejected=self.rejected, clock=lambda: self.now)
        self.agencies = AgencyIssuer(self.http, service, clock=lambda: self.now)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        await asyncio.sleep(0)
        if request.url.host == "iam.example":
            self.logins += 1
            key = {"access": "AK", "secret": "SK", "securitytoken": f"T{self.logins}"}
            return httpx.Response(
                201, json={"credential": key}, headers={"X-Subject-Token": f"T{self.logins}"}
            )
        token = request.headers.get("X-Auth-Token") or request.headers["X-Security-Token"]
        self.shown.append(token)
        return self.refuses(token) or httpx.Response(200)

    async def stop(self, *, by_agency: bool = False) -> httpx.Response:
        """Ask OMS for a pause, as alice."""
        auth = (
            self.agencies.auth(AgencyCredential("a", "acme", "alice"), iam_endpoint=IAM, project_id="p1")
            if by_agency
            else self.tokens.auth(ALICE, iam_endpoint=IAM, project_id="p1")
        )
        return await self.http.post(OMS, auth=auth)


@given(dead(), st.booleans())
def test_however_it_is_said_a_dead_token_is_renewed_once_and_the_request_sent_again(
    refusal: httpx.Response, by_agency: bool
) -> None:
    """Also a stop: what got a 401 was not carried out."""

    async def play() -> None:
        cloud = Cloud(lambda token: refusal if token == "T1" else None)
        assert (await cloud.stop(by_agency=by_agency)).status_code == 200
        assert cloud.shown == ["T1", "T2"]
        assert (await cloud.stop(by_agency=by_agency)).status_code == 200
        assert cloud.logins == 2

    asyncio.run(play())


@given(dead())
def test_however_it_is_said_it_is_told_as_a_token_not_as_a_bad_credential(refusal: httpx.Response) -> None:
    """So that nobody has a good password changed."""
    assert type(from_response(refusal)) is errors.TokenExpired


@pytest.mark.parametrize(
    "refusal",
    [
        said("APIGW.0301", "Incorrect IAM authentication information"),
        said("APIGW.0301", ""),
        said("OMS.0068", "Token authentication failed.", status=400),
        said("OMS.1005", "Authentication failed.", status=400),
        httpx.Response(401),
        httpx.Response(401, html="<html><title>Unauthorized</title></html>"),
    ],
)
async def test_a_refusal_without_a_cause_is_a_reason_to_log_in_once_more(refusal: httpx.Response) -> None:
    """A token was shown, no password: a new one can't lock anybody, and tells."""
    cloud = Cloud(lambda token: refusal if token == "T1" else None)
    assert (await cloud.stop()).status_code == 200
    assert cloud.shown == ["T1", "T2"]


@pytest.mark.parametrize("by_agency", [False, True])
@pytest.mark.parametrize("code", ["APIGW.0301", "APIGW.0307"])
async def test_a_fresh_token_refused_again_is_said_and_locks_nobody_out(code: str, by_agency: bool) -> None:
    """Each command reaches OMS, IAM is spared, and as soon as OMS accepts the token all is well."""
    refusal = said(code, "decrypt token fail")
    cloud = Cloud(lambda _token: refusal)
    for _ in range(5):
        response = await cloud.stop(by_agency=by_agency)
        assert type(from_response(response)) is errors.TokenExpired
    assert cloud.shown == ["T1", *["T2"] * 5]
    cloud.refuses = lambda _token: None
    assert (await cloud.stop(by_agency=by_agency)).status_code == 200


async def test_a_little_later_another_token_is_tried() -> None:
    """Whatever was wrong at Huawei may be over."""
    cloud = Cloud(lambda token: said("APIGW.0307", "") if token in ("T1", "T2") else None)
    assert (await cloud.stop()).status_code == 401
    cloud.now += RENEWAL_PAUSE
    assert (await cloud.stop()).status_code == 200
    assert cloud.shown == ["T1", "T2", "T2", "T3"]


@pytest.mark.parametrize("by_agency", [False, True])
async def test_fifty_who_find_it_dead_at_once_share_one_renewal(by_agency: bool) -> None:
    """One login, however many notice."""
    cloud = Cloud(lambda token: said("APIGW.0301", "token expires, expires_at…") if token == "T1" else None)
    answers = await asyncio.gather(*(cloud.stop(by_agency=by_agency) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert cloud.logins == 2


async def test_what_iam_itself_says_of_a_login_counts_whatever_its_words() -> None:
    """No token was shown there, so it is the password that was refused: sent once."""
    refusals = 0

    async def iam(_request: httpx.Request) -> httpx.Response:
        nonlocal refusals
        refusals += 1
        return said("IAM.0067", "Failed to issue a token: the password is wrong.")

    async with httpx.AsyncClient(transport=httpx.MockTransport(iam)) as http:
        auth = TokenIssuer(http).auth(ALICE, iam_endpoint=IAM, project_id="p1")
        for _ in range(6):
            with pytest.raises(errors.CredentialRejected):
                await http.post(OMS, auth=auth)
    assert refusals == 1


@given(st.sampled_from(("signature", "aksk signature fail, no token", "ak X not exist")), st.randoms())
def test_a_permanent_key_is_never_sent_twice_whatever_the_words(words: str, chance: random.Random) -> None:
    """Six refusals would lock it."""
    message = "".join(chance.choice((char.lower(), char.upper())) for char in words)

    async def play() -> None:
        sent = 0

        async def gateway(_request: httpx.Request) -> httpx.Response:
            nonlocal sent
            sent += 1
            return said("APIGW.0301", message)

        rejected = Rejections()
        key = AccessKeyCredential(SecretStr("AK"), SecretStr("SK"))
        async with httpx.AsyncClient(transport=httpx.MockTransport(gateway)) as http:
            auth = AccessKeyAuth(key, project_id="p1", rejected=rejected)
            assert (await http.post(OMS, auth=auth)).status_code == 401
            with pytest.raises(errors.CredentialRejected):
                await http.post(OMS, auth=auth)
        assert sent == 1

    asyncio.run(play())
