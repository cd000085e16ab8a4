"""One trace for each operation, from Slack's delivery to the ending, whoever runs its steps; and no secret in it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from dbos._tracer import dbos_tracer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.otlp import Otlp
from bot.sandbox.serving import serve
from tests.docs.documents import rows
from tests.scenario.conftest import PATIENCE, PROJECT, SECRETS, TASK, MakeWorld, World, said
from tests.scenario.process import Process
from tests.scenario.test_secrets import play

REASON = "canary-reason-typed-in-slack"
NAMES = ("alice", "bob", "acme", "media-872", "incidents", "prod-sg", PROJECT, TASK, "U0ALICE", "U0BOB")


class Traced:
    """A world whose bots' spans are kept here. Each start takes a new exporter, as a new process does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._exporters: list[InMemorySpanExporter] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The bot, from its start to an orderly stop."""
        self._exporters.append(InMemorySpanExporter())
        self.world.traces = Otlp(SimpleSpanProcessor(self._exporters[-1]), replica="web.1")
        async with self.world.running():
            yield

    @property
    def spans(self) -> list[ReadableSpan]:
        """All that ended so far."""
        return [span for exporter in self._exporters for span in exporter.get_finished_spans()]

    def named(self, name: str) -> list[ReadableSpan]:
        """Return those of a name."""
        return [span for span in self.spans if span.name == name]

    @property
    def traces(self) -> set[str]:
        """The ids of all traces, without the eight zeros before them."""
        return {f"{span.context.trace_id:024x}" for span in self.spans if span.context}

    @property
    def operations(self) -> list[str]:
        """What was asked for, by the audit."""
        return [record.operation for record in self.world.bot.audit.records() if record.event == "asked"]


@pytest.fixture
async def traced(make_world: MakeWorld) -> AsyncIterator[Traced]:
    """A world whose bot runs and exports into memory."""
    async with make_world(start=False) as world:
        traced = Traced(world)
        async with traced.running():
            yield traced


def parents(spans: Iterable[ReadableSpan]) -> dict[str, set[str]]:
    """Return which names stand under which."""
    names = {span.context.span_id: span.name for span in spans if span.context}
    found: dict[str, set[str]] = {}
    for span in spans:
        found.setdefault(names[span.parent.span_id] if span.parent else "", set()).add(span.name)
    return found


async def test_a_pause_is_one_trace_from_the_delivery_to_the_ending(traced: Traced) -> None:
    """Named after the operation, so that its id in a log, the audit or a card finds it."""
    world = traced.world
    card = await world.card()
    await world.confirm(card)
    await world.told(card, "OMS confirmed it at")
    await world.until(lambda: bool(traced.named("tell")))
    [operation] = traced.operations
    assert traced.traces == {operation}
    under = parents(traced.spans)
    assert under[""] == {"receive ask"}
    assert under["receive ask"] == {"ask", "receive settle", "act", "tell"}
    assert under["ask"] >= {"slack users.info", "iam create_token", "oms show_task", "slack chat.postMessage"}
    assert under["act"] >= {"oms show_task", "oms stop_task", "slack chat.update"}
    assert under["tell"] == {"slack chat.update", "slack chat.postMessage"}
    [told] = traced.named("tell")
    assert dict(told.attributes or {}) == {
        "oms_bot.operation": operation, "oms_bot.verb": "pause", "oms_bot.ending": "paused",
    }  # fmt: skip


async def test_a_restarted_bot_goes_on_with_the_trace(make_world: MakeWorld) -> None:
    """Nothing is stored for it, and this process has never heard of the other one's spans."""
    async with make_world(start=False) as world:
        traced = Traced(world)
        async with traced.running():
            card = await world.card()
        async with traced.running():
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            assert traced.traces == set(traced.operations)
    assert len(traced.traces) == 1
    assert parents(traced.spans)["receive ask"] == {"ask", "receive settle", "act", "tell"}


async def test_an_agreement_is_in_the_trace_of_what_it_agrees_to(make_world: MakeWorld) -> None:
    """Whoever clicks, and whichever workflow that starts."""
    async with make_world(start=False) as world:
        text = world.config.read_text()
        world.config.write_text(text.replace("[users.U0ALICE]", "approvals = 1\n[users.U0ALICE]"))
        traced = Traced(world)
        async with traced.running():
            card = await world.card()
            await world.slack.click(world.bob, card, "oms_confirm")
            await world.told(card, "OMS confirmed it at")
            assert traced.traces == set(traced.operations)
    assert len(traced.traces) == 1
    assert parents(traced.spans)["receive ask"] >= {"receive agree", "approve", "act", "tell"}


async def test_what_failed_is_marked_with_the_kind_of_the_fault(traced: Traced) -> None:
    """And nothing more of it: its text may quote anything."""
    world = traced.world
    world.cloud.disable_user("bob")
    await world.type(world.bob, f"pause prod-sg {TASK} {REASON}")
    await world.whispered(world.bob, "doesn't accept the credential")
    failed = {
        span.name: span for span in traced.spans if not span.status.is_ok and span.status.is_unset is False
    }
    assert failed["oms show_task"].attributes is not None
    assert failed["oms show_task"].attributes["error.type"] == "CredentialRejected"
    assert failed["oms show_task"].status.description is None


async def _play(world: World) -> None:
    """What might betray a secret, a list, a mention, a reason."""
    await play(world, REASON)
    await world.type(world.alice, "list prod-sg")
    await world.slack.mention(world.alice, world.room, f"pause prod-sg {TASK} {REASON}")
    await world.slack.wait_for(
        lambda: [m for m in world.slack.messages(world.room)[1:] if "Pause" in said(m)], 30
    )


async def test_no_secret_no_name_and_nothing_typed_is_in_any_span(traced: Traced) -> None:
    """Whatever happens: names, attributes, events, statuses, the resource."""
    world = traced.world
    await _play(world)
    exported = "\n".join(span.to_json() for span in traced.spans)
    assert len({span.context.trace_id for span in traced.spans if span.context}) >= 4
    canaries = [
        *SECRETS.values(), world.slack.bot_token, world.slack.signing_secret, *world.cloud.issued_tokens(),
        *world.slack.world.hooks, REASON, *NAMES, world.alice.id, world.bob.id, world.room.id, "127.0.0.1",
    ]  # fmt: skip
    assert [canary for canary in canaries if canary and canary in exported] == []
    assert {event.name for span in traced.spans for event in span.events} == set()
    documented = {
        name
        for cells in rows("docs/reference/traces.md", "attribute")
        for name in re.findall("`(.+?)`", cells[0])
    }
    assert {key for span in traced.spans for key in span.attributes or ()} == documented
    assert dbos_tracer.disable_otlp, "DBOS would export spans of its own, which quote what exceptions say"


@pytest.mark.sqlite_only("an interpreter of its own, and no database in it")
async def test_off_nothing_of_it_is_even_loaded(
    make_world: MakeWorld, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole pause by a process that tells what it imports: neither the SDK nor what only it needs."""
    monkeypatch.setenv("LOG_FORMAT", "json")
    async with make_world(start=False) as world:
        try:
            await process.start(sys.executable, "-X", "importtime", "-m", "bot")
            world.slack.connect_http(process.url)
            # An interpreter that tells of its imports is slow: the first delivery may take longer than Slack waits.
            await world.slack.slash(world.alice, world.room, "/oms", f"pause prod-sg {TASK}")
            [card] = await world.slack.wait_for(lambda: world.slack.messages(world.room), PATIENCE)
            await world.slack.click(world.alice, card, "oms_confirm")
            await world.until(lambda: world.stops() == 1)
        finally:
            await process.stop()
        imported = process.log.read_text()
        assert "structlog" in imported
        for unwanted in ("opentelemetry", "requests.adapters", "google.protobuf", "bot.otlp"):
            assert unwanted not in imported, f"{unwanted} is imported"


@contextlib.asynccontextmanager
async def collector(received: list[ExportTraceServiceRequest]) -> AsyncIterator[str]:
    """What traces are sent to, on loopback."""

    async def take(request: Request) -> Response:
        received.append(ExportTraceServiceRequest.FromString(await request.body()))
        return Response(media_type="application/x-protobuf")

    async with serve(Starlette(routes=[Route("/v1/traces", take, methods=["POST"])])) as url:
        yield url


async def test_a_collector_gets_the_trace(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """As OTLP, with what runs and where."""
    received: list[ExportTraceServiceRequest] = []
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")  # milliseconds

    def names() -> set[str]:
        parts = [
            scope for request in received for part in request.resource_spans for scope in part.scope_spans
        ]
        return {span.name for part in parts for span in part.spans}

    async with collector(received) as url, make_world(start=False) as world:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        async with world.running():
            card = await world.card()
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
            await world.until(lambda: names() >= {"receive ask", "ask", "act", "oms stop_task"})
    resources = [spans for request in received for spans in request.resource_spans]
    about = {key.key: key.value.string_value for part in resources for key in part.resource.attributes}
    assert (about["service.name"], about["service.instance.id"]) == ("oms-bot", "web.1")


async def test_a_collector_that_is_away_holds_up_neither_a_pause_nor_the_end(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody's pause hangs on being watched."""
    del tmp_path

    async def hang(request: Request) -> Response:
        await request.body()
        await asyncio.Event().wait()
        return Response()

    app = Starlette(routes=[Route("/v1/traces", hang, methods=["POST"])])
    async with serve(app) as url, make_world(start=False) as world:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        async with world.running():
            card = await world.card()
            await world.confirm(card)
            await world.told(card, "OMS confirmed it at")
    assert world.stops() == 1
