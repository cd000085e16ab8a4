"""What is sent as traces: which spans, under which, and nothing of what an exception says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import tracing
from bot.network import Outgoing
from bot.otlp import Otlp, send_traces
from bot.sandbox.serving import serve
from bot.tracing import NOWHERE, Traces, apart
from tests.http_proxy import behind_tls, certificate

OPERATION = "b22182df30adacdf1658d2b7"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """What is exported, in memory."""
    return InMemorySpanExporter()


@pytest.fixture
def traces(exporter: InMemorySpanExporter) -> Iterator[Otlp]:
    """What is told of operations."""
    yield Otlp(SimpleSpanProcessor(exporter), replica="web.1")
    assert tracing.step_here.get() is None


def ids(span: ReadableSpan) -> tuple[str, str, str]:
    """Return a span's trace, its own id and its parent's."""
    assert span.context
    parent = f"{span.parent.span_id:016x}" if span.parent else ""
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}", parent


def test_the_trace_is_named_after_the_operation_and_its_root_after_the_end_of_that(
    traces: Otlp, exporter: InMemorySpanExporter
) -> None:
    """So another process knows both. A delivery that comes again is no second root; a click is none either."""
    for _ in range(2):
        traces.delivered("ask", OPERATION, 0.25, recorded=True)
    traces.delivered("settle", OPERATION, 0.25, recorded=True)
    first, again, click = exporter.get_finished_spans()
    root = OPERATION[-16:]
    assert ids(first) == (f"00000000{OPERATION}", root, "")
    assert {ids(again)[::2], ids(click)[::2]} == {(f"00000000{OPERATION}", root)}
    assert len({ids(span)[1] for span in (first, again, click)}) == 3
    assert [span.name for span in (first, again, click)] == ["receive ask", "receive ask", "receive settle"]
    assert first.end_time
    assert first.start_time
    assert first.end_time - first.start_time == 250_000_000


def test_what_a_step_asks_of_others_stands_under_it(traces: Otlp, exporter: InMemorySpanExporter) -> None:
    """Also from a task of its own, and from one that serves several; not what is asked outside of any step."""
    observe = traces.observe("oms")

    async def ask() -> None:
        observe("show_task", "ok", 0.1)

    async def play() -> None:
        observe("list_tasks", "ok", 0.1)
        with traces.step("act", OPERATION):
            await asyncio.create_task(ask())
            await asyncio.get_running_loop().create_task(ask(), context=apart())

    asyncio.run(play())
    one, other, step = exporter.get_finished_spans()
    assert [span.name for span in (one, other, step)] == ["oms show_task", "oms show_task", "act"]
    assert ids(one)[2] == ids(other)[2] == ids(step)[1]
    assert ids(step)[2] == OPERATION[-16:]


@pytest.mark.parametrize("error", [ValueError("canary"), KeyError("canary")])
def test_what_an_exception_says_is_in_no_span(
    traces: Otlp, exporter: InMemorySpanExporter, error: Exception
) -> None:
    """Its kind is: that is a word of a program."""
    with pytest.raises(type(error)), traces.step("act", OPERATION):
        raise error
    traces.delivered("ask", OPERATION, 1, recorded=False)
    step, delivery = exporter.get_finished_spans()
    assert "canary" not in step.to_json()
    assert not step.status.is_ok
    assert (step.attributes or {})["error.type"] == type(error).__name__
    assert (delivery.attributes or {})["error.type"] == "not_recorded"


def test_a_step_that_a_stop_cut_off_did_not_fail(traces: Otlp, exporter: InMemorySpanExporter) -> None:
    """The next start runs it again, in the same trace."""

    def cut_off() -> None:
        with traces.step("watch", OPERATION):
            traces.observe("oms")("show_task", "cancelled", 1)
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        cut_off()
    call, step = exporter.get_finished_spans()
    assert call.status.is_unset
    assert step.status.is_unset
    assert (step.attributes or {})["oms_bot.outcome"] == "cancelled"


@pytest.mark.parametrize("operation", ["", "accept", "x" * 24, OPERATION.upper()])
def test_what_is_no_operation_has_no_trace(
    traces: Otlp, exporter: InMemorySpanExporter, operation: str
) -> None:
    """Such as a workflow that only starts others."""
    traces.delivered("ask", operation, 1, recorded=True)
    with traces.step("act", operation):
        traces.ended("pause", "paused")
    assert exporter.get_finished_spans() == ()


@pytest.mark.parametrize(("share", "spans"), [("1.0", 3), ("0.0", 0)])
def test_a_trace_is_sampled_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, exporter: InMemorySpanExporter, share: str, spans: int
) -> None:
    """By the SDK's own variables, and alike in every process: it is the trace's id that decides."""
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", share)
    traces = Otlp(SimpleSpanProcessor(exporter))
    traces.delivered("ask", OPERATION, 1, recorded=True)
    with traces.step("ask", OPERATION):
        traces.observe("slack")("chat.postMessage", "ok", 1)
    assert len(exporter.get_finished_spans()) == spans


def test_the_sdks_own_switch_switches_it_off(
    monkeypatch: pytest.MonkeyPatch, exporter: InMemorySpanExporter
) -> None:
    """As in any other program that uses it."""
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    traces = Otlp(SimpleSpanProcessor(exporter))
    traces.delivered("ask", OPERATION, 1, recorded=True)
    with traces.step("ask", OPERATION):
        traces.observe("slack")("chat.postMessage", "ok", 1)
        traces.ended("pause", "paused")
    assert exporter.get_finished_spans() == ()


def test_an_operator_may_call_it_otherwise(
    monkeypatch: pytest.MonkeyPatch, exporter: InMemorySpanExporter
) -> None:
    """The SDK's variables go before what the bot says of itself."""
    monkeypatch.setenv("OTEL_SERVICE_NAME", "oms-bot-staging")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging")
    Otlp(SimpleSpanProcessor(exporter), replica="web.1").delivered("ask", OPERATION, 1, recorded=True)
    [span] = exporter.get_finished_spans()
    about = span.resource.attributes
    assert (about["service.name"], about["service.instance.id"]) == ("oms-bot-staging", "web.1")
    assert about["deployment.environment.name"] == "staging"


async def test_a_collector_is_reached_by_the_rule_for_all_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the company's own authority, and with what the environment's proxies would have led astray."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")  # milliseconds
    seen: list[str] = []

    async def take(request: Request) -> Response:
        seen.append(request.url.path)
        return Response(media_type="application/x-protobuf")

    tls, authority = certificate(tmp_path, "localhost")
    app = Starlette(routes=[Route("/{path:path}", take, methods=["POST"])])
    async with serve(app) as url, behind_tls(url, tls) as (_, port):
        traces = send_traces(f"https://localhost:{port}", Outgoing(ca=authority), replica="")
        traces.delivered("ask", OPERATION, 1, recorded=True)
        async with asyncio.timeout(30):
            while not seen:
                await asyncio.sleep(0.01)
        await traces.close()
    assert seen == ["/v1/traces"]


async def test_off_there_is_nothing_to_tell() -> None:
    """The same calls, and no work."""
    nowhere: Traces = NOWHERE
    nowhere.delivered("ask", OPERATION, 1, recorded=True)
    with nowhere.step("act", OPERATION):
        nowhere.ended("pause", "paused")
        assert tracing.step_here.get() is None
    assert nowhere.observe("oms") is None
    await nowhere.close()
