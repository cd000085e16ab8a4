"""One question to IAM and its answer."""

import time
from typing import Any, Final

import httpx
import structlog

from bot.huawei.errors import (
    AnswerTooLong,
    HuaweiError,
    UnexpectedAnswer,
    from_response,
    from_transport,
    request_id_of,
)
from bot.metrics import Observe

log = structlog.get_logger(__name__)

LONGEST_TOKEN: Final = (
    16_384  # characters in X-Auth-Token. Source: OMS API reference, "Pause a Migration Task"
)


async def ask_iam(
    http: httpx.AsyncClient,
    url: str,
    question: dict[str, Any],
    *,
    operation: str,
    auth: httpx.Auth | None = None,
    observe: Observe | None = None,
) -> tuple[httpx.Response, dict[str, Any]]:
    """POST a question that creates something (201) and return the response with its JSON object.

    Never repeated: IAM counts failures and locks users. Raises `HuaweiError` with `source == "iam"`.
    """
    began = time.perf_counter()
    outcome = "cancelled"
    try:
        answer = await _ask(http, url, question, auth)
        outcome = "ok"
    except HuaweiError as error:
        outcome = type(error).__name__
        raise
    else:
        return answer
    finally:
        if observe is not None:
            observe(operation, outcome, time.perf_counter() - began)


async def _ask(
    http: httpx.AsyncClient, url: str, question: dict[str, Any], auth: httpx.Auth | None
) -> tuple[httpx.Response, dict[str, Any]]:
    try:
        response = await http.post(url, json=question, auth=auth or httpx.Auth(), follow_redirects=False)
    except HuaweiError as exc:  # raised by `auth`, which may not know that it works for IAM
        exc.source = "iam"
        raise
    except httpx.RequestError as exc:
        raise from_transport(
            exc, source="iam"
        ) from None  # its request holds the password: not into any traceback
    request_id = request_id_of(response)
    log.debug("iam", path=response.url.path, status=response.status_code, request_id=request_id)
    if response.status_code != 201:
        raise from_response(response, source="iam")
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise unexpected(response, "the answer is not a JSON object")
    return response, answer


def unexpected(response: httpx.Response, message: str) -> UnexpectedAnswer:
    """An answer that cannot be used, with what is needed to ask about it."""
    return UnexpectedAnswer(
        message, status=response.status_code, request_id=request_id_of(response), source="iam"
    )


def check_length(what: str, token: str, response: httpx.Response) -> None:
    """Refuse a token that OMS would not take, since what OMS or a proxy says to it explains nothing.

    Raises:
        AnswerTooLong: it has more characters than the API reference allows.
    """
    if len(token) > LONGEST_TOKEN:
        raise AnswerTooLong(
            f"the {what} has {len(token)} characters, OMS takes at most {LONGEST_TOKEN}",
            status=response.status_code,
            request_id=request_id_of(response),
            source="iam",
        )
