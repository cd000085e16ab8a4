"""The few calls of OMS API v2 the bot makes, each as one function that either returns a value or raises."""

import re
import time
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import httpx
import stamina
import structlog
from pydantic import ValidationError

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
from bot.huawei.oms.models import Task, TaskList
from bot.metrics import Observe

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer", Task, TaskList)

READ_RETRIES: Final = stamina.AsyncRetryingCaller(
    attempts=3, timeout=10.0, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
)
"""Three attempts at a read; no more once 10 s have passed, so a read that ran into a timeout is not repeated."""

PAGE: Final = 100  # the largest `limit` ListTasks accepts
MOST_PAGES: Final = 200  # an account may create 5000 tasks a day; 20 000 in a list is a server gone wrong
_LONGEST_WAIT: Final = 3.0  # seconds of Retry-After worth waiting for within one read


@dataclass(frozen=True, slots=True)
class Accepted:
    """OMS has taken the request to pause: the task is now pausing, not yet paused."""

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
        observe: Observe | None = None,
    ) -> None:
        """Bind a client.

        Args:
            http: from `new_http_client`, shared by the process.
            endpoint: such as `https://oms.ap-southeast-3.myhuaweicloud.com`, always from configuration.
            project_id: the project's id, 32 digits in practice.
            auth: whose credential to act with, one of the classes in `bot.huawei.iam`.
            retries: how reads are repeated. `stop_task` never is.
            observe: called after each request, for metrics.

        Raises:
            ValueError: the project id could not be one.
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,1024}", project_id):
            raise ValueError("a project id is 1 to 1024 letters, digits, hyphens or underscores")
        self._http = http
        self._tasks_url = f"{endpoint.rstrip('/')}/v2/{project_id}/tasks"
        self._auth = auth
        self._retries = retries
        self._observe = observe

    async def show_task(self, task_id: str) -> Task:
        """Read one task.

        Raises:
            ValueError: the id is not 1 to 15 digits; nothing was sent.
            HuaweiError: after up to three attempts if the failure was of a passing kind.
        """
        url = self._task_url(task_id)
        task = await self._read("show_task", url, Task)
        if task.status is None and task.id is None:
            raise UnexpectedAnswer("the answer is not a task", status=200)
        if task.id is not None and task.id.lstrip("0") != task_id.lstrip("0"):
            raise UnexpectedAnswer("the answer is about another task", status=200)
        return task

    async def list_tasks(self, *, status: int | None = None, name: str | None = None) -> list[Task]:
        """Read all tasks, page by page, each once.

        Args:
            status: only those in this status; OMS documents 1, 2, 3, 4, 5 and 7.
            name: only those whose name contains this (OMS matches loosely and names need not be unique).

        Raises:
            HuaweiError: as for `show_task`; `UnexpectedAnswer` also for a list that does not end.
        """
        filters = {"status": status, "task_name": name or None}
        given = {key: value for key, value in filters.items() if value is not None}
        found: dict[str, Task] = {}
        offset = 0  # counts records, not pages
        for _ in range(MOST_PAGES):
            # %20 for a space: whether Huawei's gateway understands "+" is not documented.
            query = urlencode({**given, "limit": PAGE, "offset": offset}, quote_via=quote, safe="~")
            page = await self._read("list_tasks", f"{self._tasks_url}?{query}", TaskList)
            if "tasks" not in page.model_fields_set:
                raise UnexpectedAnswer("the answer is not a list of tasks", status=200)
            new = {task.id: task for task in page.tasks if task.id is not None and task.id not in found}
            found |= new
            offset += len(page.tasks)
            if not new or (page.count is not None and offset >= page.count):
                return list(found.values())
        raise UnexpectedAnswer(f"the list of tasks does not end after {MOST_PAGES} pages", status=200)

    async def count_tasks(self, *, status: int) -> int | None:
        """Count the tasks in one status with a single small read; None when OMS does not say.

        Raises:
            HuaweiError: as for `show_task`.
        """
        url = f"{self._tasks_url}?{urlencode({'status': status, 'limit': 1, 'offset': 0})}"
        return (await self._read("list_tasks", url, TaskList)).count

    async def stop_task(self, task_id: str) -> Accepted:
        """Ask OMS to pause a task that is migrating. Sent once, whatever happens.

        It is done when `show_task` says status 3; meanwhile the task is pausing (7), and may also end.

        Raises:
            ValueError: the id is not 1 to 15 digits; nothing was sent.
            WrongState: not migrating (OMS.0066) or finished (OMS.0070): read the task to know which.
            AnswerLost: it may have been received, as after `ServiceFault` or `UnexpectedAnswer`: read the task.
            HuaweiError: anything else.
        """
        response, answer = await self._send("stop_task", "POST", f"{self._task_url(task_id)}/stop")
        if (
            response.content and answer is None
        ):  # the documented answer is empty; a web page is not OMS speaking
            raise _unexpected(response, "not JSON")
        return Accepted(request_id_of(response))

    def _task_url(self, task_id: str) -> str:
        if not re.fullmatch(r"[0-9]{1,15}", task_id):
            raise ValueError("a task id is 1 to 15 digits")
        return f"{self._tasks_url}/{task_id}"

    async def _read(self, operation: str, url: str, model: type[Answer]) -> Answer:
        response, answer = await self._retries(_worth_repeating, self._send, operation, "GET", url)
        if answer is None:
            raise _unexpected(response, "not JSON")
        try:
            return model.model_validate(answer)
        except ValidationError:  # its text quotes the data
            raise _unexpected(response, "JSON of another shape") from None

    async def _send(self, operation: str, method: str, url: str) -> tuple[httpx.Response, Any]:
        """Send one request; return the answer, and its JSON, which is None if there is none."""
        began = time.perf_counter()
        outcome = "cancelled"
        status = request_id = None
        try:
            response, answer = await self._exchange(method, url)
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

    async def _exchange(self, method: str, url: str) -> tuple[httpx.Response, Any]:
        try:
            response = await self._http.request(
                method,
                url,
                headers={"Content-Type": "application/json"},  # also without a body, as the official SDK does
                auth=self._auth,
                follow_redirects=False,
            )
        except httpx.RequestError as exc:
            raise from_transport(exc) from None  # its request carries the credential: not into any traceback
        answer = _json(response)
        if response.status_code != 200 or _names_an_error(answer):
            raise from_response(response)
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
