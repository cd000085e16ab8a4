"""A cloud with alice in it, and her client: what the tests of the sandbox's OMS play in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bot.sandbox.huawei.cloud import ON_CALL, HuaweiCloud
from bot.sandbox.serving import serve
from tests import plain_http

PROJECT = "2c0689c860ad4728a497c91ec0844383"
OTHER = "0af9a12b3c4d5e6f708192a3b4c5d6e7"
KEYS = {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"}


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        """The time it stands at."""
        return self.now


@dataclass
class World:
    """A cloud with alice in it, her client, and everybody's clock. `slept` is what latency faults waited."""

    cloud: HuaweiCloud
    clock: Clock
    slept: list[float]
    http: httpx.AsyncClient

    async def log_in(self, name: str = "alice", project: str | None = PROJECT) -> dict[str, str]:
        """Headers with a fresh token of `name`, whose password is `name` + "-pw"."""
        user = {"name": name, "password": f"{name}-pw", "domain": {"name": "acme"}}
        scope = {"project": {"id": project}} if project else {"domain": {"name": "acme"}}
        auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}
        answer = await self.http.post("/v3/auth/tokens?nocatalog=true", json={"auth": auth})
        assert answer.status_code == 201, answer.text
        return {"X-Auth-Token": answer.headers["X-Subject-Token"]}

    async def show(self, task: int) -> dict[str, Any]:
        """The task as OMS shows it."""
        answer = await self.http.get(f"/v2/{PROJECT}/tasks/{task}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def stop(self, task: int) -> httpx.Response:
        """Ask for a pause."""
        return await self.http.post(f"/v2/{PROJECT}/tasks/{task}/stop")

    async def start(self, task: int, **body: Any) -> httpx.Response:
        """Ask to resume, with all four keys unless told otherwise."""
        return await self.http.post(f"/v2/{PROJECT}/tasks/{task}/start", json=body or KEYS)


@asynccontextmanager
async def alices_world() -> AsyncIterator[World]:
    """Alice, allowed everything an on-call responder needs, logged in."""
    clock, slept = Clock(), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    cloud = HuaweiCloud(clock=clock, sleep=sleep)
    cloud.add_project(PROJECT, "ap-southeast-3")
    cloud.add_project(OTHER, "cn-north-4")
    cloud.add_user("alice", "alice-pw", "acme", "AKALICE", "SKALICE", permissions={PROJECT: ON_CALL})
    async with serve(cloud.app) as url, plain_http.async_client(base_url=url) as http:
        world = World(cloud, clock, slept, http)
        http.headers.update(await world.log_in())
        cloud.forget_calls()
        yield world


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and error code of a refusal, which always names its request."""
    body = answer.json()
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert body["error_msg"]
    return answer.status_code, body["error_code"]
