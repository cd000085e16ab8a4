"""The calls to OMS: what is sent, how often, and what comes of it."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
import stamina
from structlog.testing import capture_logs

from bot.huawei import errors
from bot.huawei.oms.client import Accepted, OmsClient
from bot.huawei.oms.models import TaskStatus
from bot.huawei.oms.tasks import TaskCalls
from bot.huawei.transport import new_http_client
from bot.network import Outgoing

PROJECT = "2c0689c860ad4728a497c91ec0844383"
TASK = "191297407830872"
TASKS = f"https://oms.example/v2/{PROJECT}/tasks"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries happen, but at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


class Server:
    """Answers from a script, the last answer for ever, and keeps what it was asked."""

    def __init__(
        self, *script: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
    ) -> None:
        self.script = list(script)
        self.requests: list[httpx.Request] = []
        self.observed: list[tuple[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests.append(request)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, httpx.Response) else step(request)

    def client(self, auth: httpx.Auth | None = None) -> OmsClient:
        """A client that talks to this server."""
        return OmsClient(
            new_http_client(10, Outgoing(), transport=httpx.MockTransport(self)),
            endpoint="https://oms.example/",
            project_id=PROJECT,
            auth=auth or httpx.Auth(),
            observe=lambda operation, outcome, _seconds: self.observed.append((operation, outcome)),
        )

    def tasks(self, auth: httpx.Auth | None = None) -> TaskCalls:
        """The calls about tasks, at this server."""
        return TaskCalls(self.client(auth))


def task(number: int = int(TASK), status: int = 2) -> dict[str, object]:
    """A task as OMS sends it."""
    return {"id": number, "name": f"task-{number}", "status": status}


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    """An error as OMS sends it."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"error_code": code, "error_msg": "why"}, headers=names)


async def test_a_task_is_read() -> None:
    """One GET, with the content type the official SDK sends too."""
    server = Server(httpx.Response(200, json=task()))
    found = await server.tasks().show(TASK)
    assert (found.id, found.status) == (TASK, TaskStatus.MIGRATING)
    (request,) = server.requests
    assert (request.method, str(request.url)) == ("GET", f"{TASKS}/{TASK}")
    assert request.headers["Content-Type"] == "application/json"
    assert server.observed == [("show_task", "ok")]


async def test_a_pause_is_posted_to_stop_without_a_body() -> None:
    """The published example lacks `/stop`; the URI line, all SDKs and the wire have it."""
    server = Server(httpx.Response(200, headers={"X-Request-Id": "8f3c"}))
    assert await server.tasks().stop(TASK) == Accepted(request_id="8f3c")
    (request,) = server.requests
    assert (request.method, str(request.url)) == ("POST", f"{TASKS}/{TASK}/stop")
    assert (request.content, request.headers["Content-Length"]) == (b"", "0")
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(202),
        httpx.Response(204),
        httpx.Response(302, headers={"Location": "https://portal.example/"}),
        httpx.Response(200, html="<html>Welcome to the hotel</html>"),
        httpx.Response(200, text="ok"),
    ],
)
async def test_only_200_from_oms_is_acceptance(answer: httpx.Response) -> None:
    """A captive portal does not pause tasks."""
    server = Server(answer)
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        await server.tasks().stop(TASK)
    assert caught.value.status == answer.status_code
    assert len(server.requests) == 1


async def test_an_acceptance_with_json_is_fine() -> None:
    """The documentation shows none, but none is promised."""
    assert await Server(httpx.Response(200, json={})).tasks().stop(TASK) == Accepted(None)


async def test_a_refusal_dressed_as_200_is_a_refusal() -> None:
    """The error code counts for more than the status."""
    with pytest.raises(errors.WrongState):
        await Server(refusal(200, "OMS.0066")).tasks().stop(TASK)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400, "OMS.0066"), errors.WrongState),
        (refusal(400, "OMS.0072"), errors.PermissionDenied),
        (refusal(401, "APIGW.0301"), errors.CredentialRejected),
        (refusal(429, "APIGW.0308", Retry_After="1"), errors.Throttled),
        (refusal(503, "APIGW.0613"), errors.ServiceFault),
        (httpx.ConnectError("refused"), errors.Unreachable),
        (httpx.ReadTimeout("slow"), errors.AnswerLost),
    ],
)
async def test_a_pause_is_sent_once_whatever_happens(
    answer: httpx.Response | Exception, kind: type[errors.HuaweiError]
) -> None:
    """Whoever calls reads the task first before trying again."""
    server = Server(answer)
    with pytest.raises(kind):
        await server.tasks().stop(TASK)
    assert len(server.requests) == 1
    assert server.observed == [("stop_task", kind.__name__)]


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        refusal(429, "APIGW.0308"),
        refusal(429, "APIGW.0308", Retry_After="2"),
        refusal(502, "APIGW.0610"),
        refusal(400, "OMS.1001"),
    ],
)
async def test_a_read_is_tried_three_times_if_the_failure_may_pass(
    failure: httpx.Response | Exception,
) -> None:
    """A hiccup at 3 a.m. is nobody's business."""
    server = Server(failure, failure, httpx.Response(200, json=task()))
    assert (await server.tasks().show(TASK)).id == TASK
    assert len(server.requests) == 3


async def test_a_read_gives_up_after_three_attempts() -> None:
    """And says what the last one met."""
    server = Server(refusal(503, "APIGW.0613"))
    with pytest.raises(errors.ServiceFault):
        await server.tasks().show(TASK)
    assert len(server.requests) == 3
    assert [outcome for _, outcome in server.observed] == ["ServiceFault"] * 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(401, "APIGW.0301"), errors.CredentialRejected),
        (refusal(403, "APIGW.0302"), errors.PermissionDenied),
        (refusal(400, "OMS.1009"), errors.NotFound),
        (refusal(400, "OMS.0001"), errors.BadRequest),
        (refusal(429, "APIGW.0308", Retry_After="60"), errors.Throttled),
        (httpx.Response(302), errors.UnexpectedAnswer),
        (httpx.Response(200, html="<html></html>"), errors.UnexpectedAnswer),
        (httpx.Response(200), errors.UnexpectedAnswer),
        (httpx.Response(200, json=[task()]), errors.UnexpectedAnswer),
        (httpx.Response(200, json={"hello": "world"}), errors.UnexpectedAnswer),
        (httpx.Response(200, json=task(7)), errors.UnexpectedAnswer),
    ],
)
async def test_a_read_is_not_repeated_when_that_cannot_help(
    answer: httpx.Response, kind: type[errors.HuaweiError]
) -> None:
    """Least of all with a rejected credential; nor when Huawei says to stay away for a minute."""
    server = Server(answer)
    with pytest.raises(kind):
        await server.tasks().show(TASK)
    assert len(server.requests) == 1


async def test_a_task_that_failed_is_a_task_not_an_error() -> None:
    """Its reason looks like an error body, one level down."""
    body = task(status=4) | {"error_reason": {"error_code": "TRF.0001", "error_msg": "bucket gone"}}
    found = await Server(httpx.Response(200, json=body)).tasks().show(TASK)
    assert found.status == TaskStatus.FAILED


@pytest.mark.parametrize("task_id", ["", "1/../2", "-1", "1234567890123456", "１２", "12\n", "media-872"])
async def test_what_cannot_be_a_task_id_is_never_sent(task_id: str) -> None:
    """Not even escaped."""
    server = Server(httpx.Response(200))
    for call in (server.tasks().show, server.tasks().stop):
        with pytest.raises(ValueError, match="task id"):
            await call(task_id)
    assert server.requests == []


@pytest.mark.parametrize("project_id", ["", "..", "a/b", "p\n", "x" * 1025])
def test_what_cannot_be_a_project_id_makes_no_client(project_id: str) -> None:
    """It comes from configuration, but a typo must not change the path."""
    with pytest.raises(ValueError, match="project id"):
        OmsClient(httpx.AsyncClient(), endpoint="https://x", project_id=project_id, auth=httpx.Auth())


def lists(*numbers: int, count: int | None = None) -> Callable[[httpx.Request], httpx.Response]:
    """A server's list of these tasks, in pages by record."""

    def answer(request: httpx.Request) -> httpx.Response:
        limit, offset = int(request.url.params["limit"]), int(request.url.params["offset"])
        page = [task(number) for number in numbers[offset : offset + limit]]
        return httpx.Response(200, json={"tasks": page, "count": len(numbers) if count is None else count})

    return answer


async def test_a_list_is_read_to_its_end() -> None:
    """The offset counts records."""
    server = Server(lists(*range(1, 251)))
    assert [found.id for found in await server.tasks().all()] == [str(n) for n in range(1, 251)]
    assert [request.url.params["offset"] for request in server.requests] == ["0", "100", "200"]


async def test_a_list_that_ends_early_ends() -> None:
    """Tasks may be deleted while it is read."""
    server = Server(lists(*range(1, 101), count=500))
    assert len(await server.tasks().all()) == 100
    assert len(server.requests) == 2


async def test_a_list_without_a_count_ends_with_an_empty_page() -> None:
    """The count is optional like everything else."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"tasks": [task()] if request.url.params["offset"] == "0" else None})

    assert len(await Server(answer).tasks().all()) == 1


async def test_a_task_that_moves_to_another_page_is_listed_once() -> None:
    """Pages shift when tasks are created meanwhile."""
    server = Server(lists(*range(1, 101), *range(100, 150)))
    found = [item.id for item in await server.tasks().all()]
    assert len(found) == len(set(found)) == 149


async def test_a_server_that_repeats_itself_is_not_believed_for_ever() -> None:
    """It ignores the offset."""
    server = Server(httpx.Response(200, json={"tasks": [task()], "count": 10**9}))
    assert len(await server.tasks().all()) == 1
    assert len(server.requests) == 2


async def test_a_list_without_an_end_is_an_error() -> None:
    """Half a list would be told as if it were the whole."""

    def endless(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        return httpx.Response(200, json={"tasks": [task(offset + 1)], "count": 10**9})

    with pytest.raises(errors.UnexpectedAnswer, match="does not end"):
        await Server(endless).tasks().all()


async def test_filters_are_sent_in_a_form_every_server_reads_alike() -> None:
    """A space is %20, not "+"."""
    server = Server(lists())
    await server.tasks().all(status=1, name="迁移 a+b")
    query = server.requests[0].url.query.decode()
    assert query == "status=1&task_name=%E8%BF%81%E7%A7%BB%20a%2Bb&limit=100&offset=0"


async def test_the_log_and_the_traceback_hold_no_credential() -> None:
    """Only what support asks for."""

    class Secret(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
            """Add a token."""
            request.headers["X-Auth-Token"] = "MII-secret"
            yield request

    server = Server(httpx.ReadError("cut"), httpx.Response(200, json=task(), headers={"X-Request-Id": "r1"}))
    with capture_logs() as logs:
        with pytest.raises(errors.AnswerLost) as caught:
            await server.tasks(Secret()).stop(TASK)
        await server.tasks(Secret()).show(TASK)
    assert server.requests[0].headers["X-Auth-Token"] == "MII-secret"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "secret" not in json.dumps(logs)
    assert [(entry["operation"], entry["outcome"], entry["request_id"]) for entry in logs] == [
        ("stop_task", "AnswerLost", None),
        ("show_task", "ok", "r1"),
    ]
