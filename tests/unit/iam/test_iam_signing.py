"""Signatures, compared with the official signer's, and what a refused one leads to."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.huawei import errors
from bot.huawei.iam import signing
from bot.huawei.iam.rejections import Rejections
from bot.huawei.iam.signing import AccessKeyAuth, AccessKeyCredential, sign

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "signature_vectors.json").read_bytes())
THEN = datetime.fromisoformat(VECTORS["fixed_utc"]).timestamp()
ALICE = AccessKeyCredential(SecretStr("FAKEAK0EXAMPLE000001"), SecretStr("fakeSk/EXAMPLE"))
STOP = "https://oms.example/v2/p1/tasks/1/stop"


def credential_of(vector: dict[str, Any]) -> AccessKeyCredential:
    """The vector's key."""
    token = vector["security_token"]
    return AccessKeyCredential(
        SecretStr(vector["ak"]), SecretStr(vector["sk"]), SecretStr(token) if token is not None else None
    )


def pairs(vector: dict[str, Any]) -> list[tuple[str, str]]:
    """The vector's query, a list as a repeated key."""
    return [
        (key, str(item))
        for key, value in vector["query_params"]
        for item in (value if isinstance(value, list) else [value])
    ]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_algorithm_gives_the_official_answers(vector: dict[str, Any]) -> None:
    """Each stage of it, for whichever headers are signed."""
    headers = {name: text for name, text in vector["expected_headers"].items() if name != "Authorization"}
    query = signing.canonical_query(pairs(vector))
    body = (vector["body"] or "").encode()
    canonical = signing.canonical_request(vector["method"], vector["path"], query, headers, body)
    assert canonical == vector["canonical_request"]
    assert signing.string_to_sign(canonical, vector["expected_x_sdk_date"]) == vector["string_to_sign"]
    header = signing.authorization(canonical, credential_of(vector), date=vector["expected_x_sdk_date"])
    assert header == vector["expected_authorization"]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_a_signed_request_is_the_official_one(vector: dict[str, Any]) -> None:
    """URL and headers as they are sent; the User-Agent is left out of the signature because proxies change it."""
    request = httpx.Request(
        vector["method"],
        f"{vector['scheme']}://{vector['host']}{vector['path']}",
        params=httpx.QueryParams(tuple(pairs(vector))) if pairs(vector) else None,
        headers=vector["input_headers"],
        content=(vector["body"] or "").encode(),
    )
    sign(request, credential_of(vector), project_id=vector["project_id"], clock=lambda: THEN)
    assert str(request.url) == vector["signed_url"]
    expected = dict(vector["expected_headers"])
    if "User-Agent" in expected:
        expected["Authorization"] = official(request, credential_of(vector))
    assert {name: request.headers[name] for name in expected} == expected


def official(request: httpx.Request, credential: AccessKeyCredential) -> str:
    """What the official signer makes of a request that has been signed already."""
    oracle = SdkRequest(
        method=request.method,
        schema="https",
        host=request.headers["host"],
        resource_path=request.url.raw_path.partition(b"?")[0].decode(),
        query_params=list(request.url.params.multi_items()),
        header_params={
            name: request.headers[name] for name in signing.SIGNED_IF_PRESENT if name in request.headers
        },
        body=request.content,
    )
    secret = SimpleNamespace(
        ak=credential.access_key.get_secret_value(), sk=credential.secret_key.get_secret_value()
    )
    signed = Signer(secret).sign(oracle)
    query = request.url.query.decode()
    assert signed.uri.partition("?")[2] == query
    return str(signed.header_params["Authorization"])


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_ascii = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    segments=st.lists(_text.filter(lambda text: text not in {".", ".."}), max_size=4),
    params=st.lists(st.tuples(_text, _text), max_size=5),
    body=st.binary(max_size=50),
    content_type=st.sampled_from([None, "application/json", "application/json;charset=UTF-8"]),
    project_id=st.none() | _ascii,
    security_token=st.none() | _ascii,
    keys=st.tuples(_ascii, _ascii),
    now=st.integers(0, 4_000_000_000),
)
def test_any_request_is_signed_as_the_official_signer_does(
    *,
    method: str,
    segments: list[str],
    params: list[tuple[str, str]],
    body: bytes,
    content_type: str | None,
    project_id: str | None,
    security_token: str | None,
    keys: tuple[str, str],
    now: int,
) -> None:
    """Whatever is in its path, query, body and headers."""
    token = None if security_token is None else SecretStr(security_token)
    credential = AccessKeyCredential(SecretStr(keys[0]), SecretStr(keys[1]), token)
    path = "/".join(quote(segment, safe="") for segment in ["v2", *segments])
    query = f"?{urlencode(params, quote_via=quote)}" if params else ""
    request = httpx.Request(method, f"https://oms.example/{path}{query}", content=body)
    if content_type is not None:
        request.headers["Content-Type"] = content_type
    sign(request, credential, project_id=project_id, clock=lambda: now)
    assert request.headers["Authorization"] == official(request, credential)


def test_signing_again_takes_a_new_date() -> None:
    """A signature is void after 15 minutes."""
    request = httpx.Request("POST", STOP)
    for moment in (THEN, THEN + 1000):
        sign(request, ALICE, project_id=None, clock=lambda: moment)  # noqa: B023  # used at once
        stamp = datetime.fromtimestamp(moment, UTC)
        assert request.headers["X-Sdk-Date"] == f"{stamp:%Y%m%dT%H%M%SZ}"
    assert len(request.headers.get_list("X-Sdk-Date")) == 1
    assert request.headers["Authorization"] == official(request, ALICE)


class Gateway:
    """Answers from a script, the last answer for ever."""

    def __init__(self, *script: httpx.Response) -> None:
        self.script = list(script)
        self.requests: list[httpx.Request] = []
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self))
        self.rejected = Rejections()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests.append(request)
        await asyncio.sleep(0)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    async def call(self, credential: AccessKeyCredential = ALICE) -> httpx.Response:
        """One signed request."""
        auth = AccessKeyAuth(credential, project_id="p1", rejected=self.rejected, clock=lambda: THEN)
        return await self.http.post(STOP, auth=auth)


def unauthorized(message: str) -> httpx.Response:
    """The gateway's one code for everything that is wrong with a signature."""
    return httpx.Response(401, json={"error_code": "APIGW.0301", "error_msg": message, "request_id": "r1"})


async def test_every_request_is_signed_for_its_project() -> None:
    """OMS needs to know the project when it is not told by a token."""
    gateway = Gateway(httpx.Response(200))
    await gateway.call()
    (request,) = gateway.requests
    assert request.headers["X-Project-Id"] == "p1"
    assert request.headers["Authorization"] == official(request, ALICE)


async def test_a_bad_signature_is_answered_once_and_then_remembered() -> None:
    """More than five would lock the key."""
    gateway = Gateway(
        unauthorized("Incorrect IAM authentication information: ak FAKEAK0EXAMPLE000001 not exist")
    )
    assert (await gateway.call()).status_code == 401
    for _ in range(6):
        with pytest.raises(errors.CredentialRejected) as caught:
            await gateway.call()
        assert (caught.value.code, caught.value.request_id) == ("APIGW.0301", "r1")
        assert "FAKEAK" not in str(caught.value)
    assert len(gateway.requests) == 1


async def test_many_requests_at_once_with_a_bad_key_are_one_failure() -> None:
    """The first is sent alone."""
    gateway = Gateway(unauthorized("verify aksk signature fail"))
    outcomes = await asyncio.gather(*(gateway.call() for _ in range(10)), return_exceptions=True)
    assert len(gateway.requests) == 1
    assert sum(isinstance(outcome, errors.CredentialRejected) for outcome in outcomes) == 9


async def test_another_secret_is_another_key() -> None:
    """Correcting it helps at once."""
    gateway = Gateway(unauthorized("verify aksk signature fail"), httpx.Response(200))
    await gateway.call()
    corrected = AccessKeyCredential(ALICE.access_key, SecretStr("corrected"))
    assert (await gateway.call(corrected)).status_code == 200


async def test_a_wrong_clock_is_not_held_against_the_key() -> None:
    """It is neither retried here nor remembered."""
    gateway = Gateway(unauthorized("signature expired, signature time:1,server time:2"), httpx.Response(200))
    assert (await gateway.call()).status_code == 401
    assert len(gateway.requests) == 1
    assert (await gateway.call()).status_code == 200


async def test_a_failing_connection_does_not_keep_the_next_request_waiting() -> None:
    """Whoever fails, or leaves, lets the next one try."""
    rejected = Rejections()

    async def broken(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(broken)) as http:
        auth = AccessKeyAuth(ALICE, project_id="p1", rejected=rejected)
        outcomes = await asyncio.gather(
            *(http.post(STOP, auth=auth) for _ in range(3)), return_exceptions=True
        )
    assert all(isinstance(outcome, httpx.ConnectError) for outcome in outcomes)


def test_nothing_shows_the_key() -> None:
    """Neither part of it."""
    auth = AccessKeyAuth(ALICE, project_id="p1", rejected=Rejections())
    shown = f"{ALICE!r} {ALICE} {auth!r} {vars(auth)!r} {ALICE.fingerprint}"
    assert "FAKEAK" not in shown
    assert "fakeSk" not in shown
