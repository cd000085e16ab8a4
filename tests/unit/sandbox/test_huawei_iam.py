"""The sandbox's IAM: tokens, locks, temporary credentials, and the gateway's check of signatures."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.huawei import aksk
from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve_in_thread
from tests import plain_http

PROJECT = "2c0689c860ad4728a497c91ec0844383"
TASKS = f"/v2/{PROJECT}/tasks"


class Clock:
    """A clock that stands still until it is moved."""

    now = 1_795_000_000.0

    def __call__(self) -> float:
        """The time it stands at."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The cloud's clock."""
    return Clock()


@pytest.fixture
def cloud(clock: Clock) -> HuaweiCloud:
    """Alice and a service user, in one project."""
    cloud = HuaweiCloud(clock=clock)
    cloud.add_project(PROJECT, "ap-southeast-3")
    cloud.add_user("alice", "pw", "acme", "AKALICE", "SKALICE", permissions={PROJECT: ON_CALL})
    cloud.add_user("robot", "pw", "ops")
    return cloud


@pytest.fixture
def http(cloud: HuaweiCloud) -> Iterator[httpx.Client]:
    """A client without credentials."""
    with serve_in_thread(cloud.app) as url, plain_http.client(base_url=url) as client:
        yield client


def login(password: str = "pw", name: str = "alice", domain: str = "acme", **scope: Any) -> dict[str, Any]:
    """The body of a password login."""
    user = {"name": name, "password": password, "domain": {"name": domain}}
    identity = {"methods": ["password"], "password": {"user": user}}
    return {"auth": {"identity": identity, "scope": scope or {"project": {"id": PROJECT}}}}


def signed(
    clock: Clock, access: str, secret: str, *, path: str = TASKS, query: str = "", **extra: str
) -> dict[str, str]:
    """The headers of a signed GET, made with the sandbox's own arithmetic (others' clients check that)."""
    headers = {"host": "127.0.0.1", "x-sdk-date": aksk.clock_text(clock.now), **extra}
    names = tuple(sorted(headers))
    message = aksk.Message("GET", path, query, headers, b"")
    value = aksk.signature(message, names, secret)
    authorization = f"{aksk.ALGORITHM} Access={access}, SignedHeaders={';'.join(names)}, Signature={value}"
    return {**headers, "Authorization": authorization}


def test_a_login_is_answered_as_documented(http: httpx.Client) -> None:
    """201, the token in X-Subject-Token, times with microseconds and Z."""
    answer = http.post("/v3/auth/tokens?nocatalog=true", json=login())
    token = answer.json()["token"]
    assert answer.status_code == 201
    assert len(answer.headers["X-Subject-Token"]) == 1500
    assert token["issued_at"] == "2026-11-18T11:06:40.000000Z"
    assert token["expires_at"] == "2026-11-19T11:06:40.000000Z"
    assert (token["methods"], token["catalog"]) == (["password"], [])
    assert (token["project"]["id"], token["project"]["name"]) == (PROJECT, "ap-southeast-3")
    assert (token["user"]["name"], token["user"]["domain"]["name"]) == ("alice", "acme")


def test_lifetime_and_length_of_tokens_can_be_set(cloud: HuaweiCloud, http: httpx.Client) -> None:
    """Real tokens are long, and tests do not wait a day."""
    cloud.token_seconds, cloud.token_length = 60, 16384
    answer = http.post("/v3/auth/tokens", json=login())
    assert len(answer.headers["X-Subject-Token"]) == 16384
    assert answer.json()["token"]["expires_at"] == "2026-11-18T11:07:40.000000Z"


def test_a_domain_token_has_no_project(http: httpx.Client) -> None:
    """And a project wins when both are asked for."""
    body = login()
    body["auth"]["scope"] = {"domain": {"name": "acme"}}
    domain = http.post("/v3/auth/tokens", json=body).json()["token"]
    body["auth"]["scope"]["project"] = {"name": "ap-southeast-3"}
    both = http.post("/v3/auth/tokens", json=body).json()["token"]
    assert domain["domain"]["name"] == "acme"
    assert "project" not in domain
    assert both["project"]["id"] == PROJECT


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"auth": {}}, (400, "The request body is invalid", "Bad Request")),
        (login("no"), (401, "The username or password is wrong.", "Unauthorized")),
        (login(name="nobody"), (401, "The username or password is wrong.", "Unauthorized")),
        (login(domain="elsewhere"), (401, "The username or password is wrong.", "Unauthorized")),
        (login(project={"id": "none"}), (404, "Could not find project: none.", "Not Found")),
    ],
)
def test_a_refused_login(http: httpx.Client, body: dict[str, Any], error: tuple[int, str, str]) -> None:
    """IAM's own shape, whose code is a number; the request is named in the header only."""
    answer = http.post("/v3/auth/tokens", json=body)
    code, message, title = error
    assert answer.status_code == code
    assert answer.json() == {"error": {"code": code, "message": message, "title": title}}
    assert len(answer.headers["X-Request-Id"]) == 32


def test_five_wrong_passwords_lock_the_account(clock: Clock, http: httpx.Client) -> None:
    """For 15 minutes, also for the right password; then all is forgotten."""
    wrong = [http.post("/v3/auth/tokens", json=login("no")).json() for _ in range(5)]
    assert all(answer["error"]["code"] == 401 for answer in wrong)
    locked = http.post("/v3/auth/tokens", json=login())
    assert (locked.status_code, locked.json()["error_code"]) == (401, "IAM.0061")
    clock.now += 900
    assert http.post("/v3/auth/tokens", json=login()).status_code == 201


def test_wrong_passwords_far_apart_do_not_lock(clock: Clock, http: httpx.Client) -> None:
    """Only those of the last 15 minutes count."""
    for _ in range(10):
        assert "error" in http.post("/v3/auth/tokens", json=login("no")).json()
        clock.now += 226
    assert http.post("/v3/auth/tokens", json=login()).status_code == 201


def test_a_disabled_user_cannot_log_in(cloud: HuaweiCloud, http: httpx.Client) -> None:
    """Until enabled again; and the access key does not work either."""
    cloud.disable_user("alice")
    assert http.post("/v3/auth/tokens", json=login()).status_code == 401
    cloud.enable_user("alice")
    assert http.post("/v3/auth/tokens", json=login()).status_code == 201


def test_a_token_can_be_checked(cloud: HuaweiCloud, http: httpx.Client) -> None:
    """GET with the token as caller and as subject; dead is IAM.0066, nonsense IAM.0067, none IAM.0001."""
    token = http.post("/v3/auth/tokens", json=login()).headers["X-Subject-Token"]

    def check(caller: str, subject: str) -> httpx.Response:
        return http.get("/v3/auth/tokens", headers={"X-Auth-Token": caller, "X-Subject-Token": subject})

    good = check(token, token)
    assert (good.status_code, good.headers["X-Subject-Token"]) == (200, token)
    assert check(token, "nonsense").status_code == 404
    cloud.kill_tokens()
    codes = [check(caller, token).json()["error_code"] for caller in (token, "nonsense", "")]
    assert codes == ["IAM.0066", "IAM.0067", "IAM.0001"]


def test_projects_are_found_by_region(cloud: HuaweiCloud, http: httpx.Client) -> None:
    """Those in which the caller may do something."""
    cloud.add_project("elsewhere", "cn-north-4")
    headers = {"X-Auth-Token": http.post("/v3/auth/tokens", json=login()).headers["X-Subject-Token"]}
    found = http.get("/v3/projects?name=ap-southeast-3", headers=headers).json()["projects"]
    assert [(project["id"], project["name"]) for project in found] == [(PROJECT, "ap-southeast-3")]
    assert http.get("/v3/projects?name=cn-north-4", headers=headers).json()["projects"] == []


def test_a_signature_opens_the_door(cloud: HuaweiCloud, clock: Clock, http: httpx.Client) -> None:
    """And the call is its owner's."""
    headers = signed(clock, "AKALICE", "SKALICE", query="limit=1")
    assert http.get(f"{TASKS}?limit=1", headers=headers).status_code == 200
    assert [call.user for call in cloud.calls] == ["alice"]


def _refusal(answer: httpx.Response) -> str:
    body = answer.json()
    assert (answer.status_code, body["error_code"]) == (401, "APIGW.0301")
    assert body["request_id"] == answer.headers["X-Request-Id"]
    message: str = body["error_msg"]
    return message


def test_an_unknown_access_key_is_echoed(clock: Clock, http: httpx.Client) -> None:
    """The gateway's real words, which contain the AK: the bot has to redact them."""
    message = _refusal(http.get(TASKS, headers=signed(clock, "AKNOBODY", "x")))
    assert message == "Incorrect IAM authentication information: ak AKNOBODY not exist"


@pytest.mark.parametrize("off", [901, -901])
def test_a_signature_expires_after_15_minutes(clock: Clock, http: httpx.Client, off: int) -> None:
    """In either direction, in the gateway's real words."""
    headers = signed(clock, "AKALICE", "SKALICE")
    clock.now += off
    times = f"signature time:{headers['x-sdk-date']},server time:{aksk.clock_text(clock.now)}"
    message = _refusal(http.get(TASKS, headers=headers))
    assert message == f"calc aksk signature fail:signature expired, {times}"


def _another_query(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return TASKS + "?limit=2", headers


def _another_path(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return TASKS + "/1", headers


def _another_host(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return TASKS, {**headers, "host": "localhost"}


def _unsigned_host(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return TASKS, {**headers, "Authorization": headers["Authorization"].replace("host;", "")}


def _no_date(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return TASKS, {name: value for name, value in headers.items() if name != "x-sdk-date"}


def _no_form(headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return TASKS, {**headers, "Authorization": "Basic YTpi"}


@pytest.mark.parametrize(
    "tamper", [_another_query, _another_path, _another_host, _unsigned_host, _no_date, _no_form]
)
def test_a_tampered_request_is_refused(
    clock: Clock,
    http: httpx.Client,
    tamper: Callable[[dict[str, str]], tuple[str, dict[str, str]]],
) -> None:
    """Whatever is signed cannot change, and host and date must be signed."""
    url, headers = tamper(signed(clock, "AKALICE", "SKALICE"))
    assert _refusal(http.get(url, headers=headers)).startswith("Incorrect IAM authentication information")


def test_a_plus_is_no_space_in_a_signed_query(clock: Clock, http: httpx.Client) -> None:
    """The official client sends %20; a client that signs one and sends the other is refused."""
    headers = signed(clock, "AKALICE", "SKALICE", query="task_name=a%20b")
    assert http.get(f"{TASKS}?task_name=a%20b", headers=headers).status_code == 200
    _refusal(http.get(f"{TASKS}?task_name=a+b", headers=headers))


def test_more_than_five_bad_signatures_lock_the_key(clock: Clock, http: httpx.Client) -> None:
    """For 5 minutes everything signed with it is refused; good ones in between forgive."""

    def attempt(secret: str) -> httpx.Response:
        return http.get(TASKS, headers=signed(clock, "AKALICE", secret))

    for secret in ["bad"] * 5 + ["SKALICE"] + ["bad"] * 6:
        attempt(secret)
    assert _refusal(attempt("SKALICE")) == "AK access failed to reach the limit,forbidden"
    clock.now += 300
    assert attempt("SKALICE").status_code == 200


def _vectors() -> list[Any]:
    vectors = json.loads((Path(__file__).parents[2] / "vectors" / "signature_vectors.json").read_text())[
        "vectors"
    ]
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


@pytest.mark.parametrize("vector", _vectors())
def test_the_arithmetic_gives_the_golden_signatures(vector: dict[str, Any]) -> None:
    """As the official signer made them."""
    url = httpx.URL(vector["signed_url"])
    headers = {name.lower(): value for name, value in vector["expected_headers"].items()}
    claim = aksk.parse_authorization(vector["expected_authorization"])
    assert claim is not None
    path, _, query = url.raw_path.decode().partition("?")
    body = (vector["body"] or "").encode()
    message = aksk.Message(vector["method"], path, query, headers, body)
    assert aksk.canonical_request(message, claim.headers) == vector["canonical_request"]
    assert aksk.signature(message, claim.headers, vector["sk"]) == claim.signature


def test_a_body_may_be_declared_unsigned() -> None:
    """UNSIGNED-PAYLOAD stands for the hash of a body; an empty body has the hash of nothing."""
    headers = {"x-sdk-content-sha256": "UNSIGNED-PAYLOAD"}
    with_body = aksk.canonical_request(aksk.Message("POST", "/", "", headers, b"x"), ())
    without = aksk.canonical_request(aksk.Message("POST", "/", "", headers, b""), ())
    assert with_body.endswith("UNSIGNED-PAYLOAD")
    assert without.endswith("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def temporary(http: httpx.Client, token: str, method: str, **wish: Any) -> httpx.Response:
    """Ask for a temporary AK/SK."""
    body = {"auth": {"identity": {"methods": [method], method: wish}}}
    return http.post("/v3.0/OS-CREDENTIAL/securitytokens", json=body, headers={"X-Auth-Token": token})


def test_a_temporary_key_works_with_its_security_token(clock: Clock, http: httpx.Client) -> None:
    """For the time asked for, signed together with the token."""
    token = http.post("/v3/auth/tokens", json=login()).headers["X-Subject-Token"]
    answer = temporary(http, token, "token", duration_seconds=1200)
    key = answer.json()["credential"]
    assert (answer.status_code, key["expires_at"]) == (201, "2026-11-18T11:26:40.000000Z")

    def call(**extra: str) -> httpx.Response:
        return http.get(TASKS, headers=signed(clock, key["access"], key["secret"], **extra))

    good = {"x-security-token": key["securitytoken"]}
    assert call(**good).status_code == 200
    _refusal(call())
    assert _refusal(call(**{"x-security-token": "x"})).endswith("invalid security token")
    clock.now += 1200
    assert _refusal(call(**good)).endswith("security token expired")


def test_an_agency_acts_with_its_own_permissions_and_names_the_person(
    cloud: HuaweiCloud, clock: Clock, http: httpx.Client
) -> None:
    """The record shows agency and session."""
    cloud.add_agency("oms-oncall", "acme", ["robot"], {PROJECT: ON_CALL})
    token = http.post("/v3/auth/tokens", json=login(name="robot", domain="ops")).headers["X-Subject-Token"]
    wish = {"agency_name": "oms-oncall", "domain_name": "acme", "session_user": {"name": "alice"}}
    key = temporary(http, token, "assume_role", **wish).json()["credential"]
    headers = signed(clock, key["access"], key["secret"], **{"x-security-token": key["securitytoken"]})
    assert http.get(TASKS, headers=headers).status_code == 200
    assert cloud.calls_of("list_tasks")[0].user == "oms-oncall/alice"
    cloud.revoke("oms-oncall", PROJECT, "oms:task:list")
    assert http.get(TASKS, headers=headers).json()["error_code"] == "OMS.0072"


@pytest.mark.parametrize(
    ("user", "wish", "status"),
    [
        ("alice", {}, 403),
        ("robot", {"agency_name": "none"}, 404),
        ("robot", {"duration_seconds": 899}, 400),
        ("robot", {"duration_seconds": 86401}, 400),
        ("robot", {"session_user": {"name": "1-not-a-letter"}}, 400),
    ],
)
def test_a_role_is_not_given_to_everyone(
    cloud: HuaweiCloud, http: httpx.Client, user: str, wish: dict[str, Any], status: int
) -> None:
    """Only to its delegates, for 15 minutes to a day, under a proper session name."""
    cloud.add_agency("oms-oncall", "acme", ["robot"], {PROJECT: ON_CALL})
    domain = "acme" if user == "alice" else "ops"
    token = http.post("/v3/auth/tokens", json=login(name=user, domain=domain)).headers["X-Subject-Token"]
    role = {"agency_name": "oms-oncall", "domain_name": "acme", **wish}
    answer = temporary(http, token, "assume_role", **role)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, status)


def test_temporary_keys_need_a_token(http: httpx.Client) -> None:
    """Nothing without one."""
    assert temporary(http, "", "token").json()["error_code"] == "IAM.0001"
