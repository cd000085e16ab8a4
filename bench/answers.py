"""What the fast Slack, IAM and OMS answer: finished bytes, of which little is made anew for each request."""

from __future__ import annotations

import functools
import json
import re
import time
from datetime import UTC, datetime

from bench.deliveries import CHANNEL, TEAM

MIGRATING, PAUSED = b"2", b"3"


def answer(body: bytes, *, status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    """Return a whole HTTP answer."""
    return (
        b"HTTP/1.1 %b\r\ncontent-type: application/json; charset=utf-8\r\nX-Request-Id: 8f3c2d1e\r\n%b"
        b"content-length: %d\r\n\r\n%b" % (status, headers, len(body), body)
    )


OK = answer(b'{"ok":true}')
AUTH_TEST = answer(
    json.dumps(
        {"ok": True, "url": "https://bench.slack.com/", "team": "bench", "user": "oms-bot", "team_id": TEAM}
        | {"user_id": "U0BOT", "bot_id": "B0BENCH", "is_enterprise_install": False}
    ).encode()
)
NO_TASKS = answer(b'{"count":0,"tasks":[]}')
STOPPED = answer(b"")
EXPIRED = answer(
    b'{"error_code":"APIGW.0307","error_msg":"The token must be updated"}', status=b"401 Unauthorized"
)
UNAVAILABLE = answer(b'{"ok":false,"error":"service_unavailable"}', status=b"503 Service Unavailable")
RATE_LIMITED = answer(
    b'{"ok":false,"error":"ratelimited"}', status=b"429 Too Many Requests", headers=b"Retry-After: 1\r\n"
)
NOT_FOUND = answer(b"{}", status=b"404 Not Found")


@functools.cache
def person(user_id: str) -> bytes:
    """Return what users.info says: everybody is a member, and is called alice."""
    profile = {"real_name": "Alice", "email": "alice@example.com", "image_24": "https://x/a.png"}
    user = {
        "id": user_id,
        "team_id": TEAM,
        "name": "alice",
        "deleted": False,
        "is_bot": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "profile": profile,
    }
    return answer(json.dumps({"ok": True, "user": user}).encode())


_POSTED = b'{"ok":true,"channel":"%b","ts":"%b","message":{"type":"message","ts":"%b","text":""}}'


def posted(ts: bytes) -> bytes:
    """Return what chat.postMessage says of a message that now stands at *ts*."""
    return answer(_POSTED % (CHANNEL.encode(), ts, ts))


_TOKEN = b"MII%013d%b"  # until when it is good, in milliseconds; and it is as long as a real one
_TOKEN_UNTIL = slice(3, 16)


def token(seconds: float) -> bytes:
    """Return a token of IAM that is good for so many *seconds*."""
    until = time.time() + seconds
    expires = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return answer(
        b'{"token":{"expires_at":"%b","methods":["password"]}}' % expires.encode(),
        status=b"201 Created",
        headers=b"X-Subject-Token: %b\r\n" % (_TOKEN % (1000 * until, b"A" * 1500)),
    )


def is_dead(token: bytes) -> bool:
    """Tell whether what came as X-Auth-Token is a token of this IAM that is good no more."""
    return token.startswith(b"MII") and int(token[_TOKEN_UNTIL]) < 1000 * time.time()


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


def task(task_id: bytes, status: bytes) -> bytes:
    """Return what OMS says of a task."""
    return answer(_TASK_BEFORE + task_id + _TASK_MIDDLE + status + _TASK_AFTER)
