"""A Slack, an IAM and an OMS that answer at once and remember when they were asked what.

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
from datetime import UTC, datetime, timedelta
from typing import Any

import httptools

from bench.deliveries import CHANNEL, TEAM, USER

_TASK_IN_TEXT = re.compile(rb"9\d{14}")
_TASK_IN_PATH = re.compile(rb"/tasks/(\d+)(/stop)?$")
_THREAD = re.compile(rb'"thread_ts": ?"([\d.]+)"')


def _answer(body: bytes, *, status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 %b\r\ncontent-type: application/json; charset=utf-8\r\nX-Request-Id: 8f3c2d1e\r\n%b"
        b"content-length: %d\r\n\r\n%b" % (status, headers, len(body), body)
    )


_OK = _answer(b'{"ok":true}')
_AUTH_TEST = _answer(
    json.dumps(
        {"ok": True, "url": "https://bench.slack.com/", "team": "bench", "user": "oms-bot", "team_id": TEAM}
        | {"user_id": "U0BOT", "bot_id": "B0BENCH", "is_enterprise_install": False}
    ).encode()
)
_PERSON = _answer(
    json.dumps(
        {
            "ok": True,
            "user": {
                "id": USER,
                "team_id": TEAM,
                "name": "alice",
                "deleted": False,
                "is_bot": False,
                "is_restricted": False,
                "is_ultra_restricted": False,
                "profile": {
                    "real_name": "Alice",
                    "email": "alice@example.com",
                    "image_24": "https://x/a.png",
                },
            },
        }
    ).encode()
)
_POSTED = b'{"ok":true,"channel":"%b","ts":"%b","message":{"type":"message","ts":"%b","text":""}}'
_NO_TASKS = _answer(b'{"count":0,"tasks":[]}')
_STOPPED = _answer(b"")
_TASK = json.dumps(
    {
        "id": 0,
        "name": "media-872",
        "status": -1,
        "progress": 0.52,
        "total_size": 2_000_000_000_000,
        "complete_size": 1_040_000_000_000,
        "real_size": 1_040_000_000_000,
        "migrate_speed": 420_000_000,
        "left_time": 2_285_000,
        "total_time": 2_476_000,
        "start_time": 1_700_000_000_000,
        "total_num": 100_000,
        "successful_num": 52_000,
        "failed_num": 0,
        "skipped_num": 0,
        "error_reason": None,
        "smn_info": None,
        "failed_object_record": None,
        "task_type": "PREFIX",
        "group_type": "NORMAL_TASK",
        "group_id": "",
        "description": "",
        "src_node": {
            "bucket": "media-src",
            "cloud_type": "AWS",
            "region": "eu-central-1",
            "app_id": "",
            "object_key": [""],
            "list_file": None,
        },
        "dst_node": {"bucket": "media-dst", "region": "ap-southeast-3", "save_prefix": ""},
        "bandwidth_policy": [],
        "source_cdn": None,
        "enable_failed_object_recording": True,
        "enable_restore": False,
        "enable_kms": False,
        "object_overwrite_mode": "SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE",
        "dst_storage_policy": "STANDARD",
        "consistency_check": "size_last_modified",
        "enable_requester_pays": False,
        "task_priority": "MEDIUM",
    }
).encode()
_TASK_BEFORE, _TASK_MIDDLE, _TASK_AFTER = re.split(rb"(?<=\"id\": )0|(?<=\"status\": )-1", _TASK)
MIGRATING, PAUSED = b"2", b"3"


@dataclass
class Post:
    """A card as the bot sent it, when, and the ``ts`` it was given."""

    at: float
    ts: str
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        """What was sent to chat.postMessage."""
        return json.loads(self.body)  # type: ignore[no-any-return]


class Clouds:
    """All that the contenders talk to. Times are `time.perf_counter`'s."""

    def __init__(self) -> None:
        self.url = ""
        self.requests = 0
        self.cards: dict[str, Post] = {}
        self.card_posts = 0
        self.stops: defaultdict[str, list[float]] = defaultdict(list)
        self.threads: dict[str, float] = {}
        self._task_of_ts: dict[bytes, str] = {}
        self._waiting: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._server: asyncio.Server | None = None
        expires = (datetime.now(UTC) + timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        self._token = _answer(
            b'{"token":{"expires_at":"%b","methods":["password"]}}' % expires.encode(),
            status=b"201 Created",
            headers=b"X-Subject-Token: MII%b\r\n" % (b"A" * 1500),
        )

    async def start(self) -> None:
        """Serve on a free port of loopback."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=2048)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def forget(self) -> None:
        """Start anew, for the next contender."""
        for memory in (self.cards, self.stops, self.threads, self._task_of_ts, self._waiting):
            memory.clear()
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

    def answer(self, method: bytes, path: bytes, body: bytes) -> bytes:
        """Answer one request."""
        self.requests += 1
        if match := _TASK_IN_PATH.search(path):
            task = match[1].decode()
            if match[2]:
                self.stops[task].append(time.perf_counter())
                self._tell("stop", task)
                return _STOPPED
            status = PAUSED if task in self.stops else MIGRATING
            return _answer(_TASK_BEFORE + match[1] + _TASK_MIDDLE + status + _TASK_AFTER)
        match path:
            case b"/api/chat.postMessage":
                return self._post(body)
            case b"/api/users.info":
                return _PERSON
            case b"/api/auth.test":
                return _AUTH_TEST
            case b"/v3/auth/tokens":
                return self._token
        if path.startswith((b"/api/", b"/commands/", b"/actions/")):
            return _OK
        if method == b"GET" and path.endswith(b"/tasks"):
            return _NO_TASKS
        return _answer(b"{}", status=b"404 Not Found")

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
        return _answer(_POSTED % (CHANNEL.encode(), ts, ts))


class _Connection(asyncio.Protocol):
    def __init__(self, clouds: Clouds) -> None:
        self._clouds = clouds
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    # httptools' callbacks

    def on_message_begin(self) -> None:
        self._path = self._body = b""

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        path = self._path.partition(b"?")[0]
        self._transport.write(self._clouds.answer(self._parser.get_method(), path, self._body))  # type: ignore[attr-defined]
