"""Whatever Slack delivers, or whoever holds the signing secret: acknowledged or refused, never a fault of ours."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.sandbox.slack.dispatch import sign
from tests.scenario.conftest import TASK, MakeWorld, World, said

VIEW = {"type": "modal", "callback_id": "canary"}
UNHEARD: list[tuple[str, dict[str, Any]]] = [
    ("event", {"type": "event_callback", "event_id": "Ev1", "event": {"type": "reaction_added", "user": "U0ALICE"}}),
    ("event", {"type": "event_callback", "event_id": "Ev2", "event": {"type": "message", "text": "canary"}}),
    ("action", {"type": "block_actions", "user": {"id": "U0ALICE"}, "actions": [{"action_id": "canary"}]}),
    ("shortcut", {"type": "shortcut", "callback_id": "canary", "user": {"id": "U0ALICE"}}),
    ("shortcut", {"type": "message_action", "callback_id": "canary", "user": {"id": "U0ALICE"}}),
    ("view", {"type": "view_submission", "user": {"id": "U0ALICE"}, "view": VIEW}),
    ("view", {"type": "view_closed", "user": {"id": "U0ALICE"}, "view": VIEW}),
    ("options", {"type": "block_suggestion", "action_id": "canary", "user": {"id": "U0ALICE"}}),
    ("command", {"command": "/canary", "text": "pause", "user_id": "U0ALICE", "channel_id": "C0INCIDENTS"}),
    ("action", {"type": "interactive_message", "callback_id": "canary", "actions": [{"name": "x", "type": "button"}]}),
    ("event", {"type": "event_callback", "event_id": "Ev3", "event": {
        "type": "function_executed", "function_execution_id": "Fx1", "inputs": {}, "bot_access_token": "xwfp-canary",
        "function": {"callback_id": "canary"}}}),
    ("event", {"type": "event_callback", "event_id": "Ev4", "event": {"type": "workflow_step_execute",
               "callback_id": "canary", "workflow_step": {"inputs": {}}}}),
    ("view", {"type": "view_submission", "view": VIEW | {"type": "workflow_step"}, "workflow_step": {}}),
    ("other", {"type": "workflow_step_edit", "callback_id": "canary", "workflow_step": {"inputs": {}}}),
    ("other", {"type": "dialog_submission", "callback_id": "canary", "submission": {}}),
    ("other", {"type": "dialog_cancellation", "callback_id": "canary"}),
    ("other", {"type": "dialog_suggestion", "callback_id": "canary", "name": "x"}),
    ("other", {"type": "canary_of_tomorrow"}),
]  # fmt: skip


def encoded(payload: dict[str, Any]) -> tuple[bytes, str]:
    """Return the body of a request, and its content type, as Slack would have them."""
    if payload.get("type") == "event_callback":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if "command" in payload else {"payload": json.dumps(payload)}
    return urlencode(fields, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"


def post(world: World, body: bytes, content_type: str) -> httpx.Response:
    """Send a signed body."""
    now = int(time.time())
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": str(now),
        "X-Slack-Signature": sign(world.slack.signing_secret, now, body),
    }
    url = f"{world.extra['url']}/slack/events"
    return httpx.post(url, content=body, headers=headers, trust_env=False, verify=False, timeout=10)  # noqa: S501  # plain HTTP


@pytest.mark.parametrize(("kind", "payload"), UNHEARD)
async def test_what_nobody_listens_to_is_acknowledged_counted_and_left(
    world: World, kind: str, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Slack would repeat it, or show an error to somebody; nothing of it is logged."""
    with capture_logs() as logs:
        response = await asyncio.to_thread(post, world, *encoded(payload))
    assert response.status_code == 200
    assert response.text == ('{"options": []}' if kind == "options" else "")
    counted = world.bot.metrics.registry.get_sample_value("oms_bot_unheard_deliveries_total", {"kind": kind})
    assert counted == 1
    assert "canary" not in f"{logs} {caplog.text}"
    assert world.slack.calls == []


async def test_over_a_websocket_what_nobody_listens_to_and_what_cannot_be_read_is_acknowledged_too(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise Slack would wait, and deliver it again."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        async with world.running():
            world.slack.disconnect_http()
            await world.until(lambda: bool(world.slack.sockets.connections))
            unreadable: list[dict[str, Any]] = [
                {"type": "view_submission"},
                {"type": "block_actions", "actions": [3]},
                {"user": 3},
                {},
            ]
            for payload in [payload for _, payload in UNHEARD] + unreadable:
                kind = "events_api" if payload.get("type") == "event_callback" else "interactive"
                await world.slack.sockets.deliver(kind, payload, seconds=3, retry={})
            assert "Pause media-872?" in said(await world.card())


async def test_a_reason_may_speak_of_a_payload(world: World) -> None:
    """Bolt takes any body with this word in it for a click."""
    assert "payload too large" in said(await world.card(f"pause prod-sg {TASK} payload too large"))


async def test_a_response_url_elsewhere_is_not_called(world: World) -> None:
    """Whoever holds the signing secret can't make the bot call other servers; the person is answered all the same."""
    reached: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.read(1))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        payload = world.slack.slash_payload(world.alice, world.room, "/oms", "pause prod-sg 1")
        payload.data["response_url"] = f"http://127.0.0.1:{port}/commands/T0SANDBOX/1"
        await world.slack.send(payload)
        answer = await world.whispered(world.alice, "There is no such task")
    assert reached == []
    assert answer.source == "chat.postEphemeral"


async def test_commands_without_a_trigger_id_are_wishes_of_their_own(world: World) -> None:
    """Nothing else tells two of them apart; each gets its card."""
    for _ in range(2):
        payload = world.slack.slash_payload(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
        del payload.data["trigger_id"]
        [delivery] = await world.slack.send(payload)
        assert delivery.ok, delivery
    await world.slack.wait_for(lambda: world.slack.messages(world.room)[1:], 5)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def deliveries(world: World) -> list[dict[str, Any]]:
    """Return one good payload of each kind that has a listener, and those that have none."""
    label = {"type": "plain_text", "text": "Pause"}
    clicks = [
        {
            "type": "block_actions", "user": {"id": "U0ALICE", "team_id": "T0SANDBOX"}, "team": {"id": "T0SANDBOX"},
            "channel": {"id": world.room.id}, "container": {"message_ts": "1.2", "thread_ts": "1.1"},
            "message": {"ts": "1.2", "thread_ts": "1.1"}, "enterprise": None, "trigger_id": "1", "response_url": "x",
            "actions": [{"action_id": action, "value": "help", "text": label, "action_ts": "1.3"}],
        }
        for action in ("oms_run", "oms_confirm", "oms_cancel")
    ]  # fmt: skip
    command = world.slack.slash_payload(world.alice, world.room, "/oms", "help").data
    events: list[dict[str, Any]] = [
        {"type": "app_mention", "user": "U0ALICE", "team": "T0SANDBOX", "channel": world.room.id, "ts": "1.5",
         "thread_ts": "1.4", "text": f"<@{world.slack.bot.id}> help", "user_team": "T0SANDBOX"},
        {"type": "user_change", "user": {"id": "U0BOB", "team_id": "T0SANDBOX", "deleted": False}},
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}},
    ]  # fmt: skip
    return [
        command,
        *clicks,
        *(world.slack.payloads.event(event).data for event in events),
        *(payload for _, payload in UNHEARD),
    ]


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of each part of a JSON value, the whole excepted."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in parts for place in ((*path, key), *places(part, (*path, key)))]


@st.composite
def malformed(draw: st.DrawFn, good: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a delivery of which some parts are missing, or are something else."""
    payload: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(good))))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(payload) or [("type",)]))
        part: Any = payload
        for key in way:
            part = part[key]
        match draw(st.sampled_from(("replace", "delete", "deepen"))):
            case "replace":
                part[last] = draw(json_values)
            case "delete" if isinstance(part, dict):
                part.pop(last, None)
            case _:
                part[last] = json.loads('{"message":' * 40 + "1" + "}" * 40)
    return payload


def drawn(good: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return many such deliveries; drawn before any is sent, since a bot at work uses `random` too."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )  # so is a busy machine
    @given(malformed(good))
    def draw(payload: dict[str, Any]) -> None:
        found.append(payload)

    draw()
    return found


async def test_no_shape_is_a_fault_of_ours(make_world: MakeWorld, caplog: pytest.LogCaptureFixture) -> None:
    """Signed, and of any shape: 200 or 400, and no traceback in the log."""
    async with make_world(start=False) as world:
        good = deliveries(world)
        odd = drawn(good)
        async with world.running():
            with capture_logs() as logs:
                for payload in good:
                    response = await asyncio.to_thread(post, world, *encoded(payload))
                    assert response.status_code == 200, payload
                for payload in odd:
                    text = json.dumps(payload).encode()
                    for body in (encoded(payload), (text, "application/json"), (text, "text/plain")):
                        response = await asyncio.to_thread(post, world, *body)
                        assert response.status_code in (200, 400), payload
    assert [log for log in logs if log["log_level"] in ("error", "critical")] == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_over_a_websocket_no_shape_is_one_either(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """There each is acknowledged: what can't be read would not be better the next time."""
    async with make_world(start=False) as world:
        monkeypatch.setenv("SLACK_APP_TOKEN", world.slack.app_token)
        odd = drawn(deliveries(world))
        async with world.running():
            await world.until(lambda: bool(world.slack.sockets.connections))
            with capture_logs() as logs:
                for payload in odd:
                    await world.slack.sockets.deliver("interactive", payload, seconds=3, retry={})
    assert [log for log in logs if log["log_level"] in ("error", "critical")] == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
