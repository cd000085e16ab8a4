"""What an answer or a broken connection is called, and what never gets into a message."""

import copy
import json
import pickle
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.huawei import errors
from bot.huawei.errors import HuaweiError, from_response, from_transport
from bot.huawei.redaction import redact


def answer(status: int, body: object = None, **headers: str) -> httpx.Response:
    """A response with a JSON body, or with this very text or these bytes."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return httpx.Response(status, content=content, headers=names)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "OMS.0063", errors.WrongState),
        (400, "OMS.0066", errors.WrongState),
        (400, "OMS.0070", errors.WrongState),
        (400, "OMS.0065", errors.WrongState),
        (400, "OMS.1038", errors.WrongState),
        (400, "OMS.1009", errors.NotFound),
        (400, "OMS.0054", errors.NotFound),
        (400, "OMS.0072", errors.PermissionDenied),
        (403, "OMS.0206", errors.PermissionDenied),
        (404, "OMS.1009", errors.NotFound),
        (503, "OMS.01001", errors.ServiceFault),
        (400, "OMS-Workflow.0023", errors.BadRequest),
        (400, "OMS.0068", errors.CredentialRejected),
        (400, "OMS.1005", errors.CredentialRejected),
        (400, "OMS.0202", errors.AccountBlocked),
        (400, "OMS.1001", errors.ServiceFault),
        (400, "OMS.0001", errors.BadRequest),
        (400, "OMS.9999", errors.BadRequest),
        (401, "APIGW.0301", errors.CredentialRejected),
        (401, "APIG.0301", errors.CredentialRejected),
        (401, "APIGW.0307", errors.TokenExpired),
        (403, "APIGW.0302", errors.PermissionDenied),
        (404, "APIGW.0101", errors.BadRequest),
        (429, "APIGW.0308", errors.Throttled),
        (405, "APIGW.0502", errors.AccountBlocked),
        (504, "APIGW.0201", errors.ServiceFault),
        (400, "APIGW.0201", errors.BadRequest),
        (429, "IAM.0012", errors.Throttled),
        (401, "IAM.0061", errors.AccountLocked),
        (401, "IAM.0062", errors.CredentialRejected),
        (403, "PAP5.0013", errors.PermissionDenied),
    ],
)
def test_the_code_decides_and_then_the_status(status: int, code: str, kind: type[HuaweiError]) -> None:
    """OMS says 400 to everything, so its code is what tells a missing task from a missing permission."""
    error = from_response(answer(status, {"error_code": code, "error_msg": "why"}))
    assert type(error) is kind
    assert (error.code, error.status, error.message) == (code, status, "why")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (202, errors.UnexpectedAnswer),
        (302, errors.UnexpectedAnswer),
        (400, errors.BadRequest),
        (401, errors.CredentialRejected),
        (403, errors.PermissionDenied),
        (404, errors.NotFound),
        (409, errors.WrongState),
        (413, errors.Throttled),
        (429, errors.Throttled),
        (500, errors.ServiceFault),
        (503, errors.ServiceFault),
        (511, errors.UnexpectedAnswer),
    ],
)
def test_without_a_code_the_status_decides(status: int, kind: type[HuaweiError]) -> None:
    """An empty body still means something."""
    error = from_response(answer(status, ""))
    assert type(error) is kind
    assert error.code is None


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "OMS.0072", "error_msg": "No."},
        {"errorCode": "OMS.0072", "errorMsg": "No."},
        {"code": "OMS.0072", "message": "No."},
        {"error": {"code": "OMS.0072", "message": "No."}},
        {"data": None, "error": {"error_code": "OMS.0072", "error_msg": "No."}},
    ],
)
def test_every_shape_of_an_error_body_is_read(body: dict[str, Any]) -> None:
    """Five services, four spellings."""
    error = from_response(answer(400, body))
    assert isinstance(error, errors.PermissionDenied)
    assert (error.code, error.message) == ("OMS.0072", "No.")


def test_the_status_that_iam_repeats_is_not_a_code() -> None:
    """IAM's "code" is the HTTP status as a number."""
    body = {"error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}}
    error = from_response(answer(401, body, X_IAM_Trace_Id="trace-1"), source="iam")
    assert type(error) is errors.CredentialRejected
    assert (error.code, error.source, error.request_id) == (None, "iam", "trace-1")
    assert error.message == "The username or password is wrong."


def test_the_request_id_of_the_body_comes_first() -> None:
    """The gateway puts its own there."""
    body = {"error_code": "APIGW.0301", "error_msg": "no", "request_id": "body-id"}
    assert from_response(answer(401, body, X_Request_Id="header-id")).request_id == "body-id"
    assert from_response(answer(401, {}, X_Request_Id="header-id")).request_id == "header-id"
    assert from_response(answer(401, {}, X_Request_Id="<!channel>")).request_id is None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (
            "calc aksk signature fail:signature expired, signature time:20211217T064303Z,server time:20211217T065804Z",
            errors.SignatureExpired,
        ),
        ("AK access failed to reach the limit,forbidden", errors.AccountLocked),
        ("The account is locked.", errors.AccountLocked),
        ("Incorrect IAM authentication information", errors.CredentialRejected),
    ],
)
def test_a_rejection_tells_a_wrong_clock_and_a_lock_from_a_wrong_key(
    message: str, kind: type[HuaweiError]
) -> None:
    """One code, APIGW.0301, stands for all of these; the words survive as they are."""
    error = from_response(answer(401, {"error_code": "APIGW.0301", "error_msg": message}))
    assert type(error) is kind
    assert error.message == message


def test_a_lock_says_how_long_it_lasts() -> None:
    """By Huawei's defaults: a key 5 minutes, a user 15."""
    key = answer(
        401, {"error_code": "APIGW.0301", "error_msg": "AK access failed to reach the limit,forbidden"}
    )
    user = answer(401, {"error_code": "IAM.0061", "error_msg": "Account locked"})
    assert (from_response(key).retry_after, from_response(user).retry_after) == (300.0, 900.0)


def test_throttling_says_how_long_to_wait_if_anything_does() -> None:
    """By header in either form, or in IAM's own words."""
    threshold = {"error_code": "IAM.0012", "error_msg": "Too many. Threshold: 5 times per 60 seconds"}
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert from_response(answer(429, {}, Retry_After="7")).retry_after == 7.0
    assert from_response(answer(429, {}, Retry_After=past)).retry_after == 0.0
    assert from_response(answer(429, {}, Retry_After="soon")).retry_after is None
    assert from_response(answer(429, threshold)).retry_after == 60.0
    assert from_response(answer(429, {})).retry_after is None


def test_a_web_page_is_nobodys_answer() -> None:
    """A proxy's 404 page does not mean that the task is gone; a load balancer's 502 page still means 502."""
    page = "<!DOCTYPE html><html><head><title>Sign in\nto Wi-Fi</title></head></html>"
    assert type(from_response(answer(404, page, Content_Type="text/html"))) is errors.UnexpectedAnswer
    assert type(from_response(answer(403, page))) is errors.UnexpectedAnswer
    assert type(from_response(answer(401, page))) is errors.CredentialRejected
    fault = from_response(answer(502, page))
    assert type(fault) is errors.ServiceFault
    assert fault.message == "Sign in to Wi-Fi"


def test_a_redirect_says_where_to_without_its_query() -> None:
    """The query may hold a ticket."""
    error = from_response(answer(302, "", Location="https://portal.example/login?ticket=abc"))
    assert error.message == "redirected to https://portal.example/login"


@pytest.mark.parametrize(
    ("exc", "kind"),
    [
        (httpx.ConnectError("x"), errors.Unreachable),
        (httpx.ConnectTimeout("x"), errors.Unreachable),
        (httpx.PoolTimeout("x"), errors.Unreachable),
        (httpx.ReadTimeout("x"), errors.AnswerLost),
        (httpx.WriteTimeout("x"), errors.AnswerLost),
        (httpx.ReadError("x"), errors.AnswerLost),
        (httpx.WriteError("x"), errors.AnswerLost),
        (httpx.RemoteProtocolError("x"), errors.AnswerLost),
        (httpx.DecodingError("x"), errors.AnswerLost),
    ],
)
def test_only_what_failed_before_sending_is_unreachable(
    exc: httpx.RequestError, kind: type[HuaweiError]
) -> None:
    """In doubt it may have been received."""
    error = from_transport(exc)
    assert type(error) is kind
    assert error.may_pass
    assert error.message == f"{type(exc).__name__}: x"


def test_a_lost_answer_of_iam_leaves_oms_unasked() -> None:
    """So nobody needs to wonder whether the task was paused."""
    error = from_transport(httpx.ReadTimeout(""), source="iam")
    assert type(error) is errors.Unreachable
    assert (error.source, error.message) == ("iam", "ReadTimeout")


def test_an_error_reads_as_one_line_with_all_that_support_asks_for() -> None:
    """For logs."""
    error = errors.PermissionDenied("No.\nReally.", code="OMS.0072", request_id="8f3c", status=400)
    assert str(error) == "No. Really. (oms, OMS.0072, HTTP 400, request 8f3c)"
    assert str(errors.Unreachable()) == "Unreachable (oms)"


def test_an_error_survives_copying() -> None:
    """It is raised again from memory, and may be stored."""
    error = errors.Throttled("slow", code="APIGW.0308", request_id="r", status=429, retry_after=2.0)
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301  # our own bytes
        assert type(twin) is errors.Throttled
        assert vars(twin) == vars(error)
        assert str(twin) == str(error)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (
            "Incorrect IAM authentication information: ak FAKEAK0EXAMPLE000001 not exist",
            "FAKEAK0EXAMPLE000001",
        ),
        ("Incorrect IAM authentication information: ak short-ak not exist", "short-ak"),
        ("SDK-HMAC-SHA256 Access=short-ak, SignedHeaders=host", "short-ak"),
        ("Signature " + "0a" * 32, "0a0a"),
        ("token MIIGqwYJKoZIhvcNAQcCoIIGnDCCBpgCAQ is invalid", "MIIGqw"),
        ('body {"password": "correct-horse"}', "correct-horse"),
        ("secret_key=aB3dEfGhIjKlMn", "aB3dEfGhIjKlMn"),
        ("found aB3dEfGhIjKlMnOpQrStUvWxYz0123456789abcd here", "aB3dEfGh"),
        ("security token " + "aB3/" * 100, "aB3/"),
        ("denied, encoded_authorization_message: QmFzZTY0", "QmFzZTY0"),
    ],
)
def test_secrets_never_get_into_a_message(text: str, secret: str) -> None:
    """What the gateway echoes stays out of Slack and logs."""
    assert secret not in redact(text)
    assert secret not in str(errors.BadRequest(text))


@pytest.mark.parametrize(
    "secret", ["FAKEAK0EXAMPLE000001", "MIIGqwYJKoZIhvcNAQcCoIIG", "aB3" * 30, "0a" * 32]
)
def test_request_ids_codes_and_addresses_are_redacted_as_messages_are(secret: str) -> None:
    """Whoever answers chooses them."""
    body = {"error_code": secret, "error_msg": "no", "request_id": secret}
    location = f"https://u:{secret}@h.example/login?t={secret}#{secret}"
    for error in (
        from_response(answer(400, body)),
        from_response(answer(400, {}, X_Request_Id=secret)),
        from_response(answer(302, "", Location=location)),
        errors.BadRequest("x", code=secret, request_id=secret),
    ):
        assert secret not in f"{error} {vars(error)}"
    assert errors.request_id_of(answer(200, {}, X_Request_Id=secret)) == "***"


@pytest.mark.parametrize(
    "request_id", ["8080d1f14bde8d7bb36f1c335a282024", "5f0c1b7e-8d6a-4c1e-9d9b-2c3f4a5b6c7d", "1"]
)
def test_a_real_request_id_stays(request_id: str) -> None:
    """Huawei's support asks for it."""
    assert errors.BadRequest(request_id=request_id).request_id == request_id


@pytest.mark.parametrize(
    "plain",
    [
        "The token must be updated",
        "skipped: 1234567890123",
        "task 191297407830872 in 2c0689c860ad4728a497c91ec0844383",
        "Failed to pause the task. The task is not in progress.",
        "任务未在迁移中",
    ],
)
def test_what_is_no_secret_stays(plain: str) -> None:
    """Ids and sentences are what people need."""
    assert redact(plain) == plain


@given(st.text(max_size=2000))
def test_a_message_is_one_short_visible_line(text: str) -> None:
    """Whatever Huawei, or someone in between, sends."""
    clean = redact(text)
    assert len(clean) <= 300
    assert clean.isprintable()


@given(
    st.integers(200, 599),
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["error", "code", "message", "error_code", "error_msg", "request_id"]), inner
            )
        ),
    ).map(lambda body: json.dumps(body).encode()),
)
def test_no_body_is_too_strange_to_be_an_error(status: int, body: bytes) -> None:
    """Parsing an error never raises another."""
    error = from_response(answer(status, body))
    assert error.status == status


def test_deep_nesting_is_no_way_to_break_it() -> None:
    """A body of brackets only."""
    assert type(from_response(answer(500, "[" * 100_000))) is errors.ServiceFault
