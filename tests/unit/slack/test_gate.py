"""The gate before Bolt: what passes it, what does not, and what it never says."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Scope
from structlog.testing import capture_logs

from bot.gallery.examples import NOW
from bot.slack.gate import MAX_BODY, Gate
from bot.slack.repeated import Repeated
from bot.slack.shapes import is_readable
from bot.store.recent import Recent
from tests import databases

SECRET = "signing-secret"
FORM = "application/x-www-form-urlencoded"
WHO = {"user_id": "U0ALICE", "channel_id": "C0INCIDENTS"}
ASKED = {"command": "/oms", "text": "pause prod-sg canary", "trigger_id": "1.2", **WHO}
COMMAND = urlencode(ASKED).encode()
CLICK = {"type": "block_actions", "user": {"id": "U0ALICE"}, "actions": [{"action_id": "oms_confirm"}]}
Headers = list[tuple[bytes, bytes]]


class World:
    """A gate with a clock that the test moves, and behind it what notes what reaches it."""

    def __init__(self, secret: str = SECRET, others: Repeated | None = None) -> None:
        self.now = NOW
        self.served: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.rejected: list[str] = []
        self.gate = Gate(
            self.answer,
            SecretStr(secret),
            others=others,
            rejected=self.rejected.append,
            clock=lambda: self.now,
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.gate), base_url="http://bot.example", trust_env=False
        )

    async def answer(self, payload: dict[str, Any]) -> Response:
        """Answer as the next of `statuses` says, else 200."""
        self.served.append(payload)
        return PlainTextResponse("served", self.statuses.pop(0) if self.statuses else 200)

    def signed(self, body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
        """Return the headers that Slack would send with *body*."""
        timestamp = str(int(self.now if at is None else at))
        digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={digest}",
            "Content-Type": FORM,
        }

    async def post(self, body: bytes = COMMAND, **changes: str | None) -> httpx.Response:
        """Post *body* signed, but for *changes* of headers (None leaves one out)."""
        headers: dict[str, str | None] = {**self.signed(body)}
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        kept = [(name.encode(), value.encode()) for name, value in headers.items() if value is not None]
        return await self.client.post("/slack/events", content=body, headers=kept)

    async def raw(
        self, headers: Headers, receive: Callable[[], Awaitable[Message]], method: str = "POST"
    ) -> list[Message]:
        """Call the gate as a server would, which may do what a client library would not."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope: Scope = {
            "type": "http", "method": method, "path": "/slack/events", "headers": headers, "query_string": b"",
        }  # fmt: skip
        await self.gate(scope, receive, send)
        return sent


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A gate that knows the signing secret."""
    world = World()
    async with world.client:
        yield world


def encoded(headers: dict[str, str]) -> Headers:
    """Return headers as a server hands them over."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def chunks(*bodies: bytes) -> Callable[[], Awaitable[Message]]:
    """Return a `receive` that yields these, and hangs up after the last."""
    left = list(bodies)

    async def receive() -> Message:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    return receive


async def test_what_slack_signed_reaches_bolt(world: World) -> None:
    """Field by field, and Bolt's answer comes back."""
    response = await world.post()
    assert (response.status_code, response.text) == (200, "served")
    assert world.served == [ASKED]


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ({"payload": json.dumps(CLICK)}, CLICK),
        ({"ssl_check": "1", "token": "x"}, None),
        ({"command": "/oms", "text": "", **WHO}, None),
        ({"command": "/oms", "text": "später 一 ✓", **WHO}, None),
    ],
)
async def test_interactions_and_commands_pass(
    world: World, form: dict[str, str], payload: dict[str, Any] | None
) -> None:
    """Everything that Slack sends as a form."""
    assert (await world.post(urlencode(form).encode())).status_code == 200
    assert world.served == [payload or form]


@pytest.mark.parametrize(("more", "status"), [(195, 200), (196, 400)])
async def test_a_form_has_two_hundred_fields_and_no_more(world: World, more: int, status: int) -> None:
    """Slack sends a few; each is different here, so that only their number counts."""
    body = b"&".join([COMMAND, *(b"f%d=1" % number for number in range(more))])
    assert (await world.post(body)).status_code == status


async def test_events_pass(world: World) -> None:
    """They are JSON."""
    event = {"type": "url_verification", "challenge": "abc"}
    assert (await world.post(json.dumps(event).encode(), Content_Type="application/json")).status_code == 200
    assert world.served == [event]


@pytest.mark.parametrize(
    "timestamp",
    ["abc", "", "-1", "+1795000000", "1795000000.5", "1e9", " 1795000000", "9" * 13, "٣", "²", "0x1"],
)
async def test_a_timestamp_that_is_no_number_is_401(world: World, timestamp: str) -> None:
    """Bolt alone answers 500."""
    response = await world.post(X_Slack_Request_Timestamp=timestamp)
    assert response.status_code == 401
    assert world.served == []


@pytest.mark.parametrize(
    "signature", ["", "v0=", "v0=ü", "v0=\x80", "nonsense", "v1=" + "0" * 64, "v0=" + "0" * 64]
)
async def test_a_signature_that_is_not_slacks_is_401(world: World, signature: str) -> None:
    """Whatever characters it has."""
    assert (await world.post(X_Slack_Signature=signature)).status_code == 401
    assert world.served == []


async def test_a_missing_header_is_401(world: World) -> None:
    """An unsigned request is nobody's."""
    assert (await world.post(X_Slack_Signature=None)).status_code == 401
    assert (await world.post(X_Slack_Request_Timestamp=None)).status_code == 401
    assert world.served == []


async def test_a_signature_by_another_secret_is_401(world: World) -> None:
    """Or for another body, or for another time."""
    for headers in (
        world.signed(COMMAND, secret="guess"),
        world.signed(COMMAND + b"&thread=1"),
        world.signed(COMMAND) | {"X-Slack-Request-Timestamp": str(int(NOW) + 1)},
    ):
        response = await world.client.post("/slack/events", content=COMMAND, headers=headers)
        assert response.status_code == 401
    assert world.served == []


async def test_without_a_signing_secret_nothing_passes() -> None:
    """In Socket Mode there may be none; an empty one must not make everybody Slack."""
    world = World(secret="")
    async with world.client:
        headers = world.signed(COMMAND, secret="")
        response = await world.client.post("/slack/events", content=COMMAND, headers=headers)
    assert response.status_code == 401
    assert (world.served, world.rejected) == ([], ["no_signing_secret"])


@pytest.mark.parametrize(
    ("age", "status"), [(299, 200), (300, 200), (301, 401), (-300, 200), (-301, 401), (1e9, 401)]
)
async def test_a_request_is_good_for_five_minutes(world: World, age: float, status: int) -> None:
    """In both directions, since the clocks may differ."""
    headers = world.signed(COMMAND, at=NOW - age)
    response = await world.client.post("/slack/events", content=COMMAND, headers=headers)
    assert response.status_code == status


@pytest.mark.parametrize(
    "name", ["x-slack-signature", "x-slack-request-timestamp", "content-type", "content-length"]
)
async def test_two_of_a_header_are_400(world: World, name: str) -> None:
    """Two readers could each believe another one."""
    headers = encoded(world.signed(COMMAND) | {"Content-Length": str(len(COMMAND))})
    twice = [*headers, next(header for header in headers if header[0] == name.encode())]
    sent = await world.raw(twice, chunks(COMMAND))
    assert sent[0]["status"] == 400
    assert (world.served, world.rejected) == ([], ["duplicate_header"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_only_post_is_taken(world: World, method: str) -> None:
    """Slack uses nothing else."""
    headers = world.signed(COMMAND)
    response = await world.client.request(method, "/slack/events", content=COMMAND, headers=headers)
    assert response.status_code == 405


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"\xff\xfe=1", FORM),
        (b"text=%ff", FORM),
        (b"payload=", FORM),
        (b"payload=not+json", FORM),
        (b"payload=3", FORM),
        (b"payload=[]", FORM),
        (b"payload={}", FORM),
        (b"payload=" + b"[" * 100_000, FORM),
        (b"&".join(b"a=1" for _ in range(201)), FORM),
        (b"", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b'{"a": "\xff"}', "application/json"),
        (b'{"a": ', "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b"", ""),
    ],
)
async def test_signed_garbage_is_400(world: World, body: bytes, content_type: str) -> None:
    """Signed or not, what can't be read goes no further; Bolt would answer 500."""
    assert (await world.post(body, Content_Type=content_type)).status_code == 400
    assert world.served == []


async def test_a_body_may_have_a_mebibyte_and_no_more(world: World) -> None:
    """By what it says of itself, before it is read."""
    fitting = b"text=" + b"x" * (MAX_BODY - 5)
    assert (await world.post(fitting)).status_code == 200
    assert (await world.post(fitting + b"x")).status_code == 413
    assert len(world.served) == 1


async def test_a_body_that_says_nothing_of_its_size_is_cut_off(world: World) -> None:
    """Chunks are counted as they come, and reading ends at the limit."""
    read = 0

    async def endless() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    sent = await world.raw(encoded(world.signed(COMMAND)), endless)
    assert sent[0]["status"] == 413
    assert read == MAX_BODY // 65_536 + 1


async def test_a_body_in_chunks_is_put_together(world: World) -> None:
    """As a proxy may forward it."""
    sent = await world.raw(encoded(world.signed(COMMAND)), chunks(COMMAND[:5], b"", COMMAND[5:]))
    assert sent[0]["status"] == 200
    assert world.served == [ASKED]


async def test_a_part_of_a_body_may_be_left_out(world: World) -> None:
    """ASGI lets a server name neither the bytes nor whether more come; then there are none."""
    messages: list[Message] = [
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": COMMAND},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    assert (await world.raw(encoded(world.signed(COMMAND)), receive))[0]["status"] == 200
    assert world.served == [ASKED]


@pytest.mark.parametrize("length", ["abc", "-1", "", "1.0", "²"])
async def test_a_length_that_is_no_number_is_400(world: World, length: str) -> None:
    """A server usually refuses it before; the gate does not rely on that."""
    headers = encoded(world.signed(COMMAND) | {"Content-Length": length})
    assert (await world.raw(headers, chunks(COMMAND)))[0]["status"] == 400


async def test_a_client_that_hangs_up_is_not_served(world: World) -> None:
    """Half a body is none."""
    sent = await world.raw(encoded(world.signed(COMMAND)), chunks())
    assert sent[0]["status"] == 400
    assert (world.served, world.rejected) == ([], ["disconnected"])


async def test_a_body_that_trickles_is_408(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who sends nothing can't hold a connection for ever. The loop's clock is moved; nobody waits."""
    loop = asyncio.get_running_loop()
    ahead, now = 0.0, loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + ahead)

    async def never() -> Message:
        nonlocal ahead
        ahead += 60
        await asyncio.Event().wait()
        raise AssertionError

    sent = await world.raw(encoded(world.signed(COMMAND)), never)
    assert sent[0]["status"] == 408
    assert (world.served, world.rejected) == ([], ["too_slow"])


async def test_a_replay_has_no_second_effect(world: World) -> None:
    """It is answered 200, so that a sender does not try again, and goes nowhere."""
    assert [(await world.post()).status_code for _ in range(3)] == [200, 200, 200]
    assert world.served == [ASKED]
    world.now += 299
    headers = world.signed(COMMAND, at=NOW)
    assert (await world.client.post("/slack/events", content=COMMAND, headers=headers)).status_code == 200
    assert world.served == [ASKED]
    world.now += 2
    assert (await world.client.post("/slack/events", content=COMMAND, headers=headers)).status_code == 401


async def test_a_replay_at_another_replica_has_no_second_effect_either(tmp_path: Path) -> None:
    """Each looks for what the others have served; while that can't be told, a delivery counts as new."""
    engine = databases.engine(f"sqlite:///{tmp_path}/shared.sqlite3")
    here, there = (World(others=Repeated(Recent(engine, lambda: NOW))) for _ in "ab")
    assert [(await world.post()).status_code for world in (here, there)] == [200, 200]
    assert (here.served, there.served) == ([ASKED], [])
    engine.dispose()
    (tmp_path / "shared.sqlite3").unlink()
    later = COMMAND + b"&x=1"
    assert [(await world.post(later)).text for world in (here, there)] == ["served", "served"]
    for world in (here, there):
        await world.client.aclose()


async def test_a_request_from_the_future_can_not_be_replayed_later(world: World) -> None:
    """It is remembered for as long as its timestamp is good: up to ten minutes."""
    headers = world.signed(COMMAND, at=NOW + 300)
    for _ in range(2):
        assert (await world.client.post("/slack/events", content=COMMAND, headers=headers)).status_code == 200
        world.now += 599
    assert world.served == [ASKED]


async def test_the_same_text_asked_again_is_another_request(world: World) -> None:
    """A later second gives another signature."""
    await world.post()
    world.now += 1
    await world.post()
    assert len(world.served) == 2


async def test_what_failed_may_be_delivered_again(world: World) -> None:
    """After a 500 Slack tries once more, with the same signature; after a 404 it is served."""
    world.statuses = [500, 503, 404]
    assert [(await world.post()).status_code for _ in range(4)] == [500, 503, 404, 200]
    assert len(world.served) == 3


async def test_a_crash_behind_the_gate_is_not_taken_for_an_answer(world: World) -> None:
    """The server answers 500, and a repetition is served."""
    crashes = [True]

    async def answer(payload: dict[str, Any]) -> Response:
        if crashes and crashes.pop():
            raise RuntimeError("no")
        return await world.answer(payload)

    gate = Gate(answer, SecretStr(SECRET), clock=lambda: world.now)
    transport = httpx.ASGITransport(gate, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bot.example", trust_env=False
    ) as client:
        posts = [await client.post("/", content=COMMAND, headers=world.signed(COMMAND)) for _ in range(2)]
    assert [post.status_code for post in posts] == [500, 200]
    assert world.served == [ASKED]


@pytest.mark.parametrize(
    ("changes", "body", "status", "why"),
    [
        ({"X_Slack_Signature": None}, COMMAND, 401, "unsigned"),
        ({"X_Slack_Request_Timestamp": None}, COMMAND, 401, "unsigned"),
        ({"X_Slack_Request_Timestamp": "1e9"}, COMMAND, 401, "timestamp"),
        ({"X_Slack_Request_Timestamp": "1" * 12}, COMMAND, 401, "stale"),
        ({"X_Slack_Request_Timestamp": "1" * 13}, COMMAND, 401, "timestamp"),
        ({"X_Slack_Signature": "v0=0"}, COMMAND, 401, "signature"),
        ({"Content_Length": "x"}, COMMAND, 400, "content_length"),
        ({"Content_Length": str(MAX_BODY)}, COMMAND, 200, None),
        ({"Content_Length": str(MAX_BODY + 1)}, COMMAND, 413, "too_large"),
        ({}, b"x" * (MAX_BODY + 1), 413, "too_large"),
        ({}, COMMAND + b"&text=", 400, "duplicate_field"),
        ({}, b"text=%ff", 400, "unreadable"),
        ({}, b"payload=3", 400, "unreadable"),
    ],
)
async def test_whoever_watches_reads_why_a_request_was_turned_away(
    world: World, changes: dict[str, str | None], body: bytes, status: int, why: str | None
) -> None:
    """The metric counts by the reason, and the answer names the same one."""
    answer = await world.post(body, **changes)
    assert answer.status_code == status
    assert world.rejected == ([why] if why else [])
    assert why is None or answer.json() == {"error": why}


async def test_a_refused_request_does_not_block_the_right_one(world: World) -> None:
    """Only what was served is remembered, never what somebody merely sent."""
    signature = world.signed(COMMAND)["X-Slack-Signature"]
    other = await world.post(b"text=other", X_Slack_Signature=signature)
    assert other.status_code == 401
    await world.post()
    assert world.served == [ASKED]


async def test_nothing_of_a_body_or_signature_is_logged_or_answered(world: World) -> None:
    """Bolt alone logs the body of a request whose signature is wrong."""
    body = b"payload=canary"
    with capture_logs() as logs:
        answers = [
            await world.post(COMMAND, X_Slack_Signature="v0=canary"),
            await world.post(body),
            await world.post(COMMAND, X_Slack_Request_Timestamp="canary"),
            await world.post(b"canary" * 200_000),
            await world.post(),
            await world.post(),
        ]
    said: list[Any] = [
        logs,
        *(answer.text for answer in answers),
        *(dict(answer.headers) for answer in answers),
    ]
    assert "canary" not in repr(said)
    assert [log["event"] for log in logs] == ["request_rejected"] * 4 + ["replay_ignored"]
    assert all(set(log) == {"event", "log_level", "status", "why"} for log in logs[:4])


def _payload(**changes: object) -> bytes:
    return urlencode({"payload": json.dumps(CLICK | changes)}).encode()


@pytest.mark.parametrize(
    "body",
    [
        urlencode({"command": "/oms", "text": "help", "channel_id": "C1"}).encode(),
        urlencode({"command": "/oms", "text": "help", "user_id": "U1"}).encode(),
        _payload(user=None),
        _payload(user="U1"),
        _payload(user={}),
        _payload(user={"id": "\ud800"}),
        _payload(actions=[]),
        _payload(actions="x"),
        _payload(actions=[None]),
        _payload(actions=[{}]),
        _payload(actions=[{"action_id": "oms_run", "value": {"a": 1}}]),
        _payload(container="x"),
        _payload(channel="C1"),
        _payload(team="T1"),
    ],
)
async def test_a_signed_payload_with_parts_missing_is_400(world: World, body: bytes) -> None:
    """What the listeners rely on is checked before them, so that nothing signed can make them fail."""
    assert (await world.post(body)).status_code == 400
    assert world.served == []


@pytest.mark.parametrize(
    "body",
    [
        COMMAND + b"&text=other",
        COMMAND + b"&user_id=U0BOB",
        _payload() + b"&" + _payload(user={"id": "U0BOB"}),
        COMMAND + b"&" + COMMAND,
    ],
)
async def test_a_field_that_comes_twice_is_400(world: World, body: bytes) -> None:
    """Of two readers one takes the first, the other the last."""
    assert (await world.post(body)).status_code == 400
    assert world.served == []


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_submission"},
        {"type": "view_submission", "view": []},
        {"type": "view_closed", "view": {"type": "modal"}},
        {"type": "view_submission", "view": {"type": "workflow_step", "callback_id": "c"}},
        {"type": "workflow_step_edit", "callback_id": "c"},
        {"type": "interactive_message", "callback_id": "c"},
        {"type": "interactive_message", "callback_id": "c", "actions": []},
        {"type": "interactive_message", "callback_id": "c", "actions": [7]},
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": 7}},
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention", "ts": 17.5}},
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "x"}, "authorizations": [3]},
        {
            "type": "event_callback",
            "event_id": "Ev1",
            "event": {"type": "x"},
            "authorizations": {"user_id": "U1"},
        },
        {"type": ["block_actions"], "actions": 3},
        {"command": "/oms", "text": ["help"], "user_id": "U1", "channel_id": "C1"},
        {"command": 7, "text": "help", "user_id": "U1", "channel_id": "C1"},
        {"command": "/oms", "text": "help", "user_id": "U1\x00", "channel_id": "C1"},
        {"command": "/oms", "text": "help", "user_id": "U" * 33, "channel_id": "C1"},
        {"type": "x", "message": {"message": {"message": 1}}},
        {"type": "x", "user": 3},
    ],
)
async def test_a_signed_shape_that_slack_does_not_send_is_400(world: World, payload: object) -> None:
    """Whichever way it comes."""
    body = json.dumps(payload).encode()
    assert (await world.post(body, Content_Type="application/json")).status_code == 400
    assert (await world.post(urlencode({"payload": json.dumps(payload)}).encode())).status_code == 400
    assert world.served == []


MALFORMED = {"type": "block_actions", "user": 3, "actions": [{"action_id": "oms_confirm"}]}
BODIES = st.one_of(
    st.sampled_from(
        [MALFORMED, MALFORMED | {"a": "="}, {"command": "/oms", "text": ["x"], **WHO}, {**WHO}]
    ).map(json.dumps),
    st.sampled_from([_payload().decode(), _payload(user=3).decode(), "p%61yload=%7B%7D", COMMAND.decode()]),
    st.text(st.sampled_from('{}[]"=&% payload'), max_size=12),
)
BEFORE = st.sampled_from(["", " ", "{", "{=1&", "\ufeff", "payload&"])
MEDIA_TYPES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", FORM, "application/json", "Application/JSON", "application/json-seq"]),
        st.sampled_from(["", " ", ";", " ;", "; charset=utf-8"]),
    ),
)


@given(BEFORE, BODIES, MEDIA_TYPES)
async def test_what_bolt_is_given_is_what_was_looked_at(before: str, body: str, media_type: str) -> None:
    """Whatever the media type and the body's first characters say."""
    world = World()
    async with world.client:
        await world.post(f"{before}{body}".encode(), Content_Type=media_type)
    assert all(is_readable(served) for served in world.served)


@pytest.mark.parametrize("word", ["payload", "payload=1", "a payload&payload"])
async def test_a_command_that_speaks_of_a_payload_is_a_command(world: World, word: str) -> None:
    """Bolt itself takes any body that has this word in it for an interaction."""
    typed = {"command": "/oms", "text": f"pause prod-sg 1 {word}", **WHO}
    assert (await world.post(urlencode(typed).encode())).status_code == 200
    assert world.served == [typed]


SSL_CHECK = "ssl_check=1&token=abc"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_slacks_check_of_our_certificate_is_answered(world: World, method: str) -> None:
    """It comes unsigned, by GET or POST; nothing else is done."""
    in_body: dict[str, Any] = {"content": SSL_CHECK, "headers": {"Content-Type": FORM}}
    for where in ({"url": f"/slack/events?{SSL_CHECK}"}, {"url": "/slack/events?ssl_check=1"}, in_body):
        if where is in_body and method == "GET":
            continue
        response = await world.client.request(method, **({"url": "/slack/events"} | where))
        assert (response.status_code, response.text) == (200, "")
    assert world.served == []


@pytest.mark.parametrize(
    "body",
    [
        SSL_CHECK.encode() + b"&" + COMMAND,
        SSL_CHECK.encode() + b"&payload=%7B%7D",
        SSL_CHECK.encode() + b"&ssl_check=1",
        SSL_CHECK.encode() + b"&" + b"x" * 2000,
        b"ssl_check=0",
        b"ssl_check=",
        b"token=abc",
        b'{"ssl_check": "1"}',
        b"",
    ],
)
async def test_what_comes_beside_a_check_of_the_certificate_is_401(world: World, body: bytes) -> None:
    """Unsigned is unsigned."""
    for url in ("/slack/events", "/slack/events?ssl_check=1&command=%2Foms"):
        response = await world.client.post(url, content=body, headers={"Content-Type": FORM})
        assert response.status_code == 401
    response = await world.client.get("/slack/events", params={"ssl_check": "1", "command": "/oms"})
    assert response.status_code == 405
    assert world.served == []


@pytest.mark.parametrize("event", [None, [], "x"])
async def test_a_signed_event_without_an_event_is_400(world: World, event: object) -> None:
    """An event callback must have an event."""
    body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": event}).encode()
    answer = await world.post(body, Content_Type="application/json")
    assert answer.status_code == 400
