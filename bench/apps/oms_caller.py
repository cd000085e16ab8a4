"""Calls OMS as fast as one client can, for some seconds, and prints how many calls a second it made.

Usage: oms_caller.py CLIENT CONCURRENCY SECONDS URL; CLIENT is ours, ours-token, sdk-new, sdk-reused or httpx.
"""

# ruff: noqa: PLC0415  # each client imports only what it is made of, so that none pays for another

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

PROJECT = "2c0689c860ad4728a497c91ec0844383"
TASK = 900000000000001
AK, SK = "AKBENCH0000000000000", "bench-secret-key"


async def call_async(once: Callable[[], Awaitable[Any]], concurrency: int, seconds: float) -> float:
    """Keep *concurrency* calls under way; the first half second does not count."""
    counted = 0
    began = time.perf_counter() + 0.5
    until = began + seconds

    async def caller() -> None:
        nonlocal counted
        while (now := time.perf_counter()) < until:
            await once()
            counted += now >= began

    await asyncio.gather(*(caller() for _ in range(concurrency)))
    return counted / (time.perf_counter() - began)


def call_in_threads(once: Callable[[], Any], concurrency: int, seconds: float) -> float:
    """Do the same with threads."""
    counts = [0] * concurrency
    began = time.perf_counter() + 0.5
    until = began + seconds

    def caller(number: int) -> None:
        while (now := time.perf_counter()) < until:
            once()
            counts[number] += now >= began

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


async def ours(concurrency: int, seconds: float, url: str, *, token: bool) -> float:
    """Our `OmsClient` as the bot uses it: built for each use, on the transport that the process shares."""
    from pydantic import SecretStr

    from bot import logs
    from bot.huawei.iam.rejections import Rejections
    from bot.huawei.iam.signing import AccessKeyAuth, AccessKeyCredential
    from bot.huawei.iam.token import PasswordCredential, TokenIssuer
    from bot.huawei.oms.client import OmsClient
    from bot.huawei.oms.tasks import TaskCalls
    from bot.huawei.transport import new_http_client
    from bot.network import Outgoing

    logs.configure("INFO")
    http = new_http_client(10, Outgoing())
    if token:
        login = PasswordCredential("acme", "alice", SecretStr("pw"))
        auth = TokenIssuer(http).auth(login, iam_endpoint=url, project_id=PROJECT)
    else:
        key = AccessKeyCredential(SecretStr(AK), SecretStr(SK))
        auth = AccessKeyAuth(key, project_id=PROJECT, rejected=Rejections())

    async def once() -> None:
        await TaskCalls(OmsClient(http, endpoint=url, project_id=PROJECT, auth=auth)).show(str(TASK))

    return await call_async(once, concurrency, seconds)


async def plain_httpx(concurrency: int, seconds: float, url: str) -> float:
    """Plain httpx: no signature, the JSON read and not checked."""
    import httpx

    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=200)) as http:

        async def once() -> None:
            response = await http.get(
                f"{url}/v2/{PROJECT}/tasks/{TASK}", headers={"X-Auth-Token": "x" * 1500}
            )
            response.raise_for_status().json()

        return await call_async(once, concurrency, seconds)


def official(concurrency: int, seconds: float, url: str, *, reuse: bool) -> float:
    """Huawei's SDK, which blocks: a thread for each call under way."""
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkoms.v2 import OmsClient, ShowTaskRequest

    def new() -> OmsClient:
        return (
            OmsClient.new_builder()
            .with_credentials(BasicCredentials(AK, SK, PROJECT))
            .with_endpoints([url])
            .build()
        )

    kept = new()

    def once() -> None:
        (kept if reuse else new()).show_task(ShowTaskRequest(task_id=TASK))

    return call_in_threads(once, concurrency, seconds)


def main() -> None:
    """Run one client."""
    client, concurrency, seconds, url = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    match client:
        case "ours" | "ours-token":
            import uvloop

            rate = uvloop.run(ours(concurrency, seconds, url, token=client == "ours-token"))
        case "httpx":
            import uvloop

            rate = uvloop.run(plain_httpx(concurrency, seconds, url))
        case _:
            rate = official(concurrency, seconds, url, reuse=client == "sdk-reused")
    print(rate)


main()
