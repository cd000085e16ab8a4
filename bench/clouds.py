"""A Slack, an IAM and an OMS that remember when they were asked what, and answer at once or from far away.

The sandbox of the bot behaves as the real ones do; this one only has to be fast: raw asyncio with httptools, answers
made in advance. It runs in the generator's process, so a click, the call it causes and the reply in the thread are
timed by one clock. Operations are told apart by their task ids; see `deliveries.new_task`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import httptools

from bench import answers

_TASK_IN_TEXT = re.compile(rb"9\d{14}")
_TASK_IN_PATH = re.compile(rb"/tasks/(\d+)(/stop)?$")
_THREAD = re.compile(rb'"thread_ts": ?"([\d.]+)"')
_PLACE = re.compile(rb'"ts": ?"([\d.]+)"')
_USER = re.compile(rb"user=(\w+)")
TOKEN_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Distance:
    """After how many seconds each cloud's answer comes."""

    slack: float = 0.0
    oms: float = 0.0
    iam: float = 0.0

    def to(self, path: bytes) -> float:
        """Return how far away what answers *path* is."""
        if path.startswith(b"/v2/"):
            return self.oms
        return self.iam if path.startswith(b"/v3/") else self.slack


NEAR = Distance()


@dataclass(frozen=True)
class Call:
    """What a contender asked the clouds, and when that came."""

    at: float
    path: str


@dataclass
class Post:
    """A card as the bot sent it, when, and the ``ts`` it was given."""

    at: float
    ts: str
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        """What was sent to chat.postMessage."""
        message: dict[str, Any] = json.loads(self.body)
        return message


class Clouds:
    """All that the contenders talk to. Times are `time.perf_counter`'s."""

    def __init__(self) -> None:
        self.url = ""
        self.requests = 0
        self.cards: dict[str, Post] = {}
        self.card_posts = 0
        self.stops: defaultdict[str, list[float]] = defaultdict(list)
        self.threads: dict[str, float] = {}
        self.updates: defaultdict[str, list[float]] = defaultdict(list)
        self.whispers: defaultdict[str, list[bytes]] = defaultdict(list)
        self.calls: list[Call] = []
        self._task_of_ts: dict[bytes, str] = {}
        self._waiting: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._server: asyncio.Server | None = None
        self.distance = NEAR
        self.token_seconds = TOKEN_SECONDS
        self.slack_says: bytes | None = None  # in place of any answer of its own

    async def start(self) -> None:
        """Serve on a free port of loopback."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=2048)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def forget(self) -> None:
        """Start anew, for the next contender."""
        for memory in (
            self.cards,
            self.whispers,
            self.stops,
            self.threads,
            self.updates,
            self._task_of_ts,
            self._waiting,
        ):
            memory.clear()
        self.calls.clear()
        self.card_posts = 0

    async def card(self, task: str) -> Post:
        """Wait for the card about *task*."""
        if task not in self.cards:
            await self._wait("card", task, 60)
        return self.cards[task]

    async def stop(self, task: str, seconds: float = 20) -> float | None:
        """Wait until OMS is asked to pause *task*; return when, or None if it is not asked in time."""
        if not self.stops.get(task):
            with contextlib.suppress(TimeoutError):
                await self._wait("stop", task, seconds)
        return self.stops[task][0] if self.stops.get(task) else None

    async def thread(self, task: str, seconds: float = 20) -> float | None:
        """Wait for the first reply in the thread of the card about *task*; return when, or None."""
        if task not in self.threads:
            with contextlib.suppress(TimeoutError):
                await self._wait("thread", task, seconds)
        return self.threads.get(task)

    async def _wait(self, what: str, task: str, seconds: float) -> None:
        happened = self._waiting.setdefault((what, task), asyncio.get_running_loop().create_future())
        await asyncio.wait_for(happened, seconds)

    def _tell(self, what: str, task: str) -> None:
        if (happened := self._waiting.pop((what, task), None)) and not happened.done():
            happened.set_result(None)

    def answer(self, method: bytes, url: bytes, body: bytes, token: bytes) -> bytes:
        """Answer one request, which came with *token* as its X-Auth-Token."""
        self.requests += 1
        path = url.partition(b"?")[0]
        self.calls.append(Call(time.perf_counter(), path.decode()))
        if path.startswith(b"/v2/"):
            return answers.EXPIRED if answers.is_dead(token) else self._oms(method, path)
        if path.startswith(b"/commands/"):
            self.whispers[path.split(b"/")[3].decode()].append(body)
        if self.slack_says and path.startswith(b"/api/"):
            return self.slack_says
        match path:
            case b"/api/chat.postMessage":
                return self._post(body)
            case b"/api/chat.update":
                return self._update(body)
            case b"/api/users.info":
                found = _USER.search(url) or _USER.search(body)
                return answers.person(found[1].decode() if found else "")
            case b"/api/auth.test":
                return answers.AUTH_TEST
            case b"/v3/auth/tokens":
                return answers.token(self.token_seconds)
        is_slack = path.startswith((b"/api/", b"/commands/", b"/actions/"))
        return answers.OK if is_slack else answers.NOT_FOUND

    def _oms(self, method: bytes, path: bytes) -> bytes:
        match = _TASK_IN_PATH.search(path)
        if match is None:
            return answers.NO_TASKS if method == b"GET" else answers.NOT_FOUND
        task = match[1].decode()
        if match[2]:
            self.stops[task].append(time.perf_counter())
            self._tell("stop", task)
            return answers.STOPPED
        return answers.task(match[1], answers.PAUSED if task in self.stops else answers.MIGRATING)

    def _post(self, body: bytes) -> bytes:
        now = time.perf_counter()
        ts = b"1700000000.%06d" % len(self._task_of_ts)
        if thread := _THREAD.search(body):
            task = self._task_of_ts.get(thread[1], "")
            self.threads.setdefault(task, now)
            self._tell("thread", task)
            ts = b"1700000001.000000"
        elif found := _TASK_IN_TEXT.search(body):
            task = found[0].decode()
            self.card_posts += 1
            self._task_of_ts[ts] = task
            self.cards.setdefault(task, Post(now, ts.decode(), body))
            self._tell("card", task)
        return answers.posted(ts)

    def _update(self, body: bytes) -> bytes:
        place = _PLACE.search(body)
        if place and (task := self._task_of_ts.get(place[1])):
            self.updates[task].append(time.perf_counter())
        return answers.OK


class _Connection(asyncio.Protocol):
    def __init__(self, clouds: Clouds) -> None:
        self._clouds = clouds
        self._parser = httptools.HttpRequestParser(self)
        self._url = self._body = self._token = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    # httptools' callbacks

    def on_message_begin(self) -> None:
        self._url = self._body = self._token = b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == 12 and name.lower() == b"x-auth-token":
            self._token = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        clouds = self._clouds
        answer = clouds.answer(self._parser.get_method(), self._url, self._body, self._token)
        if seconds := clouds.distance.to(self._url):
            asyncio.get_running_loop().call_later(seconds, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)  # type: ignore[attr-defined]  # a connection's can
