"""How OMS API v2 is spoken to: reads are repeated, changes are sent once; each returns a value or raises.

`tasks`, `groups` and `sync_tasks` beside this file have the calls.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import httpx
import stamina
import structlog
from pydantic import BaseModel, ValidationError

from bot.huawei.errors import (
    AnswerLost,
    HuaweiError,
    ServiceFault,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
    from_response,
    from_transport,
    request_id_of,
)
from bot.huawei.oms.keys import Keys
from bot.huawei.oms.models import Page, SyncTask, Task, TaskGroup
from bot.huawei.transport import PERMIT, Permit
from bot.metrics import Observe

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer", bound=BaseModel)
Item = TypeVar("Item", Task, TaskGroup, SyncTask)

READ_RETRIES: Final = stamina.AsyncRetryingCaller(
    attempts=3, timeout=10.0, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
)
"""Three attempts at a read; no more once 10 s have passed, so a read that ran into a timeout is not repeated."""

PAGE: Final = 100  # the largest `limit` ListTasks accepts
MOST_PAGES: Final = 200  # an account may create 5000 tasks a day; 20 000 in a list is a server gone wrong
_LONGEST_WAIT: Final = 3.0  # seconds of Retry-After worth waiting for within one read


@dataclass(frozen=True, slots=True)
class Accepted:
    """OMS has taken the request. What was asked for is under way, not done."""

    request_id: str | None


class OmsClient:
    """OMS in one project, as one person. Holds no state: build one for each use.

    Every method raises `HuaweiError`. With `source == "iam"` the credential failed and OMS was not asked.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        endpoint: str,
        project_id: str,
        auth: httpx.Auth,
        retries: stamina.AsyncRetryingCaller = READ_RETRIES,
        permit: Permit | None = None,
        observe: Observe | None = None,
    ) -> None:
        """Bind a client.

        Args:
            http: from `new_http_client`, shared by the process.
            endpoint: such as `https://oms.ap-southeast-3.myhuaweicloud.com`, always from configuration.
            project_id: the project's id, 32 digits in practice.
            auth: whose credential to act with, one of the classes in `bot.huawei.iam`.
            retries: how reads are repeated. `change` never is.
            permit: asked right before a change is sent, and perhaps raising.
            observe: called after each request, for metrics.

        Raises:
            ValueError: the project id could not be one.
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,1024}", project_id):
            raise ValueError("a project id is 1 to 1024 letters, digits, hyphens or underscores")
        self._http = http
        self._url = f"{endpoint.rstrip('/')}/v2/{project_id}"
        self._auth = auth
        self._retries = retries
        self._permit = permit
        self._observe = observe

    async def read(self, operation: str, path: str, model: type[Answer]) -> Answer:
        """Read one thing, in up to three attempts if the failure is of a passing kind. Raises `HuaweiError`."""
        response, answer = await self._retries(_worth_repeating, self._send, operation, "GET", path)
        if answer is None:
            raise _unexpected(response, "not JSON")
        try:
            return model.model_validate(answer)
        except ValidationError:  # its text quotes the data
            raise _unexpected(response, "JSON of another shape") from None

    async def read_all(
        self, operation: str, path: str, model: type[Page[Item]], filters: Mapping[str, str | int | None]
    ) -> list[Item]:
        """Read a list to its end, page by page, each item once. *filters* that are None are not sent.

        Raises:
            HuaweiError: as for `read`; `UnexpectedAnswer` also for a list that does not end.
        """
        given = {key: value for key, value in filters.items() if value is not None}
        found: dict[str, Item] = {}
        offset = 0  # counts records, not pages
        for _ in range(MOST_PAGES):
            # %20 for a space: whether Huawei's gateway understands "+" is not documented.
            query = urlencode({**given, "limit": PAGE, "offset": offset}, quote_via=quote, safe="~")
            page = await self.read(operation, f"{path}?{query}", model)
            if "items" not in page.model_fields_set:
                raise UnexpectedAnswer("the answer is not such a list", status=200)
            new = {item.id: item for item in page.items if item.id is not None and item.id not in found}
            found |= new
            offset += len(page.items)
            if not new or (page.count is not None and offset >= page.count):
                return list(found.values())
        raise UnexpectedAnswer(f"the list does not end after {MOST_PAGES} pages", status=200)

    async def change(
        self,
        operation: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        keys: Keys | None = None,
    ) -> Accepted:
        """Ask for a change, with a *body* or *keys* as its JSON. Sent once, whatever happens.

        Raises:
            AnswerLost: it may have been received, as after `ServiceFault` or `UnexpectedAnswer`: read the target.
            HuaweiError: anything else.
        """
        response, answer = await self._send(operation, method, path, body, keys, permit=self._permit)
        # The documented answer is empty; a web page is not OMS speaking.
        if response.content and answer is None:
            raise _unexpected(response, "not JSON")
        return Accepted(request_id_of(response))

    async def _send(
        self,
        operation: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        keys: Keys | None = None,
        *,
        permit: Permit | None = None,
    ) -> tuple[httpx.Response, Any]:
        """Send one request; return the answer, and its JSON, which is None if there is none."""
        began = time.perf_counter()
        outcome = "cancelled"
        status = request_id = None
        try:
            response, answer = await self._exchange(method, path, body, keys, permit)
            outcome, status, request_id = "ok", response.status_code, request_id_of(response)
        except HuaweiError as exc:
            outcome, status, request_id = type(exc).__name__, exc.status, exc.request_id
            raise
        else:
            return response, answer
        finally:
            seconds = time.perf_counter() - began
            log.debug(
                "oms",
                operation=operation,
                outcome=outcome,
                status=status,
                request_id=request_id,
                seconds=seconds,
            )
            if self._observe is not None:
                self._observe(operation, outcome, seconds)

    async def _exchange(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        keys: Keys | None,
        permit: Permit | None,
    ) -> tuple[httpx.Response, Any]:
        try:
            response = await self._http.request(
                method,
                f"{self._url}/{path}",
                json=keys.body() if keys else body,  # only here: in a variable they might be shown
                headers={"Content-Type": "application/json"},  # also without a body, as the official SDK does
                auth=self._auth,
                follow_redirects=False,
                extensions={PERMIT: permit} if permit else None,
            )
        except httpx.RequestError as exc:
            raise from_transport(exc) from None  # its request carries the credential: not into any traceback
        answer = _json(response)
        if response.status_code != 200 or _names_an_error(answer):
            by_token = "X-Auth-Token" in response.request.headers
            raise from_response(response, hide=keys.hide if keys else str, by_token=by_token)
        return response, answer


def _worth_repeating(exc: Exception) -> bool | float:
    """For stamina: whether to repeat a read, or after how many seconds."""
    if not isinstance(exc, Throttled | ServiceFault | Unreachable | AnswerLost) or not exc.may_pass:
        return False
    if exc.retry_after is None:
        return True
    return exc.retry_after if exc.retry_after <= _LONGEST_WAIT else False


def _names_an_error(answer: object) -> bool:
    return isinstance(answer, dict) and bool(answer.get("error_code") or answer.get("errorCode"))


def _json(response: httpx.Response) -> Any:  # noqa: ANN401  # pydantic gives it a type
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _unexpected(response: httpx.Response, what: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"the answer is {what}", status=response.status_code, request_id=request_id_of(response)
    )
