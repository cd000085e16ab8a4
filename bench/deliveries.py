"""What Slack sends, as finished bytes: built and signed before the clock starts, so that sending costs nothing."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from typing import Any
from urllib.parse import quote_plus, urlencode

SIGNING_SECRET = "bench-signing-secret"
BOT_TOKEN = "xoxb-bench-bench"
TEAM, CHANNEL, USER = "T0BENCH", "C0BENCH", "U0ALICE"
OTHERS = [f"U0P{number:04}" for number in range(100)]  # for those who must not have been heard of before
FIRST_TASK = 900_000_000_000_000  # 15 digits, told apart by `clouds` wherever they stand

_numbers = itertools.count(1)


def new_task() -> str:
    """Return a task id that nobody has used: one for each operation."""
    return str(FIRST_TASK + next(_numbers))


def slash(task: str, cloud_url: str, user: str = USER) -> bytes:
    """Return ``/oms pause prod-sg <task> "traffic spike"`` as one HTTP request. Each has its own trigger id."""
    form = {
        "token": "gone-but-still-sent",
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": CHANNEL,
        "channel_name": "incidents",
        "user_id": user,
        "user_name": "alice",
        "command": "/oms",
        "text": f'pause prod-sg {task} "traffic spike"',
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "response_url": f"{cloud_url}/commands/{TEAM}/{task}/abcdefghijklmnopqrstuvwx",
        "trigger_id": f"{task}.{next(_numbers)}.0123456789abcdef0123456789abcdef",
    }
    return _request(urlencode(form).encode())


def readyz() -> bytes:
    """Return the question whether our bot could do its work."""
    return b"GET /readyz HTTP/1.1\r\nHost: bot.example.com\r\n\r\n"


def slashes(count: int, cloud_url: str) -> list[bytes]:
    """Return *count* slash commands, each about another task."""
    return [slash(new_task(), cloud_url) for _ in range(count)]


def click(posted: dict[str, Any], ts: str, action_id: str, cloud_url: str, user: str = USER) -> bytes:
    """Return a click on a button of the message *posted* (what the bot sent to chat.postMessage)."""
    blocks = posted["blocks"]
    button = next(
        element
        for block in blocks
        for element in block.get("elements", [])
        if element.get("action_id") == action_id
    )
    number = next(_numbers)
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": user, "username": "alice", "name": "alice", "team_id": TEAM},
        "api_app_id": "A0BENCH",
        "token": "gone-but-still-sent",
        "container": {
            "type": "message",
            "message_ts": ts,
            "channel_id": CHANNEL,
            "is_ephemeral": False,
        },
        "trigger_id": f"click.{number}.0123456789abcdef0123456789abcdef",
        "team": {"id": TEAM, "domain": "bench"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "incidents"},
        "message": {
            "type": "message",
            "user": "U0BOT",
            "ts": ts,
            "text": posted.get("text", ""),
            "blocks": blocks,
        },
        "state": {"values": {}},
        "response_url": f"{cloud_url}/actions/{TEAM}/{number}/abcdefghijklmnopqrstuvwx",
        "actions": [{**button, "block_id": "b1", "action_ts": f"1700000000.{number % 1000000:06d}"}],
    }
    return _request(b"payload=" + quote_plus(json.dumps(payload, separators=(",", ":"))).encode())


def _request(body: bytes) -> bytes:
    now = b"%d" % time.time()
    signature = hmac.new(SIGNING_SECRET.encode(), b"v0:%b:%b" % (now, body), hashlib.sha256).hexdigest()
    return (
        b"POST /slack/events HTTP/1.1\r\nHost: bot.example.com\r\n"
        b"User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept: application/json,*/*\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"X-Slack-Request-Timestamp: %b\r\nX-Slack-Signature: v0=%b\r\nContent-Length: %d\r\n\r\n%b"
        % (now, signature.encode(), len(body), body)
    )
