"""The calls about task groups and sync tasks, and those that hand over keys: as Huawei's own SDK makes them."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
import stamina
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.huawei import errors
from bot.huawei.iam.signing import AccessKeyCredential
from bot.huawei.oms.client import OmsClient
from bot.huawei.oms.groups import TaskGroupCalls
from bot.huawei.oms.keys import AuthFile, ConnectionString, Keys
from bot.huawei.oms.models import BandwidthWindow
from bot.huawei.oms.sync_tasks import SyncTaskCalls
from bot.huawei.oms.tasks import TaskCalls
from bot.huawei.transport import new_http_client
from bot.network import Outgoing
from bot.sandbox.serving import serve

# The SDK writes an id of the machine into HOME when it is imported; without a HOME it does not.
with pytest.MonkeyPatch.context() as nowhere:
    nowhere.delenv("HOME", raising=False)
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkoms import v2 as sdk

PROJECT = "2c0689c860ad4728a497c91ec0844383"
TASK = "191297407830872"
GROUP = "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f0"
SYNC = "0a1b2c3d-4e5f-4061-7283-94a5b6c7d8e9"
NOW = 1_795_509_015.25
KEYS = Keys(
    destination=AccessKeyCredential(SecretStr("dst-ak"), SecretStr("dst-sk")),
    source=AccessKeyCredential(SecretStr("src-ak"), SecretStr("src-sk")),
)
LENT = Keys(
    destination=AccessKeyCredential(SecretStr("dst-ak"), SecretStr("dst-sk"), SecretStr("dst-token")),
    source=AccessKeyCredential(SecretStr("src-ak"), SecretStr("src-sk"), SecretStr("src-token")),
)
AZURE = Keys(destination=KEYS.destination, source=ConnectionString(SecretStr("AccountKey=canary")))
GOOGLE = Keys(destination=KEYS.destination, source=AuthFile(SecretStr('{"private_key": "canary"}')))
OF_URLS = Keys(destination=KEYS.destination)
WINDOWS = (
    BandwidthWindow(start="09:00", end="18:00", max_bandwidth=20_971_520),
    BandwidthWindow(start="18:00", end="24:00", max_bandwidth=1_048_576),
)
_POLICY = [sdk.BandwidthPolicyDto(start=w.start, end=w.end, max_bandwidth=w.max_bandwidth) for w in WINDOWS]
_PAIRS = {"src_ak": "src-ak", "src_sk": "src-sk", "dst_ak": "dst-ak", "dst_sk": "dst-sk"}
_TO = {"dst_ak": "dst-ak", "dst_sk": "dst-sk"}
_TOKENS = {"src_security_token": "src-token", "dst_security_token": "dst-token"}
_AZURE, _GOOGLE = {"connection_string": "AccountKey=canary"}, {"json_auth_file": '{"private_key": "canary"}'}

Call = Callable[[OmsClient], Awaitable[object]]
Official = Callable[[Any], object]


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries happen, but at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def _start_task(**body: str) -> Official:
    request = sdk.StartTaskRequest(task_id=int(TASK), body=sdk.StartTaskReq(**body))
    return lambda client: client.start_task(request)


def _start_group(**body: str) -> Official:
    request = sdk.StartTaskGroupRequest(group_id=GROUP, body=sdk.StartTaskGroupReq(**body))
    return lambda client: client.start_task_group(request)


CHANGES: dict[str, tuple[Call, Official]] = {
    "start_task": (lambda c: TaskCalls(c).start(TASK, KEYS), _start_task(**_PAIRS)),
    "start_task with temporary keys": (
        lambda c: TaskCalls(c).start(TASK, LENT),
        _start_task(**_PAIRS, **_TOKENS),
    ),
    "start_task from Azure": (lambda c: TaskCalls(c).start(TASK, AZURE), _start_task(**_TO, **_AZURE)),
    "start_task from Google": (lambda c: TaskCalls(c).start(TASK, GOOGLE), _start_task(**_TO, **_GOOGLE)),
    "start_task of URLs": (lambda c: TaskCalls(c).start(TASK, OF_URLS), _start_task(**_TO)),
    "update_bandwidth_policy": (
        lambda c: TaskCalls(c).throttle(TASK, WINDOWS),
        lambda c: c.update_bandwidth_policy(
            sdk.UpdateBandwidthPolicyRequest(
                task_id=int(TASK), body=sdk.UpdateBandwidthPolicyReq(bandwidth_policy=_POLICY)
            )
        ),
    ),
    "stop_task_group": (
        lambda c: TaskGroupCalls(c).stop(GROUP),
        lambda c: c.stop_task_group(sdk.StopTaskGroupRequest(group_id=GROUP)),
    ),
    "start_task_group": (lambda c: TaskGroupCalls(c).start(GROUP, KEYS), _start_group(**_PAIRS)),
    "start_task_group from Azure": (
        lambda c: TaskGroupCalls(c).start(GROUP, AZURE),
        _start_group(**_TO, **_AZURE),
    ),
    "retry_task_group": (
        lambda c: TaskGroupCalls(c).retry(GROUP, KEYS),
        lambda c: c.retry_task_group(
            sdk.RetryTaskGroupRequest(group_id=GROUP, body=sdk.RetryTaskGroupReq(**_PAIRS))
        ),
    ),
    "update_task_group": (
        lambda c: TaskGroupCalls(c).throttle(GROUP, WINDOWS),
        lambda c: c.update_task_group(
            sdk.UpdateTaskGroupRequest(
                group_id=GROUP, body=sdk.UpdateBandwidthPolicyReq(bandwidth_policy=_POLICY)
            )
        ),
    ),
    "stop_sync_task": (
        lambda c: SyncTaskCalls(c).stop(SYNC),
        lambda c: c.stop_sync_task(sdk.StopSyncTaskRequest(sync_task_id=SYNC)),
    ),
    "start_sync_task": (
        lambda c: SyncTaskCalls(c).start(SYNC, KEYS),
        lambda c: c.start_sync_task(
            sdk.StartSyncTaskRequest(sync_task_id=SYNC, body=sdk.StartSyncTaskReq(**_PAIRS))
        ),
    ),
}
READS: dict[str, tuple[Call, Official, dict[str, Any]]] = {
    "show_task_group": (
        lambda c: TaskGroupCalls(c).show(GROUP),
        lambda c: c.show_task_group(sdk.ShowTaskGroupRequest(group_id=GROUP)),
        {"group_id": GROUP, "status": 2},
    ),
    "list_task_group": (
        lambda c: TaskGroupCalls(c).all(),
        lambda c: c.list_task_group(sdk.ListTaskGroupRequest(limit=100, offset=0)),
        {"taskgroups": [], "count": 0},
    ),
    "show_sync_task": (
        lambda c: SyncTaskCalls(c, clock=lambda: NOW).show(SYNC),
        lambda c: c.show_sync_task(sdk.ShowSyncTaskRequest(sync_task_id=SYNC, query_time=round(NOW * 1000))),
        {"sync_task_id": SYNC, "status": "STOPPED"},
    ),
    "list_sync_tasks": (
        lambda c: SyncTaskCalls(c).all(),
        lambda c: c.list_sync_tasks(sdk.ListSyncTasksRequest(limit=100, offset=0)),
        {"tasks": [], "count": 0},
    ),
}


class Recorder:
    """A server that answers all alike, and keeps what it was asked."""

    def __init__(self, answer: object = None) -> None:
        self.heard: list[tuple[str, str, str, object]] = []
        self._body = b"" if answer is None else json.dumps(answer).encode()
        methods = ["GET", "POST", "PUT"]
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=methods)])

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        query = "&".join(sorted(request.url.query.split("&")))
        self.heard.append((request.method, request.url.path, query, json.loads(body) if body else None))
        return Response(self._body, media_type="application/json")


async def _both_ask(call: Call, official: Official, recorder: Recorder) -> None:
    async with serve(recorder.app) as url, new_http_client(10, Outgoing()) as http:
        await call(OmsClient(http, endpoint=url, project_id=PROJECT, auth=httpx.Auth()))
        credentials = BasicCredentials("AK", "SK", PROJECT)
        client = sdk.OmsClient.new_builder().with_credentials(credentials).with_endpoints([url]).build()
        await asyncio.to_thread(official, client)


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_is_asked_for_as_the_official_sdk_asks(name: str) -> None:
    """Groups with PUT, tasks and sync tasks with POST; of a source only what it has."""
    call, official = CHANGES[name]
    recorder = Recorder()
    await _both_ask(call, official, recorder)
    ours, theirs = recorder.heard
    assert ours == theirs


@pytest.mark.parametrize("name", READS)
async def test_a_reading_is_asked_for_as_the_official_sdk_asks(name: str) -> None:
    """A sync task with the moment that it is read at, in milliseconds."""
    call, official, answer = READS[name]
    recorder = Recorder(answer)
    await _both_ask(call, official, recorder)
    ours, theirs = recorder.heard
    assert ours == theirs


def _client(answer: httpx.Response | Exception, asked: list[httpx.Request], seen: list[str]) -> OmsClient:
    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return OmsClient(
        new_http_client(10, Outgoing(), transport=httpx.MockTransport(handle)),
        endpoint="https://oms.example",
        project_id=PROJECT,
        auth=httpx.Auth(),
        observe=lambda operation, _outcome, _seconds: seen.append(operation),
    )


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(400, json={"error_code": "OMS.1038", "error_msg": ""}), errors.WrongState),
        (httpx.Response(429, json={"error_code": "APIGW.0308", "error_msg": ""}), errors.Throttled),
        (httpx.Response(503), errors.ServiceFault),
        (httpx.Response(200, html="<html>Welcome to the hotel</html>"), errors.UnexpectedAnswer),
        (httpx.Response(302), errors.UnexpectedAnswer),
        (httpx.ConnectError("refused"), errors.Unreachable),
        (httpx.ReadTimeout("slow"), errors.AnswerLost),
    ],
)
async def test_a_change_is_sent_once_whatever_happens(
    name: str, answer: httpx.Response | Exception, kind: type[errors.HuaweiError]
) -> None:
    """Whoever calls reads the target first before trying again."""
    asked: list[httpx.Request] = []
    seen: list[str] = []
    with pytest.raises(kind):
        await CHANGES[name][0](_client(answer, asked, seen))
    assert len(asked) == 1
    assert seen == [name.partition(" ")[0]]


@pytest.mark.parametrize("code", ["1036", "1038", "1039", "1040"])
async def test_a_group_in_another_state_says_so(code: str) -> None:
    """Read it again: the code alone does not tell which."""
    answer = httpx.Response(400, json={"error_code": f"OMS.{code}", "error_msg": "why"})
    with pytest.raises(errors.WrongState):
        await TaskGroupCalls(_client(answer, [], [])).stop(GROUP)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"error_code": "OMS.1009", "error_msg": "No resources found."}),
        httpx.Response(404, json={}),
        httpx.Response(400, json={"error_code": "OMS.1009", "error_msg": "No resources found."}),
    ],
)
async def test_a_group_that_there_is_not_is_not_found(answer: httpx.Response) -> None:
    """Unlike a missing task, with HTTP 404."""
    with pytest.raises(errors.NotFound):
        await TaskGroupCalls(_client(answer, [], [])).show(GROUP)


@pytest.mark.parametrize(
    "read",
    [
        lambda client: TaskGroupCalls(client).show(GROUP),
        lambda client: SyncTaskCalls(client).show(SYNC),
        lambda client: TaskGroupCalls(client).all(),
        lambda client: SyncTaskCalls(client).all(),
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"hello": "world"}),
        httpx.Response(200, json={"group_id": "other", "sync_task_id": "other", "status": 2}),
        httpx.Response(200),
    ],
)
async def test_an_answer_about_something_else_is_none(read: Call, answer: httpx.Response) -> None:
    """What is acted on is what was shown."""
    with pytest.raises(errors.UnexpectedAnswer):
        await read(_client(answer, [], []))


@pytest.mark.parametrize("odd", ["", ".", "..", "1/../2", "a b", "a%2Fb", "a\n", "ä", "x" * 37])
async def test_what_cannot_be_an_id_is_never_sent(odd: str) -> None:
    """Not even escaped."""
    asked: list[httpx.Request] = []
    client = _client(httpx.Response(200), asked, [])
    groups, syncs, tasks = TaskGroupCalls(client), SyncTaskCalls(client), TaskCalls(client)
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: groups.show(odd),
        lambda: groups.stop(odd),
        lambda: groups.start(odd, KEYS),
        lambda: groups.retry(odd, KEYS),
        lambda: groups.throttle(odd, WINDOWS),
        lambda: syncs.show(odd),
        lambda: syncs.stop(odd),
        lambda: syncs.start(odd, KEYS),
        lambda: tasks.start(odd, KEYS),
        lambda: tasks.throttle(odd, WINDOWS),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="id is 1 to"):
            await call()
    assert asked == []


async def test_only_tasks_are_started_with_temporary_keys() -> None:
    """Groups and sync tasks have no place for their tokens; and a sync task is from bucket to bucket."""
    asked: list[httpx.Request] = []
    client = _client(httpx.Response(200), asked, [])
    with pytest.raises(ValueError, match="temporary"):
        await TaskGroupCalls(client).start(GROUP, LENT)
    with pytest.raises(ValueError, match="temporary"):
        await TaskGroupCalls(client).retry(GROUP, LENT)
    for keys in (LENT, AZURE, OF_URLS):
        with pytest.raises(ValueError, match="lasting access keys"):
            await SyncTaskCalls(client).start(SYNC, keys)
    assert (LENT.temporary, KEYS.temporary, AZURE.temporary) == (True, False, False)
    assert asked == []


SECRETS = ("dst-sk", "src-sk", "src-ak", "dst-ak", "-token", "canary")


@pytest.mark.parametrize("keys", [KEYS, LENT, AZURE, GOOGLE])
def test_keys_hide_in_whatever_shows_them(keys: Keys) -> None:
    """A repr ends in a log sooner or later."""
    shown = f"{keys!r} {keys} {keys.source!r} {keys.destination}"
    assert not [secret for secret in SECRETS if secret in shown]


@pytest.mark.parametrize("keys", [KEYS, LENT, AZURE, GOOGLE])
@pytest.mark.parametrize("answer", [httpx.ReadError("cut"), httpx.Response(503)])
async def test_neither_the_log_nor_a_traceback_holds_a_key(
    keys: Keys, answer: httpx.Response | Exception
) -> None:
    """Not with all local variables of this program either."""
    with capture_logs() as logs, pytest.raises(errors.HuaweiError) as caught:
        await TaskCalls(_client(answer, [], [])).start(TASK, keys)
    assert caught.value.__cause__ is None
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if "/bot/" in frame.filename and frame.locals]
    assert frames
    told = json.dumps([logs, [frame.locals for frame in frames]])
    assert not [secret for secret in SECRETS if secret in told]


async def test_a_key_that_oms_repeats_is_not_told_on() -> None:
    """Whatever it looks like: those of other clouds have shapes of their own."""
    said = {"error_code": "OMS.0058", "error_msg": "no access for src-ak with src-sk"}
    with capture_logs() as logs, pytest.raises(errors.HuaweiError) as caught:
        await TaskCalls(_client(httpx.Response(400, json=said), [], [])).start(TASK, KEYS)
    assert caught.value.message == "no access for *** with ***"
    assert "src-" not in f"{caught.value} {caught.value!r} {logs}"


_PEM = (
    "-----BEGIN PRIVATE KEY-----\n"
    + "\n".join(f"canary{c * 50}" for c in "abcd")
    + "\n-----END PRIVATE KEY-----\n"
)
_OF_SHAPES = (
    Keys(
        destination=AccessKeyCredential(SecretStr("minio-canary"), SecretStr('canary\'s "pass word"/+')),
        source=ConnectionString(
            SecretStr("AccountName=media;AccountKey=canaryOfAzure+/==;EndpointSuffix=core")
        ),
    ),
    Keys(
        destination=AccessKeyCredential(SecretStr("Minio/Canary"), SecretStr("canary")),
        source=AuthFile(
            SecretStr(json.dumps({"private_key": _PEM, "private_key_id": "canary0123"}, indent=1))
        ),
    ),
)


def _part(body: dict[str, str]) -> str:
    """Return what a service may quote of a source's key."""
    if "json_auth_file" in body:
        return str(json.loads(body["json_auth_file"])["private_key"])
    return body["connection_string"].split("AccountKey=")[1].split(";")[0]


@pytest.mark.parametrize("keys", _OF_SHAPES)
@pytest.mark.parametrize(
    "quoted",
    [
        json.dumps,
        lambda body: str(httpx.QueryParams(body)),
        lambda body: " ".join(body.values()).upper(),
        _part,
    ],
    ids=["JSON", "an address", "capitals", "a part"],
)
async def test_a_key_is_not_told_on_in_another_form(
    keys: Keys, quoted: Callable[[dict[str, str]], str]
) -> None:
    """As JSON or an address has it, in capitals, or what matters of a file or of a connection string."""
    said = {"error_code": "OMS.0058", "error_msg": f"no access with {quoted(keys.body())}"}
    answer = httpx.Response(400, json=said, headers={"X-Request-Id": keys.body()["dst_ak"]})
    with capture_logs() as logs, pytest.raises(errors.HuaweiError) as caught:
        await TaskCalls(_client(answer, [], [])).start(TASK, keys)
    assert "canary" not in f"{caught.value} {caught.value!r} {logs}".casefold()
    assert caught.value.message.startswith("no access with ")
